/**
 * What the block costs and how wide it is, Eq. 7 to 15. A weight is used once at each output position, so a
 * layer has as many multiply-adds per position as it has parameters; biases and normalisation are not counted.
 * Where the print of an equation's number wasn't seen the numbers are inferred from the order of the text.
 */
import { constrain, type Partition, sizes } from './00-notation.ts';
import type { BlockShape } from './03-igc-block.ts';

/**
 * The width of a block: its number of channels.
 *
 * @paper Section 3: G = L·M
 */
export function width({ L, M }: Partition): number {
  sizes('width', { L, M });
  return L * M;
}

/**
 * The parameters of a block of any sizes; S = kh·kw is the size of the primary kernel, in taps (C2).
 *
 * @paper Eq. 7, with Mout and Lout as down-sampling needs them: T = L·Min·Mout·S + Mout·L·Lout
 */
export function blockParameters({ L, Min, Mout, Lout }: BlockShape, S: number): number {
  sizes('blockParameters', { L, Min, Mout, Lout, S });
  return L * Min * Mout * S + Mout * L * Lout;
}

/**
 * The parameters of the paper's block: L primary kernels of M × M × S, M secondary kernels of L × L (C2).
 *
 * @paper Eq. 7 and 10: T = L·M·M·S + M·L·L
 */
export function igcParameters({ L, M }: Partition, S: number): number {
  sizes('igcParameters', { L, M, S });
  return L * M * M * S + M * L * L;
}

/**
 * The parameters by the width: equal to `igcParameters` up to rounding of the two quotients (C2).
 *
 * @paper Eq. 7: T = G²·(S/L + 1/M)
 */
export function igcParametersByWidth({ L, M }: Partition, S: number): number {
  const G = width({ L, M });
  sizes('igcParametersByWidth', { S });
  return G ** 2 * (S / L + 1 / M);
}

/**
 * The parameters with the width as a factor: equal to `igcParameters` (C2).
 *
 * @paper Eq. 7 and 11: T = L·M·(M·S + L) = G·(M·S + L)
 */
export function igcParametersFactored({ L, M }: Partition, S: number): number {
  const G = width({ L, M });
  sizes('igcParametersFactored', { S });
  return G * (M * S + L);
}

/**
 * The parameters of a regular convolution from C to C channels (C2).
 *
 * @paper Eq. 8: T_rc = C·C·S
 */
export function regularParameters(C: number, S: number): number {
  sizes('regularParameters', { C, S });
  return C * C * S;
}

/**
 * The parameters of a group convolution from Cin to Cout channels: `groups` kernels of (Cout/groups) ×
 * (Cin/groups) × S; one group is a regular convolution (C2, C6).
 *
 * @paper Eq. 1, its kernels counted: groups·(Cin/groups)·(Cout/groups)·S
 */
export function groupConvolutionParameters(Cin: number, Cout: number, groups: number, S: number): number {
  sizes('groupConvolutionParameters', { Cin, Cout, groups, S });
  const whole = Cin % groups === 0 && Cout % groups === 0;
  constrain(whole, 'groupConvolutionParameters', 'C6', `a divisor of ${Cin} and ${Cout}`, `${groups}`);
  return groups * (Cin / groups) * (Cout / groups) * S;
}

/**
 * Multiply-adds of a convolution with so many parameters, for an output of H × W positions; at one position they
 * are the parameters themselves (C2).
 *
 * @paper Section 3: every parameter is used once at each position: T·H·W
 */
export function multiplyAdds(parameters: number, [H, W]: readonly [number, number]): number {
  sizes('multiplyAdds', { parameters, H, W });
  return parameters * H * W;
}

/**
 * The width of the regular convolution with T parameters: a real number, not rounded (C2).
 *
 * @paper Eq. 8, solved for C: C = √(T/S)
 */
export function equalParameterWidth(T: number, S: number): number {
  sizes('equalParameterWidth', { T, S });
  return Math.sqrt(T / S);
}

/**
 * Whether the block is wider than the regular convolution with as many parameters, G > C, in the paper's form;
 * false for L = 1, where the quotient is infinite (C2).
 *
 * From C² = T/S and T = G·(M·S + L): G² > C² iff G·S > M·S + L, that is L·M·S > M·S + L, that is
 * (L − 1)·M·S > L; divide by L − 1.
 *
 * @paper Eq. 9: G > C iff L/(L − 1) < M·S
 */
export function widerThanRegular({ L, M }: Partition, S: number): boolean {
  sizes('widerThanRegular', { L, M, S });
  return L > 1 && L / (L - 1) < M * S;
}

/**
 * The same test in integers, where L = 1 is no special case (C2).
 *
 * (L − 1)·(M·S − 1) = L·M·S − M·S − L + 1, so it exceeds 1 iff L·M·S > M·S + L, the middle of the derivation of
 * `widerThanRegular`.
 *
 * @paper Eq. 9 without the division: G > C iff (L − 1)·(M·S − 1) > 1
 */
export function widerThanRegularInIntegers({ L, M }: Partition, S: number): boolean {
  sizes('widerThanRegularInIntegers', { L, M, S });
  return (L - 1) * (M * S - 1) > 1;
}

/**
 * The fewest parameters that a block of width G could have, were L and M real numbers: the inequality of the
 * arithmetic and the geometric mean for M·S and L, whose product is S·G (C2).
 *
 * @paper Eq. 12 to 14: T ≥ L·M·2√(L·M·S) = 2√S·(L·M)^(3/2) = 2√S·G^(3/2)
 */
