/** tfjs in a process of its own, as plain JavaScript (cpu) or WebAssembly (wasm). */
import type { Adapter } from '../../oracle/adapter.ts';
import { engine } from '../engine.ts';
import type { OpenOptions } from '../hosted-messages.ts';
import { importPeer } from '../peers.ts';
import { type Tfjs, tfjs } from '../tfjs.ts';

export async function open({ provider = 'cpu', folder, ...declared }: OpenOptions): Promise<Adapter> {
  const { exports, version } = await importPeer('@tensorflow/tfjs', folder);
  // It registers itself.
  if (provider === 'wasm') await importPeer('@tensorflow/tfjs-backend-wasm', folder);
  const about = `@tensorflow/tfjs ${version}, ${provider}; ${engine()}`;
  return tfjs(exports as unknown as Tfjs, { ...declared, provider, about });
}
