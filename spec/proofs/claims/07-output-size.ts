import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

const { outputSize, sameBefore, sameAfter, dividedSameSize, dividedSameTotal } = formulas;
const same = { before: sameBefore, after: sameAfter };
const sizes = ['size', 'kernel', 'stride', 'dilation'];
/** The last pixel that position i reads, in the padded input. */
const lastRead = 'i*stride + dilation*(kernel - 1)';

/** Claim 7: output sizes. */
export const outputSizeSections: readonly Section[] = [
  {
    id: 'output-size',
    claim: 7,
    statement:
      'The window fits at positions 0 … n − 1, n = ⌊(size + before + after − dilation·(kernel − 1) − 1)/stride⌋ + 1, and at no other',
    equation: 'notation',
    theorems: [
      {
        id: 'every-position-fits',
        words: 'i < n: the last tap lies in the padded input',
        over: 'integers',
        sizes,
        where: ['before >= 0', 'after >= 0', 'i >= 0', `i < ${outputSize}`],
        goals: [`${lastRead} < size + before + after`],
      },
      {
        id: 'no-other-fits',
        words: 'the last tap lies in the padded input: i < n',
        over: 'integers',
        sizes,
        where: ['before >= 0', 'after >= 0', 'i >= 0', `${lastRead} < size + before + after`],
        goals: [`i < ${outputSize}`],
      },
      {
        id: 'at-least-one',
        words: 'n ≥ 1 where the padded input is at least as large as the dilated kernel',
        over: 'integers',
        sizes,
        where: ['before >= 0', 'after >= 0', 'size + before + after >= dilation*(kernel - 1) + 1'],
        goals: [`${outputSize} >= 1`],
      },
    ],
  },
  {
    id: 'same-padding',
    claim: 7,
    statement:
      'SAME padding by the kernel alone keeps the size at stride 1, and makes it ⌈size/stride⌉ at any stride',
    equation: 'Section 5 (networks)',
    theorems: [
      {
        id: 'same-keeps-the-size',
        words: 'stride 1',
        over: 'integers',
        sizes: ['size', 'kernel', 'dilation'],
        goals: [`${substitute(outputSize, { ...same, stride: '1' })} = size`],
      },
      {
        id: 'same-divides-the-size',
        words: 'any stride: ⌊(size − 1)/stride⌋ + 1 = ⌈size/stride⌉ = ⌊(size + stride − 1)/stride⌋',
        over: 'integers',
        sizes: ['size', 'kernel', 'stride', 'dilation'],
        goals: [`${substitute(outputSize, same)} = div(size + stride - 1, stride)`],
        splits: [`${substitute(outputSize, same)} - div(size + stride - 1, stride)`],
      },
      {
        id: 'same-pads',
        words: 'both pads are at least 0 and differ by at most 1',
        over: 'integers',
        sizes: ['kernel', 'dilation'],
        goals: [`${sameBefore} >= 0`, `${sameAfter} >= ${sameBefore}`, `${sameAfter} <= ${sameBefore} + 1`],
      },
    ],
  },
  {
    id: 'same-padding-by-stride',
    claim: 7,
    statement:
      'SAME padding as TensorFlow and ONNX have it, max((n − 1)·stride + dilated kernel − size, 0), gives n = ⌈size/stride⌉',
    equation: 'not in the paper',
    theorems: [
      {
        id: 'by-stride-padded',
        words: 'where pads are needed',
        over: 'integers',
        sizes,
        where: [`${dividedSameTotal} >= 0`],
        goals: [`${substitute(outputSize, { before: dividedSameTotal, after: '0' })} = ${dividedSameSize}`],
        splits: [`${substitute(outputSize, { before: dividedSameTotal, after: '0' })} - ${dividedSameSize}`],
      },
      {
        id: 'by-stride-unpadded',
        words: 'where none are, and the input is at least as large as the kernel',
        over: 'integers',
        sizes,
        where: [`${dividedSameTotal} <= 0`, 'size >= dilation*(kernel - 1) + 1'],
        goals: [`${substitute(outputSize, { before: '0', after: '0' })} >= ${dividedSameSize}`],
        splits: [`${substitute(outputSize, { before: '0', after: '0' })} - ${dividedSameSize}`],
      },
      {
        id: 'by-stride-unpadded-upper',
        words: 'nor does it give more',
        over: 'integers',
        sizes,
        where: ['size >= dilation*(kernel - 1) + 1'],
        goals: [`${substitute(outputSize, { before: '0', after: '0' })} <= ${dividedSameSize}`],
        splits: [`${substitute(outputSize, { before: '0', after: '0' })} - ${dividedSameSize}`],
      },
    ],
  },
];
