import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

/** The interleave behind the primary convolution acts on (L, Mout), the deinterleave at the end on (Lout, Mout). */
const interleave = (c: string) => substitute(formulas.interleave, { c, M: 'Mout' });
const placeInSecondary = (out: string) => substitute(formulas.interleave, { c: out, L: 'Lout', M: 'Mout' });
const between = formulas.primaryRow;

/** Claim 2: the two group convolutions complement each other. */
export const complementaritySections: readonly Section[] = [
  {
    id: 'complementary-partitions',
    claim: 2,
    statement: 'Channels of one secondary partition come from different primary partitions, and conversely',
    equation: 'Section 3',
    theorems: [
      {
        id: 'same-partitions-same-channel',
        words: 'channels that share both their primary and their secondary partition are one channel',
        over: 'integers',
        sizes: ['L', 'Mout'],
        below: { c: 'L*Mout', d: 'L*Mout' },
        where: [`div(${interleave('c')}, L) = div(${interleave('d')}, L)`, 'div(c, Mout) = div(d, Mout)'],
        goals: ['c = d'],
        splits: [`mod(c, Mout) - div(${interleave('c')}, L)`, `mod(d, Mout) - div(${interleave('d')}, L)`],
      },
    ],
  },
  {
    id: 'one-path',
    claim: 2,
    statement: 'Exactly one path joins each input channel to each output channel',
    equation: 'Section 3',
    inductions: ['single term'],
    argument:
      'A path from `input` to `out` goes through a channel e of the primary partition of `input` which the ' +
      'interleave takes to the secondary partition of `out`. The number of paths is the sum of [e is such] over e.',
    theorems: [
      {
        id: 'ends-of-a-path',
        words:
          'input lies in primary partition div(input, Min) < L, out in secondary partition mod(out, Mout) < Mout',
        over: 'integers',
        sizes: ['L', 'Min', 'Mout', 'Lout'],
        below: { input: 'L*Min', out: 'Lout*Mout' },
        goals: [
          'div(input, Min) >= 0',
          'div(input, Min) < L',
          'mod(out, Mout) >= 0',
          'mod(out, Mout) < Mout',
          `div(${placeInSecondary('out')}, Lout) = mod(out, Mout)`,
        ],
        splits: [`mod(out, Mout) - div(${placeInSecondary('out')}, Lout)`],
      },
      {
        id: 'a-path',
        words:
          'from primary partition l to secondary partition m2 there is a path, through channel l·Mout + m2',
        over: 'integers',
        sizes: ['L', 'Mout'],
        below: { l: 'L', m2: 'Mout' },
        goals: [
          `${between} >= 0`,
          `${between} < L*Mout`,
          `div(${between}, Mout) = l`,
          `div(${interleave(between)}, L) = m2`,
        ],
        splits: [`l - div(${between}, Mout)`, `m2 - div(${interleave(between)}, L)`],
      },
      {
        id: 'no-other-path',
        words: 'and no other',
        over: 'integers',
        sizes: ['L', 'Mout'],
        below: { l: 'L', m2: 'Mout', e: 'L*Mout' },
        where: ['div(e, Mout) = l', `div(${interleave('e')}, L) = m2`],
        goals: [`e = ${between}`],
        splits: [`mod(e, Mout) - div(${interleave('e')}, L)`],
      },
    ],
  },
  {
    id: 'dense',
    claim: 2,
    statement: 'W is dense: each of its entries is a product of one entry of Wᵈ and one of Wᵖ',
    equation: 'Eq. 6',
    argument: 'So an entry of W is zero only where that product is; that it is this product is claim 3.',
    theorems: [
      {
        id: 'entries-exist',
        words: 'the two entries that the formulas name lie within Wᵈ and Wᵖ',
        over: 'integers',
        sizes: ['L', 'Min', 'Mout', 'Lout'],
        below: { input: 'L*Min', out: 'Lout*Mout' },
        goals: [
          `${formulas.compositeSecondaryRow} >= 0`,
          `${formulas.compositeSecondaryRow} < Mout*Lout`,
          `${formulas.compositeSecondaryColumn} >= 0`,
          `${formulas.compositeSecondaryColumn} < L`,
          `${formulas.compositePrimaryRow} >= 0`,
          `${formulas.compositePrimaryRow} < L*Mout`,
          `${formulas.compositePrimaryColumn} >= 0`,
          `${formulas.compositePrimaryColumn} < Min`,
        ],
        splits: ['div(input, Min)', 'div(out, Mout)', 'L - 1 - div(input, Min)', 'Lout - 1 - div(out, Mout)'],
      },
    ],
  },
];
