/** The words of the search for factors: kernels, how they were rounded, what was found. */

import type { BlockShape } from '../../../spec/03-igc-block.ts';
import type { Precision } from '../../algebras/precision.ts';

/** A kernel of shape (Lout·Mout, L·Min, kh, kw), row-major. */
export interface Kernel {
  readonly data: Float64Array;
  readonly sizes: BlockShape;
  readonly kernel: readonly [number, number];
}

/** How the entries came about: the format they were rounded to, and how often; no format: integers, not rounded. */
export interface Rounded {
  readonly format: Precision | undefined;
  readonly roundings: number;
}

/** An entry of a kernel, by its indices. */
export interface Entry {
  readonly l2: number;
  readonly m: number;
  readonly u: number;
  readonly v: number;
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** A slice that is no product. */
export interface Broken {
  readonly l: number;
  readonly m2: number;
  /** The entry farthest from what most others of its row and column say. */
  readonly suspect: Entry & {
    /** The product that the others say. */
    readonly expected: number;
    /** |value − expected| in units of the bound; infinite for integers. */
    readonly deviation: number;
  };
  /** Entries that contradict each other: no factors satisfy them all. Empty for integers. */
  readonly witness: readonly Entry[];
}

/** What was found of a kernel. */
export interface Finding {
  readonly composite: boolean;
  /** Every minor vanishes exactly. */
  readonly exact: boolean;
  /** The largest κ of a slice; infinite where no number of roundings makes W composite. */
  readonly deviation: number;
  readonly slices: number;
  readonly broken: number;
  readonly first: Broken | undefined;
  /** (L·Mout, Min, kh, kw), row-major: factors where W is composite, the nearest ones elsewhere. */
  readonly primary: Float64Array;
  /** (Mout·Lout, L), row-major. */
  readonly secondary: Float64Array;
}

/** A slice as a matrix of l′ by (m, u, v). */
export interface Slice {
  readonly rows: number;
  readonly columns: number;
  readonly a: Float64Array;
}

export interface Found {
  readonly exact: boolean;
  readonly kappa: number;
  readonly d: Float64Array;
  readonly p: Float64Array;
  readonly witness: readonly number[];
}
