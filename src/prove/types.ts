/** How strongly a claim is established. */
export type Strength =
  | 'all sizes'
  | 'all shapes up to a bound'
  | 'one shape over every ring'
  | 'probability'
  | 'counterexample';
/** What checked it. */
export type Checker = 'certificates' | 'SMT' | 'Coq' | 'polynomials' | 'Z/p' | 'small scope';
/** One line of the table of proofs. */
export interface ProofRow {
  /** The number of the claim, 1 to 10. */
  readonly claim: number;
  /** What is proved, in words and symbols. */
  readonly statement: string;
  /** The paper's equation or section. */
  readonly equation: string;
  readonly strength: Strength;
  readonly checker: Checker;
  /** Names of theorems, counts, bounds. */
  readonly detail: string;
  /** What the row takes on trust beyond its checker. */
  readonly trusted: readonly string[];
  readonly outcome: 'proved' | 'failed' | 'not run';
  /** Why it failed or wasn't run. */
  readonly reason?: string;
  readonly milliseconds: number;
}
/** A layer of proofs: runs what it can, says what it couldn't, and reports on its progress. */
export type Layer = (progress: (message: string) => void) => Promise<readonly ProofRow[]>;
