/** Calls that alternate between many shapes: what they give stays right, nothing is compiled twice, nothing piles up. */
import type { GpuKernels, GpuLayer } from '../../src/kernels/gpu/types.ts';

export interface Endurance {
  readonly calls: number;
  readonly shapes: number;
  readonly seconds: number;
  /** Since each shape was computed once: programs compiled or dropped, and arrays more than there were. */
  readonly compiled: number;
  readonly evicted: number;
  readonly leaked: number;
}

const shapes = 50;

/**
 * `gpu`: one that keeps the programs of all shapes (`cache` of at least `programs`). `look`: is called ten times, evenly
 * spread. Rejects where a number is wrong, or the device is lost.
 */
export async function endure(
  gpu: GpuKernels,
  calls: number,
  look: () => Promise<void> = async () => {},
): Promise<Endurance> {
  const layers: GpuLayer[] = [];
  for (let i = 0; i < shapes; i++) layers.push(await blockOfOnes(gpu, i));
  for (let i = 0; i < shapes; i++) await run(layers[i]!, i);
  const before = gpu.statistics;
  const started = performance.now();
  for (let i = 0; i < calls; i++) {
    await run(layers[i % shapes]!, i);
    if (i % Math.ceil(calls / 10) === 0) await look();
  }
  const seconds = (performance.now() - started) / 1000;
  const { compiled, evicted, resident } = gpu.statistics;
  for (const layer of layers) layer.dispose();
  return {
    ...{ calls, shapes, seconds },
    compiled: compiled - before.compiled,
    evicted: evicted - before.evicted,
    leaked: resident - before.resident,
  };
}

/** The programs of all shapes, and of the weights. */
export const programs = 5 * shapes;

function blockOfOnes(gpu: GpuKernels, i: number): Promise<GpuLayer> {
  const [L, Min] = [1 + (i % 5), 1 + (i % 3)];
  const shape = { L, Min, height: 2 + Math.floor(i / 5), width: 3 + (i % 7), kernel: [1, 1] } as const;
  return gpu.block(shape, {
    primaryWeight: new Float32Array(L * Min * Min).fill(1),
    secondaryWeight: new Float32Array(Min * L * L).fill(1),
  });
}

/** All weights are one, and all of x: every output is the sum of all channels. */
async function run(layer: GpuLayer, i: number): Promise<void> {
  const [, channels, height, width] = layer.inputShape;
  const value = 1 + (i % 3);
  const { y } = await layer.run(new Float32Array(channels * height * width).fill(value));
  const wrong = y.find((number) => number !== channels * value);
  if (wrong !== undefined) throw new Error(`call ${i}: expected ${channels * value}, got ${wrong}`);
}
