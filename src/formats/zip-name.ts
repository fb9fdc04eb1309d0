import { checkName, maxName } from './array.ts';
import { type Place, quoted } from './error.ts';

/** The name of an entry is a plain file name: it could be unpacked into any folder and stay there. */
export function checkEntryName(name: string, place: Place): void {
  checkName(name, place);
  if (/[/\\]|\.\.|^[a-z]:/i.test(name)) {
    throw place.error('name', "a plain file name (no '/', '\\', '..' or drive)", quoted(name));
  }
}

/** Flag bit 11: the name is UTF-8. Without it a name is ASCII here (what else it could be depends on the machine). */
export const utf8Flag = 0x0800;

/** The name in the bytes of a header. */
export function decodeName(bytes: Uint8Array, flags: number, place: Place): string {
  // A character takes at most four bytes; what is longer is not even decoded.
  if (bytes.length > 4 * maxName)
    throw place.error('name', `at most ${4 * maxName} bytes`, `${bytes.length}`);
  if (!(flags & utf8Flag) && bytes.some((byte) => byte > 0x7f)) {
    throw place.error('name', 'ASCII, or UTF-8 with its flag', 'other bytes');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw place.error('name', 'UTF-8', 'other bytes', { cause });
  }
}
