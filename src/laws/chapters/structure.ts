import { addTensors, type Tensor, tensor } from '../../../spec/00-notation.ts';
import { type BlockCase, blockCases } from '../cases.ts';
import { drawBlock } from '../draw.ts';
import { equal, type Law, type LawOn } from '../law.ts';

const anyWindow = 'every window; all L, M, Mout, Lout';

/** block(a·x + z) = a·block(x) + block(z). */
const linearity: LawOn<BlockCase> = {
  id: 'block-is-linear',
  equation: 'Eq. 5',
  statement: 'the block is linear in its input: block(a·x + z) = a·block(x) + block(z)',
  domain: `${anyWindow}; without biases`,
  functions: ['block'],
  tests: ['block'],
  cases: blockCases,
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    const z = run.tensor('z', x.shape);
    const a = run.vector('a', 1)[0]!;
    const scale = (t: typeof x) => tensor(t.shape, (n, i, h, w) => A.mul(a, t.at(n, i, h, w)));
    const apply = (t: typeof x) => ops.block(t, primary, secondary, c.window);
    return equal(
      A,
      await apply(addTensors(A, scale(x), z)),
      addTensors(A, scale(await apply(x)), await apply(z)),
    );
  },
};

const cut = <T>(t: Tensor<T>, [down, right]: readonly [number, number]): Tensor<T> => {
  const [N, C, H, W] = t.shape;
  return tensor([N, C, H - down, W - right], (n, c, h, w) => t.at(n, c, h + down, w + right));
};

const sample = <T>(t: Tensor<T>, n: number): Tensor<T> => {
  const [, C, H, W] = t.shape;
  return tensor([1, C, H, W], (_, c, h, w) => t.at(n, c, h, w));
};

/** A sample's output doesn't depend on the others in its batch. */
const batchIndependence: LawOn<BlockCase> = {
  id: 'samples-are-independent',
  equation: 'Eq. 5',
  statement: 'the last sample of a batch gives the same alone',
  domain: anyWindow,
  functions: ['block'],
  tests: ['block'],
  cases: (limits) => blockCases(limits).map((c) => ({ ...c, N: c.N + 1 })),
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    const last = c.N - 1;
    return equal(
      A,
      sample(await ops.block(x, primary, secondary, c.window), last),
      await ops.block(sample(x, last), primary, secondary, c.window),
    );
  },
};

/** Without padding: moving the input up and left by one stride moves the output up and left by one. */
const translation: LawOn<BlockCase> = {
  id: 'block-is-translation-equivariant',
  equation: 'Eq. 5',
  statement:
    'cutting a stride of rows and of columns off the top left of the input cuts a row and a column off the output',
  domain:
    'away from borders: no padding, at least two output rows and columns; every stride, dilation, kernel size',
  functions: ['block'],
  tests: ['block'],
  cases: (limits) =>
    blockCases({ ...limits, padding: 'none' }).map((c) => ({
      ...c,
      size: [c.size[0] + c.window.stride[0], c.size[1] + c.window.stride[1]] as const,
    })),
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    return equal(
      A,
      await ops.block(cut(x, c.window.stride), primary, secondary, c.window),
      cut(await ops.block(x, primary, secondary, c.window), [1, 1]),
    );
  },
};

/** A stride keeps every s-th output of the block with stride 1. */
const subsampling: LawOn<BlockCase> = {
  id: 'stride-is-subsampling',
  equation: 'Eq. 5',
  statement: 'a stride in the primary convolution keeps every s-th row and column of the block with stride 1',
  domain:
    'the same padding for both strides (not the SAME of TensorFlow and ONNX, which depends on the stride)',
  functions: ['block', 'outputSize'],
  tests: ['block'],
  cases: blockCases,
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    const [sh, sw] = c.window.stride;
    const full = await ops.block(x, primary, secondary, { ...c.window, stride: [1, 1] });
    const [N, C, H, W] = full.shape;
    return equal(
      A,
      await ops.block(x, primary, secondary, c.window),
      tensor([N, C, Math.ceil(H / sh), Math.ceil(W / sw)], (n, o, i, j) => full.at(n, o, i * sh, j * sw)),
    );
  },
};

export const structureLaws: readonly Law[] = [linearity, batchIndependence, translation, subsampling];
