/**
 * What the SMT solvers are asked, beside the theorems of theorems.ts (which they get word by word, with div and
 * mod as they know them): the same inductions once more, but with sums and weights as functions of their indices
 * instead of letters, so that the index formulas stand where the specification has them; and statements about
 * real numbers. Real numbers stand for the elements of a ring here: only ring equations are used of them.
 *
 * Hypotheses and goals are SMT-LIB terms. No quantifiers: a hypothesis says what a sum does at the one index where
 * the step needs it.
 */
import { formulas } from './formulas.ts';
import type { InductionName } from './inductions.ts';
import { substitute } from './language.ts';
import { smtRelation, smtTerm } from './smtlib.ts';

export interface Obligation {
  readonly id: string;
  readonly words: string;
  /** Names of integers, names of real numbers, and functions as 'name (Int Int) Real'. */
  readonly integers?: readonly string[];
  readonly reals?: readonly string[];
  readonly functions?: readonly string[];
  readonly where: readonly string[];
  readonly goal: string;
}

/** A statement that is proved by obligations; in the terms of Section. */
export interface ObligationSection {
  readonly id: string;
  readonly claim: number;
  readonly statement: string;
  readonly equation: string;
  readonly inductions?: readonly InductionName[];
  readonly argument?: string;
  readonly obligations: readonly Obligation[];
}

const index = (name: string, bound: string): readonly string[] => [`(<= 0 ${name})`, `(< ${name} ${bound})`];
const relations = (...texts: string[]): readonly string[] => texts.map((text) => smtRelation(text));

/** The composite kernel's definition at one entry, W(out, input, s), with its formulas. */
const entry = (out: string, input: string): string => {
  const at = (formula: string) => smtTerm(substitute(formula, { out, input }));
  return `(= (W ${smtTerm(out)} ${smtTerm(input)} s) (* (Wd ${at(formulas.compositeSecondaryRow)} ${at(formulas.compositeSecondaryColumn)}) (Wp ${at(formulas.compositePrimaryRow)} ${at(formulas.compositePrimaryColumn)} s)))`;
};
const { compositeRow, compositeColumn, primaryRow, secondaryRow } = formulas;
const [row, column, fromPrimary, fromSecondary] = [
  compositeRow,
  compositeColumn,
  primaryRow,
  secondaryRow,
].map((formula) => smtTerm(formula));
/** Lemma channel-range, for the two channels of this entry. */
const decoded = relations(
  `div(${compositeRow}, Mout) = l2`,
  `mod(${compositeRow}, Mout) = m2`,
  `div(${compositeColumn}, Min) = l`,
  `mod(${compositeColumn}, Min) = m`,
);
const blockFunctions = [
  'W (Int Int Int) Real',
  'Wd (Int Int) Real',
  'Wp (Int Int Int) Real',
  'x (Int Int) Real',
];
const blockIndices = ['L', 'Min', 'Mout', 'Lout', 'S', 'l', 'm', 's', 'l2', 'm2'];
const blockRanges = [
  ...['L', 'Min', 'Mout', 'Lout', 'S'].map((size) => `(>= ${size} 1)`),
  ...index('l', 'L'),
  ...index('m', 'Min'),
  ...index('s', 'S'),
  ...index('l2', 'Lout'),
  ...index('m2', 'Mout'),
];

