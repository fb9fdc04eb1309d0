/** A function with the parameters of a phase, each by its name. */
import { phaseParameters } from '../strategy.ts';
import { FunctionBuilder, type Local } from './assembler.ts';

export type PhaseLocals = Readonly<Record<(typeof phaseParameters)[number], Local>>;

export function phaseFunction(): { readonly f: FunctionBuilder; readonly locals: PhaseLocals } {
  const f = new FunctionBuilder(phaseParameters.map(() => 'i32' as const));
  const entries = phaseParameters.map((name, index) => [name, f.parameter(index)] as const);
  return { f, locals: Object.fromEntries(entries) as Record<(typeof phaseParameters)[number], Local> };
}

/** local += times · bytes. */
export function advanceBy(f: FunctionBuilder, local: Local, times: Local, bytes: number): void {
  f.get(local).get(times).i32Const(bytes).i32Mul().i32Add().set(local);
}
