/** What the engine can run, found by letting it validate a function that needs it. */
import { FunctionBuilder } from './function-builder.ts';
import { assemble } from './module.ts';
import { engine } from './web-assembly.ts';

export interface Features {
  /** Vectors of four floats. Every engine since 2021. */
  readonly simd: boolean;
  /** Multiply-add in one instruction, rounded once or twice as the machine likes. */
  readonly relaxed: boolean;
  /** Memories shared between threads; in a browser only where the page is isolated. */
  readonly threads: boolean;
}

let found: Features | undefined;

/** Asks once. */
export function features(): Features {
  found ??= {
    simd: runs((f) => f.v128Zero().drop()),
    relaxed: runs((f) => f.v128Zero().v128Zero().v128Zero().f32x4RelaxedMadd().drop()),
    threads: 'SharedArrayBuffer' in globalThis && runs((f) => f.i32Const(0).i32AtomicLoad().drop(), true),
  };
  return found;
}

function runs(write: (f: FunctionBuilder) => void, shared = false): boolean {
  const f = new FunctionBuilder();
  write(f);
  return engine().validate(assemble({ f }, { shared }));
}
