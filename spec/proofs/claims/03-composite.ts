import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

const { compositeRow, compositeColumn, primaryRow, secondaryRow, tap } = formulas;
const interleave = (c: string) => substitute(formulas.interleave, { c, M: 'Mout' });
const deinterleave = (c: string) => substitute(formulas.deinterleave, { c, M: 'Mout' });
const placeInSecondary = (out: string) => substitute(formulas.interleave, { c: out, L: 'Lout', M: 'Mout' });
const atPair = (formula: string) => substitute(formula, { out: compositeRow, input: compositeColumn });
const sizes = ['L', 'Min', 'Mout', 'Lout'];
/** The channel between the convolutions, in secondary order: the l-th of secondary partition m2. */
const between = substitute(formulas.channel, { l: 'm2', M: 'L', m: 'l' });

/** Claim 3: the block is the regular convolution with the composite kernel. */
export const compositeSections: readonly Section[] = [
  {
    id: 'composite-entry',
    claim: 3,
    statement:
      'W[l′·Mout + m′, l·Min + m, s] = Wᵈ[m′·Lout + l′, l] · Wᵖ[l·Mout + m′, m, s] = (P Wᵈ Pᵀ Wᵖ)[…]',
    equation: 'Eq. 5 and 6',
    inductions: ['single term'],
    argument:
      'Each of the three matrix products is a sum with a single term: Pᵀ Wᵖ because a row of Pᵀ has a single one; ' +
      'Wᵈ (Pᵀ Wᵖ) because a single b lies in the block of Wᵈ of row a and comes from the block of Wᵖ of ' +
      'column `input`; P times that because a row of P has a single one.',
    theorems: [
      {
        id: 'entry-formulas',
        words: 'the formulas with div and mod name these entries',
        over: 'integers',
        sizes,
        below: { l: 'L', m: 'Min', l2: 'Lout', m2: 'Mout' },
        goals: [
          `${atPair(formulas.compositeSecondaryRow)} = ${secondaryRow}`,
          `${atPair(formulas.compositeSecondaryColumn)} = l`,
          `${atPair(formulas.compositePrimaryRow)} = ${primaryRow}`,
          `${atPair(formulas.compositePrimaryColumn)} = m`,
        ],
        splits: [`l2 - div(${compositeRow}, Mout)`, `l - div(${compositeColumn}, Min)`],
      },
      {
        id: 'row-of-the-interleave',
        words: 'row b of Pᵀ has its one in column e, b = interleave(e), iff e = deinterleave(b)',
        over: 'integers',
        sizes: ['L', 'Mout'],
        below: { b: 'L*Mout', e: 'L*Mout' },
        where: [`b = ${interleave('e')}`],
        goals: [`e = ${deinterleave('b')}`],
        splits: [`mod(e, Mout) - div(b, L)`],
      },
      {
        id: 'row-of-the-deinterleave',
        words: 'row `out` of P has its one in column m′·Lout + l′',
        over: 'integers',
        sizes: ['Lout', 'Mout'],
        below: { l2: 'Lout', m2: 'Mout' },
        goals: [`${placeInSecondary(compositeRow)} = ${secondaryRow}`],
        splits: [`l2 - div(${compositeRow}, Mout)`],
      },
      {
        id: 'blocks-meet',
        words: 'b in secondary partition m2 and deinterleave(b) in primary partition l: then b = m2·L + l',
        over: 'integers',
        sizes: ['L', 'Mout'],
        below: { b: 'L*Mout', l: 'L', m2: 'Mout' },
        where: ['div(b, L) = m2', `div(${deinterleave('b')}, Mout) = l`],
        goals: [`b = ${between}`],
        splits: [`mod(b, L) - div(${deinterleave('b')}, Mout)`],
      },
      {
        id: 'blocks-meet-there',
        words: 'and m2·L + l is in these two partitions, at place l of the one, at place m2 of the other',
        over: 'integers',
        sizes: ['L', 'Mout'],
        below: { l: 'L', m2: 'Mout' },
        goals: [
          `div(${between}, L) = m2`,
          `mod(${between}, L) = l`,
          `div(${deinterleave(between)}, Mout) = l`,
          `mod(${deinterleave(between)}, Mout) = m2`,
        ],
        splits: [`m2 - div(${between}, L)`, `l - div(${deinterleave(between)}, Mout)`],
      },
    ],
  },
  {
    id: 'block-is-convolution',
    claim: 3,
    statement:
      'The block is the regular convolution with kernel W, for every L, Min, Mout, Lout, kernel, stride, padding ' +
      'and dilation, over every commutative semiring',
    equation: 'Eq. 5 and 6',
    inductions: ['row by row'],
    argument:
      'Both read the padded input at the same places, since both have the window of the primary convolution: call ' +
      'x(l, p) what tap p = (m, u, v) of partition l reads. The block adds up Σ_l Wᵈ[m′·Lout + l′, l]·(Σ_p Wᵖ[l·Mout ' +
      '+ m′, p]·x(l, p)), the convolution adds up Σ_q W[out, q]·x(q) with the taps in the order q = l·K + p, ' +
      'K = Min·kh·kw. With composite-entry these are the two sides of "row by row".',
    theorems: [
      {
        id: 'what-the-block-reads',
        words:
          'x′[out] is z̄ at m′·Lout + l′, in secondary partition m′, which reads ȳ at m′·L + l, which is y at l·Mout + m′',
        over: 'integers',
        sizes,
        below: { l: 'L', l2: 'Lout', m2: 'Mout' },
        goals: [
          `${placeInSecondary(compositeRow)} = ${secondaryRow}`,
          `div(${secondaryRow}, Lout) = m2`,
          `mod(${secondaryRow}, Lout) = l2`,
          `${deinterleave(between)} = ${primaryRow}`,
          `div(${primaryRow}, Mout) = l`,
          `mod(${primaryRow}, Mout) = m2`,
        ],
        splits: [
          `l2 - div(${compositeRow}, Mout)`,
          `m2 - div(${secondaryRow}, Lout)`,
          `m2 - div(${between}, L)`,
          `l - div(${primaryRow}, Mout)`,
        ],
      },
      {
        id: 'taps-in-order',
        words: 'tap (l·Min + m, u, v) of the regular convolution is tap (m, u, v) of row l',
        over: 'commutative semiring',
        let: { K: 'Min*kh*kw', p: substitute(tap, { c: 'm' }) },
        goals: [
          `${substitute(tap, { c: compositeColumn })} = ${substitute(formulas.channel, { M: 'K', m: 'p' })}`,
        ],
      },
    ],
  },
  {
    id: 'composite-bias',
    claim: 3,
    statement: 'With biases the block is affine: x′ = W x + b, b = P (Wᵈ Pᵀ bᵖ + bᵈ)',
    equation: 'Eq. 5 with biases',
    inductions: ['row by row', 'sum of sums'],
    theorems: [
      {
        id: 'bias-last',
        words: 'with Σ Wᵈ·y = Y and Σ Wᵈ·bᵖ = B',
        over: 'commutative semiring',
        goals: ['(Y + B) + bd = Y + (B + bd)'],
      },
    ],
  },
];
