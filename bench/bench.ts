/** What a benchmark is: peers that do the same work, and how much slower than another a peer may be. */

/** One way to do the work. */
export interface Peer {
  readonly name: string;
  /** What it is, for the report. */
  readonly about: string;
  /** Does the work once, from the inputs to a new output; the entries in the order that all peers share. */
  run(): ArrayLike<number>;
}

/** `peer` takes at most `atMost` times as long as `against`. Reported; it never decides whether a run succeeds. */
export interface Limit {
  readonly peer: string;
  readonly against: string;
  readonly atMost: number;
}

export interface Bench {
  readonly name: string;
  readonly title: string;
  /** The peers on data of small integers, on which every order of summation is exact. The first is the reference. */
  peers(): readonly Peer[];
  readonly limits: readonly Limit[];
  /** What else is to be reported: counts, not times. */
  notes?(): readonly string[];
}
