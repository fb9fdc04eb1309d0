import type { Readable } from 'node:stream';

/** What comes of listening for a line. A fault and the end are final. */
export type Line =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'fault'; readonly reason: string }
  | { readonly kind: 'end' };

/** Lines that nobody has asked for are kept up to this many: one is wrong already. */
const mostUnread = 4;

/**
 * The lines of a stream, one at a time. Whatever comes, no more than one line of `most` bytes and a few unread ones
 * are held: a longer line is a fault, and what follows a fault is thrown away.
 */
export class Lines {
  readonly #most: number;
  readonly #unread: Line[] = [];
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #final: Line | undefined;
  #waiting: ((line: Line) => void) | undefined;

  constructor(stream: Readable, most: number) {
    this.#most = most;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('error', () => this.#finish());
    stream.on('end', () => this.#finish());
    stream.on('close', () => this.#finish());
  }

  /** The next line, as soon as it is whole. One question at a time. */
  next(): Promise<Line> {
    const line = this.unread();
    if (line) return Promise.resolve(line);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** What has come and was not asked for. */
  unread(): Line | undefined {
    return this.#unread.shift() ?? this.#final;
  }

  /** Whether nothing was left unread and nothing more can come. */
  get hasEnded(): boolean {
    return this.#unread.length === 0 && this.#final?.kind === 'end';
  }

  /** Bytes of a line that isn't whole yet. */
  get partialBytes(): number {
    return this.#partialBytes;
  }

  #take(chunk: Buffer): void {
    let from = 0;
    while (!this.#final) {
      const newline = chunk.indexOf(10, from);
      const piece = chunk.subarray(from, newline < 0 ? undefined : newline);
      this.#partial.push(piece);
      this.#partialBytes += piece.length;
      if (this.#partialBytes > this.#most) {
        this.#fail(`a line of more than ${this.#most} bytes`);
        return;
      }
      if (newline < 0) return;
      from = newline + 1;
      this.#whole(Buffer.concat(this.#partial));
    }
  }

  #whole(bytes: Buffer): void {
    this.#partial = [];
    this.#partialBytes = 0;
    let text: string;
    try {
      text = this.#utf8.decode(bytes);
    } catch {
      this.#fail("a line that isn't UTF-8");
      return;
    }
    if (this.#waiting) this.#hand({ kind: 'line', text });
    else if (this.#unread.length < mostUnread) this.#unread.push({ kind: 'line', text });
  }

  #fail(reason: string): void {
    this.#partial = [];
    this.#final = { kind: 'fault', reason };
    this.#hand(this.#final);
  }

  #finish(): void {
    if (this.#final) return;
    if (this.#partialBytes > 0) {
      this.#fail(`a last line of ${this.#partialBytes} bytes without an end`);
      return;
    }
    this.#final = { kind: 'end' };
    this.#hand(this.#final);
  }

  #hand(line: Line): void {
    this.#waiting?.(line);
    this.#waiting = undefined;
  }
}
