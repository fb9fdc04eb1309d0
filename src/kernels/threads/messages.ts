/** What is said between the caller and a thread: once, before they share a board. */
import type { WasmMemory } from '../wasm/assembler.ts';

export interface Start {
  readonly memory: WasmMemory;
  readonly board: SharedArrayBuffer;
  /** Its number; the caller is 0. */
  readonly thread: number;
  readonly threads: number;
}

export type Reply = 'ready';
