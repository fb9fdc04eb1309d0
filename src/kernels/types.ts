/** The public types of the kernels: what is computed, on which numbers, how it was planned, and what comes back. */
import type { Window } from '../../spec/00-notation.ts';

export interface KernelOptions {
  /**
   * Threads that compute, the caller's among them; 1 where it isn't said. What they would not make faster is computed by
   * one (`Plan.threads`).
   */
  readonly threads?: number | undefined;
  /** How many compiled plans are kept for shapes that come back; 64 where it isn't said. */
  readonly cache?: number | undefined;
  /**
   * Whether Winograd's algorithm may be taken, which multiplies less and rounds more: its error isn't within the bound of
   * a sum in any order, but within its own (`Plan.algorithm`). True where it isn't said.
   */
  readonly winograd?: boolean | undefined;
  /**
   * Whether Strassen's algorithm may be taken for the secondary, which multiplies an eighth less and rounds more: its error
   * is within a bound of its own too. Where it isn't said it is as `winograd`: who refuses one wants the bounds of sums.
   */
  readonly strassen?: boolean | undefined;
  /**
   * Whether multiply-adds may be single instructions; 'auto', where it isn't said: if the engine has them, and wasn't told to
   * make vectors of eight floats, which are faster without.
   */
  readonly relaxed?: 'auto' | boolean | undefined;
}

/** A block's sizes. Feature maps are NCHW: x (N, L·Min, height, width). */
export interface BlockShape {
  /** 1 where it isn't said. */
  readonly N?: number | undefined;
  readonly L: number;
  readonly Min: number;
  /** Min where it isn't said. */
  readonly Mout?: number | undefined;
  /** Outputs of a secondary partition; L where it isn't said. */
  readonly Lout?: number | undefined;
  readonly height: number;
  readonly width: number;
  /** (kh, kw) of the primary kernel. */
  readonly kernel: readonly [number, number];
  /** Stride 1, dilation 1 and no padding where it isn't said. */
  readonly window?: Window | undefined;
}

/** A group convolution's sizes: x (N, groups·inputs, height, width). One group: dense. One input and output: depthwise. */
export interface ConvolutionShape {
  readonly N?: number | undefined;
  readonly groups: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: readonly [number, number];
  readonly window?: Window | undefined;
}

/**
 * Batch normalisation of the output with fixed statistics, γ·(y − mean)/√(variance + ε) + β, one entry a channel in the
 * output's order. It is folded into the last weights and the bias, each rounded to float32 once more.
 */
export interface Normalisation {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly epsilon: number;
}

/** What is done to the output on its way to memory: normalised, the residual added, then rectified. */
export interface Epilogue {
  readonly normalisation?: Normalisation | undefined;
  /** Whether a tensor of the output's shape is added, `residual` of `run`. */
  readonly residual?: boolean | undefined;
  /** Whether negative numbers become zero, at last. */
  readonly relu?: boolean | undefined;
}

/** Weights and biases in the layouts of recordings; they are copied. */
export interface BlockParameters extends Epilogue {
  /** (L·Mout, Min, kh, kw). */
  readonly primaryWeight: Float32Array;
  /** (Mout·Lout, L, 1, 1). */
  readonly secondaryWeight: Float32Array;
  /** L·Mout entries, index l·Mout + m′. */
  readonly primaryBias?: Float32Array | undefined;
  /** Mout·Lout entries, index m′·Lout + l′. */
  readonly secondaryBias?: Float32Array | undefined;
}

export interface ConvolutionParameters extends Epilogue {
  /** (groups·outputs, inputs, kh, kw). */
  readonly weight: Float32Array;
  /** groups·outputs entries. */
  readonly bias?: Float32Array | undefined;
}

/** How it is computed. */
export interface Plan {
  /** 'direct', 'winograd', … */
  readonly strategy: string;
  /** Why this one, and why not the others. */
  readonly why: string;
  /**
   * Which error bound holds: of a sum in any order, with or without fused multiply-adds; of Winograd's algorithm for the
   * primary; or of Strassen's for the secondary.
   */
  readonly algorithm: 'sum' | 'winograd' | 'strassen';
  readonly threads: number;
  /** Rows of the output that are computed at a time, so that what lies between the convolutions stays in the cache. */
  readonly stripRows: number;
  /** What this holds of the module's memory: input, output, residual, weights and scratch. */
  readonly memoryBytes: number;
  readonly codeBytes: number;
  /** Emitting and compiling the code; 0 where it was compiled before. */
  readonly compileMs: number;
  /** Folding and packing the weights. */
  readonly packMs: number;
}

/** Code and weights, ready for inputs of one shape. */
export interface Prepared {
  readonly plan: Plan;
  /** The sizes of the output: (N, C, H′, W′). */
  readonly outputShape: readonly [number, number, number, number];
  /**
   * Where the input is expected: a view of the module's memory, row-major NCHW. Writing to it saves a copy. Take it anew
   * after anything else was prepared: memory that grows leaves old views empty.
   */
  readonly input: Float32Array;
  /** Where the output appears; as `input`. It is overwritten by the next run. */
  readonly output: Float32Array;
  /** Where the residual is expected, if there is one; as `input`. */
  readonly residual: Float32Array | undefined;
  /**
   * Computes. `x` is copied in, where it is given, part by part, of which `input` keeps some: it is written anew before a
   * run without `x`, which takes `input` as it is. So too the residual. The output is copied to `y` and `y` returned,
   * where it is given; otherwise the view `output` is returned. Arrays may be the same or overlap. Throws a KernelError
   * for a wrong length (C3), after `dispose` (K1), and where `x` is missing and `input` wasn't taken since a run with
   * one (K8).
   */
  run(x?: Float32Array, y?: Float32Array, residual?: Float32Array): Float32Array;
  /** Gives its memory back; also twice. */
  dispose(): void;
}

/** A memory, its compiled code, and what was prepared in it. */
export interface Kernels {
  /**
   * Plans, compiles and packs a block: primary convolution, interleave, secondary, deinterleave, in one pass.
   * Throws a KernelError that says what is wrong with which argument.
   */
  block(shape: BlockShape, parameters: BlockParameters): Prepared;
  /** The same for one group convolution. */
  convolution(shape: ConvolutionShape, parameters: ConvolutionParameters): Prepared;
  /**
   * Resolves when all threads are there; with one thread at once. `run` needs no waiting: until then it computes on the
   * threads that there are.
   */
  readonly ready: Promise<void>;
  /** Ends the threads and gives everything back; what was prepared is unusable from then on. */
  dispose(): void;
  readonly statistics: Statistics;
}

export interface Statistics {
  /** Plans that were compiled, that were found compiled, and that were dropped from the cache. */
  readonly compiled: number;
  readonly reused: number;
  readonly evicted: number;
  /** The size of the memory. It never shrinks; what was disposed of is used again. */
  readonly memoryBytes: number;
  /** How much of it is in use. */
  readonly usedBytes: number;
}
