import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

const { position, outputSize, dividedSameTotal, compositeRow, compositeColumn, primaryRow, secondaryRow } =
  formulas;
const atStrideOne = substitute(outputSize, { stride: '1' });
/** TensorFlow's total padding for 4 pixels and 3 taps. */
const padsOf = (stride: string) =>
  substitute(dividedSameTotal, { size: '4', kernel: '3', dilation: '1', stride });

/** Claim 9: strides, swapped order, adjoint blocks. */
export const extensionSections: readonly Section[] = [
  {
    id: 'stride-subsamples',
    claim: 9,
    statement:
      'For fixed padding, a stride in the primary convolution equals subsampling the block of stride 1',
    equation: 'Eq. 1 with a stride',
    argument:
      'The secondary convolution is 1 × 1, so the block at position i depends on what the primary reads there alone. ' +
      'The padding must be fixed: SAME padding by the stride pads 4 pixels, 3 taps, by 1 at stride 2 and by 2 at ' +
      'stride 1, so the two read different pixels.',
    theorems: [
      {
        id: 'reads-the-same-pixels',
        words: 'position i at stride s reads what position i·s reads at stride 1',
        over: 'commutative ring',
        goals: [`${position} = ${substitute(position, { i: 'i*stride', stride: '1' })}`],
      },
      {
        id: 'as-many-positions',
        words: 'there are as many as multiples of the stride below the size at stride 1',
        over: 'integers',
        sizes: ['size', 'kernel', 'stride', 'dilation'],
        where: ['before >= 0', 'after >= 0'],
        goals: [`${outputSize} = div(${atStrideOne} - 1, stride) + 1`],
        splits: [`div(${atStrideOne} - 1, stride) + 1 - (${outputSize})`],
      },
      {
        id: 'same-padding-does-not',
        words: 'the counterexample',
        over: 'integers',
        sizes: ['two', 'unit'],
        where: ['two = 2', 'unit = 1'],
        goals: [`${padsOf('two')} = 1`, `${padsOf('unit')} = 2`],
        splits: ['div(4 + two - 1, two) - 2'],
      },
    ],
  },
  {
    id: 'swapped-parameters',
    claim: 9,
    statement: 'The swapped order, 1 × 1 first, has L·M·M + M·L·L·S = G·(M + L·S) parameters',
    equation: 'extension',
    argument: 'That it is another family of functions unless S = 1 or degenerate is not proved here.',
    theorems: [
      {
        id: 'swapped-factored',
        words: 'the two kernels together',
        over: 'commutative semiring',
        goals: [`L*M*M + M*L*L*S = ${formulas.swappedParameters}`],
      },
    ],
  },
  {
    id: 'adjoint-is-swapped',
    claim: 9,
    statement:
      'The adjoint of an (L, M) block is a swapped block of (M, L) with flipped kernels, between interleaves',
    equation: 'adjoint of Eq. 5',
    argument:
      'Its first convolution has M partitions, its channels are m·L + l where the block’s are l·M + m; its composite ' +
      'kernel has the entries of W with out and input exchanged. Stride 1.',
    theorems: [
      {
        id: 'transposed-entries',
        words:
          'the swapped block of (Mout, Lout → L, Min) names the same two entries, as transposed kernels have them',
        over: 'integers',
        sizes: ['L', 'Min', 'Mout', 'Lout'],
        below: { l: 'L', m: 'Min', l2: 'Lout', m2: 'Mout' },
        goals: [
          `${substitute(formulas.interleave, { c: compositeRow, L: 'Lout', M: 'Mout' })} = ${secondaryRow}`,
          `${substitute(formulas.deinterleave, { c: substitute(formulas.channel, { l: 'm', M: 'L', m: 'l' }), M: 'Min' })} = ${compositeColumn}`,
          `${substitute(formulas.deinterleave, { c: substitute(formulas.channel, { l: 'm2', M: 'L', m: 'l' }), M: 'Mout' })} = ${primaryRow}`,
        ],
        splits: [`l2 - div(${compositeRow}, Mout)`, 'm - div(m*L + l, L)', 'm2 - div(m2*L + l, L)'],
      },
      {
        id: 'factors-commute-in-the-adjoint',
        words: 'the order of the two factors does not matter',
        over: 'commutative semiring',
        goals: ['wd*wp = wp*wd'],
      },
      {
        id: 'flipped-taps',
        words:
          'the gather of the adjoint is a convolution with tap kernel − 1 − u and padding dilation·(kernel − 1) − before',
        over: 'commutative ring',
        let: { flipped: 'kernel - 1 - u', pad: 'dilation*(kernel - 1) - before' },
        goals: [
          `h + before - u*dilation = ${substitute(position, { i: 'h', stride: '1', u: 'flipped', before: 'pad' })}`,
        ],
      },
    ],
  },
];
