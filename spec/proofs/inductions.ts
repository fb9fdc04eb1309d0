/**
 * Sums over a symbolic size. No certificate does an induction; instead each induction that the claims need is put
 * into words here, once, and its base, its steps and its conclusion are theorems without any sum or quantifier,
 * which the checker checks. That these together prove the sentence, for all sizes, is the trusted part.
 *
 * A sum is the value of its loop: Σ_{i<0} t(i) = 0 and Σ_{i<n+1} t(i) = (Σ_{i<n} t(i)) + t(n), exactly as `sum` of
 * spec/00-notation.ts adds. Letters stand for elements of any commutative semiring.
 */
import { formulas } from './formulas.ts';
import { substitute } from './language.ts';
import { isOneIfBelow, isOneIfEqual, type Theorem } from './theorem.ts';

export interface Induction {
  /** What it proves, and the invariant that is carried from step to step. */
  readonly words: string;
  readonly theorems: readonly Theorem[];
}

/** h = [e < n], d = [n = e], h1 = [e < n + 1]. */
const indicatorStep: Theorem = {
  id: 'indicator-step',
  words: '[e < n + 1] = [e < n] + [n = e]',
  over: 'integers',
  where: [
    ...isOneIfBelow('h', 'e', 'n'),
    ...isOneIfEqual('d', 'n', 'e'),
    ...isOneIfBelow('h1', 'e', 'n + 1'),
  ],
  goals: ['h1 = h + d'],
  splits: ['h', 'h1', 'd', 'n - e'],
};

const indicatorIsOne: Theorem = {
  id: 'indicator-is-one',
  words: '[e < n] = 1 where e < n',
  over: 'integers',
  where: [...isOneIfBelow('h', 'e', 'n'), 'e < n'],
  goals: ['h = 1'],
  splits: ['h', 'h - 1'],
};

/** Index l·K + p runs through the rows l of K places p, in order. */
const rowByRow: readonly Theorem[] = [
  {
    id: 'next-row',
    words: 'behind the last place of row l comes the first place of row l + 1',
    over: 'commutative semiring',
    goals: [
      `${substitute(formulas.channel, { M: 'K', m: 'K' })} = ${substitute(formulas.channel, { l: 'l + 1', M: 'K', m: '0' })}`,
    ],
  },
  {
    id: 'row-and-place',
    words: 'place l·K + p belongs to row l and is its place p',
    over: 'integers',
    sizes: ['L', 'K'],
    below: { l: 'L', p: 'K' },
    goals: [
      `div(${substitute(formulas.channel, { M: 'K', m: 'p' })}, K) = l`,
      `mod(${substitute(formulas.channel, { M: 'K', m: 'p' })}, K) = p`,
      `${substitute(formulas.channel, { M: 'K', m: 'p' })} < L*K`,
    ],
    splits: ['l - div(l*K + p, K)'],
  },
];

