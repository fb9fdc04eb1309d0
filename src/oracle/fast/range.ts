/** Nonzero entries that a fast reference takes: whatever the block multiplies them with, nothing leaves the doubles. */
const range = { least: 2 ** -150, largest: 2 ** 150 } as const;

/** Whether every entry is within the range, or zero. */
export function inRange(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]!);
    if (size !== 0 && !(size >= range.least && size <= range.largest)) return false;
  }
  return true;
}
