/** `igc check onnxruntime-node`: implementations that are known by name. A file of such a name is ./onnxruntime-node. */

import { kernels } from '../implementations/kernels.ts';
import type { Declared } from '../implementations/module-question.ts';
import { onnxAdapter } from '../implementations/onnx/adapter.ts';
import { onnxRuntime } from '../implementations/onnx/open.ts';
import { tensorCore } from '../implementations/tensor-core.ts';
import { tfjs } from '../implementations/tfjs.ts';
import type { Adapter } from '../oracle/adapter.ts';

type Open = (declared: Declared) => Promise<Adapter>;

const opened: Readonly<Record<string, Open>> = {
  kernels: async (declared) => kernels(declared),
  'tensor-core': async (declared) => tensorCore(declared),
  'onnxruntime-node': async (declared) => onnxAdapter(await onnxRuntime('onnxruntime-node'), declared),
  'onnxruntime-web': async (declared) => onnxAdapter(await onnxRuntime('onnxruntime-web'), declared),
  tfjs: (declared) => tfjs(declared),
};

/** The names, for help and errors. */
export const namedImplementations: readonly string[] = Object.keys(opened);

/** The implementation of this name, if there is one. Opening it rejects with a PeerError where it isn't installed. */
export function namedSubject(
  name: string,
): { readonly name: string; readonly argument: string; readonly open: Open } | undefined {
  const open = Object.hasOwn(opened, name) ? opened[name] : undefined;
  return open && { name, argument: name, open };
}
