/** What a way to compute the secondary is told, and what it promises. */
import type { Geometry } from './geometry.ts';
import type { Algorithm, Design } from './strategy.ts';
import type { FunctionBuilder } from './wasm/assembler.ts';

export type SecondaryGeometry = Geometry & { readonly mixed: number };

/** What is known of the primary. */
export interface SecondaryPlace {
  readonly algorithm: Algorithm;
  readonly stripRows: number;
  /** Where the secondary's weights and its part of the scratch memory begin, in bytes. */
  readonly weightsOffset: number;
  readonly scratchOffset: number;
}

export interface SecondaryDesign {
  readonly algorithm: Algorithm;
  readonly why: string;
  /** Of its own. */
  readonly weightBytes: number;
  readonly scratchBytes: number;
  emit(): FunctionBuilder;
  pack: Design['pack'];
}
