/**
 * One WebAssembly memory for all that is prepared, handed out in regions and taken back. A memory is expensive: engines
 * reserve gigabytes of addresses for each, and give them back late.
 */
import { demand } from './errors.ts';
import { engine, maximumPages, pageBytes, type WasmMemory } from './wasm/assembler.ts';
import { lineBytes, roundUp } from './wasm/layout.ts';

interface Region {
  at: number;
  bytes: number;
}

/** Vectors at the end of a region may be read past it; this much is there. */
const slack = 256;

export class Arena {
  readonly memory: WasmMemory;
  /** What was given back, by address; neighbours are one. */
  readonly #free: Region[] = [];
  /** Where nothing was handed out yet. Address 0 stays unused. */
  #top = lineBytes;
  #used = 0;

  constructor(shared: boolean) {
    const { Memory } = engine();
    this.memory = new Memory({ initial: 1, maximum: maximumPages, shared });
  }

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  get usedBytes(): number {
    return this.#used;
  }

  /**
   * The address of a region of at least so many bytes, aligned to a line of the cache; with what it really holds.
   * Throws a KernelError (K2) where the memory can't hold it, and changes nothing then.
   */
  allocate(operation: string, wanted: number): Readonly<Region> {
    const bytes = roundUp(wanted + slack, lineBytes);
    const found = this.#free.findIndex((region) => region.bytes >= bytes);
    if (found < 0) this.#grow(operation, bytes);
    const at = found < 0 ? this.#top : this.#takeFrom(found, bytes);
    if (found < 0) this.#top += bytes;
    this.#used += bytes;
    return { at, bytes };
  }

  /** Takes a region back. */
  release({ at, bytes }: Readonly<Region>): void {
    this.#used -= bytes;
    const next = this.#free.findIndex((region) => region.at > at);
    const place = next < 0 ? this.#free.length : next;
    this.#free.splice(place, 0, { at, bytes });
    this.#join(place);
    this.#join(place - 1);
    const last = this.#free.at(-1);
    if (last && last.at + last.bytes === this.#top) {
      this.#top = last.at;
      this.#free.pop();
    }
  }

  #takeFrom(index: number, bytes: number): number {
    const region = this.#free[index]!;
    const { at } = region;
    region.at += bytes;
    region.bytes -= bytes;
    if (region.bytes === 0) this.#free.splice(index, 1);
    return at;
  }

  /** Makes region `index` and its successor one, where they touch. */
  #join(index: number): void {
    const region = this.#free[index];
    const successor = this.#free[index + 1];
    if (!region || !successor || region.at + region.bytes !== successor.at) return;
    region.bytes += successor.bytes;
    this.#free.splice(index + 1, 1);
  }

  #grow(operation: string, bytes: number): void {
    const site = { operation, argument: 'shape' };
    const limit = maximumPages * pageBytes;
    demand(
      this.#top + bytes <= limit,
      site,
      'K2',
      `at most ${limit - this.#top} bytes more`,
      `${bytes} bytes of input, output, weights and scratch`,
    );
    const missing = Math.ceil((this.#top + bytes - this.bytes) / pageBytes);
    if (missing <= 0) return;
    // Growing has a price of its own, so that small shapes grow it by a quarter at once, if there is room.
    const generous = Math.min(
      Math.max(missing, Math.ceil(this.bytes / pageBytes / 4)),
      maximumPages - this.bytes / pageBytes,
    );
    for (const pages of generous > missing ? [generous, missing] : [missing]) {
      if (this.#tryToGrow(pages)) return;
    }
    demand(false, site, 'K2', 'an engine that grants the memory', `none for ${missing} more pages of 64 KiB`);
  }

  #tryToGrow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}
