/** Weights in another order than the code that reads them thinks. */
import { tensor } from '../../../spec/00-notation.ts';
import { blocks, convolutions, type Mutant } from './mutant.ts';
import { primaryKernelRead, type Rule, secondaryKernelRead, unflat, type Wrong } from './rules.ts';
import { isPrimaryZero } from './shape.ts';
import { right } from './steps.ts';

const flipped: Rule = ([o, i, u, v], [, , kh, kw]) => [o, i, kh - 1 - u, kw - 1 - v];

/** The kernel's numbers, kw × kh of them read column by column. */
const transposed: Rule = ([o, i, u, v], shape) => {
  const [, I, kh, kw] = shape;
  return unflat(shape, ((o * I + i) * kw + v) * kh + u);
};

/** The numbers of each partition, (Mout, Min, kh, kw), read as (Min, Mout, kh, kw). */
const inputsFirst: Rule = ([o, i, u, v], [, I], { Mout }) => {
  const flat = i * Mout + (o % Mout);
  return [o - (o % Mout) + Math.floor(flat / I), flat % I, u, v];
};

const channelsLast: Rule = ([o, i, u, v], shape) => {
  const [O, I, , kw] = shape;
  return unflat(shape, ((u * kw + v) * I + i) * O + o);
};

const interleavedRows: Rule = ([o, i, u, v], _, { L, Mout }) => [
  (o % Mout) * L + Math.floor(o / Mout),
  i,
  u,
  v,
];

/** Each partition's (Lout, L) numbers read as (L, Lout). */
const secondaryTransposed: Rule = ([o, l, u, v], [, L], { Lout }) => {
  const flat = l * Lout + (o % Lout);
  return [o - (o % Lout) + Math.floor(flat / L), flat % L, u, v];
};

const outputRows: Rule = ([o, l, u, v], _, { Lout, Mout }) => [
  (o % Lout) * Mout + Math.floor(o / Lout),
  l,
  u,
  v,
];

const ones: Wrong = {
  steps: {
    secondary: (A, c) => right.secondary(A, { ...c, kernel: tensor(c.kernel.shape, () => A.one) }),
  },
  invisible: isPrimaryZero,
};

export const weightMutants: readonly Mutant[] = [
  {
    id: 'kernel-flipped',
    name: 'the kernel is flipped: a convolution in the sense of mathematics, where a correlation is meant',
    advice: 'turn the primary kernel by 180 degrees before use: w[:, :, ::-1, ::-1]',
    seen: 'Keras on Theano against TensorFlow; a Julia library; an astronomy package',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(flipped),
  },
  {
    id: 'kernel-transposed',
    name: 'height and width of the primary kernel are exchanged',
    advice: 'the last two axes of the primary kernel are (kh, kw), rows first',
    seen: 'conversions between frameworks that order the axes of kernels differently',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(transposed),
  },
  {
    id: 'kernel-iohw',
    name: 'output and input channels of each primary partition are exchanged: OIHW weights read as IOHW',
    advice: 'the primary kernel is (L*Mout, Min, kh, kw): exchange the first two axes inside each partition',
    seen: 'layouts of transposed convolutions, with 2 groups',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(inputsFirst),
  },
  {
    id: 'kernel-hwio',
    name: 'the primary kernel is read as HWIO, as TensorFlow stores it, where it is OIHW',
    advice:
      'transpose the primary kernel to (kh, kw, Min, L*Mout) for code that wants HWIO, or store it as OIHW',
    seen: 'importers of grouped convolutions in two compilers and an inference runtime',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(channelsLast),
  },
  {
    id: 'kernel-rows-interleaved',
    name: 'the rows of the primary kernel are read in interleaved order, m*L + l',
    advice: 'row l*Mout + m of the primary kernel makes output channel m of partition l',
    seen: 'nowhere yet',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(interleavedRows),
  },
  {
    id: 'secondary-transposed',
    name: 'each secondary partition is transposed: input and output channels are exchanged',
    advice:
      'row m*Lout + l2 of the secondary kernel makes output channel l2 of partition m; its columns are inputs',
    seen: 'layouts of transposed convolutions, with 2 groups',
    stage: 'secondary',
    operations: blocks,
    ...secondaryKernelRead(secondaryTransposed),
  },
  {
    id: 'secondary-rows-in-output-order',
    name: 'the rows of the secondary kernel are read in the order of the output, l*Mout + m',
    advice: 'the rows of the secondary kernel are in the order of its own convolution: m*Lout + l',
    seen: 'grouped weights joined on the wrong axis by a converter',
    stage: 'secondary',
    operations: blocks,
    ...secondaryKernelRead(outputRows),
  },
  {
    id: 'secondary-ones',
    name: 'the secondary weights are ignored and count as 1: the partitions are summed',
    advice: 'multiply by the secondary kernel; summation fusion is the special case of all ones',
    seen: 'nowhere yet',
    stage: 'secondary',
    operations: blocks,
    ...ones,
  },
];
