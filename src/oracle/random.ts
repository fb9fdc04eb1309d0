/** Unsigned 32-bit integers from a seed: a linear congruential generator, whose high bits are the good ones. */
export function linearCongruential(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

/** Integers from −2048 to 2047, always the same: small enough for exact sums, far too many to be alike by chance. */
export function unlikeIntegers(): () => number {
  const next = linearCongruential(1);
  return () => (next() >>> 20) - 2048;
}
