import { record, uint64 } from './bytes.ts';
import type { Place } from './error.ts';

/** Where a 32-bit number does not suffice it is all ones, and the number stands in the zip64 field. */
export const ones = 0xffffffff;

/** The numbers of the zip64 extra field, or undefined without one. Other fields are skipped; they must be whole. */
export function zip64Field(extra: Uint8Array, place: Place): readonly number[] | undefined {
  let found: readonly number[] | undefined;
  for (let at = 0; at < extra.length; ) {
    const head = record(extra, at, 4, place, 'extra field');
    const id = head.getUint16(0, true);
    const size = head.getUint16(2, true);
    const body = record(extra, at + 4, size, place, 'extra field');
    if (id === 0x7075) throw place.error('extra field', 'no second name (Info-ZIP Unicode path)', '0x7075');
    if (id === 0x0001) {
      if (found !== undefined || size % 8 !== 0) {
        throw place.error('zip64 field', 'one, of 64-bit numbers', found ? 'two' : `${size} bytes`);
      }
      found = Array.from({ length: size / 8 }, (_, index) => uint64(body, 8 * index));
    }
    at += 4 + size;
  }
  return found;
}

/** The numbers of a directory entry: those that are all ones are replaced, in order, by those of the zip64 field. */
export function widen(
  numbers: readonly number[],
  field: readonly number[] | undefined,
  place: Place,
): number[] {
  const wide = [...(field ?? [])];
  const needed = numbers.filter((number) => number === ones).length;
  if (wide.length !== needed) throw place.error('zip64 field', `${needed} numbers`, `${wide.length}`);
  return numbers.map((number) => (number === ones ? (wide.shift() as number) : number));
}
