/** Compiled code, kept by what it was made for: the shapes used last stay, up to a bound. */
import type { Geometry } from './geometry.ts';
import type { Design, Target } from './strategy.ts';
import { assemble, engine, type WasmInstance, type WasmMemory } from './wasm/assembler.ts';

export interface Code {
  readonly instance: WasmInstance;
  /** One number for each. */
  readonly id: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

let codes = 0;

export class CodeCache {
  readonly #bound: number;
  /** The least recently used first. */
  readonly #kept = new Map<string, Code>();
  compiled = 0;
  reused = 0;
  evicted = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** The code of a design for a memory, which is shared where there are threads; the time in milliseconds that emitting and compiling it took, 0 where it was there. */
  get(
    design: Design,
    geometry: Geometry,
    target: Target,
    memory: WasmMemory,
  ): { readonly code: Code; readonly compileMs: number } {
    // The number of images isn't in the code, so that it doesn't tell codes apart.
    const key = JSON.stringify([
      design.strategy,
      design.stripRows,
      target.relaxed,
      target.threads > 1,
      { ...geometry, N: 0 },
    ]);
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    if (known) this.reused++;
    const begin = performance.now();
    const code = known ?? this.#compile(design, target, memory);
    const compileMs = known ? 0 : performance.now() - begin;
    this.#kept.set(key, code);
    this.#evict();
    return { code, compileMs };
  }

  #compile(design: Design, { threads }: Target, memory: WasmMemory): Code {
    const { Module, Instance } = engine();
    const bytes = assemble(design.emit(), { shared: threads > 1 });
    const module = new Module(bytes);
    const instance = new Instance(module, { env: { memory } });
    this.compiled++;
    return { id: codes++, instance, bytes };
  }

  #evict(): void {
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= this.#bound) return;
      this.#kept.delete(key);
      this.evicted++;
    }
  }
}
