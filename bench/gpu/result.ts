/** What the GPU page found out: the JSON that it offers for download, and that docs/gpu.md is made from. */
import type { Backend, GpuDevice } from '../../src/kernels/gpu/types.ts';
import type { Endurance } from './endurance.ts';
import type { Tried } from './pitfalls.ts';

export const resultSchema = 'igc-oracle/gpu-page/1';

/** Level 1 of the oracle, asked of a backend. */
export interface Checked {
  readonly verdict: string;
  readonly reason: string;
  readonly cases: number;
  readonly seconds: number;
}

/** One way to reach a GPU from this browser. */
export interface BackendResult {
  readonly backend: Backend;
  /** Undefined where it isn't there: `unavailable` says why. */
  readonly device?: GpuDevice | undefined;
  readonly unavailable?: string | undefined;
  readonly checked?: Checked | undefined;
  readonly endurance?: Endurance | undefined;
  readonly pitfalls?: readonly Tried[] | undefined;
}

/** Milliseconds. */
export interface Times {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface CandidateResult {
  readonly name: string;
  readonly api: 'webgpu' | 'webgl' | 'wasm';
  /** Of our own kernels. */
  readonly isOurs: boolean;
  /** The first call, with compiling. */
  readonly firstMs?: number | undefined;
  readonly times?: Times | undefined;
  /** The largest error, as a part of what rounding can do. */
  readonly worstRatio?: number | undefined;
  /** The largest error as a part of the largest output. */
  readonly error?: number | undefined;
  /** Its time over our block's on the same API, of each round; the median. */
  readonly overOurs?: number | undefined;
  /** Why it wasn't timed: it isn't there, or it disagrees. */
  readonly problem?: string | undefined;
}

export interface CaseResult {
  /** 'L24M2@32'. */
  readonly id: string;
  readonly rounds: number;
  readonly candidates: readonly CandidateResult[];
}

export interface PageResult {
  readonly schema: typeof resultSchema;
  readonly browser: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly backends: readonly BackendResult[];
  readonly cases: readonly CaseResult[];
}
