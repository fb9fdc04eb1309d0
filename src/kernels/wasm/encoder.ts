/** Bytes of a WebAssembly module as they are written: integers in LEB128, floats little-endian, names in UTF-8. */
export class Encoder {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** The bytes written so far, a view. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A byte as it is. */
  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** Bytes as they are. */
  raw(...values: readonly number[]): this {
    return this.append(values);
  }

  /** Many bytes as they are. */
  append(values: ArrayLike<number>): this {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
    return this;
  }

  /** An integer from 0 to 2³² − 1, seven bits a byte. */
  unsigned(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw new RangeError(`Encoder.unsigned: expected an integer from 0 to 2³² − 1, got ${value}`);
    }
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  /** A 32-bit integer in two's complement; from −2³¹ to 2³² − 1, so that an address may be written as it is. */
  signed(value: number): this {
    if (!Number.isSafeInteger(value) || value < -0x8000_0000 || value > 0xffff_ffff) {
      throw new RangeError(`Encoder.signed: expected an integer from −2³¹ to 2³² − 1, got ${value}`);
    }
    let rest = value | 0;
    // The last byte's bit 6 is the sign, and has to agree with what is left.
    while (rest < -0x40 || rest > 0x3f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    return this.byte(rest & 0x7f);
  }

  /** A float, four bytes. */
  float32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.append(bytes);
  }

  /** A name: its length in bytes, then the bytes. Letters of ASCII, which is UTF-8 too. */
  name(text: string): this {
    return this.unsigned(text.length).append(Array.from(text, (letter) => letter.charCodeAt(0)));
  }

  /** What `content` writes, with its length in front. */
  sized(content: (inner: Encoder) => void): this {
    const inner = new Encoder();
    content(inner);
    return this.unsigned(inner.length).append(inner.bytes);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
