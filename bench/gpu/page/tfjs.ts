/**
 * tfjs, which has no groups: the block with its groups split off and put together again, and, the other way that one would
 * take, with kernels filled up with zeros to dense ones, the interleaves multiplied into the second.
 */
import type { BenchCase } from '../../../src/bench/case.ts';
import type { BenchInputs } from '../../../src/bench/inputs.ts';
import { page, runScript } from '../../../src/browser/page/surroundings.ts';
import type { Candidate, Packages } from './candidate.ts';

interface Tensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}

interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(data: Float32Array, shape: readonly number[]): Tensor;
  transpose(x: Tensor, order: readonly number[]): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  split(x: Tensor, parts: number, axis: number): Tensor[];
  concat(parts: readonly Tensor[], axis: number): Tensor;
  conv2d(x: Tensor, kernel: Tensor, stride: number, pad: 'same'): Tensor;
  tidy<T extends Tensor | Tensor[]>(work: () => T): T;
}

type Way = 'groups split' | 'dense kernels';

export function tfjsCandidate(api: 'webgpu' | 'webgl', way: Way, packages: Packages): Candidate {
  return {
    name: `tfjs, ${api}, ${way}`,
    api,
    isOurs: false,
    prepare: async (question, inputs) => {
      const tf = await load(packages);
      const use = async () => {
        if (!(await tf.setBackend(api))) throw new Error(`tfjs has no backend ${api} here`);
        await tf.ready();
      };
      await use();
      const { L, M, size, N } = question;
      const weights =
        way === 'dense kernels' ? denseKernels(tf, question, inputs) : splitKernels(tf, question, inputs);
      const compute = way === 'dense kernels' ? dense : split;
      return {
        run: async () => {
          await use();
          const y = tf.tidy(() => {
            const x = tf.transpose(tf.tensor(inputs.x, [N, L * M, size, size]), [0, 2, 3, 1]);
            return tf.transpose(compute(tf, question, x, weights), [0, 3, 1, 2]);
          });
          const numbers = await y.data();
          y.dispose();
          return numbers;
        },
        end: async () => {
          for (const tensor of weights.flat()) tensor.dispose();
        },
      };
    },
  };
}

async function load(packages: Packages): Promise<Tf> {
  const around = globalThis as unknown as { tf?: Tf };
  if (!around.tf) {
    const at = (name: string, file: string) =>
      new URL(`${packages[name]}dist/${file}`, page.document.baseURI).href;
    await runScript(at('@tensorflow/tfjs', 'tf.min.js'));
    await runScript(at('@tensorflow/tfjs-backend-webgpu', 'tf-backend-webgpu.min.js'));
  }
  return around.tf!;
}

type Kernels = readonly (readonly Tensor[])[];

function splitKernels(tf: Tf, { L, M }: BenchCase, { primary, secondary }: BenchInputs): Kernels {
  const parts = (data: Float32Array, shape: readonly number[], groups: number) =>
    tf.tidy(() => tf.split(tf.transpose(tf.tensor(data, shape), [2, 3, 1, 0]), groups, 3));
  return [parts(primary, [L * M, M, 3, 3], L), parts(secondary, [M * L, L, 1, 1], M)];
}

function split(tf: Tf, { L, M, size, N }: BenchCase, x: Tensor, [primary, secondary]: Kernels): Tensor {
  const convolve = (input: Tensor, kernels: readonly Tensor[]) =>
    tf.concat(
      tf.split(input, kernels.length, 3).map((part, g) => tf.conv2d(part, kernels[g]!, 1, 'same')),
      3,
    );
  const turn = (input: Tensor, a: number, b: number) =>
    tf.reshape(tf.transpose(tf.reshape(input, [N, size, size, a, b]), [0, 1, 2, 4, 3]), [
      N,
      size,
      size,
      a * b,
    ]);
  return turn(convolve(turn(convolve(x, primary!), L, M), secondary!), M, L);
}

/** HWIO: (3, 3, LM, LM) and (1, 1, LM, LM). */
function denseKernels(tf: Tf, { L, M }: BenchCase, { primary, secondary }: BenchInputs): Kernels {
  const width = L * M;
  const spatial = new Float32Array(9 * width * width);
  const mixing = new Float32Array(width * width);
  for (let o = 0; o < width; o++) {
    const group = Math.floor(o / M);
    for (let i = 0; i < M; i++)
      for (let tap = 0; tap < 9; tap++) {
        spatial[(tap * width + group * M + i) * width + o] = primary[(o * M + i) * 9 + tap]!;
      }
    const [l, m] = [group, o % M];
    for (let from = 0; from < L; from++)
      mixing[(from * M + m) * width + o] = secondary[(m * L + l) * L + from]!;
  }
  return [[tf.tensor(spatial, [3, 3, width, width])], [tf.tensor(mixing, [1, 1, width, width])]];
}

function dense(tf: Tf, _: BenchCase, x: Tensor, [spatial, mixing]: Kernels): Tensor {
  return tf.conv2d(tf.conv2d(x, spatial![0]!, 1, 'same'), mixing![0]!, 1, 'same');
}
