/** The ONNX runtimes that are packages, in this process. */
import { engine } from '../engine.ts';
import { importPeer, type PeerName } from '../peers.ts';
import { type Ort, ortRuntime } from './ort.ts';
import type { OnnxRuntime } from './runtime.ts';

export type RuntimeName = Extract<PeerName, `onnxruntime-${string}`>;

/** onnxruntime-node (its CPU provider) or onnxruntime-web (WebAssembly, in Node). Rejects with a PeerError. */
export async function onnxRuntime(name: RuntimeName, folder?: string): Promise<OnnxRuntime> {
  const { exports, version } = await importPeer(name, folder);
  const ort = exports as unknown as Ort;
  const provider = name === 'onnxruntime-node' ? 'cpu' : 'wasm';
  // One thread: with more, onnxruntime-web needs workers that keep the process alive.
  if (ort.env?.wasm) ort.env.wasm.numThreads = 1;
  const about = `${name} ${version}, ${provider}; ${engine()}`;
  return ortRuntime(ort, { name, about }, provider);
}
