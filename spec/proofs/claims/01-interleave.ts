import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

const interleave = (c: string) => substitute(formulas.interleave, { c });
const deinterleave = (c: string) => substitute(formulas.deinterleave, { c });
const channel = formulas.channel;
const sizes = ['L', 'M'];

/** Claim 1: the interleave is a bijection. */
export const interleaveSections: readonly Section[] = [
  {
    id: 'channels',
    claim: 1,
    statement: 'The channels 0 … L·M − 1 are exactly the l·M + m with l < L and m < M, each once',
    equation: 'Eq. 1',
    theorems: [
      {
        id: 'channel-range',
        words: 'l·M + m is a channel, and l and m can be read off it',
        over: 'integers',
        sizes,
        below: { l: 'L', m: 'M' },
        goals: [`${channel} >= 0`, `${channel} < L*M`, `div(${channel}, M) = l`, `mod(${channel}, M) = m`],
        splits: [`l - div(${channel}, M)`],
      },
      {
        id: 'channel-parts',
        words: 'every channel c is l·M + m with l = div(c, M) < L and m = mod(c, M) < M',
        over: 'integers',
        sizes,
        below: { c: 'L*M' },
        goals: [
          'div(c, M) >= 0',
          'div(c, M) < L',
          'mod(c, M) >= 0',
          'mod(c, M) < M',
          `${substitute(channel, { l: 'div(c, M)', m: 'mod(c, M)' })} = c`,
        ],
      },
    ],
  },
  {
    id: 'interleave-bijection',
    claim: 1,
    statement: 'The interleave is a bijection on channels; the deinterleave is its inverse',
    equation: 'Eq. 2 and 4',
    theorems: [
      {
        id: 'interleave-range',
        words: 'it takes channels to channels',
        over: 'integers',
        sizes,
        below: { c: 'L*M' },
        goals: [`${interleave('c')} >= 0`, `${interleave('c')} < L*M`],
      },
      {
        id: 'deinterleave-after-interleave',
        words: 'the deinterleave undoes the interleave, which is therefore injective',
        over: 'integers',
        sizes,
        below: { c: 'L*M' },
        goals: [`${deinterleave(interleave('c'))} = c`],
        splits: [`mod(c, M) - div(${interleave('c')}, L)`],
      },
      {
        id: 'interleave-after-deinterleave',
        words: 'the interleave undoes the deinterleave, and is therefore surjective',
        over: 'integers',
        sizes,
        below: { c: 'L*M' },
        goals: [`${interleave(deinterleave('c'))} = c`],
        splits: [`mod(c, L) - div(${deinterleave('c')}, M)`],
      },
      {
        id: 'interleave-of-a-pair',
        words: 'l·M + m goes to m·L + l',
        over: 'integers',
        sizes,
        below: { l: 'L', m: 'M' },
        goals: [`${interleave(channel)} = ${substitute(channel, { l: 'm', M: 'L', m: 'l' })}`],
        splits: [`l - div(${channel}, M)`],
      },
    ],
  },
  {
    id: 'deinterleave-swaps',
    claim: 1,
    statement: 'The inverse of the interleave of (L, M) is the interleave of (M, L)',
    equation: 'Eq. 4',
    theorems: [
      {
        id: 'deinterleave-is-interleave',
        words: 'the two formulas agree',
        over: 'integers',
        sizes,
        below: { c: 'L*M' },
        goals: [`${deinterleave('c')} = ${substitute(formulas.interleave, { L: 'M', M: 'L' })}`],
      },
    ],
  },
  {
    id: 'interleave-involution',
    claim: 1,
    statement: 'The interleave is an involution iff L = M, L = 1 or M = 1',
    equation: 'Eq. 2',
    argument:
      'If L and M are at least 2 and differ, it is none: it takes channel 1 to L, and L not back to 1.',
    theorems: [
      {
        id: 'involution-if-square',
        words: 'L = M',
        over: 'integers',
        sizes: ['L'],
        below: { c: 'L*L' },
        goals: [
          `${substitute(formulas.interleave, { c: substitute(formulas.interleave, { M: 'L' }), M: 'L' })} = c`,
        ],
        splits: [`mod(c, L) - div(${substitute(formulas.interleave, { M: 'L' })}, L)`],
      },
      {
        id: 'identity-if-one-primary',
        words: 'L = 1: it moves nothing',
        over: 'integers',
        sizes: ['M'],
        below: { c: 'M' },
        goals: [`${substitute(formulas.interleave, { L: '1' })} = c`],
        splits: ['div(c, M)'],
      },
      {
        id: 'identity-if-one-channel',
        words: 'M = 1: it moves nothing',
        over: 'integers',
        sizes: ['L'],
        below: { c: 'L' },
        goals: [`${substitute(formulas.interleave, { M: '1' })} = c`],
      },
      {
        id: 'involution-only-if',
        words: 'L, M ≥ 2, and channel 1 comes back after two interleaves: then L = M',
        over: 'integers',
        where: ['L >= 2', 'M >= 2', `${interleave(interleave('1'))} = 1`],
        goals: ['L = M'],
        splits: [
          'div(1, M)',
          `mod(${interleave('1')}, M)`,
          `div(${interleave('1')}, M)`,
          `mod(${interleave('1')}, M) - 1`,
        ],
      },
    ],
  },
];
