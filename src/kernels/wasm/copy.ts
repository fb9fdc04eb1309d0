/** Copying floats, one after the other or with a stride, by vectors; every count is known when the code is emitted. */
import type { FunctionBuilder, Local } from './assembler.ts';
import { floatBytes, lanes, vectorBytes } from './layout.ts';
import { storeLanes } from './store.ts';

export interface Copy {
  readonly count: number;
  /** Addresses are read here; nothing is read beyond the last float but what fills its vector when the stride is 1. */
  readonly from: Local;
  readonly fromOffset: number;
  /** Floats from one that is taken to the next. */
  readonly stride: number;
  readonly to: Local;
  readonly toOffset: number;
}

/** Locals of copies, the same for all in a function. */
export interface CopyRegisters {
  readonly vector: Local;
  readonly from: Local;
  readonly to: Local;
  readonly counter: Local;
}

export function copyRegisters(f: FunctionBuilder): CopyRegisters {
  const [from, to, counter] = f.several('i32', 3);
  return { vector: f.local('v128'), from, to, counter };
}

/** Longer copies are loops. */
const unrolled = 16;

export function copyFloats(f: FunctionBuilder, copy: Copy, registers: CopyRegisters): void {
  const { from, fromOffset, stride, to, toOffset, count } = copy;
  const take = (source: Local, target: Local, index: number, taken: number) => {
    gather(f, registers.vector, source, fromOffset + index * stride * floatBytes, stride, taken);
    storeLanes(f, target, registers.vector, toOffset + index * floatBytes, taken);
  };
  move(f, count, registers, { from, stride }, to, take);
}

/** Zeros where `copyFloats` would have written. */
export function clearFloats(
  f: FunctionBuilder,
  { to, toOffset, count }: Pick<Copy, 'to' | 'toOffset' | 'count'>,
  registers: CopyRegisters,
): void {
  const take = (_: Local, target: Local, index: number, taken: number) => {
    f.v128Zero().set(registers.vector);
    storeLanes(f, target, registers.vector, toOffset + index * floatBytes, taken);
  };
  move(f, count, registers, { from: to, stride: 1 }, to, take);
}

/** Calls `take` for each vector and for what is left: unrolled, or in a loop over moving addresses. */
function move(
  f: FunctionBuilder,
  count: number,
  registers: CopyRegisters,
  { from, stride }: Pick<Copy, 'from' | 'stride'>,
  to: Local,
  take: (source: Local, target: Local, index: number, taken: number) => void,
): void {
  const vectors = Math.floor(count / lanes);
  const rest = count % lanes;
  if (vectors <= unrolled) {
    for (let v = 0; v < vectors; v++) take(from, to, v * lanes, lanes);
    if (rest > 0) take(from, to, vectors * lanes, rest);
    return;
  }
  f.get(from).set(registers.from).get(to).set(registers.to);
  f.countUp(registers.counter, 0, vectors, 1, () => {
    take(registers.from, registers.to, 0, lanes);
    f.advance(registers.from, stride * vectorBytes).advance(registers.to, vectorBytes);
  });
  if (rest > 0) take(registers.from, registers.to, 0, rest);
}

/** vector = `taken` floats that lie `stride` apart. */
function gather(
  f: FunctionBuilder,
  vector: Local,
  from: Local,
  offset: number,
  stride: number,
  taken: number,
): void {
  if (stride === 1) {
    f.get(from).v128Load(offset).set(vector);
    return;
  }
  const step = stride * floatBytes;
  f.get(from).v128Load32Zero(offset).set(vector);
  for (let lane = 1; lane < taken; lane++) {
    f.get(from)
      .get(vector)
      .v128Load32Lane(lane, offset + lane * step)
      .set(vector);
  }
}
