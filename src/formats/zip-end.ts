/** The end of a .zip archive: where its directory lies. */
import { hex, record, uint64 } from './bytes.ts';
import type { Place } from './error.ts';

const endSize = 22;
const locatorSize = 20;
const end64Size = 56;

/** The central directory: how many entries, and the bytes start ≤ i < end. */
export interface Directory {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the directory from the last bytes of the archive. It ends where the end record begins, and there is one
 * candidate only: an archive comment is refused, because a second end record could hide in it.
 */
export function findDirectory(bytes: Uint8Array, place: Place): Directory {
  const at = Math.max(0, bytes.length - endSize);
  const view = record(bytes, at, endSize, place, 'end of the archive');
  if (view.getUint32(0, true) !== 0x06054b50 || view.getUint16(20, true) !== 0) {
    const got = hex(bytes.subarray(at, at + 4));
    throw place.error(`end record at byte ${at}`, '50 4b 05 06 (a whole archive without a comment)', got);
  }
  const disks = [view.getUint16(4, true), view.getUint16(6, true)];
  const counts = [view.getUint16(8, true), view.getUint16(10, true)];
  const size = view.getUint32(12, true);
  const start = view.getUint32(16, true);

  const locator = at - locatorSize;
  const wide =
    locator >= 0 && new DataView(bytes.buffer, bytes.byteOffset + locator).getUint32(0, true) === 0x07064b50;
  if (!wide) return directory(disks, counts, size, start, at, place);

  const end64 = wideEnd(bytes, locator, place);
  // In the narrow record each number is the same, or all ones where it is too large.
  agree(counts[0], 0xffff, end64.counts[0], 'entries on this disk', place);
  agree(counts[1], 0xffff, end64.counts[1], 'entries', place);
  agree(size, 0xffffffff, end64.size, 'size of the directory', place);
  agree(start, 0xffffffff, end64.start, 'start of the directory', place);
  return directory([...disks, ...end64.disks], end64.counts, end64.size, end64.start, end64.at, place);
}

/** The zip64 end record, right before its locator. */
function wideEnd(bytes: Uint8Array, locatorAt: number, place: Place) {
  const locator = record(bytes, locatorAt, locatorSize, place, 'zip64 locator');
  const at = locatorAt - end64Size;
  if (at < 0 || uint64(locator, 8) !== at) {
    throw place.error(
      'zip64 end record',
      `right before its locator at byte ${locatorAt}`,
      `${uint64(locator, 8)}`,
    );
  }
  const view = record(bytes, at, end64Size, place, 'zip64 end record');
  if (view.getUint32(0, true) !== 0x06064b50 || uint64(view, 4) !== end64Size - 12) {
    throw place.error(
      `zip64 end record at byte ${at}`,
      '50 4b 06 06 and a size of 44',
      hex(bytes.subarray(at, at + 12)),
    );
  }
  return {
    at,
    // One disk: numbers 0, 0, 0 and a total of 1.
    disks: [
      locator.getUint32(4, true),
      locator.getUint32(16, true) - 1,
      view.getUint32(16, true),
      view.getUint32(20, true),
    ],
    counts: [uint64(view, 24), uint64(view, 32)],
    size: uint64(view, 40),
    start: uint64(view, 48),
  };
}

function agree(
  narrow: number | undefined,
  ones: number,
  wide: number | undefined,
  what: string,
  place: Place,
): void {
  if (narrow !== ones && narrow !== wide)
    throw place.error(`${what} in the end record`, `${wide}`, `${narrow}`);
}

function directory(
  disks: readonly number[],
  counts: readonly number[],
  size: number,
  start: number,
  end: number,
  place: Place,
): Directory {
  if (disks.some((disk) => disk !== 0) || counts[0] !== counts[1]) {
    throw place.error(
      'disks',
      'an archive on one disk',
      `disk numbers ${disks.join(', ')}, entries ${counts.join(' of ')}`,
    );
  }
  if (start + size !== end) {
    throw place.error(
      'directory',
      `an end at byte ${end}, where the end record begins`,
      `${size} bytes from ${start}`,
    );
  }
  return { count: counts[1] as number, start, end };
}
