/** onnxruntime-node in a process of its own. */
import type { Adapter } from '../../oracle/adapter.ts';
import type { OpenOptions } from '../hosted-messages.ts';
import { onnxAdapter } from '../onnx/adapter.ts';
import { onnxRuntime } from '../onnx/open.ts';

export async function open({ folder, ...declared }: OpenOptions): Promise<Adapter> {
  return onnxAdapter(await onnxRuntime('onnxruntime-node', folder), declared);
}
