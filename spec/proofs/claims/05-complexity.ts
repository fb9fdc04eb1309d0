import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

const T = formulas.blockParameters;
const G = formulas.width;
const sizes = ['L', 'M', 'S'];
const wider = '(L - 1)*(M*S - 1)';
const bound = `4*S*(${G})*(${G})*(${G})`;
const three = '(a + b + c)*(a + b + c)*(a + b + c)';
const four = '(p + q)*(p + q)*(p + q)*(p + q)';

/** Claim 5: what a block costs, and how wide it is. */
export const complexitySections: readonly Section[] = [
  {
    id: 'parameters',
    claim: 5,
    statement: 'T = L·M·M·S + M·L·L = G·(M·S + L) = G²·(S/L + 1/M)',
    equation: 'Eq. 7',
    theorems: [
      {
        id: 'parameters-factored',
        words: 'the two kernels together, Min = Mout = M and Lout = L; the last form times L·M',
        over: 'commutative semiring',
        goals: [
          `${substitute(`${formulas.primaryParameters} + ${formulas.secondaryParameters}`, { Min: 'M', Mout: 'M', Lout: 'L' })} = ${T}`,
          `(${T})*L*M = (${G})*(${G})*(S*M + L)`,
        ],
      },
    ],
  },
  {
    id: 'wider',
    claim: 5,
    statement: 'G > C, C the width of the regular convolution with T parameters, iff (L − 1)(M·S − 1) > 1',
    equation: 'Eq. 8 and 9',
    argument:
      'C is the real number with C·C·S = T. So G > C iff G²·S > T (below also for every integer C), and ' +
      'G²·S − T = G·((L − 1)(M·S − 1) − 1). The paper’s L/(L − 1) < M·S is, times L − 1 > 0, L < M·S·(L − 1), and ' +
      'M·S·(L − 1) − L = (L − 1)(M·S − 1) − 1.',
    theorems: [
      {
        id: 'wider-identity',
        words: 'G²·S − T, factored; and the paper’s form',
        over: 'commutative ring',
        goals: [`(${G})*(${G})*S - (${T}) = (${G})*(${wider} - 1)`, `M*S*(L - 1) - L = ${wider} - 1`],
      },
      {
        id: 'wider-if',
        words: '(L − 1)(M·S − 1) > 1 makes G²·S > T',
        over: 'integers',
        sizes,
        where: [`${wider} > 1`],
        goals: [`(${G})*(${G})*S > ${T}`],
        factors: 3,
      },
      {
        id: 'wider-only-if',
        words: 'and conversely',
        over: 'integers',
        sizes,
        where: [`(${G})*(${G})*S > ${T}`],
        goals: [`${wider} > 1`],
        factors: 3,
      },
      {
        id: 'wider-than-an-integer-if',
        words: 'for an integer C with C·C·S = T: then G > C',
        over: 'integers',
        sizes: ['G', 'S', 'C'],
        where: [`${formulas.regularParameters} = T`, 'G*G*S > T'],
        goals: ['G > C'],
        factors: 3,
      },
      {
        id: 'wider-than-an-integer-only-if',
        words: 'and conversely',
        over: 'integers',
        sizes: ['G', 'S', 'C'],
        where: [`${formulas.regularParameters} = T`, 'G > C'],
        goals: ['G*G*S > T'],
        factors: 3,
      },
      {
        id: 'not-wider',
        words: 'not wider are only L = 1, M·S = 1 and L = M·S = 2',
        over: 'integers',
        sizes,
        where: ['L >= 2', 'M*S >= 2', `${wider} <= 1`],
        goals: ['L = 2', 'M*S = 2'],
      },
    ],
  },
  {
    id: 'width-bound',
    claim: 5,
    statement: 'G ≤ (T / 2√S)^(2/3), that is 4·S·G³ ≤ T², with equality iff L = M·S',
    equation: 'Eq. 10 to 15',
    theorems: [
      {
        id: 'width-identity',
        words: 'T² − 4·S·G³ is a square',
        over: 'commutative ring',
        goals: [`(${T})*(${T}) - ${bound} = (${G})*(M*S - L)*((${G})*(M*S - L))`],
      },
      {
        id: 'width-inequality',
        words: 'hence the bound, for real L, M and S',
        over: 'ordered ring',
        goals: [`${bound} <= (${T})*(${T})`],
        squares: [`(${G})*(M*S - L)`],
      },
      {
        id: 'width-equality-if',
        words: 'L = M·S attains it',
        over: 'commutative semiring',
        let: { L: 'M*S' },
        goals: [`${bound} = (${T})*(${T})`],
      },
      {
        id: 'width-equality-only-if',
        words: 'and nothing else does',
        over: 'integers',
        sizes,
        where: [`${bound} = (${T})*(${T})`],
        goals: ['L = M*S'],
        squares: [`(${G})*(M*S - L)`, 'M*S - L', 'L*(M*S - L)', 'M*(M*S - L)'],
      },
      {
        id: 'width-cube-root',
        words: 'with X for (T / 2√S)^(2/3), the number with 4·S·X³ = T²: G ≤ X',
        over: 'ordered ring',
        sizes: ['S', 'G'],
        where: ['X >= 0', '4*S*X*X*X = T*T', '4*S*G*G*G <= T*T'],
        goals: ['G <= X'],
        squares: ['G', 'X', 'G + X', 'G - 1'],
      },
    ],
  },
  {
    id: 'chain-width',
    claim: 5,
    statement: 'IGCV2: strict complementarity makes K(1)·…·K(N) = C',
    equation: 'IGCV2, condition on K',
    inductions: [
      'single term',
      'one row of many',
      'exchange',
      'common factor',
      'counting',
      'paths of a chain',
    ],
    argument:
      'In one group convolution with all weights 1 a channel i leads to Σ_j [div(j, K) = div(i, K)] = K channels ' +
      '("one row of many", "counting"); a permutation leads it to one ("single term"). So the paths from one input, ' +
      'summed over the channels where they end, grow K-fold: Σ_j Σ_i A(j,i)·p(i) = Σ_i (Σ_j A(j,i))·p(i) = K·Σ_i p(i) ' +
      '("exchange", "common factor"). Strictly complementary means one path to each of C outputs. The ' +
      'converse is false: K = (2, 2, 2), C = 8, mixing bits 0, 1, 0 of the channel.',
    theorems: [
      {
        id: 'one-path-each',
        words: 'Σ_{c<C} 1 = C, and it is K(1)·…·K(N): so the two are equal',
        over: 'integers',
        where: ['paths = C*1', 'paths = P'],
        goals: ['P = C'],
      },
    ],
  },
  {
    id: 'chain-bound',
    claim: 5,
    statement:
      'IGCV2: Q ≥ C·N·(S·C)^(1/N), that is (Q/C)^N ≥ N^N·S·C, with equality iff S·K(1) = K(2) = … = K(N)',
    equation: 'IGCV2, number of parameters',
    argument:
      'Q/C is the sum of a = S·K(1), b = K(2), …, whose product is S·C: the inequality of the arithmetic and the ' +
      'geometric mean. Proved for N = 2, 3 and 4 factors; for more it is trusted.',
    trusted: ['the inequality of the arithmetic and the geometric mean for more than four factors'],
    theorems: [
      {
        id: 'two-factors',
        words: 'N = 2',
        over: 'ordered ring',
        where: ['a >= 0', 'b >= 0'],
        goals: ['(a + b)*(a + b) >= 4*a*b'],
        squares: ['a - b'],
      },
      {
        id: 'two-factors-equality',
        words: 'N = 2, equality only if a = b',
        over: 'integers',
        where: ['a >= 1', 'b >= 1', '(a + b)*(a + b) = 4*a*b'],
        goals: ['a = b'],
        squares: ['a - b'],
      },
      {
        id: 'three-factors',
        words: 'N = 3',
        over: 'ordered ring',
        where: ['a >= 0', 'b >= 0', 'c >= 0'],
        goals: [`${three} >= 27*a*b*c`],
        squares: ['a - b', 'b - c', 'c - a'],
      },
      {
        id: 'three-factors-equality',
        words: 'N = 3, equality only if a = b = c',
        over: 'integers',
        where: ['a >= 1', 'b >= 1', 'c >= 1', `${three} = 27*a*b*c`],
        goals: ['a = b', 'b = c'],
        squares: ['a - b', 'b - c', 'c - a'],
      },
      {
        id: 'four-factors',
        words: 'N = 4 from N = 2: p = a + b, q = c + d, u = a·b, v = c·d',
        over: 'ordered ring',
        where: ['p >= 0', 'q >= 0', 'u >= 0', 'v >= 0', 'p*p >= 4*u', 'q*q >= 4*v'],
        goals: [`${four} >= 256*u*v`],
        squares: ['(p - q)*(p + q)', 'p - q', 'q'],
      },
      {
        id: 'four-factors-equality',
        words: 'N = 4, equality only if p = q and in both N = 2, so that a = b, c = d and then b = c',
        over: 'integers',
        sizes: ['p', 'q', 'u', 'v'],
        where: ['p*p >= 4*u', 'q*q >= 4*v', `${four} = 256*u*v`],
        goals: ['p*p = 4*u', 'q*q = 4*v', 'p = q'],
        squares: ['(p - q)*(p + q)', 'p - q', 'q', 'p'],
      },
      {
        id: 'balanced',
        words: 'and equal factors attain it',
        over: 'commutative semiring',
        goals: [
          '(a + a)*(a + a) = 4*a*a',
          `${substitute(three, { b: 'a', c: 'a' })} = 27*a*a*a`,
          `${substitute(four, { p: 'a + a', q: 'a + a' })} = 256*a*a*a*a`,
        ],
      },
    ],
  },
];
