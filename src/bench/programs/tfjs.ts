/**
 * tfjs on its WebAssembly backend, NHWC throughout. Its conv2d has no groups: they are split off and put together again,
 * or each channel is convolved alone and the groups summed, or the composed kernel is one dense convolution.
 */
import { join } from 'node:path';
import { findPeer } from '../../implementations/peers.ts';
import { type BenchCase, composes, refuseMoreThan } from '../case.ts';
import { type BenchInputs, compositeKernel } from '../inputs.ts';
import { peer } from '../peer.ts';
import type { Opened, Program, Way } from '../program.ts';
import { Refusal } from '../refusal.ts';

interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
}

/** What tfjs exports, as far as we use it. */
interface Tfjs {
  tensor(data: Float32Array, shape: readonly number[]): Tensor;
  transpose(x: Tensor, order: readonly number[]): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  split(x: Tensor, parts: number, axis: number): Tensor[];
  concat(parts: readonly Tensor[], axis: number): Tensor;
  sum(x: Tensor, axis: number): Tensor;
  matMul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  conv2d(x: Tensor, kernel: Tensor, strides: number, pad: 'same'): Tensor;
  depthwiseConv2d(x: Tensor, kernel: Tensor, strides: number, pad: 'same'): Tensor;
  tidy<T>(work: () => T): T;
  keep(x: Tensor): Tensor;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  getBackend(): string;
}

export async function tfjsWasm(): Promise<Program> {
  const [core, backend] = await Promise.all([
    peer('@tensorflow/tfjs'),
    peer('@tensorflow/tfjs-backend-wasm'),
  ]);
  const tf = core.exports as unknown as Tfjs;
  const { setWasmPaths } = backend.exports as unknown as { setWasmPaths(folder: string): void };
  setWasmPaths(`${join(findPeer('@tensorflow/tfjs-backend-wasm').folder, 'dist')}/`);
  if (!(await tf.setBackend('wasm'))) throw new Refusal('tfjs: its wasm backend does not start here');
  await tf.ready();
  return {
    about: `@tensorflow/tfjs ${core.version}, wasm backend ${backend.version}`,
    ways: (question) => {
      // Hundreds of convolutions, a group each: minutes where others take a second.
      refuseMoreThan(1e9, question);
      return ways(question);
    },
    open: async (question, inputs, way) => {
      const x = tf.tidy(() => {
        const { N, L, M, size } = question;
        return tf.keep(tf.transpose(tf.tensor(inputs.x, [N, L * M, size, size]), [0, 2, 3, 1]));
      });
      const compute = graphs[way]!(tf, question, inputs);
      return opened(
        tf,
        question,
        () => compute(x),
        () => x.dispose(),
        way,
      );
    },
  };
}

function ways(question: BenchCase): readonly Way[] {
  if (question.operation === 'group-convolution') return [question.M === 1 ? 'depthwise' : 'split'];
  return ['split', ...(question.M <= 8 ? ['depthwise'] : []), ...(composes(question) ? ['composed'] : [])];
}

function opened(tf: Tfjs, question: BenchCase, compute: () => Tensor, free: () => void, way: Way): Opened {
  let data: Float32Array = new Float32Array();
  return {
    run: () => {
      const y = tf.tidy(compute);
      data = y.dataSync();
      y.dispose();
    },
    output: () => toNchw(data, question),
    close: free,
    ...(way === 'composed' ? { rounding: 'composed' } : {}),
  };
}

function toNchw(data: Float32Array, { N, L, M, size }: BenchCase): Float32Array {
  const [C, P] = [L * M, size * size];
  const y = new Float32Array(data.length);
  for (let n = 0; n < N; n++)
    for (let c = 0; c < C; c++)
      for (let p = 0; p < P; p++) y[(n * C + c) * P + p] = data[(n * P + p) * C + c]!;
  return y;
}

type Graph = (tf: Tfjs, question: BenchCase, inputs: BenchInputs) => (x: Tensor) => Tensor;

/** The primary by a way of its own, then the secondary as M products of matrices. */
const withPrimary =
  (primaryOf: Graph): Graph =>
  (tf, question, inputs) => {
    const { N, L, M, size, operation } = question;
    const primary = primaryOf(tf, question, inputs);
    if (operation === 'group-convolution') return primary;
    const mixing = tf.tensor(inputs.secondary, [M, L, L]);
    const positions = N * size * size;
    return (x) => {
      // Channels l·M + m: partition m is column m.
      const apart = tf.transpose(tf.reshape(primary(x), [positions, L, M]), [2, 0, 1]);
      const mixed = tf.matMul(apart, mixing, false, true);
      return tf.reshape(tf.transpose(mixed, [1, 2, 0]), [N, size, size, L * M]);
    };
  };

const split: Graph = (tf, { L, M }, { primary }) => {
  const length = M * M * 9;
  const kernels = Array.from({ length: L }, (_, l) =>
    tf.tidy(() => {
      const kernel = tf.tensor(primary.subarray(l * length, (l + 1) * length), [M, M, 3, 3]);
      return tf.keep(tf.transpose(kernel, [2, 3, 1, 0]));
    }),
  );
  if (L === 1) return (x) => tf.conv2d(x, kernels[0]!, 1, 'same');
  return (x) =>
    tf.concat(
      tf.split(x, L, 3).map((part, l) => tf.conv2d(part, kernels[l]!, 1, 'same')),
      3,
    );
};

/** Each channel to M products, then the sum over the M channels of a group. */
const depthwise: Graph = (tf, { N, L, M, size }, { primary }) => {
  const kernel = tf.tidy(() => {
    const apart = tf.transpose(tf.tensor(primary, [L, M, M, 9]), [3, 0, 2, 1]);
    return tf.keep(tf.reshape(apart, [3, 3, L * M, M]));
  });
  if (M === 1) return (x) => tf.depthwiseConv2d(x, kernel, 1, 'same');
  return (x) => {
    const products = tf.reshape(tf.depthwiseConv2d(x, kernel, 1, 'same'), [N * size * size, L, M, M]);
    return tf.reshape(tf.sum(products, 2), [N, size, size, L * M]);
  };
};

const composed: Graph = (tf, question, inputs) => {
  const G = question.L * question.M;
  const kernel = tf.tidy(() => {
    const dense = tf.tensor(compositeKernel(question, inputs), [G, G, 3, 3]);
    return tf.keep(tf.transpose(dense, [2, 3, 1, 0]));
  });
  return (x) => tf.conv2d(x, kernel, 1, 'same');
};

const graphs: Readonly<Record<Way, Graph>> = {
  split: withPrimary(split),
  depthwise: withPrimary(depthwise),
  composed,
};
