import type { InductionName } from './inductions.ts';
import type { Theorem } from './theorem.ts';

/** One statement of the paper, or of the specification, and the theorems that make it up. */
export interface Section {
  readonly id: string;
  /** The number of the claim that it belongs to, 1 to 10. */
  readonly claim: number;
  readonly statement: string;
  readonly equation: string;
  /** The inductions that it needs; without any, the theorems alone are the statement, for all sizes. */
  readonly inductions?: readonly InductionName[];
  /** How the theorems and the inductions make up the statement, and what they do not say. */
  readonly argument?: string;
  /** What it needs beside, and no theorem says. */
  readonly trusted?: readonly string[];
  readonly theorems: readonly Theorem[];
}
