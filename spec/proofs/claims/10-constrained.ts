import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

const { primaryRow, secondaryRow, compositeRow, compositeColumn } = formulas;
const square = { Min: 'M', Mout: 'M', Lout: 'L' };

/** Claim 10: wider, but more constrained. */
export const constrainedSections: readonly Section[] = [
  {
    id: 'non-zeros',
    claim: 10,
    statement: 'Wᵖ has G·M·S entries that may be non-zero, Wᵈ has G·L',
    equation: 'Section 3, after Eq. 15',
    inductions: ['counting'],
    argument: 'Of L·Mout rows each has Min·S, of Mout·Lout rows each has L: "counting", twice.',
    theorems: [
      {
        id: 'non-zeros-in-terms-of-the-width',
        words: 'with Min = Mout = M and Lout = L',
        over: 'commutative semiring',
        goals: [
          `${substitute(formulas.primaryParameters, square)} = (${formulas.width})*M*S`,
          `${substitute(formulas.secondaryParameters, square)} = (${formulas.width})*L`,
          `L*Mout*(Min*S) = ${formulas.primaryParameters}`,
          `Mout*Lout*L = ${formulas.secondaryParameters}`,
        ],
      },
    ],
  },
  {
    id: 'rank-one',
    claim: 10,
    statement:
      'W is composite iff each slice (l, m′), a matrix of l′ by (m, s), has rank at most 1; the factors can be recovered',
    equation: 'Eq. 6',
    argument:
      'An entry of a kernel belongs to one slice only, so slices may be taken one at a time. Rank at most 1 means that ' +
      'all 2 × 2 minors vanish. If all entries of a slice are 0, so are the factors. Else take an entry p = W[i0, j0] ' +
      '≠ 0, Wd[i] = W[i, j0] and Wp[j] = W[i0, j]/p: then p·Wd[i]·Wp[j] = W[i, j0]·W[i0, j] = p·W[i, j]. In a field; ' +
      'over the integers up to the factor p.',
    theorems: [
      {
        id: 'minors-vanish',
        words: 'a product of a column and a row has no 2 × 2 minor',
        over: 'commutative ring',
        goals: ['(d1*p1)*(d2*p2) - (d1*p2)*(d2*p1) = 0'],
      },
      {
        id: 'factors-recovered',
        words: 'vanishing minors give p·W[i, j] from the recovered factors, and p can be cancelled',
        over: 'integers',
        where: ['p*w - x*y = 0', 'p*v = x*y'],
        goals: ['p*w = p*v'],
      },
      {
        id: 'cancelled',
        words: 'p·(w − v) = 0 and p ≥ 1 (else −p): w = v',
        over: 'integers',
        where: ['p >= 1', 'p*w = p*v'],
        goals: ['w = v'],
      },
      {
        id: 'entries-of-a-slice',
        words: 'entry (row, column) of W, Wᵈ or Wᵖ tells l, m′ and the place in the slice',
        over: 'integers',
        sizes: ['L', 'Min', 'Mout', 'Lout'],
        below: { l: 'L', m: 'Min', l2: 'Lout', m2: 'Mout' },
        goals: [
          `mod(${compositeRow}, Mout) = m2`,
          `div(${compositeRow}, Mout) = l2`,
          `div(${compositeColumn}, Min) = l`,
          `mod(${compositeColumn}, Min) = m`,
          `div(${secondaryRow}, Lout) = m2`,
          `mod(${secondaryRow}, Lout) = l2`,
          `div(${primaryRow}, Mout) = l`,
          `mod(${primaryRow}, Mout) = m2`,
        ],
        splits: [
          `l2 - div(${compositeRow}, Mout)`,
          `l - div(${compositeColumn}, Min)`,
          `m2 - div(${secondaryRow}, Lout)`,
          `l - div(${primaryRow}, Mout)`,
        ],
      },
    ],
  },
];
