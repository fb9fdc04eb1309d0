/** Sums of entries of fields, as `bound.add` has them: a zero adds nothing, a leaf counts as one term. */
import type { Field } from './field.ts';

/** y + b, channel by channel. Shapes: y (N, C, H, W), b (1, C, 1, 1). */
export function addBias(y: Field, bias: Field | undefined): Field {
  if (bias === undefined) return y;
  const [, C, H, W] = y.shape;
  const at = (i: number) => Math.floor(i / (H * W)) % C;
  const plus = (a: Float64Array, b: Float64Array) => a.map((entry, i) => entry + b[at(i)]!);
  const isZero = (field: Field, i: number) =>
    field.magnitude[i] === 0 && !(field.inherited && field.inherited[i]! > 0);
  const { inherited, terms } = y;
  const none = new Float64Array(y.value.length);
  return {
    shape: y.shape,
    value: plus(y.value, bias.value),
    magnitude: plus(y.magnitude, bias.magnitude),
    inherited: bias.inherited ? plus(inherited ?? none, bias.inherited) : inherited,
    terms: (terms ?? none).map((k, i) => {
      const [ky, kb] = [k, bias.terms ? bias.terms[at(i)]! : 0];
      if (isZero(y, i)) return kb;
      return isZero(bias, at(i)) ? ky : Math.max(ky, 1) + Math.max(kb, 1);
    }),
    roundings: Math.max(y.roundings, bias.roundings) + 1,
    valueRoundings: Math.max(y.valueRoundings, bias.valueRoundings) + 1,
  };
}

/** The sum over all samples and positions. Shapes: g (N, C, H, W), result (1, C, 1, 1). */
export function sumPositions(g: Field): Field {
  const [N, C, H, W] = g.shape;
  const P = H * W;
  const total = (data: Float64Array) => {
    const sums = new Float64Array(C);
    for (let i = 0; i < data.length; i++) sums[Math.floor(i / P) % C]! += data[i]!;
    return sums;
  };
  const { magnitude, inherited, terms } = g;
  const counts = new Float64Array(C);
  const present = new Float64Array(C);
  for (let i = 0; i < magnitude.length; i++) {
    if (magnitude[i] === 0 && !(inherited && inherited[i]! > 0)) continue;
    const c = Math.floor(i / P) % C;
    counts[c]! += Math.max(terms ? terms[i]! : 0, 1);
    present[c]!++;
  }
  // One entry alone is no sum: it has the terms it had.
  const lone = terms === undefined ? counts.map((k, c) => (present[c] === 1 ? 0 : k)) : counts;
  return {
    shape: [1, C, 1, 1],
    value: total(g.value),
    magnitude: total(magnitude),
    inherited: inherited && total(inherited),
    terms: lone,
    roundings: g.roundings + N * P,
    valueRoundings: g.valueRoundings + N * P,
  };
}
