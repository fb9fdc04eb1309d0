/**
 * A block in plain loops that knows nothing of the specification: in any order of summation and any rounding, right or
 * wrong in one of the ways that people get it wrong.
 */
import type { Window } from '../../spec/00-notation.ts';
import type { Evidence, Recorded, StoredAs } from '../../src/oracle/types.ts';

export type Round = (x: number) => number;

/** Adds products up: pairs of factors, and at the end a bias where there is one. */
export type Summation = (
  factors: readonly (readonly [number, number])[],
  bias: number | undefined,
  round: Round,
) => number;

const terms: (...args: Parameters<Summation>) => number[] = (factors, bias, round) => [
  ...factors.map(([a, b]) => round(a * b)),
  ...(bias === undefined ? [] : [bias]),
];

function pairwise(values: readonly number[], round: Round): number {
  if (values.length <= 1) return values[0] ?? 0;
  const half = values.length >> 1;
  return round(pairwise(values.slice(0, half), round) + pairwise(values.slice(half), round));
}

/** The orders that kernels sum in. */
export const summations: Readonly<Record<string, Summation>> = {
  forward: (f, b, round) => terms(f, b, round).reduce((sum, t) => round(sum + t), 0),
  backward: (f, b, round) => terms(f, b, round).reduceRight((sum, t) => round(sum + t), 0),
  pairwise: (f, b, round) => pairwise(terms(f, b, round), round),
  blocked: (f, b, round) => {
    const lanes = [0, 0, 0, 0];
    terms(f, b, round).forEach((t, i) => {
      lanes[i % 4] = round(lanes[i % 4]! + t);
    });
    return pairwise(lanes, round);
  },
  // The product and the sum are rounded to double, then to the format: a fused multiply-add but for rare ties.
  fused: (f, b, round) => f.reduce((sum, [p, q]) => round(sum + p * q), b ?? 0),
};

export interface Sizes {
  readonly N: number;
  readonly L: number;
  readonly M: number;
  readonly Mout: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly window: Window;
}

/** L ≠ M ≠ Mout, nothing square, nothing symmetric. */
export const lopsided: Sizes = {
  N: 2,
  L: 3,
  M: 2,
  Mout: 4,
  size: [5, 4],
  kernel: [2, 3],
  window: { stride: [1, 2], dilation: [2, 1], padding: { top: 1, bottom: 2, left: 2, right: 0 } },
};

/** What people get wrong. */
export type Bug =
  | 'interleave left out'
  | 'deinterleave left out'
  | 'L and M swapped'
  | 'ReLU in between'
  | 'kernel flipped'
  | 'padding off by one'
  | 'dilation ignored'
  | 'last tap dropped'
  | 'neighbouring group'
  | 'first sample only'
  | 'primary bias forgotten'
  | 'secondary bias in output order'
  | 'a cell not written'
  | 'inputs in half precision';

/** Named arrays, row-major. */
export type Arrays = Map<string, { readonly shape: readonly number[]; readonly data: number[] }>;

const volume = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** What a block is given, drawn entry by entry. */
export function inputs({ N, L, M, Mout, size, kernel }: Sizes, draw: () => number): Arrays {
  const shapes: [string, readonly number[]][] = [
    ['x', [N, L * M, ...size]],
    ['primary_weight', [L * Mout, M, ...kernel]],
    ['primary_bias', [L * Mout]],
    ['secondary_weight', [Mout * L, L, 1, 1]],
    ['secondary_bias', [Mout * L]],
  ];
  return new Map(
    shapes.map(([name, shape]) => [name, { shape, data: Array.from({ length: volume(shape) }, draw) }]),
  );
}

