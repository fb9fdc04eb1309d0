import type { Place } from './error.ts';

/** What a reader may spend. Every limit is checked before the memory is asked for. */
export interface Limits {
  /**
   * Bytes held at any time, all together: the file itself, one decompressed entry, and the values
   * (8 bytes each, whatever the dtype in the file). Beside it only headers, names and tables: under 128 MiB.
   */
  readonly memory: number;
  /** Arrays in one file. */
  readonly arrays: number;
}

/** 2 GiB of memory and 10 000 arrays. */
export const defaultLimits: Limits = { memory: 2 ** 31, arrays: 10_000 };

/** Counts the bytes that a reader holds against the limit. */
export class Budget {
  readonly limits: Limits;
  #held = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...defaultLimits, ...limits };
  }

  /** Claims bytes before they are allocated; the error names what they are for. */
  hold(bytes: number, place: Place, what: string): void {
    const left = this.limits.memory - this.#held;
    // Written so that a limit of NaN lets nothing pass.
    if (!(bytes <= left)) {
      throw place.error(
        `memory for ${what}`,
        `at most ${left} bytes (the limit of ${this.limits.memory}, less what is held)`,
        `${bytes}`,
      );
    }
    this.#held += bytes;
  }

  /** Gives bytes back that were claimed. */
  release(bytes: number): void {
    this.#held -= bytes;
  }

  /** Refuses more arrays than the limit. */
  count(arrays: number, place: Place): void {
    if (!(arrays <= this.limits.arrays)) {
      throw place.error('number of arrays', `at most ${this.limits.arrays} (the limit)`, `${arrays}`);
    }
  }
}

/** What `make` allocates; the engine's refusal of that much (below the caller's limit) becomes a FileError. */
export function allocate<T>(bytes: number, place: Place, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw place.error('memory', `${bytes} bytes in one piece`, String(cause), { cause });
  }
}
