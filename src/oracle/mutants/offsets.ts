/** Offsets that are left out, and layouts of features that are taken for others. */
import { blocks, convolutions, everywhere, type Mutant } from './mutant.ts';
import {
  inputRead,
  outputWritten,
  primaryKernelRead,
  type Rule,
  secondaryInputRead,
  secondaryKernelRead,
  together,
  unflat,
} from './rules.ts';

const firstInputs: Rule = ([n, c, h, w], _, { Min }) => [n, c % Min, h, w];
const firstInterleaved: Rule = ([n, c, h, w], _, { L }) => [n, c % L, h, w];
const firstKernel: Rule = ([o, i, u, v], _, { Mout }) => [o % Mout, i, u, v];
const firstSecondary: Rule = ([o, i, u, v], _, { Lout }) => [o % Lout, i, u, v];
const firstSample: Rule = ([, c, h, w]) => [0, c, h, w];
const everyLth: Rule = ([n, c, h, w], _, { L, Min }) => [n, (c % Min) * L + Math.floor(c / Min), h, w];

/** NCHW numbers read as if they were NHWC. */
const channelsLast: Rule = ([n, c, h, w], shape) => {
  const [, C, H, W] = shape;
  return unflat(shape, ((n * H + h) * W + w) * C + c);
};

/** The numbers of NHWC memory, read as NCHW. */
const writtenLast: Rule = ([n, c, h, w], [, C, H, W]) => {
  const place = (c * H + h) * W + w;
  const pixel = Math.floor(place / C);
  return [n, place % C, Math.floor(pixel / W), pixel % W];
};

export const offsetMutants: readonly Mutant[] = [
  {
    id: 'input-offset-missing',
    name: 'every partition of the primary convolution reads the channels of the first one',
    advice: 'partition l reads the input channels l*Min to l*Min + Min - 1',
    seen: 'hand-written grouped convolutions',
    stage: 'primary',
    operations: convolutions,
    ...inputRead(firstInputs),
  },
  {
    id: 'secondary-input-offset-missing',
    name: 'every partition of the secondary convolution reads the channels of the first one',
    advice: 'partition m reads the interleaved channels m*L to m*L + L - 1',
    seen: 'hand-written grouped convolutions',
    stage: 'secondary',
    operations: blocks,
    ...secondaryInputRead(firstInterleaved),
  },
  {
    id: 'both-input-offsets-missing',
    name: 'in both convolutions every partition reads the channels of the first one',
    advice: 'add the offset of the partition, group * channels of a group, where the input is read',
    seen: 'hand-written grouped convolutions',
    stage: 'primary',
    operations: blocks,
    ...together(inputRead(firstInputs), secondaryInputRead(firstInterleaved)),
  },
  {
    id: 'weight-offset-missing',
    name: 'every partition of the primary convolution has the kernel of the first one',
    advice: 'partition l has the rows l*Mout to l*Mout + Mout - 1 of the primary kernel',
    seen: 'the shape (O, I/g, kh, kw) taken for shared weights, in a question about a framework',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(firstKernel),
  },
  {
    id: 'secondary-weight-offset-missing',
    name: 'every partition of the secondary convolution has the kernel of the first one',
    advice: 'partition m has the rows m*Lout to m*Lout + Lout - 1 of the secondary kernel',
    seen: 'the shape (O, I/g, kh, kw) taken for shared weights, in a question about a framework',
    stage: 'secondary',
    operations: blocks,
    ...secondaryKernelRead(firstSecondary),
  },
  {
    id: 'both-weight-offsets-missing',
    name: 'in both convolutions every partition has the kernel of the first one',
    advice: 'add the offset of the partition, group * rows of a group, where the kernel is read',
    seen: 'the shape (O, I/g, kh, kw) taken for shared weights, in a question about a framework',
    stage: 'primary',
    operations: blocks,
    ...together(primaryKernelRead(firstKernel), secondaryKernelRead(firstSecondary)),
  },
  {
    id: 'groups-strided',
    name: 'the primary partitions are every L-th channel instead of neighbouring ones',
    advice: 'primary partition l is the channels l*Min to l*Min + Min - 1 of the input',
    seen: 'nowhere yet',
    stage: 'primary',
    operations: convolutions,
    ...inputRead(everyLth),
  },
  {
    id: 'batch-offset-missing',
    name: 'every sample of the batch is read from the first one',
    advice: 'add n * channels * height * width where the input is read',
    seen: 'hand-written kernels tested on one sample',
    stage: 'primary',
    operations: convolutions,
    ...inputRead(firstSample),
  },
  {
    id: 'input-nhwc',
    name: 'the input is NCHW and is read as NHWC',
    advice: 'read channel c, row h, column w of sample n at ((n*C + c)*H + h)*W + w, or transpose first',
    seen: 'ports between TensorFlow and PyTorch; a converter of shuffle layers',
    stage: 'primary',
    operations: convolutions,
    ...inputRead(channelsLast),
  },
  {
    id: 'output-nhwc',
    name: 'the output is written as NHWC where NCHW is read',
    advice: 'write channel c, row h, column w of sample n at ((n*C + c)*H + h)*W + w, or transpose last',
    seen: 'ports between TensorFlow and PyTorch; channels_last formats that get lost',
    stage: 'deinterleave',
    operations: everywhere,
    ...outputWritten(writtenLast),
  },
];