export const inductions = {
  'single term': {
    words:
      'Σ_{i<n} t(i) = [e < n]·v, where t(e) = v and every other t(i) = 0. Induction on n; with h = [e < n] and ' +
      'd = [n = e] the invariant is Σ_{i<n} t(i) = h·v, and the term to add is d·v.',
    theorems: [
      { id: 'single-term-base', words: 'n = 0, h = 0', over: 'commutative semiring', goals: ['0 = 0*v'] },
      {
        id: 'single-term-step',
        words: 'n to n + 1',
        over: 'commutative semiring',
        let: { S: 'h*v', S1: 'S + d*v', h1: 'h + d' },
        goals: ['S1 = h1*v'],
      },
      { ...indicatorStep, id: 'single-term-indicator' },
      { ...indicatorIsOne, id: 'single-term-in-range' },
      {
        id: 'single-term-conclusion',
        words: 'where h = 1 the invariant is the claim',
        over: 'commutative semiring',
        goals: ['1*v = v'],
      },
    ],
  },

  'row by row': {
    words:
      'Σ_{l<L} a(l)·(Σ_{p<K} w(l,p)·x(l,p)) = Σ_{q<L·K} (a(l)·w(l,p))·x(l,p), where l = div(q, K) and ' +
      'p = mod(q, K). Induction on l and, within it, on p ≤ K; with D the outer sum over the rows before l and y ' +
      'the inner sum of row l over the places before p, the invariant is: the right sum over q < l·K + p is ' +
      'D + a(l)·y.',
    theorems: [
      { id: 'row-by-row-base', words: 'l = 0, p = 0', over: 'commutative semiring', goals: ['0 = 0 + a*0'] },
      {
        id: 'row-by-row-place',
        words: 'p to p + 1, in row l',
        over: 'commutative semiring',
        let: { F: 'D + a*y', F1: 'F + (a*w)*x', y1: 'y + w*x' },
        goals: ['F1 = D + a*y1'],
      },
      {
        id: 'row-by-row-row',
        words: 'l, p = K to l + 1, p = 0',
        over: 'commutative semiring',
        let: { F: 'D + a*y', D1: 'D + a*y' },
        goals: ['F = D1 + a1*0'],
      },
      {
        id: 'row-by-row-conclusion',
        words: 'at l = L, p = 0 the invariant is the claim',
        over: 'commutative semiring',
        goals: ['D + a*0 = D'],
      },
      ...rowByRow.map((theorem) => ({ ...theorem, id: `row-by-row-${theorem.id}` })),
    ],
  },

  'one row of many': {
    words:
      'Σ_{q<L·K} [div(q, K) = e]·t(q) = Σ_{p<K} t(e·K + p), for a row e < L. Induction on l and, within it, on ' +
      'p ≤ K; with h = [e < l], d = [l = e], Y the right sum and y its part over the places before p, the ' +
      'invariant is: the left sum over q < l·K + p is h·Y + d·y.',
    theorems: [
      {
        id: 'one-row-base',
        words: 'l = 0, p = 0, h = 0',
        over: 'commutative semiring',
        goals: ['0 = 0*Y + d*0'],
      },
      {
        id: 'one-row-place',
        words: 'p to p + 1, in row l',
        over: 'commutative semiring',
        let: { F: 'h*Y + d*y', F1: 'F + d*t', y1: 'y + t' },
        goals: ['F1 = h*Y + d*y1'],
      },
      {
        id: 'one-row-row',
        words: 'l, p = K, where y = Y, to l + 1, p = 0',
        over: 'commutative semiring',
        let: { F: 'h*Y + d*Y', h1: 'h + d' },
        goals: ['F = h1*Y + d1*0'],
      },
      { ...indicatorStep, id: 'one-row-indicator' },
      { ...indicatorIsOne, id: 'one-row-in-range' },
      {
        id: 'one-row-conclusion',
        words: 'at l = L, p = 0, where h = 1, the invariant is the claim',
        over: 'commutative semiring',
        goals: ['1*Y + d*0 = Y'],
      },
      ...rowByRow.map((theorem) => ({ ...theorem, id: `one-row-${theorem.id}` })),
    ],
  },

  exchange: {
    words:
      'Σ_{o<n} g(o)·(Σ_{c<k} A(o,c)·x(c)) = Σ_{c<k} (Σ_{o<n} A(o,c)·g(o))·x(c). Induction on n; let Q(n) be the ' +
      'right side. That Q(n + 1) = Q(n) + g(n)·(Σ_{c<k} A(n,c)·x(c)) is an induction of its own on j ≤ k, for the ' +
      'sums over c < j: with s the sum over o < n in column j, r = Σ_{c<j} A(n,c)·x(c), the invariant is ' +
      'Q′ = Q + g·r.',
    theorems: [
      {
        id: 'exchange-base',
        words: 'n = 0: every column sum is 0',
        over: 'commutative semiring',
        goals: ['0 + 0*x = 0'],
      },
      { id: 'exchange-column-base', words: 'j = 0', over: 'commutative semiring', goals: ['0 = 0 + g*0'] },
      {
        id: 'exchange-column-step',
        words: 'j to j + 1',
        over: 'commutative semiring',
        let: { Qn: 'Q + g*r', Qn1: 'Qn + (s + A*g)*x', Q1: 'Q + s*x', r1: 'r + A*x' },
        goals: ['Qn1 = Q1 + g*r1'],
      },
      {
        id: 'exchange-step',
        words: 'n to n + 1, R being the left side',
        over: 'commutative semiring',
        let: { R: 'Q', R1: 'R + g*r', Q1: 'Q + g*r' },
        goals: ['R1 = Q1'],
      },
    ],
  },

  'sum of sums': {
    words:
      'Σ_{l<n} w(l)·(y(l) + b(l)) = (Σ_{l<n} w(l)·y(l)) + (Σ_{l<n} w(l)·b(l)). Induction on n; the invariant is the ' +
      'claim.',
    theorems: [
      { id: 'sum-of-sums-base', words: 'n = 0', over: 'commutative semiring', goals: ['0 = 0 + 0'] },
      {
        id: 'sum-of-sums-step',
        words: 'n to n + 1',
        over: 'commutative semiring',
        let: { S: 'Y + B' },
        goals: ['S + w*(y + b) = (Y + w*y) + (B + w*b)'],
      },
    ],
  },

  'common factor': {
    words: 'Σ_{i<n} K·p(i) = K·Σ_{i<n} p(i). Induction on n; the invariant is the claim.',
    theorems: [
      { id: 'common-factor-base', words: 'n = 0', over: 'commutative semiring', goals: ['0 = K*0'] },
      {
        id: 'common-factor-step',
        words: 'n to n + 1',
        over: 'commutative semiring',
        let: { S: 'K*P' },
        goals: ['S + K*p = K*(P + p)'],
      },
    ],
  },

  'equal terms': {
    words:
      'Σ_{l<n} a(l) = Σ_{l<n} b(l) where a(l) = b(l) for every l. Induction on n; the invariant is the claim.',
    theorems: [
      { id: 'equal-terms-base', words: 'n = 0', over: 'commutative semiring', goals: ['0 = 0'] },
      {
        id: 'equal-terms-step',
        words: 'n to n + 1',
        over: 'commutative semiring',
        let: { A: 'B', a: 'b' },
        goals: ['A + a = B + b'],
      },
    ],
  },

  counting: {
    words: 'Σ_{i<n} k = n·k; for k = 1 it counts to n. Induction on n; the invariant is the claim.',
    theorems: [
      { id: 'counting-base', words: 'n = 0', over: 'commutative semiring', goals: ['0 = 0*k'] },
      {
        id: 'counting-step',
        words: 'n to n + 1',
        over: 'commutative semiring',
        let: { S: 'n*k' },
        goals: ['S + k = (n + 1)*k'],
      },
    ],
  },

  'paths of a chain': {
    words:
      'In a chain of N convolutions, each channel of the n-th leading to K(n) channels of the next, the paths from ' +
      'one input channel number K(1)·…·K(N) in all. Induction on the number of convolutions; with T the paths so ' +
      'far and P the product so far the invariant is T = P.',
    theorems: [
      {
        id: 'paths-base',
        words: 'one channel, one path, the empty product',
        over: 'commutative semiring',
        goals: ['1 = 1'],
      },
      {
        id: 'paths-step',
        words: 'one more convolution: every path goes on in K ways',
        over: 'commutative semiring',
        let: { T: 'P', T1: 'K*T', P1: 'P*K' },
        goals: ['T1 = P1'],
      },
    ],
  },
} as const satisfies Record<string, Induction>;

export type InductionName = keyof typeof inductions;
