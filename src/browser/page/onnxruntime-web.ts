/** onnxruntime-web in a page, on one of its execution providers. */
import { unitWindow } from '../../../spec/00-notation.ts';
import { engine } from '../../implementations/engine.ts';
import type { OpenOptions } from '../../implementations/hosted-messages.ts';
import { onnxAdapter } from '../../implementations/onnx/adapter.ts';
import { type Ort, ortRuntime } from '../../implementations/onnx/ort.ts';
import type { Adapter, Case } from '../../oracle/adapter.ts';
import { page } from './surroundings.ts';

/** The package has a build for each family of providers; the one for all of them has no native WebGPU. */
const builds: Readonly<Record<string, string>> = {
  wasm: 'ort.wasm.min.mjs',
  webgl: 'ort.webgl.min.mjs',
  webgpu: 'ort.webgpu.min.mjs',
};

export async function open({
  provider = 'wasm',
  packages,
  versions,
  ...declared
}: OpenOptions): Promise<Adapter> {
  const name = 'onnxruntime-web';
  const dist = new URL(`${packages![name]}dist/`, page.document.baseURI).href;
  const build = builds[provider];
  if (build === undefined)
    throw new TypeError(`provider: expected ${Object.keys(builds).join(', ')}, got ${provider}`);
  const { default: exports } = (await import(dist + build)) as { readonly default: Ort };
  const { wasm } = exports.env!;
  if (wasm) {
    wasm.wasmPaths = dist;
    wasm.numThreads = 1;
  }
  const about = `${name} ${versions?.[name]}, ${provider}; ${engine()}`;
  const adapter = onnxAdapter(ortRuntime(exports, { name, about }, provider), {
    ...declared,
    // GLSL and WGSL let a device replace subnormal numbers by zero.
    flushesSubnormals: declared.flushesSubnormals ?? provider !== 'wasm',
  });
  // A provider that isn't there is only missed when a model is loaded.
  const outcome = await adapter.run(smallest);
  if (outcome.kind !== 'answer') throw new Error(`${provider} doesn't start: ${outcome.reason}`);
  return adapter;
}

const one = { shape: [1, 1, 1, 1], data: Float32Array.of(1), stored: 'float32' } as const;

const smallest: Case = {
  id: 'smallest',
  operation: 'group-convolution',
  inputs: new Map([
    ['x', one],
    ['weight', one],
  ]),
  window: unitWindow,
};
