/**
 * The inner loops of a convolution, for one output channel of one group:
 * output[i, j] = Σ_t weights[t] · input[i·rowStep + j + taps[t]] + bias, with t in increasing order from zero, as the
 * specification adds. Shapes: output (rows, columns), row-major.
 *
 * Eight columns are summed side by side: they share each weight, and their additions overlap in time.
 */
export function correlate(
  input: Float64Array,
  rowStep: number,
  taps: Int32Array,
  weights: Float64Array,
  bias: number,
  columns: number,
  output: Float64Array,
): void {
  const T = taps.length;
  for (let p = 0, row = 0; p < output.length; row += rowStep) {
    const end = p + columns;
    let q = row;
    for (; p + 8 <= end; p += 8, q += 8) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let s4 = 0;
      let s5 = 0;
      let s6 = 0;
      let s7 = 0;
      for (let t = 0; t < T; t++) {
        const weight = weights[t]!;
        const at = q + taps[t]!;
        s0 += weight * input[at]!;
        s1 += weight * input[at + 1]!;
        s2 += weight * input[at + 2]!;
        s3 += weight * input[at + 3]!;
        s4 += weight * input[at + 4]!;
        s5 += weight * input[at + 5]!;
        s6 += weight * input[at + 6]!;
        s7 += weight * input[at + 7]!;
      }
      output[p] = s0 + bias;
      output[p + 1] = s1 + bias;
      output[p + 2] = s2 + bias;
      output[p + 3] = s3 + bias;
      output[p + 4] = s4 + bias;
      output[p + 5] = s5 + bias;
      output[p + 6] = s6 + bias;
      output[p + 7] = s7 + bias;
    }
    for (; p < end; p++, q++) {
      let s = 0;
      for (let t = 0; t < T; t++) s += weights[t]! * input[q + taps[t]!]!;
      output[p] = s + bias;
    }
  }
}
