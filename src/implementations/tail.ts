import type { Readable } from 'node:stream';
import { printable, shortened } from './printable.ts';

/**
 * What says nothing of the program: where Node was below the message of an error, its version, its own frames when it
 * aborts; what Python underlines.
 */
const noise = /^at .*:\d+:\d+\)?$|^Node\.js v[\d.]+$|^\d+: (0x|.*\(node:)|^-+ .* -+$|^[~^ ]+$/;

/** Reads a stream to its end and keeps only the last bytes of it, for messages. */
export class Tail {
  readonly #most: number;
  #kept: Buffer = Buffer.alloc(0);

  constructor(stream: Readable, most: number) {
    this.#most = most;
    stream.on('data', (chunk: Buffer) => {
      this.#kept = Buffer.from(Buffer.concat([this.#kept, chunk]).subarray(-this.#most));
    });
    stream.on('error', () => {});
  }

  /** The last lines, safe to print, in one line; empty where there are none. */
  lastLines(count = 3): string {
    const lines = printable(this.#kept.toString('utf8'))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !noise.test(line));
    return lines
      .slice(-count)
      .map((line) => shortened(line, 200))
      .join(' / ');
  }
}
