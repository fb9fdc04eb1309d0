/**
 * The index formulas that the theorems are about, each once, as text. The theorems are built from these texts,
 * and test/prove/bridge.test.ts runs the same texts against the functions of the specification: change one side,
 * and either a proof or the bridge breaks. Names as in the paper: L primary partitions, Min and Mout channels of
 * one of them, Lout output channels of a secondary partition; l2 and m2 are l′ and m′.
 */
export const formulas = {
  /** Channel of the m-th in the l-th of partitions with M channels each. */
  channel: 'l*M + m',
  /** Where the interleave sends channel c. */
  interleave: 'mod(c, M)*L + div(c, M)',
  /** Where the deinterleave sends channel c. */
  deinterleave: 'mod(c, L)*M + div(c, L)',

  /** Entry (out, input) of the composite kernel is the product of these two entries of the kernels. */
  compositeSecondaryRow: 'mod(out, Mout)*Lout + div(out, Mout)',
  compositeSecondaryColumn: 'div(input, Min)',
  compositePrimaryRow: 'div(input, Min)*Mout + mod(out, Mout)',
  compositePrimaryColumn: 'mod(input, Min)',
  /** The same with out = l2·Mout + m2 and input = l·Min + m. */
  compositeRow: 'l2*Mout + m2',
  compositeColumn: 'l*Min + m',
  secondaryRow: 'm2*Lout + l2',
  primaryRow: 'l*Mout + m2',

  /** Place of tap (c, u, v) in the sum of a convolution, and in a patch. */
  tap: '(c*kh + u)*kw + v',
  /** Where tap u of output position i reads, along one axis. */
  position: 'i*stride + u*dilation - before',
  /** Output positions along one axis. */
  outputSize: 'div(size + before + after - dilation*(kernel - 1) - 1, stride) + 1',
  /** The padding that keeps the size at stride 1. */
  sameBefore: 'div(dilation*(kernel - 1), 2)',
  sameAfter: 'dilation*(kernel - 1) - div(dilation*(kernel - 1), 2)',
  /** SAME padding as in TensorFlow and ONNX: the output size, and the pads together where they are needed. */
  dividedSameSize: 'div(size + stride - 1, stride)',
  dividedSameTotal: '(div(size + stride - 1, stride) - 1)*stride + dilation*(kernel - 1) + 1 - size',
  /** The output position from which tap u reads pixel h: there is one where the remainder is 0. */
  hitRemainder: 'mod(h + before - u*dilation, stride)',
  hitPosition: 'div(h + before - u*dilation, stride)',

  /** Channels of a block. */
  width: 'L*M',
  /** Weights of the kernels of a block, and of a regular convolution. */
  primaryParameters: 'L*Mout*Min*S',
  secondaryParameters: 'Mout*Lout*L',
  blockParameters: 'L*M*(M*S + L)',
  regularParameters: 'C*C*S',
  swappedParameters: 'L*M*(M + L*S)',
} as const;

export type FormulaName = keyof typeof formulas;
