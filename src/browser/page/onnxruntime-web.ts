/** onnxruntime-web in a page, on one of its execution providers. */
import { unitWindow } from '../../../spec/00-notation.ts';
import { engine } from '../../implementations/engine.ts';
import type { OpenOptions } from '../../implementations/hosted-messages.ts';
import { onnxAdapter } from '../../implementations/onnx/adapter.ts';
import { caseModel } from '../../implementations/onnx/case-model.ts';
import { type Ort, ortRuntime } from '../../implementations/onnx/ort.ts';
import type { OnnxRuntime, RuntimeModel } from '../../implementations/onnx/runtime.ts';
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
  const runtime = ortRuntime(exports, { name, about }, provider);
  const kept = await started(runtime, provider);
  const adapter = onnxAdapter(runtime, {
    ...declared,
    // GLSL and WGSL let a device replace subnormal numbers by zero.
    flushesSubnormals: declared.flushesSubnormals ?? provider !== 'wasm',
  });
  const close = async () => {
    await adapter.close();
    await kept.release();
  };
  return { ...adapter, close };
}

/**
 * A model that has run: a provider that isn't there is only missed then. Whoever holds it holds the device, which goes with
 * the last model and takes half a second to come back.
 */
async function started(runtime: OnnxRuntime, provider: string): Promise<RuntimeModel> {
  try {
    const model = await runtime.load(caseModel(smallest));
    await model.run(new Map([['x', { type: 'float32', dims: one.shape, data: one.data }]]));
    return model;
  } catch (error) {
    throw new Error(`${provider} doesn't start: ${(error as Error).message}`, { cause: error });
  }
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
