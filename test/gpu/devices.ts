/** The devices of these tests: WebGPU in Node, on SwiftShader where the machine has no other. What isn't there fails. */
import { existsSync } from 'node:fs';
import { importPeer } from '../../src/implementations/peers.ts';
import { asLibrary, type Library } from '../../src/kernels/gpu/library.ts';

const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (process.env.VK_ICD_FILENAMES === undefined && existsSync(swiftShader)) {
  process.env.VK_ICD_FILENAMES = swiftShader;
}

interface WebGpuPackage {
  create(flags: readonly string[]): unknown;
}

/** gpu.js and an entry to WebGPU. */
export async function nodeGpu(): Promise<{ readonly library: Library; readonly webgpu: unknown }> {
  const { exports } = await importPeer('gpu.js');
  const webgpu = (await importPeer('webgpu')).exports as unknown as WebGpuPackage;
  return { library: asLibrary(exports), webgpu: webgpu.create([]) };
}
