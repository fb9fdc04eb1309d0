/**
 * The block L × M, 3 × 3, stride 1, pad 1, as somebody would write it by hand for speed in plain JavaScript: row-major
 * NCHW and nothing else, no checks, borders out of the inner loops, rows added to rows with several taps at a time so
 * that a sum is loaded and stored less often, and the two interleaves folded into where planes lie. Sums are kept in
 * the format of the inputs. A peer to measure against; nothing else uses it.
 */

export type Floats = Float32Array | Float64Array;

export interface PlainShape {
  readonly L: number;
  readonly M: number;
  readonly H: number;
  readonly W: number;
}

/** Shapes: x (L·M, H, W), primary (L·M, M, 3, 3), secondary (M·L, L), result (L·M, H, W). */
export function plainBlock<T extends Floats>(x: T, primary: T, secondary: T, shape: PlainShape): T {
  return plainSecondary(plainPrimary(x, primary, shape), secondary, shape);
}

/** y[l·M + o] = Σ_m primary[l·M + o, m] ∗ x[l·M + m], three taps of a kernel row at a time. */
export function plainPrimary<T extends Floats>(x: T, primary: T, { L, M, H, W }: PlainShape): T {
  const y = zeros(x, L * M * H * W);
  for (let channel = 0; channel < L * M; channel++) {
    const l = Math.floor(channel / M);
    for (let m = 0; m < M; m++)
      for (let u = 0; u < 3; u++) {
        const tap = ((channel * M + m) * 3 + u) * 3;
        const left = primary[tap]!;
        const middle = primary[tap + 1]!;
        const right = primary[tap + 2]!;
        const first = Math.max(0, 1 - u);
        const last = Math.min(H, H + 1 - u);
        for (let i = first; i < last; i++) {
          let p = (channel * H + i) * W;
          let q = ((l * M + m) * H + i + u - 1) * W;
          const end = p + W - 1;
          if (W === 1) {
            y[p] = y[p]! + middle * x[q]!;
            continue;
          }
          y[p] = y[p]! + middle * x[q]! + right * x[q + 1]!;
          for (p++, q++; p < end; p++, q++)
            y[p] = y[p]! + left * x[q - 1]! + middle * x[q]! + right * x[q + 1]!;
          y[p] = y[p]! + left * x[q - 1]! + middle * x[q]!;
        }
      }
  }
  return y;
}

/** z[l′·M + m] = Σ_l secondary[m·L + l′, l] · y[l·M + m], four planes of y at a time. */
function plainSecondary<T extends Floats>(y: T, secondary: T, { L, M, H, W }: PlainShape): T {
  const P = H * W;
  const z = zeros(y, L * M * P);
  for (let m = 0; m < M; m++)
    for (let out = 0; out < L; out++) {
      const to = (out * M + m) * P;
      const row = (m * L + out) * L;
      let l = 0;
      for (; l + 4 <= L; l += 4) {
        const w0 = secondary[row + l]!;
        const w1 = secondary[row + l + 1]!;
        const w2 = secondary[row + l + 2]!;
        const w3 = secondary[row + l + 3]!;
        const from0 = (l * M + m) * P;
        const from1 = from0 + M * P;
        const from2 = from1 + M * P;
        const from3 = from2 + M * P;
        for (let p = 0; p < P; p++)
          z[to + p] =
            z[to + p]! + w0 * y[from0 + p]! + w1 * y[from1 + p]! + w2 * y[from2 + p]! + w3 * y[from3 + p]!;
      }
      for (; l < L; l++) {
        const weight = secondary[row + l]!;
        const from = (l * M + m) * P;
        for (let p = 0; p < P; p++) z[to + p] = z[to + p]! + weight * y[from + p]!;
      }
    }
  return z;
}

function zeros<T extends Floats>(like: T, length: number): T {
  return (like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as T;
}
