/** WebGPU in Node: the package webgpu, where it is installed, is put where a browser has it, as its authors say. */
import { GpuError, inWords } from './errors.ts';

interface Surroundings {
  navigator?: { gpu?: unknown };
  readonly process?: { readonly versions?: { readonly node?: string } };
}

/** Sees to it that there is `navigator.gpu`: `given`, or the package's. Rejects with a GpuError that says how to get it. */
export async function provideWebGpu(given: unknown): Promise<void> {
  const around = globalThis as Surroundings;
  if (around.navigator?.gpu) return;
  const gpu = given ?? (await fromPackage(around));
  if (around.navigator) Object.defineProperty(around.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
}

async function fromPackage({ process }: Surroundings): Promise<unknown> {
  if (process?.versions?.node === undefined)
    throw new GpuError('unavailable', 'webgpu: this browser has none');
  try {
    // No literal, so that no bundler for browsers looks for it.
    const name = 'webgpu';
    const { create } = (await import(name)) as { create(flags: readonly string[]): unknown };
    return create([]);
  } catch (cause) {
    throw new GpuError('unavailable', `webgpu: ${inWords(cause)} (npm install webgpu)`, { cause });
  }
}
