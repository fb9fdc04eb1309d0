/** A campaign too long for one machine, split: shard i of n asks every n-th case, beginning with the i-th. */

/** Which part of a campaign. The shards 1 … count are disjoint, and together they are the whole. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** The items of a shard, lazily, in their order; `count` tells how many there were in all, once all were seen. */
export function shardOf<T>(
  items: Iterable<T>,
  { index, count }: Shard = { index: 1, count: 1 },
): { readonly items: Iterable<T>; readonly total: () => number | undefined } {
  let total: number | undefined;
  function* every(): Generator<T> {
    let at = 0;
    for (const item of items) if (at++ % count === index - 1) yield item;
    total = at;
  }
  return { items: every(), total: () => total };
}

/** How many of `total` cases a shard has. */
export function shareOf({ index, count }: Shard, total: number): number {
  return Math.max(0, Math.ceil((total - index + 1) / count));
}
