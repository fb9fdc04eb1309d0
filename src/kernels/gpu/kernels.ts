/** GPU kernels of a loaded gpu.js: a device, or the CPU kernels in its place. */
import { demand } from '../errors.ts';
import { cpuKernels } from './cpu.ts';
import { GpuError, reasonOf } from './errors.ts';
import type { Library } from './library.ts';
import { provideWebGpu } from './node-webgpu.ts';
import { DeviceKernels } from './on-device.ts';
import { type Opened, openDevice } from './open.ts';
import { backends, type GpuKernels, type GpuOptions } from './types.ts';

/** How many compiled programs are kept, where it isn't said: those of 32 blocks. */
const programs = 96;

/** `createGpuKernels` where gpu.js is loaded already, or what kept it from being loaded is known. Nothing is imported. */
export async function kernelsOf(library: Library | GpuError, options: GpuOptions): Promise<GpuKernels> {
  const { cache = programs, require = false, warn = (text: string) => console.warn(text) } = options;
  demandOptions(options);
  const found = library instanceof GpuError ? { errors: [library] } : await find(library, options);
  if ('device' in found) return new DeviceKernels(found, cache);
  const reasons = found.errors.map(reasonOf).join('; ');
  if (require) {
    const isWrong = found.errors.some((error) => error instanceof GpuError && error.kind === 'wrong');
    throw new GpuError(isWrong ? 'wrong' : 'unavailable', `no GPU can be used: ${reasons}`);
  }
  warn(`igc-oracle: no GPU can be used, the CPU kernels compute instead: ${reasons}`);
  return cpuKernels(reasons, cache);
}

function demandOptions({ backend, cache = programs, ...switches }: GpuOptions): void {
  const site = (name: string) => ({ operation: 'createGpuKernels', argument: `options.${name}` });
  const known = backend === undefined || backends.includes(backend);
  demand(known, site('backend'), 'K4', backends.join(', '), String(backend));
  const whole = Number.isSafeInteger(cache) && cache >= 1;
  demand(whole, site('cache'), 'K4', 'an integer of at least 1', String(cache));
  for (const name of ['allowSoftware', 'require'] as const) {
    const value: unknown = switches[name];
    const isSwitch = value === undefined || typeof value === 'boolean';
    demand(isSwitch, site(name), 'K4', 'true or false', String(value));
  }
}

/** The first device that will do, or why none does. */
async function find(
  library: Library,
  { backend, allowSoftware = false, webgpu }: GpuOptions,
): Promise<Opened | { readonly errors: readonly unknown[] }> {
  const errors: unknown[] = [];
  for (const candidate of backend === undefined ? backends : [backend]) {
    try {
      if (candidate === 'webgpu') await provideWebGpu(webgpu);
      return await openDevice(library, candidate, allowSoftware);
    } catch (error) {
      errors.push(error);
    }
  }
  return { errors };
}