export function fewestParameters(G: number, S: number): number {
  sizes('fewestParameters', { G, S });
  return 2 * Math.sqrt(S) * G ** 1.5;
}

/**
 * The bound on the width of a block with T parameters: a real number (C2).
 *
 * @paper Eq. 15: G ≤ (T/(2√S))^(2/3), with equality iff L = M·S
 */
export function widthBound(T: number, S: number): number {
  sizes('widthBound', { T, S });
  return Math.cbrt((T / (2 * Math.sqrt(S))) ** 2);
}

/**
 * How far a block is from the width bound, exactly: zero iff G is the bound of Eq. 15, never negative because it
 * equals `widthSlackSquare` (C2).
 *
 * @paper Eq. 15, both sides to the power 3, times 4S: T² − 4·S·G³
 */
export function widthSlack({ L, M }: Partition, S: number): bigint {
  sizes('widthSlack', { L, M, S });
  const [l, m, s] = [BigInt(L), BigInt(M), BigInt(S)];
  const G = l * m;
  const T = l * m * m * s + m * l * l;
  return T ** 2n - 4n * s * G ** 3n;
}

/**
 * The same number as a square; the whole theorem on the width is that the two agree, for
 * (M·S + L)² − 4·L·M·S = (M·S − L)² (C2).
 *
 * @paper Eq. 10 to 15 in one identity: T² − 4·S·G³ = (G·(M·S − L))²
 */
export function widthSlackSquare({ L, M }: Partition, S: number): bigint {
  sizes('widthSlackSquare', { L, M, S });
  const [l, m, s] = [BigInt(L), BigInt(M), BigInt(S)];
  return (l * m * (m * s - l)) ** 2n;
}

/**
 * Whether no block with as many parameters is wider, decided without rounding (C2).
 *
 * @paper Eq. 15: equality iff L = M·S
 */
export function attainsWidthBound({ L, M }: Partition, S: number): boolean {
  return widthSlack({ L, M }, S) === 0n;
}

/**
 * The parameters of a block whose two convolutions both are spatial, with kernels of Sp and Sd taps (C2).
 *
 * @paper extension: L·M·M·Sp + M·L·L·Sd = G·(M·Sp + L·Sd)
 */
export function twoSpatialParameters({ L, M }: Partition, Sp: number, Sd: number): number {
  sizes('twoSpatialParameters', { L, M, Sp, Sd });
  return L * M * M * Sp + M * L * L * Sd;
}

/**
 * The parameters of the block with its kernels swapped: primary 1 × 1, secondary of S taps (C2).
 *
 * @paper extension: L·M·M + M·L·L·S = G·(M + L·S)
 */
export function swappedParameters({ L, M }: Partition, S: number): number {
  sizes('swappedParameters', { L, M, S });
  return L * M * (M + L * S);
}

/**
 * The parameters of the block with a primary kernel of 1 × kw and a secondary kernel of kh × 1, as 1 × 3 with
 * 3 × 1 (C2).
 *
 * @paper extension: L·M·M·kw + M·L·L·kh = G·(M·kw + L·kh)
 */
export function separatedParameters({ L, M }: Partition, [kh, kw]: readonly [number, number]): number {
  sizes('separatedParameters', { L, M, kh, kw });
  return L * M * (M * kw + L * kh);
}

/**
 * The parameters of an IGCV2 chain of N group convolutions on C channels, the first of S taps, the others
 * 1 × 1; the n-th has partitions of K_n channels. N = 2, K = (M, L) is the block of this paper (C2).
 *
 * @paper IGCV2 (arXiv 1804.06202): Q = C·(S·K₁ + K₂ + … + K_N)
 */
export function chainParameters(C: number, S: number, K: readonly number[]): number {
  sizes('chainParameters', { C, S, N: K.length });
  K.forEach((k, n) => {
    sizes('chainParameters', { [`K${n + 1}`]: k });
  });
  const [first, ...others] = K as [number, ...number[]];
  return C * others.reduce((total, k) => total + k, S * first);
}

/**
 * The fewest parameters of such a chain with ∏K = C, were the K real numbers: the arithmetic and the geometric
 * mean of S·K₁, K₂, …, K_N, whose product is S·C (C2).
 *
 * @paper IGCV2 (arXiv 1804.06202): Q ≥ C·N·(S·C)^(1/N)
 */
export function chainBound(C: number, S: number, N: number): number {
  sizes('chainBound', { C, S, N });
  return C * N * (S * C) ** (1 / N);
}

/**
 * Whether a chain is balanced: with ∏K = C, whether it attains `chainBound`. For N = 2 this is L = M·S (C2).
 *
 * @paper IGCV2 (arXiv 1804.06202): equality iff S·K₁ = K₂ = … = K_N
 */
export function chainIsBalanced(S: number, K: readonly number[]): boolean {
  sizes('chainIsBalanced', { S, N: K.length });
  K.forEach((k, n) => {
    sizes('chainIsBalanced', { [`K${n + 1}`]: k });
  });
  const [first, ...others] = K as [number, ...number[]];
  return others.every((k) => k === S * first);
}

/**
 * The number of group convolutions for which `chainBound` is least: a real number (C2).
 *
 * @paper IGCV2 (arXiv 1804.06202): N = ln(S·C), where the derivative of N·(S·C)^(1/N) is zero
 */
export function bestChainLength(C: number, S: number): number {
  sizes('bestChainLength', { C, S });
  return Math.log(S * C);
}
