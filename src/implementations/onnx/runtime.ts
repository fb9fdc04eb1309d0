/** ONNX runtimes behind one narrow interface: a model and its inputs in, values by name out. */

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
