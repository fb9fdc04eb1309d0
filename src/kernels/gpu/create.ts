import { GpuError } from './errors.ts';
import { importLibrary } from './import-library.ts';
import { kernelsOf } from './kernels.ts';
import { asLibrary } from './library.ts';
import type { GpuKernels, GpuOptions } from './types.ts';

/**
 * Opens a GPU: the first backend whose device is hardware (or any, with `allowSoftware`) and computes known cases
 * exactly. Where there is none, `warn` is told why and the CPU kernels take over; with `require` it rejects with a
 * GpuError instead. Rejects with a KernelError for a wrong option (K4).
 */
export async function createGpuKernels(options: GpuOptions = {}): Promise<GpuKernels> {
  const { library } = options;
  const loaded = library === undefined ? importLibrary() : (async () => asLibrary(library))();
  const found = await loaded.catch((error: unknown) => {
    if (error instanceof GpuError) return error;
    throw error;
  });
  return kernelsOf(found, options);
}
