/** ONNX runtimes behind one narrow interface: a model and its inputs in, values by name out. */
import { importPeer, type PeerName } from '../peers.ts';

/** A tensor that goes into a runtime or comes out. */
export interface RuntimeTensor {
  /** As runtimes call it: float32, int64, bool … */
  readonly type: string;
  readonly dims: readonly number[];
  /** Row-major; of int64 as numbers. */
  readonly data: ArrayLike<number>;
}

export type RuntimeTensors = ReadonlyMap<string, RuntimeTensor>;

/** A loaded model. */
export interface RuntimeModel {
  run(inputs: RuntimeTensors): Promise<RuntimeTensors>;
  release(): Promise<void>;
}

export interface OnnxRuntime {
  readonly name: string;
  /** Versions, for reports. */
  readonly about: string;
  /** Loads a model. Rejects where the runtime does. */
  load(model: Uint8Array): Promise<RuntimeModel>;
}

export type RuntimeName = Extract<PeerName, `onnxruntime-${string}`>;

interface OrtSession {
  run(inputs: Record<string, unknown>): Promise<Readonly<Record<string, OrtTensor>>>;
  release?(): Promise<void>;
}

interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/** What both packages export, as far as we use it. */
interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<OrtSession>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor;
  readonly env?: { readonly wasm?: { numThreads?: number } };
}

/** onnxruntime-node (its CPU provider) or onnxruntime-web (WebAssembly, in Node). Rejects with a PeerError. */
export async function onnxRuntime(name: RuntimeName, folder?: string): Promise<OnnxRuntime> {
  const { exports, version } = await importPeer(name, folder);
  const ort = exports as unknown as Ort;
  const provider = name === 'onnxruntime-node' ? 'cpu' : 'wasm';
  // One thread: with more, onnxruntime-web needs workers that keep the process alive.
  if (ort.env?.wasm) ort.env.wasm.numThreads = 1;
  return {
    name,
    about: `${name} ${version}, ${provider}; Node ${process.version}`,
    load: async (model) => {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [provider],
        logSeverityLevel: 4,
      });
      return {
        run: async (inputs) => {
          const feeds = [...inputs].map(([key, tensor]) => [key, toOrt(ort, tensor)] as const);
          const results = await session.run(Object.fromEntries(feeds));
          return new Map(Object.entries(results).map(([key, tensor]) => [key, fromOrt(tensor)]));
        },
        release: async () => session.release?.(),
      };
    },
  };
}

function toOrt(ort: Ort, { type, dims, data }: RuntimeTensor): OrtTensor {
  return new ort.Tensor(type, typed(type, data), dims);
}

function typed(type: string, data: ArrayLike<number>): ArrayBufferView {
  switch (type) {
    case 'float32':
      return Float32Array.from(data);
    case 'float64':
      return Float64Array.from(data);
    case 'int64':
      return BigInt64Array.from(Array.from(data, BigInt));
    case 'int32':
      return Int32Array.from(data);
    case 'bool':
    case 'uint8':
      return Uint8Array.from(data);
    default:
      throw new TypeError(`input of type ${type}: expected float32, float64, int64, int32, bool or uint8`);
  }
}

function fromOrt({ type, dims, data }: OrtTensor): RuntimeTensor {
  const numbers: ArrayLike<number> =
    typeof data[0] === 'bigint'
      ? Float64Array.from(data as ArrayLike<bigint>, Number)
      : (data as ArrayLike<number>);
  return { type, dims: [...dims], data: numbers };
}
