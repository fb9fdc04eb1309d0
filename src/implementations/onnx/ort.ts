/** What onnxruntime-node and onnxruntime-web export, behind the narrow interface of a runtime. Runs in a page too. */
import { decode16, encode16, float16 } from '../../formats/half.ts';
import type { OnnxRuntime, RuntimeTensor } from './runtime.ts';

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
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<OrtSession>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor;
  readonly env?: { readonly wasm?: { numThreads?: number; wasmPaths?: string } };
}

/** The runtime on one execution provider. `options` are added to those of each session. */
export function ortRuntime(
  ort: Ort,
  { name, about }: Pick<OnnxRuntime, 'name' | 'about'>,
  provider: string,
  options: object = {},
): OnnxRuntime {
  return {
    name,
    about,
    load: async (model) => {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [provider],
        logSeverityLevel: 4,
        ...options,
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
    case 'float16':
      return Uint16Array.from(data, (value) => encode16(float16, value));
    case 'int64':
      return BigInt64Array.from(Array.from(data, BigInt));
    case 'int32':
      return Int32Array.from(data);
    case 'bool':
    case 'uint8':
      return Uint8Array.from(data);
    default:
      throw new TypeError(
        `input of type ${type}: expected float32, float64, float16, int64, int32, bool or uint8`,
      );
  }
}

function fromOrt({ type, dims, data }: OrtTensor): RuntimeTensor {
  // Where there is no Float16Array, bits.
  if (type === 'float16' && data instanceof Uint16Array) {
    return { type, dims: [...dims], data: Float64Array.from(data, (bits) => decode16(float16, bits)) };
  }
  const numbers: ArrayLike<number> =
    typeof data[0] === 'bigint'
      ? Float64Array.from(data as ArrayLike<bigint>, Number)
      : (data as ArrayLike<number>);
  return { type, dims: [...dims], data: numbers };
}
