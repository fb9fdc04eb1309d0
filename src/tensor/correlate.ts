/** The inner loops of a convolution, for one output channel of one group. */

/** How the output's rows and columns lie over the padded input, counted in its entries. */
export interface Steps {
  readonly rows: number;
  readonly columns: number;
  /** From the window of one row to that of the next. */
  readonly rowStep: number;
  /** From the window of one column to that of the next. */
  readonly columnStep: number;
}

/**
 * output[i, j] = Σ_t weights[t] · input[i·rowStep + j·columnStep + taps[t]] + bias, t in increasing order from
 * zero, as the specification adds.
 * Eight columns are summed side by side, so that they share each weight and their additions overlap in time.
 */
export function correlate(
  input: Float64Array,
  taps: Int32Array,
  weights: Float64Array,
  bias: number,
  { rows, columns, rowStep, columnStep: d }: Steps,
  output: Float64Array,
): void {
  const T = taps.length;
  for (let i = 0; i < rows; i++) {
    let p = i * columns;
    let q = i * rowStep;
    const end = p + columns;
    for (; p + 8 <= end; p += 8, q += 8 * d) {
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
        const tap = q + taps[t]!;
        s0 += weight * input[tap]!;
        s1 += weight * input[tap + d]!;
        s2 += weight * input[tap + 2 * d]!;
        s3 += weight * input[tap + 3 * d]!;
        s4 += weight * input[tap + 4 * d]!;
        s5 += weight * input[tap + 5 * d]!;
        s6 += weight * input[tap + 6 * d]!;
        s7 += weight * input[tap + 7 * d]!;
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
    for (; p < end; p++, q += d) {
      let s = 0;
      for (let t = 0; t < T; t++) s += weights[t]! * input[q + taps[t]!]!;
      output[p] = s + bias;
    }
  }
}
