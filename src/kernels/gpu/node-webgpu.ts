/** WebGPU in Node: the package webgpu, where it is installed, is put where a browser has it, as its authors say. */
import { isNode } from '../surroundings.ts';
import { GpuError, inWords } from './errors.ts';

interface Surroundings {
  navigator?: { gpu?: unknown };
}

/** Sees to it that there is `navigator.gpu`: `given`, or the package's. Rejects with a GpuError that says how to get it. */
export async function provideWebGpu(given: unknown): Promise<void> {
  const around = globalThis as Surroundings;
  if (around.navigator?.gpu) return;
  const gpu = given ?? (await fromPackage());
  if (around.navigator) Object.defineProperty(around.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
}

async function fromPackage(): Promise<unknown> {
  if (!isNode()) throw new GpuError('unavailable', 'webgpu: this browser has none');
  try {
    // No literal, so that no bundler for browsers looks for it.
    const name = 'webgpu';
    const { create } = (await import(name)) as { create(flags: readonly string[]): unknown };
    return create([]);
  } catch (cause) {
    throw new GpuError('unavailable', `webgpu: ${inWords(cause)} (npm install webgpu)`, { cause });
  }
}
