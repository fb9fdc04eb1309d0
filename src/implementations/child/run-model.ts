/** A model run once by a runtime in a process of its own: neither a crash nor a hang of it is ours. */
import type { OpenOptions } from '../hosted-messages.ts';
import { onnxRuntime, type RuntimeName } from '../onnx/open.ts';
import type { ModelRun } from '../onnx/remote.ts';
import type { RuntimeTensor } from '../onnx/runtime.ts';

/** Loads and runs it; `name` without a model: only says what it is. */
export async function call(
  { folder }: OpenOptions,
  { name, model, inputs }: ModelRun & { readonly name: RuntimeName },
): Promise<{ readonly about: string; readonly outputs: ReadonlyMap<string, RuntimeTensor> }> {
  const runtime = await onnxRuntime(name, folder);
  if (!model) return { about: runtime.about, outputs: new Map() };
  const loaded = await runtime.load(model);
  try {
    const outputs = await loaded.run(inputs);
    return { about: runtime.about, outputs: new Map([...outputs].map(([key, value]) => [key, own(value)])) };
  } finally {
    await loaded.release();
  }
}

/** Numbers in a buffer of their own: a view would bring its whole buffer along. */
function own({ type, dims, data }: RuntimeTensor): RuntimeTensor {
  return { type, dims, data: data instanceof Float32Array ? data.slice() : Float64Array.from(data) };
}
