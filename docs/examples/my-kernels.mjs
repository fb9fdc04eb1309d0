// A hand-written implementation, as you might have one: plain loops over Float32Arrays, no library.

/** Group convolution; groups = 1 is a regular convolution. */
export function groupConvolution({ x, weight, groups, stride, dilation, padding, bias }) {
  const [N, C, H, W] = x.shape;
  const [O, I, kh, kw] = weight.shape;
  const rows = Math.floor((H + padding.top + padding.bottom - dilation[0] * (kh - 1) - 1) / stride[0]) + 1;
  const columns = Math.floor((W + padding.left + padding.right - dilation[1] * (kw - 1) - 1) / stride[1]) + 1;
  const data = new Float32Array(N * O * rows * columns);
  let at = 0;
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      const first = Math.floor(o / (O / groups)) * I;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let total = bias ? bias.data[o] : 0;
          for (let c = 0; c < I; c++) {
            for (let u = 0; u < kh; u++) {
              const h = i * stride[0] + u * dilation[0] - padding.top;
              if (h < 0 || h >= H) continue;
              for (let v = 0; v < kw; v++) {
                const w = j * stride[1] + v * dilation[1] - padding.left;
                if (w < 0 || w >= W) continue;
                const tap = weight.data[((o * I + c) * kh + u) * kw + v];
                total += tap * x.data[((n * C + first + c) * H + h) * W + w];
              }
            }
          }
          data[at++] = total;
        }
      }
    }
  }
  return { shape: [N, O, rows, columns], data };
}

/** Channel l·M + m becomes channel m·L + l. */
export function interleave({ x, L, M }) {
  const [N, C, H, W] = x.shape;
  const pixels = H * W;
  const data = new Float32Array(x.data.length);
  for (let n = 0; n < N; n++) {
    for (let l = 0; l < L; l++) {
      for (let m = 0; m < M; m++) {
        const from = (n * C + l * M + m) * pixels;
        data.set(x.data.subarray(from, from + pixels), (n * C + m * L + l) * pixels);
      }
    }
  }
  return { shape: x.shape, data };
}

/** The block: primary, interleave, secondary, deinterleave. */
export function block({ x, primaryWeight, primaryBias, secondaryWeight, secondaryBias, ...window }) {
  const L = secondaryWeight.shape[1];
  const M = primaryWeight.shape[0] / L;
  const unit = { stride: [1, 1], dilation: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } };
  const y = groupConvolution({ x, weight: primaryWeight, bias: primaryBias, groups: L, ...window });
  const mixed = interleave({ x: y, L, M });
  const z = groupConvolution({ x: mixed, weight: secondaryWeight, bias: secondaryBias, groups: M, ...unit });
  return interleave({ x: z, L: M, M: L });
}
