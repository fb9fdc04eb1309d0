import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

const { channel, interleave, primaryRow, secondaryRow, compositeRow, compositeColumn } = formulas;
/** With one primary partition, its secondary partitions have one output channel each; and the other extreme. */
const onePrimary = { L: '1', Lout: '1', l: '0', l2: '0' };
const oneChannel = { Min: '1', Mout: '1', m: '0', m2: '0' };
/** Regular convolution as a block: L = K² primary partitions, l = a·K + b. */
const split = substitute(channel, { l: 'a', M: 'K', m: 'b' });

/** Claim 4: group convolution is regular convolution with a block-diagonal kernel; the special cases. */
export const specialCaseSections: readonly Section[] = [
  {
    id: 'block-diagonal',
    claim: 4,
    statement: 'Group convolution is the regular convolution with the block-diagonal kernel',
    equation: 'Eq. 1',
    inductions: ['one row of many'],
    argument:
      'Output channel o = l·O + o2 of the regular convolution adds up, over input channel and tap q, ' +
      '([div(q, K) = l]·w)·x with K = I·kh·kw taps a partition; group convolution adds up w·x over partition l alone.',
    theorems: [
      {
        id: 'zero-outside-the-block',
        words: 'an entry outside the block adds nothing, one inside adds its product',
        over: 'commutative semiring',
        goals: ['(d*w)*x = d*(w*x)'],
      },
      {
        id: 'partition-of-a-channel',
        words: 'channel l·O + o2 belongs to partition l, and is its o2-th',
        over: 'integers',
        sizes: ['groups', 'O'],
        below: { l: 'groups', o2: 'O' },
        goals: ['div(l*O + o2, O) = l', 'mod(l*O + o2, O) = o2', 'l*O + o2 < groups*O'],
        splits: ['l - div(l*O + o2, O)'],
      },
    ],
  },
  {
    id: 'regular-as-block',
    claim: 4,
    statement:
      'A regular convolution is a block, for any split K × K of its kernel: L = K², Wᵈ[l′, l] = [⌊l/K⌋ = l′ mod K], ' +
      'input and output repeated K times',
    equation: 'Section 4, Fig. 2',
    inductions: ['one row of many', 'row by row'],
    argument:
      'Output channel l′·Mout + m′ of the block adds up [div(l, K) = a]·y(l, m′) over l < K·K, a = l′ mod K: by "one ' +
      'row of many" this is the sum of y(a·K + b, m′) over b < K, and by "row by row" (all a(l) = 1) the sum over the ' +
      'channels b·Min + m and taps of the regular convolution for its output channel a·Mout + m′.',
    theorems: [
      {
        id: 'split-range',
        words: 'partition l = a·K + b holds block (a, b) of the kernel',
        over: 'integers',
        sizes: ['K'],
        below: { a: 'K', b: 'K' },
        goals: [`${split} < K*K`, `div(${split}, K) = a`, `mod(${split}, K) = b`],
        splits: [`a - div(${split}, K)`],
      },
      {
        id: 'repeated-input',
        words: 'channel m of partition a·K + b is channel b·Min + m of x, repeated',
        over: 'integers',
        sizes: ['K', 'Min'],
        below: { a: 'K', b: 'K', m: 'Min' },
        goals: [`mod(${substitute(compositeColumn, { l: split })}, K*Min) = b*Min + m`],
        splits: [`a - div(${substitute(compositeColumn, { l: split })}, K*Min)`],
      },
      {
        id: 'repeated-output',
        words: 'output channel l′·Mout + m′, l′ = r·K + a, is the result’s channel a·Mout + m′, repeated',
        over: 'integers',
        sizes: ['K', 'Mout'],
        below: { r: 'K', a: 'K', m2: 'Mout' },
        goals: [`mod(${substitute(compositeRow, { l2: 'r*K + a' })}, K*Mout) = a*Mout + m2`],
        splits: [`r - div(${substitute(compositeRow, { l2: 'r*K + a' })}, K*Mout)`],
      },
      {
        id: 'cross-summation-row',
        words: 'row m′·L + l′ of the secondary kernel mixes for l′',
        over: 'integers',
        sizes: ['K', 'Mout'],
        below: { l2: 'K*K', m2: 'Mout' },
        goals: [`mod(${substitute(secondaryRow, { Lout: 'K*K' })}, K*K) = l2`],
        splits: [`m2 - div(${substitute(secondaryRow, { Lout: 'K*K' })}, K*K)`],
      },
      {
        id: 'unit-factor',
        words: 'weights 1 leave the terms as they are',
        over: 'commutative semiring',
        goals: ['(1*w)*x = w*x'],
      },
    ],
  },
  {
    id: 'summation-fusion',
    claim: 4,
    statement:
      'With Wᵈ all ones every output partition is the sum of the primary’s partitions: summation fusion',
    equation: 'Section 4',
    inductions: ['row by row'],
    theorems: [
      {
        id: 'sum-of-partitions',
        words: 'W[l′·Mout + m′, l·Min + m, s] = Wᵖ[l·Mout + m′, m, s], whatever l′',
        over: 'commutative semiring',
        let: { wd: '1' },
        goals: ['wd*wp = wp', 'S + wd*y = S + y'],
      },
    ],
  },
  {
    id: 'one-primary-partition',
    claim: 4,
    statement: 'L = 1: a regular convolution, then a factor for each output channel',
    equation: 'Section 4',
    argument: 'W[m′, m, s] = Wᵈ[m′, 0]·Wᵖ[m′, m, s]; the interleave does nothing.',
    theorems: [
      {
        id: 'one-primary-interleave',
        words: 'the interleave of (1, Mout) moves nothing',
        over: 'integers',
        sizes: ['Mout'],
        below: { c: 'Mout' },
        goals: [`${substitute(interleave, { L: '1', M: 'Mout' })} = c`],
        splits: ['div(c, Mout)'],
      },
      {
        id: 'one-primary-entry',
        words: 'the entries',
        over: 'commutative semiring',
        goals: [
          `${substitute(compositeRow, onePrimary)} = m2`,
          `${substitute(compositeColumn, onePrimary)} = m`,
          `${substitute(secondaryRow, onePrimary)} = m2`,
          `${substitute(primaryRow, onePrimary)} = m2`,
        ],
      },
    ],
  },
  {
    id: 'one-channel-partitions',
    claim: 4,
    statement: 'M = 1: channel-wise convolution, then a dense 1 × 1: Xception',
    equation: 'Section 4',
    argument:
      'W[l′, l, s] = Wᵈ[l′, l]·Wᵖ[l, 0, s], for any number Lout of outputs; the interleaves do nothing.',
    theorems: [
      {
        id: 'one-channel-interleave',
        words: 'the interleave of (L, 1) moves nothing',
        over: 'integers',
        sizes: ['L'],
        below: { c: 'L' },
        goals: [`${substitute(interleave, { M: '1' })} = c`],
      },
      {
        id: 'one-channel-entry',
        words: 'the entries',
        over: 'commutative semiring',
        goals: [
          `${substitute(compositeRow, oneChannel)} = l2`,
          `${substitute(compositeColumn, oneChannel)} = l`,
          `${substitute(secondaryRow, oneChannel)} = l2`,
          `${substitute(primaryRow, oneChannel)} = l`,
        ],
      },
    ],
  },
];