/** Adds every step of the block to its inputs. */
export function compute(
  given: Arrays,
  { N, L, M, Mout, size, kernel, window }: Sizes,
  sum: Summation,
  round: Round,
  bug?: Bug,
): Arrays {
  const get = (name: string) => given.get(name)!.data;
  const [H, W] = size;
  const [kh, kw] = kernel;
  const [dh, dw] = bug === 'dilation ignored' ? [1, 1] : window.dilation;
  const shift = bug === 'padding off by one' ? 1 : 0;
  const { top, bottom, left, right } = window.padding;
  const rows = Math.floor((H + top + bottom - window.dilation[0] * (kh - 1) - 1) / window.stride[0]) + 1;
  const columns = Math.floor((W + left + right - window.dilation[1] * (kw - 1) - 1) / window.stride[1]) + 1;
  const G = L * Mout;
  const each = (f: (n: number, c: number, i: number, j: number) => number): number[] => {
    const data: number[] = [];
    for (let n = 0; n < N; n++)
      for (let c = 0; c < G; c++)
        for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data.push(f(n, c, i, j));
    return data;
  };
  const coarse: Round = bug === 'inputs in half precision' ? (v) => roundBits(v, 11) : (v) => v;

  const primary = each((n, c, i, j) => {
    const l = Math.floor(c / Mout);
    const from = bug === 'neighbouring group' ? (l + 1) % L : l;
    const sample = bug === 'first sample only' ? 0 : n;
    const factors: [number, number][] = [];
    for (let m = 0; m < M; m++)
      for (let u = 0; u < kh; u++)
        for (let v = 0; v < kw; v++) {
          const h = i * window.stride[0] + u * dh - top + shift;
          const w = j * window.stride[1] + v * dw - left;
          if (h < 0 || h >= H || w < 0 || w >= W) continue;
          if (bug === 'last tap dropped' && m === M - 1 && u === kh - 1 && v === kw - 1) continue;
          const [a, b] = bug === 'kernel flipped' ? [kh - 1 - u, kw - 1 - v] : [u, v];
          factors.push([
            coarse(get('primary_weight')[((c * M + m) * kh + a) * kw + b]!),
            coarse(get('x')[((sample * L * M + from * M + m) * H + h) * W + w]!),
          ]);
        }
    const bias = bug === 'primary bias forgotten' ? undefined : given.get('primary_bias')?.data[c];
    return sum(factors, bias, round);
  });
  const channel = (data: readonly number[], n: number, c: number, i: number, j: number) =>
    data[((n * G + c) * rows + i) * columns + j]!;
  const interleaved = each((n, c, i, j) => {
    if (bug === 'interleave left out') return channel(primary, n, c, i, j);
    const [l, m] = [c % L, Math.floor(c / L)];
    if (bug === 'L and M swapped') return channel(primary, n, (c % Mout) * L + Math.floor(c / Mout), i, j);
    const value = channel(primary, n, l * Mout + m, i, j);
    return bug === 'ReLU in between' ? Math.max(0, value) : value;
  });
  const secondary = each((n, c, i, j) => {
    const m = Math.floor(c / L);
    const factors = Array.from({ length: L }, (_, l): [number, number] => [
      get('secondary_weight')[c * L + l]!,
      channel(interleaved, n, m * L + l, i, j),
    ]);
    const order = bug === 'secondary bias in output order' ? (c % L) * Mout + m : c;
    return sum(factors, given.get('secondary_bias')?.data[order], round);
  });
  const y = each((n, c, i, j) => {
    if (bug === 'deinterleave left out') return channel(secondary, n, c, i, j);
    if (bug === 'L and M swapped') return channel(secondary, n, (c % L) * Mout + Math.floor(c / L), i, j);
    return channel(secondary, n, (c % Mout) * L + Math.floor(c / Mout), i, j);
  });
  if (bug === 'a cell not written') y[Math.floor(y.length / 2)] = Number.NaN;
  const shape = [N, G, rows, columns];
  const found = Object.entries({ primary, interleaved, secondary, y });
  return new Map([...given, ...found.map(([name, data]) => [name, { shape, data }] as const)]);
}

/** Rounded to nearest even to a number of bits; exponents without a limit. */
export function roundBits(x: number, bits: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const last = 2 ** (Math.floor(Math.log2(Math.abs(x))) + 1 - bits);
  const low = Math.floor(x / last);
  const rest = x / last - low;
  const up = rest > 0.5 || (rest === 0.5 && low % 2 !== 0);
  return (up ? low + 1 : low) * last;
}

/** Rounded to float16: 11 bits, none below 2⁻²⁴. */
export function roundHalf(x: number): number {
  return Math.abs(x) < 2 ** -14 ? Math.round(x * 2 ** 24) / 2 ** 24 : roundBits(x, 11);
}

/** The arrays as evidence on a block; `stored` says how each is stored, float32 where it says nothing. */
export function evidenceOf(
  arrays: Arrays,
  window: Window,
  stored: Readonly<Record<string, StoredAs>> = {},
  more: Partial<Evidence> = {},
): Evidence {
  const recorded = [...arrays].map(([name, array]): [string, Recorded] => [
    name,
    { ...array, stored: stored[name] ?? 'float32' },
  ]);
  return {
    operation: 'block',
    arrays: new Map(recorded),
    window,
    precision: 'float32',
    flushesSubnormals: false,
    composed: false,
    ...more,
  };
}
