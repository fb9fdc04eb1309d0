/** The GPU path in a page, on one of gpu.js's backends. */

import { engine } from '../../implementations/engine.ts';
import { asMissing, backendNamed, gpuAdapter } from '../../implementations/gpu-adapter.ts';
import type { OpenOptions } from '../../implementations/hosted-messages.ts';
import { kernelsOf } from '../../kernels/gpu/kernels.ts';
import type { Adapter } from '../../oracle/adapter.ts';
import { loadGpuJs } from './gpu-js.ts';

export async function open({ provider, packages, versions, ...declared }: OpenOptions): Promise<Adapter> {
  const backend = backendNamed(provider);
  const library = await loadGpuJs(packages!['gpu.js']!);
  const kernels = await kernelsOf(library, { backend, allowSoftware: true, require: true, cache: 512 }).catch(
    asMissing,
  );
  return gpuAdapter(kernels, `gpu.js ${versions?.['gpu.js']}, ${engine()}`, declared);
}
