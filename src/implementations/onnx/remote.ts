/** An ONNX runtime in processes of its own, one a model. */
import { volume } from '../../oracle/lookup.ts';
import { callInChild } from '../child/call.ts';
import { ownModule } from '../child/place.ts';
import { ImplementationError } from '../error.ts';
import type { RuntimeName } from './open.ts';
import type { OnnxRuntime, RuntimeTensor, RuntimeTensors } from './runtime.ts';

/** What is run. */
export interface ModelRun {
  readonly model?: Uint8Array | undefined;
  readonly inputs: RuntimeTensors;
}

export interface RemoteOptions {
  /** Milliseconds to load and run a model; default 120 000. */
  readonly timeout?: number | undefined;
  readonly folder?: string | undefined;
  /** What runs it there; default: the runtime of that name. */
  readonly module?: string | undefined;
}

/**
 * The runtime of this name. Rejects with a MissingError where it isn't installed; running a model rejects with an
 * ImplementationError where the runtime crashes, hangs or answers no tensors, with an Error where it refuses the model.
 */
export async function remoteRuntime(name: RuntimeName, options: RemoteOptions = {}): Promise<OnnxRuntime> {
  const { timeout = 120_000, folder, module = ownModule('implementations/child/run-model.js') } = options;
  const ask = async (run: ModelRun) => {
    const argument = { name, ...run };
    const value = await callInChild({ module, options: { folder }, argument }, { name, timeout });
    if (isAnswer(value)) return value;
    throw new ImplementationError(name, 'garbage', 'it gave something that is no tensors by name');
  };
  const { about } = await ask({ inputs: new Map() });
  return {
    name,
    about,
    load: async (model) => ({
      run: async (inputs) => (await ask({ model, inputs })).outputs,
      release: async () => {},
    }),
  };
}

interface Answer {
  readonly about: string;
  readonly outputs: ReadonlyMap<string, RuntimeTensor>;
}

/** Whether tensors have numbers for their sizes. */
function isAnswer(value: unknown): value is Answer {
  if (typeof value !== 'object' || value === null) return false;
  const { about, outputs } = value as Partial<Record<keyof Answer, unknown>>;
  return typeof about === 'string' && outputs instanceof Map && [...outputs.values()].every(isTensor);
}

function isTensor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { type, dims, data } = value as Partial<Record<keyof RuntimeTensor, unknown>>;
  if (typeof type !== 'string' || !Array.isArray(dims)) return false;
  if (!dims.every((size) => Number.isSafeInteger(size) && size >= 0)) return false;
  return (data instanceof Float32Array || data instanceof Float64Array) && data.length === volume(dims);
}
