/** What the engine can run, found by letting it validate a function that needs it. */
import { Encoder } from './encoder.ts';
import { FunctionBuilder } from './function-builder.ts';
import { assemble } from './module.ts';
import { engine } from './web-assembly.ts';

export interface Features {
  /** Vectors of four floats. Every engine since 2021. */
  readonly simd: boolean;
  /** Multiply-add in one instruction, rounded once or twice as the machine likes. */
  readonly relaxed: boolean;
  /** Whether vectors are loaded where the code says so; otherwise all that a loop needs, at its beginning. */
  readonly inOrder: boolean;
  /** Whether the engine was told to make one vector of eight floats out of two of four. */
  readonly wide: boolean;
  /** Memories shared between threads; in a browser only where the page is isolated. */
  readonly threads: boolean;
}

/** The option of Node, from 22 on, with which V8 makes one vector of eight floats out of two of four. */
export const wideOption = '--experimental-wasm-revectorize';

/** A module of nothing but a memory of no pages, with addresses of 64 bits. */
const longMemory = new Encoder()
  .raw(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00)
  .raw(0x05)
  .sized((s) => s.unsigned(1).raw(0x04).unsigned(0)).bytes;

let found: Features | undefined;

/** Asks once. */
export function features(): Features {
  const { process } = globalThis as { readonly process?: { readonly execArgv?: readonly string[] } };
  found ??= {
    simd: runs((f) => f.v128Zero().drop()),
    relaxed: runs((f) => f.v128Zero().v128Zero().v128Zero().f32x4RelaxedMadd().drop()),
    // Nothing tells of it; engines that know memories with addresses of 64 bits are new enough (V8 from 13).
    inOrder: engine().validate(longMemory),
    wide: process?.execArgv?.includes(wideOption) ?? false,
    threads: 'SharedArrayBuffer' in globalThis && runs((f) => f.i32Const(0).i32AtomicLoad().drop(), true),
  };
  return found;
}

function runs(write: (f: FunctionBuilder) => void, shared = false): boolean {
  const f = new FunctionBuilder();
  write(f);
  return engine().validate(assemble({ f }, { shared }));
}
