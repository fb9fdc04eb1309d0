/** What is said between us and the process in which a module runs. */
import type { OperationName, StoredAs } from '../oracle/types.ts';

/** An array on its way: plain, so that it can be cloned. */
export interface SentArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

export type Sides = Readonly<Record<'top' | 'bottom' | 'left' | 'right', number>>;

/** One case, by the names of recordings. */
export interface Question {
  readonly id: number;
  readonly operation: OperationName;
  readonly inputs: ReadonlyMap<string, SentArray>;
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Sides;
  readonly partition?: { readonly L: number; readonly M: number } | undefined;
  /** The shape of y, for a buffer that the module may write into. */
  readonly output: readonly number[];
}

/** What the module says of itself when it is loaded. */
export interface Greeting {
  readonly kind: 'loaded';
  readonly name: string | undefined;
  readonly precision: unknown;
  readonly limits: Readonly<Record<string, unknown>>;
  readonly functions: readonly string[];
  /** The names of a few of its exports, whatever they are. */
  readonly exports: readonly string[];
}

export interface Answered {
  readonly kind: 'answer';
  readonly arrays: ReadonlyMap<string, SentArray>;
}

/** What came of loading the module, or of a question. */
export type Reply =
  | Greeting
  | { readonly kind: 'failed'; readonly reason: string }
  | ({ readonly id: number } & (
      | Answered
      | { readonly kind: 'unsupported' | 'crash' | 'garbage'; readonly reason: string }
    ));

export const storedAs = (data: SentArray['data']): StoredAs =>
  data instanceof Float32Array ? 'float32' : 'float64';
