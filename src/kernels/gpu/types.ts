/** The public types of the GPU path: what may be asked of it, what it runs on, and what comes back. */
import type { BlockParameters, BlockShape, ConvolutionParameters, ConvolutionShape } from '../types.ts';

/** How gpu.js reaches a GPU. Its cpu and webasm modes are none of these. */
export const backends = ['webgpu', 'webgl2', 'headlessgl'] as const;

export type Backend = (typeof backends)[number];

export interface GpuOptions {
  /** The only one that may be used; the first of `backends` that can be, where it isn't said. */
  readonly backend?: Backend | undefined;
  /** Whether an adapter that computes on the processor will do, as in tests; false where it isn't said. */
  readonly allowSoftware?: boolean | undefined;
  /** Whether it is an error that there is no GPU to use; where it isn't said, the CPU kernels take over. */
  readonly require?: boolean | undefined;
  /** How many compiled programs are kept, a block taking three; 96 where it isn't said. */
  readonly cache?: number | undefined;
  /** What gpu.js exports, where it is loaded already, as from a script; imported where it isn't given. */
  readonly library?: unknown;
  /** What `navigator.gpu` is elsewhere, in Node; of the package webgpu, where it isn't given and that is installed. */
  readonly webgpu?: unknown;
  /** Told once, in words, when the CPU kernels take over; console.warn where it isn't given. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** What computed: found from the program that ran, never from what was asked. */
export interface Ran {
  readonly backend: Backend | 'cpu';
  /** The adapter (WebGPU) or the renderer (WebGL), as it calls itself. */
  readonly adapter: string;
  /** Whether that is a program on the processor; also where headless-gl doesn't tell. */
  readonly software: boolean;
}

/** What was found out about the device when it was opened. */
export interface GpuDevice extends Ran {
  /** Whether numbers below 2⁻¹²⁶ survive; else they may become zero. */
  readonly keepsSubnormals: boolean;
  /** Whether infinities and NaN come out as IEEE arithmetic has them; else outputs that depend on one are anything. */
  readonly keepsNonFinite: boolean;
  /** The most numbers that one array may have. */
  readonly entries: number;
}

/** (N, C, H, W). */
export type FeatureShape = readonly [number, number, number, number];

export interface GpuResult {
  /** Row-major NCHW, memory of its own. */
  readonly y: Float32Array;
  readonly shape: FeatureShape;
  readonly ran: Ran;
}

/** A feature map that stays on the GPU. It never changes. */
export interface GpuTensor {
  readonly shape: FeatureShape;
  /** Rejects with a GpuError where the device is lost. */
  read(): Promise<GpuResult>;
  /** Gives its memory back; also twice. */
  dispose(): void;
}

/** A block or a convolution, its weights on the GPU, ready for inputs of one shape. */
export interface GpuLayer {
  readonly inputShape: FeatureShape;
  readonly outputShape: FeatureShape;
  /**
   * Computes: x of `inputShape`, row-major, and the residual of `outputShape` where the parameters say that there is one.
   * Rejects with a KernelError for a wrong argument, with a GpuError where the device is lost or fails.
   */
  run(x: Float32Array, residual?: Float32Array): Promise<GpuResult>;
  /** The same with input and output on the GPU: nothing is read back in between. */
  apply(x: GpuTensor, residual?: GpuTensor): Promise<GpuTensor>;
  /** Gives the memory of its weights back; also twice. */
  dispose(): void;
}

export interface GpuStatistics {
  /** Programs that were compiled, that were found compiled, and that were dropped. */
  readonly compiled: number;
  readonly reused: number;
  readonly evicted: number;
  /** Arrays on the GPU that are alive: weights, and tensors that weren't disposed of. */
  readonly resident: number;
}

export interface GpuKernels {
  readonly device: GpuDevice;
  /** Why the CPU kernels compute; undefined where a GPU does. */
  readonly fallback: string | undefined;
  /** Prepares a block. Rejects with a KernelError that says what is wrong with which argument. */
  block(shape: BlockShape, parameters: BlockParameters): Promise<GpuLayer>;
  convolution(shape: ConvolutionShape, parameters: ConvolutionParameters): Promise<GpuLayer>;
  /** Takes a feature map to the GPU. */
  upload(x: Float32Array, shape: FeatureShape): Promise<GpuTensor>;
  readonly statistics: GpuStatistics;
  /** Gives everything back; what was made is unusable from then on. The device goes with its last user. */
  dispose(): Promise<void>;
}
