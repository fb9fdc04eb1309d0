/** What is done to numbers between the two convolutions, or after them, that shouldn't be. */
import { type Tensor, tensor } from '../../../spec/00-notation.ts';
import { blocks, convolutions, type Mutant } from './mutant.ts';
import type { Wrong } from './rules.ts';
import type { Scalars } from './scalars.ts';
import { isOutputZero, isPrimaryZero } from './shape.ts';
import { type Convolving, right } from './steps.ts';

const each = <T>(t: Tensor<T>, f: (a: T) => T): Tensor<T> => tensor(t.shape, (...at) => f(t.at(...at)));

/** Each channel normalised over samples and pixels, scale 1 and shift 0, as it is in training. */
function batchNormalised<T>(A: Scalars<T>, y: Tensor<T>): Tensor<T> {
  const [N, C, H, W] = y.shape;
  const channels = Array.from({ length: C }, (_, c) =>
    A.normalise(Array.from(tensor([N, 1, H, W], (n, _c, h, w) => y.at(n, c, h, w)).data)),
  );
  return tensor(y.shape, (n, c, h, w) => channels[c]![(n * H + h) * W + w]!);
}

/** The primary convolution's result goes through this before the interleave. */
function between(change: <T>(A: Scalars<T>, y: Tensor<T>) => Tensor<T>): Wrong {
  return {
    steps: { interleave: (A, y, sizes) => right.interleave(A, change(A, y), sizes) },
    invisible: isPrimaryZero,
  };
}

/** What a convolution multiplies, rounded first. */
function coarsened<T>(A: Scalars<T>, c: Convolving<T>, bits: number): Convolving<T> {
  const round = (t: Tensor<T>) => each(t, (a) => A.coarse(a, bits));
  return { ...c, x: round(c.x), kernel: round(c.kernel) };
}

function coarse(bits: number): Pick<Mutant, 'bits'> & Wrong {
  return {
    steps: {
      primary: (A, c) => right.primary(A, coarsened(A, c, bits)),
      secondary: (A, c) => right.secondary(A, coarsened(A, c, bits)),
    },
    invisible: isPrimaryZero,
    bits,
  };
}

export const betweenMutants: readonly Mutant[] = [
  {
    id: 'relu-between',
    name: 'there is a ReLU between the two convolutions',
    advice: 'nothing stands between them: the block is linear, ReLU comes after it',
    seen: 'PyTorch ports of the block and of its follow-up',
    stage: 'interleave',
    operations: blocks,
    ...between((A, y) => each(y, (a) => A.relu(a))),
  },
  {
    id: 'batchnorm-between',
    name: 'there is batch normalisation between the two convolutions',
    advice: 'nothing stands between them: the block is linear, normalisation comes after it',
    seen: 'PyTorch ports of the block',
    stage: 'interleave',
    operations: blocks,
    inexact: true,
    ...between(batchNormalised),
  },
  {
    id: 'batchnorm-relu-between',
    name: 'there are batch normalisation and ReLU between the two convolutions',
    advice: 'nothing stands between them: the block is linear, normalisation and ReLU come after it',
    seen: 'a PyTorch port of the block',
    stage: 'interleave',
    operations: blocks,
    inexact: true,
    ...between((A, y) => each(batchNormalised(A, y), (a) => A.relu(a))),
  },
  {
    id: 'relu-after',
    name: 'a ReLU is part of the block: its output has no negative numbers',
    advice: 'give the output before the ReLU, or ask for the block without the activation fused in',
    seen: 'fused operators of inference runtimes',
    stage: 'deinterleave',
    operations: convolutions,
    steps: { write: (A, y) => each(y, (a) => A.relu(a)) },
    invisible: isOutputZero,
  },
  {
    id: 'bfloat16-inputs',
    name: 'both convolutions round what they multiply to bfloat16 (8 bits)',
    advice: 'ask for full precision of products, or declare --precision bf16',
    seen: 'the default of some accelerators',
    stage: 'primary',
    operations: convolutions,
    ...coarse(8),
  },
  {
    id: 'tfloat32-inputs',
    name: 'both convolutions round what they multiply to TensorFloat-32 or float16 (11 bits)',
    advice:
      'ask for full precision (PyTorch: torch.backends.cudnn.allow_tf32 = False), or declare --precision tf32',
    seen: 'the default of convolutions in PyTorch on recent GPUs',
    stage: 'primary',
    operations: convolutions,
    ...coarse(11),
  },
];
