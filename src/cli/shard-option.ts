import type { Shard } from '../oracle/shard.ts';
import { UsageError } from './frame.ts';

/** More shards than this are a slip of the finger. */
const mostShards = 1_000_000;

/** `--shard 3/8`: the third of eight parts. */
export function shardOption(text: string): Shard {
  const match = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index > count || count > mostShards) {
    throw new UsageError(`--shard: expected i/n with 1 <= i <= n, as 3/8, got '${text}'`);
  }
  return { index, count };
}
