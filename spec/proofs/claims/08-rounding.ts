import type { Section } from '../section.ts';

/** What a rounded sum of two parts with k1 and k2 products knows; d is the error of its one addition. */
const addition = {
  sizes: ['k1', 'k2'],
  where: ['u >= 0', 'A1 >= 0', 'A2 >= 0', 'e1 <= k1*u*A1', 'e2 <= k2*u*A2'],
  goals: ['e1 + e2 + d <= (k1 + k2)*u*(A1 + A2)'],
};
const slack = '(k2 - 1)*A1 + (k1 - 1)*A2 + u*(k1 - k2)*(A2 - A1)';

/** Claim 8: bounds of rounding errors. Here: everything but their link to IEEE arithmetic. */
export const roundingSections: readonly Section[] = [
  {
    id: 'one-convolution',
    claim: 8,
    statement: 'k products, added in any order, are off by at most k·u·A, A = Σ|w||x|, without underflow',
    equation: 'Jeannerod and Rump',
    argument:
      'Induction on the tree of additions: a product is off by at most u·|w·x|; a sum of two parts with errors e1 and ' +
      'e2 adds an error d with d·(1 + u) ≤ u·|ŝ| and d ≤ either rounded part, as every rounding to nearest has it ' +
      '(trusted here). Either one part is tiny beside the other, or neither is; the parts may change places.',
    trusted: [
      'rounding to nearest: |fl(s) − s| ≤ u·|s|/(1 + u), and at most either operand of an addition',
      'induction on the tree of additions',
    ],
    theorems: [
      {
        id: 'tiny-part',
        words: 'A2 ≤ u·A1: the addition loses at most the part itself',
        over: 'ordered ring',
        sizes: addition.sizes,
        where: [...addition.where, 'u <= 1', 'd <= A2 + e2', 'A2 <= u*A1'],
        goals: addition.goals,
        factors: 3,
      },
      {
        id: 'comparable-parts-slack',
        words: 'A2 ≥ u·A1 and k1 ≥ k2: what remains of the bound',
        over: 'ordered ring',
        sizes: addition.sizes,
        where: ['u >= 0', 'A1 >= 0', 'A2 >= 0', 'A2 >= u*A1', 'k1 >= k2'],
        goals: [`${slack} >= 0`],
        factors: 3,
      },
      {
        id: 'comparable-parts',
        words: 'is enough for the addition',
        over: 'ordered ring',
        sizes: addition.sizes,
        where: [...addition.where, 'd*(1 + u) <= u*(A1 + A2 + e1 + e2)', `${slack} >= 0`],
        goals: addition.goals,
      },
    ],
  },
  {
    id: 'underflow',
    claim: 8,
    statement: 'With underflow the bound is k·u·A + k·η, η the smallest positive number, where k·u ≤ 1',
    equation: 'Jeannerod and Rump, with underflow',
    argument:
      'A product that underflows is off by at most η/2 more: the computed sum is that of k perturbed products, x in ' +
      'all away from the exact ones, so with B = Σ|perturbed| the error is at most k·u·B + x.',
    trusted: [
      'a rounded product has a relative error of at most u, or an absolute one of at most η/2; additions do not underflow',
    ],
    theorems: [
      {
        id: 'perturbed-products',
        words: 'h = η/2',
        over: 'ordered ring',
        where: ['k >= 0', 'u >= 0', 'x >= 0', 'x <= k*h', 'k*u <= 1', 'B <= A + x', 'e <= k*u*B + x'],
        goals: ['e <= k*u*A + 2*k*h'],
        factors: 3,
      },
    ],
  },
  {
    id: 'two-stages',
    claim: 8,
    statement:
      'The block is off by at most ((1 + a)(1 + b) − 1)·A, where its convolutions are off by a and b',
    equation: 'Eq. 5, rounded',
    argument:
      'a = M·S·u and b = L·u by one-convolution. E is the error of y as the secondary convolution passes it on, e ' +
      'what it adds itself, on data of size at most A + E.',
    theorems: [
      {
        id: 'errors-compose',
        words: 'one error behind the other',
        over: 'ordered ring',
        where: ['a >= 0', 'b >= 0', 'A >= 0', 'E <= a*A', 'e <= b*(A + E)'],
        goals: ['E + e <= ((1 + a)*(1 + b) - 1)*A'],
      },
    ],
  },
];
