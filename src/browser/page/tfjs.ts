/** tfjs in a page, on one of its backends. */
import { engine } from '../../implementations/engine.ts';
import type { OpenOptions } from '../../implementations/hosted-messages.ts';
import { type Tfjs, tfjs } from '../../implementations/tfjs.ts';
import type { Adapter } from '../../oracle/adapter.ts';
import { page, runScript } from './surroundings.ts';

/** Backends that are packages of their own. */
const extra: Readonly<Record<string, string>> = {
  wasm: 'tf-backend-wasm.min.js',
  webgpu: 'tf-backend-webgpu.min.js',
};

interface Globals {
  readonly tf: Tfjs & { readonly wasm?: { setWasmPaths(folder: string): void } };
}

export async function open({
  provider = 'cpu',
  packages,
  versions,
  ...declared
}: OpenOptions): Promise<Adapter> {
  const name = '@tensorflow/tfjs';
  const dist = (of: string) => new URL(`${packages![of]}dist/`, page.document.baseURI).href;
  await runScript(`${dist(name)}tf.min.js`);
  const { tf } = globalThis as unknown as Globals;
  const script = extra[provider];
  if (script !== undefined) {
    const folder = dist(`${name}-backend-${provider}`);
    await runScript(folder + script);
    tf.wasm?.setWasmPaths(folder);
  }
  const about = `${name} ${versions?.[name]}, ${provider}; ${engine()}`;
  return tfjs(tf, { ...declared, provider, about });
}
