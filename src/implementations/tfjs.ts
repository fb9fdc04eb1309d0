/**
 * @tensorflow/tfjs as an implementation, in a process or a page: its conv2d has no groups, so that they are split off and
 * put together again.
 */
import { unitWindow } from '../../spec/00-notation.ts';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { shapeOf } from '../oracle/lookup.ts';
import type { Recorded } from '../oracle/types.ts';
import type { Declared } from './module-question.ts';
import { printable } from './printable.ts';
import { oneAtATime } from './queue.ts';

interface Tensor {
  readonly shape: number[];
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}

/** What tfjs exports, as far as we use it. */
export interface Tfjs {
  tensor(data: Float32Array, shape: readonly number[], type: 'float32'): Tensor;
  transpose(x: Tensor, order: readonly number[]): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  split(x: Tensor, parts: number, axis: number): Tensor[];
  concat(parts: readonly Tensor[], axis: number): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  pad(x: Tensor, sides: readonly (readonly [number, number])[]): Tensor;
  conv2d(
    x: Tensor,
    kernel: Tensor,
    strides: readonly [number, number],
    pad: 'valid',
    layout: 'NHWC',
    dilations: readonly [number, number],
  ): Tensor;
  tidy<T extends Tensor>(work: () => T): T;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
}

export interface TfjsOptions extends Declared {
  /** Its backend: cpu, wasm, webgl, webgpu. */
  readonly provider: string;
  /** Versions, for reports. */
  readonly about: string;
}

/**
 * tfjs on one of its backends. Feature maps are NHWC, kernels HWIO inside. Rejects where the backend doesn't start. tfjs
 * refuses strides beside dilations: those cases are unsupported.
 */
export async function tfjs(tf: Tfjs, { provider, about, ...declared }: TfjsOptions): Promise<Adapter> {
  if (!(await tf.setBackend(provider))) throw new Error(`tfjs: its backend ${provider} doesn't start`);
  await tf.ready();
  const isDevice = provider.startsWith('web');
  const abilities: Abilities = {
    operations: ['block', 'group-convolution', 'interleave'],
    precision: declared.precision ?? 'float32',
    // GLSL and WGSL let a device replace subnormal numbers by zero.
    flushesSubnormals: declared.flushesSubnormals ?? isDevice,
    composed: declared.composed ?? false,
    winograd: declared.winograd,
    strassen: declared.strassen,
    bias: true,
    outputs: true,
  };
  const queue = oneAtATime('tfjs: it is closed');
  return {
    name: 'tfjs',
    about,
    ...abilities,
    run: (question) => queue.add(() => answer(tf, question)),
    close: () => queue.close(async () => {}),
  };
}

async function answer(tf: Tfjs, question: Case): Promise<Outcome> {
  const { stride, dilation } = question.window;
  if (question.inputs.has('grad_y')) return { kind: 'unsupported', reason: 'it has no gradients' };
  if (Math.max(...stride) > 1 && Math.max(...dilation) > 1) {
    return { kind: 'unsupported', reason: 'it has no strides beside dilations' };
  }
  try {
    const y = tf.tidy(() => compute(tf, question));
    const arrays = new Map([
      ['y', { shape: y.shape, data: Float32Array.from(await y.data()), stored: 'float32' as const }],
    ]);
    y.dispose();
    return { kind: 'answer', arrays };
  } catch (error) {
    return { kind: 'crash', reason: printable(error instanceof Error ? error.message : String(error)) };
  }
}

const toNhwc = [0, 2, 3, 1];
const toNchw = [0, 3, 1, 2];
const toHwio = [2, 3, 1, 0];

function compute(tf: Tfjs, { operation, inputs, window, partition }: Case): Tensor {
  const tensor = ({ shape, data }: Recorded) => tf.tensor(Float32Array.from(data), shape, 'float32');
  const get = (name: string) => tensor(inputs.get(name)!);
  const maybe = (name: string) => (inputs.has(name) ? get(name) : undefined);
  const x = tf.transpose(get('x'), toNhwc);
  const convolve = (input: Tensor, name: string, groups: number, bias: string, moved = window): Tensor => {
    const kernel = tf.transpose(get(name), toHwio);
    const { top, bottom, left, right } = moved.padding;
    const padded = tf.pad(input, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
    const kernels = tf.split(kernel, groups, 3);
    const parts = tf
      .split(padded, groups, 3)
      .map((part, g) => tf.conv2d(part, kernels[g]!, moved.stride, 'valid', 'NHWC', moved.dilation));
    const y = tf.concat(parts, 3);
    const added = maybe(bias);
    return added ? tf.add(y, added) : y;
  };
  const shuffle = (input: Tensor, L: number, M: number): Tensor => {
    const [N, H, W] = input.shape as [number, number, number, number];
    const apart = tf.reshape(input, [N, H, W, L, M]);
    return tf.reshape(tf.transpose(apart, [0, 1, 2, 4, 3]), [N, H, W, L * M]);
  };
  if (operation === 'interleave') return tf.transpose(shuffle(x, partition!.L, partition!.M), toNchw);
  if (operation === 'group-convolution') {
    const groups = shapeOf(inputs.get('x')!)[1] / shapeOf(inputs.get('weight')!)[1];
    return tf.transpose(convolve(x, 'weight', groups, 'bias'), toNchw);
  }
  const L = shapeOf(inputs.get('secondary_weight')!)[1];
  const Mout = shapeOf(inputs.get('primary_weight')!)[0] / L;
  const Lout = shapeOf(inputs.get('secondary_weight')!)[0] / Mout;
  const primary = convolve(x, 'primary_weight', L, 'primary_bias');
  const secondary = convolve(
    shuffle(primary, L, Mout),
    'secondary_weight',
    Mout,
    'secondary_bias',
    unitWindow,
  );
  return tf.transpose(shuffle(secondary, Mout, Lout), toNchw);
}