export const obligationSections: readonly ObligationSection[] = [
  {
    id: 'block-is-convolution-by-index',
    claim: 3,
    statement:
      'The block is the regular convolution with kernel W, written with the indices of the specification',
    equation: 'Eq. 5 and 6',
    inductions: ['row by row'],
    argument:
      'For one output position and channel out = l2·Mout + m2: F(l, m, s) is the partial sum of the regular ' +
      'convolution before tap s of channel l·Min + m, D(l) that of the secondary convolution before partition l, ' +
      'Y(l, m, s) that of the primary convolution for its channel l·Mout + m2. Invariant: F(l, m, s) = D(l) + ' +
      'Wd·Y(l, m, s). Induction on (l, m, s) in this order.',
    obligations: [
      {
        id: 'block-entry',
        words: 'the entry of W that is used, by its formulas with div and mod',
        integers: blockIndices,
        functions: blockFunctions,
        where: [...blockRanges, ...decoded, entry(compositeRow, compositeColumn)],
        goal: `(= (W ${row} ${column} s) (* (Wd ${fromSecondary} l) (Wp ${fromPrimary} m s)))`,
      },
      {
        id: 'block-base',
        words: 'l = m = s = 0: all sums are 0',
        integers: ['Lout', 'm2', 'l2'],
        functions: ['F (Int Int Int) Real', 'Y (Int Int Int) Real', 'D (Int) Real', 'Wd (Int Int) Real'],
        where: ['(= (F 0 0 0) 0.0)', '(= (D 0) 0.0)', '(= (Y 0 0 0) 0.0)'],
        goal: `(= (F 0 0 0) (+ (D 0) (* (Wd ${fromSecondary} 0) (Y 0 0 0))))`,
      },
      {
        id: 'block-next-tap',
        words: 's to s + 1',
        integers: blockIndices,
        functions: [...blockFunctions, 'F (Int Int Int) Real', 'Y (Int Int Int) Real', 'D (Int) Real'],
        where: [
          ...blockRanges,
          `(= (W ${row} ${column} s) (* (Wd ${fromSecondary} l) (Wp ${fromPrimary} m s)))`,
          `(= (F l m (+ s 1)) (+ (F l m s) (* (W ${row} ${column} s) (x ${column} s))))`,
          `(= (Y l m (+ s 1)) (+ (Y l m s) (* (Wp ${fromPrimary} m s) (x ${column} s))))`,
          `(= (F l m s) (+ (D l) (* (Wd ${fromSecondary} l) (Y l m s))))`,
        ],
        goal: `(= (F l m (+ s 1)) (+ (D l) (* (Wd ${fromSecondary} l) (Y l m (+ s 1)))))`,
      },
      {
        id: 'block-next-channel',
        words: 'm, s = S to m + 1, s = 0',
        integers: ['Lout', 'S', 'l', 'm', 'l2', 'm2'],
        functions: ['F (Int Int Int) Real', 'Y (Int Int Int) Real', 'D (Int) Real', 'Wd (Int Int) Real'],
        where: [
          '(= (F l (+ m 1) 0) (F l m S))',
          '(= (Y l (+ m 1) 0) (Y l m S))',
          `(= (F l m S) (+ (D l) (* (Wd ${fromSecondary} l) (Y l m S))))`,
        ],
        goal: `(= (F l (+ m 1) 0) (+ (D l) (* (Wd ${fromSecondary} l) (Y l (+ m 1) 0))))`,
      },
      {
        id: 'block-next-partition',
        words: 'l, m = Min to l + 1, m = 0',
        integers: ['Lout', 'Min', 'l', 'l2', 'm2'],
        functions: ['F (Int Int Int) Real', 'Y (Int Int Int) Real', 'D (Int) Real', 'Wd (Int Int) Real'],
        where: [
          '(= (F (+ l 1) 0 0) (F l Min 0))',
          '(= (Y (+ l 1) 0 0) 0.0)',
          `(= (D (+ l 1)) (+ (D l) (* (Wd ${fromSecondary} l) (Y l Min 0))))`,
          `(= (F l Min 0) (+ (D l) (* (Wd ${fromSecondary} l) (Y l Min 0))))`,
        ],
        goal: `(= (F (+ l 1) 0 0) (+ (D (+ l 1)) (* (Wd ${fromSecondary} (+ l 1)) (Y (+ l 1) 0 0))))`,
      },
    ],
  },
  {
    id: 'matrix-product-by-index',
    claim: 3,
    statement:
      'P Wᵈ Pᵀ Wᵖ has the entries of W: the term of channel e, with the block-diagonal kernels’ own conditions',
    equation: 'Eq. 5 and 6',
    inductions: ['single term'],
    obligations: [
      {
        id: 'term-of-the-product',
        words: 'it is 0 but for e = l·Mout + m2 = a·Mout + b, where it is the product of the two weights',
        integers: ['l', 'm', 's', 'l2', 'm2', 'a', 'b'],
        functions: ['Wd (Int Int Int) Real', 'Wp (Int Int Int Int) Real'],
        where: [],
        goal:
          '(= (* (ite (= b m2) (Wd m2 l2 a) 0.0) (ite (= a l) (Wp a b m s) 0.0)) ' +
          '(ite (and (= a l) (= b m2)) (* (Wd m2 l2 l) (Wp l m2 m s)) 0.0))',
      },
      {
        id: 'single-term-by-index',
        words: 'a sum with the single term v at e: n to n + 1',
        integers: ['e', 'n'],
        reals: ['v'],
        functions: ['S (Int) Real', 't (Int) Real'],
        where: [
          '(>= e 0)',
          '(>= n 0)',
          '(= (S (+ n 1)) (+ (S n) (t n)))',
          '(= (t n) (ite (= n e) v 0.0))',
          '(= (S n) (ite (< e n) v 0.0))',
        ],
        goal: '(= (S (+ n 1)) (ite (< e (+ n 1)) v 0.0))',
      },
    ],
  },
  {
    id: 'block-diagonal-by-index',
    claim: 4,
    statement: 'Group convolution is the regular convolution with the block-diagonal kernel, by index',
    equation: 'Eq. 1',
    inductions: ['one row of many'],
    argument:
      'F(c) is the partial sum of the regular convolution before channel c, Y(m) that of partition l before its ' +
      'channel m; t(m) is what channel m of partition l adds. Invariant: F(c) = 0 before the partition, Y(c − l·I) ' +
      'in it, Y(I) behind it.',
    obligations: [
      {
        id: 'before-and-behind',
        words: 'a channel of another partition adds nothing',
        integers: ['I', 'l', 'c'],
        functions: ['F (Int) Real', 'Y (Int) Real', 't (Int) Real'],
        where: [
          '(>= I 1)',
          '(>= l 0)',
          '(>= c 0)',
          '(not (= (div c I) l))',
          '(= (F (+ c 1)) (+ (F c) (ite (= (div c I) l) (t (mod c I)) 0.0)))',
          '(= (F c) (ite (< (div c I) l) 0.0 (Y I)))',
        ],
        goal: '(= (F (+ c 1)) (ite (< (div c I) l) 0.0 (Y I)))',
      },
      {
        id: 'within',
        words: 'channel m of the partition itself adds its term',
        integers: ['I', 'l', 'm'],
        functions: ['F (Int) Real', 'Y (Int) Real', 't (Int) Real'],
        where: [
          '(>= I 1)',
          '(>= l 0)',
          ...index('m', 'I'),
          ...relations('div(l*I + m, I) = l', 'mod(l*I + m, I) = m'),
          '(= (F (+ (+ (* l I) m) 1)) (+ (F (+ (* l I) m)) (ite (= (div (+ (* l I) m) I) l) (t (mod (+ (* l I) m) I)) 0.0)))',
          '(= (Y (+ m 1)) (+ (Y m) (t m)))',
          '(= (F (+ (* l I) m)) (Y m))',
        ],
        goal: '(= (F (+ (+ (* l I) m) 1)) (Y (+ m 1)))',
      },
    ],
  },
  {
    id: 'wider-reals',
    claim: 5,
    statement: 'G > C iff (L − 1)(M·S − 1) > 1, for the real number C with C·C·S = T',
    equation: 'Eq. 8 and 9',
    obligations: [
      {
        id: 'wider-by-squares',
        words: 'G > C iff G²·S > C²·S, for positive numbers',
        reals: ['G', 'C', 'S'],
        where: ['(> G 0.0)', '(> C 0.0)', '(> S 0.0)'],
        goal: '(= (> G C) (> (* G G S) (* C C S)))',
      },
      {
        id: 'wider-by-factors',
        words: 'G²·S − T = G·(k − 1), G > 0: G²·S > T iff k > 1',
        reals: ['G', 'D', 'k'],
        where: ['(> G 0.0)', '(= D (* G (- k 1.0)))'],
        goal: '(= (> D 0.0) (> k 1.0))',
      },
      {
        id: 'wider-paper-form',
        words: 'L/(L − 1) < M·S iff L < M·S·(L − 1), for L > 1; K is M·S',
        reals: ['L', 'K'],
        where: ['(> L 1.0)'],
        goal: '(= (< (/ L (- L 1.0)) K) (< L (* K (- L 1.0))))',
      },
    ],
  },
  {
    id: 'width-bound-reals',
    claim: 5,
    statement: 'G ≤ (T / 2√S)^(2/3) with equality iff L = M·S, for real numbers',
    equation: 'Eq. 10 to 15',
    obligations: [
      {
        id: 'width-equality-reals',
        words: 'T² − 4·S·G³ = (G·(M·S − L))² is 0 iff L = M·S; d is M·S − L',
        reals: ['G', 'd'],
        where: ['(> G 0.0)'],
        goal: '(= (= (* (* G d) (* G d)) 0.0) (= d 0.0))',
      },
      {
        id: 'width-root-reals',
        words: '4·S·X³ = T² and 4·S·G³ ≤ T² make G ≤ X',
        reals: ['G', 'S', 'T', 'X'],
        where: [
          '(> S 0.0)',
          '(> G 0.0)',
          '(>= X 0.0)',
          '(= (* 4.0 S X X X) (* T T))',
          '(<= (* 4.0 S G G G) (* T T))',
        ],
        goal: '(<= G X)',
      },
    ],
  },
  {
    id: 'exchange-by-index',
    claim: 6,
    statement: 'Σ_o g(o)·Σ_c A(o,c)·x(c) = Σ_c (Σ_o A(o,c)·g(o))·x(c), by index',
    equation: 'adjoint identities',
    inductions: ['exchange'],
    argument:
      'r(o, j) = Σ_{c<j} A(o,c)·x(c); s(n, c) = Σ_{o<n} A(o,c)·g(o); Q(n, j) = Σ_{c<j} s(n,c)·x(c); ' +
      'R(n) = Σ_{o<n} g(o)·r(o,k).',
    obligations: [
      {
        id: 'exchange-next-column',
        words: 'Q(n + 1, j) = Q(n, j) + g(n)·r(n, j): j to j + 1',
        integers: ['n', 'j'],
        functions: [
          'A (Int Int) Real',
          'g (Int) Real',
          'x (Int) Real',
          'r (Int Int) Real',
          's (Int Int) Real',
          'Q (Int Int) Real',
        ],
        where: [
          '(= (s (+ n 1) j) (+ (s n j) (* (A n j) (g n))))',
          '(= (r n (+ j 1)) (+ (r n j) (* (A n j) (x j))))',
          '(= (Q n (+ j 1)) (+ (Q n j) (* (s n j) (x j))))',
          '(= (Q (+ n 1) (+ j 1)) (+ (Q (+ n 1) j) (* (s (+ n 1) j) (x j))))',
          '(= (Q (+ n 1) j) (+ (Q n j) (* (g n) (r n j))))',
        ],
        goal: '(= (Q (+ n 1) (+ j 1)) (+ (Q n (+ j 1)) (* (g n) (r n (+ j 1)))))',
      },
      {
        id: 'exchange-next-row',
        words: 'R(n) = Q(n, k): n to n + 1',
        integers: ['n', 'k'],
        functions: ['g (Int) Real', 'r (Int Int) Real', 'Q (Int Int) Real', 'R (Int) Real'],
        where: [
          '(= (R (+ n 1)) (+ (R n) (* (g n) (r n k))))',
          '(= (Q (+ n 1) k) (+ (Q n k) (* (g n) (r n k))))',
          '(= (R n) (Q n k))',
        ],
        goal: '(= (R (+ n 1)) (Q (+ n 1) k))',
      },
    ],
  },
  {
    id: 'rank-one-reals',
    claim: 10,
    statement:
      'A slice with vanishing minors and an entry p ≠ 0 is the product of its column and its row over p',
    equation: 'Eq. 6',
    obligations: [
      {
        id: 'factors-of-a-slice',
        words: 'w is any other entry, c the one in p’s column, r the one in p’s row',
        reals: ['p', 'w', 'c', 'r'],
        where: ['(distinct p 0.0)', '(= (* p w) (* c r))'],
        goal: '(= w (* c (/ r p)))',
      },
    ],
  },
];
