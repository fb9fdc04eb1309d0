/** The GPU path in Node: gpu.js and the package webgpu, where they are installed. */
import { createGpuKernels } from '../kernels/gpu/create.ts';
import type { Adapter } from '../oracle/adapter.ts';
import { asMissing, backendNamed, gpuAdapter } from './gpu-adapter.ts';
import type { OpenOptions } from './hosted-messages.ts';
import { importPeer } from './peers.ts';

/**
 * The GPU path on one backend, webgpu by default; software will do, for what is judged is whether it is right. Rejects
 * with a MissingError where a package isn't installed or there is no such device, with a GpuError where it is wrong.
 */
export async function gpu({ provider, folder, ...declared }: OpenOptions = {}): Promise<Adapter> {
  const backend = backendNamed(provider);
  const library = await importPeer('gpu.js', folder);
  const webgpu = backend === 'webgpu' ? await importPeer('webgpu', folder) : undefined;
  const kernels = await createGpuKernels({
    backend,
    library: library.exports,
    webgpu: webgpu && (webgpu.exports as unknown as WebGpuPackage).create([]),
    allowSoftware: true,
    require: true,
    cache: 512,
  }).catch(asMissing);
  const packages = [`gpu.js ${library.version}`, ...(webgpu ? [`webgpu ${webgpu.version}`] : [])];
  return gpuAdapter(kernels, [...packages, `Node ${process.version}`].join(', '), declared);
}

interface WebGpuPackage {
  create(flags: readonly string[]): unknown;
}
