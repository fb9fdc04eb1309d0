/**
 * One WebAssembly function, written instruction by instruction: `f.get(a).i32Const(16).i32Add().set(a)`. A method is
 * named as its instruction in the text format. The engine validates what comes out; this class knows no types beyond
 * those of the locals.
 */
import { Encoder } from './encoder.ts';

export type ValueType = 'i32' | 'f32' | 'v128';

/** A parameter or a local variable of one function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** A tuple of a length that is known, else a list. */
type Several<T, Count extends number, Found extends readonly T[] = readonly []> = number extends Count
  ? readonly T[]
  : Found['length'] extends Count
    ? Found
    : Several<T, Count, readonly [...Found, T]>;

/** Writes part of a function. */
export type Body = () => void;

/** How types are written. */
export const valueTypes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

const noResult = 0x40;

/** A vector's bytes. */
const zeros = new Uint8Array(16);

export class FunctionBuilder {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #code = new Encoder();

  constructor(parameters: readonly ValueType[] = [], results: readonly ValueType[] = []) {
    this.parameters = parameters;
    this.results = results;
  }

  /** The types of the locals, in the order in which they were asked for. */
  get locals(): readonly ValueType[] {
    return this.#locals;
  }

  /** The instructions, without the end of the function. */
  get code(): Uint8Array<ArrayBuffer> {
    return this.#code.bytes;
  }

  /** Parameter `index`, from 0. */
  parameter(index: number): Local {
    const type = this.parameters[index];
    if (type === undefined) {
      throw new RangeError(`parameter: expected less than ${this.parameters.length}, got ${index}`);
    }
    return { index, type };
  }

  /** A new local, zero at first. */
  local(type: ValueType): Local {
    this.#locals.push(type);
    return { index: this.parameters.length + this.#locals.length - 1, type };
  }

  /** Several new locals of a type; as many as were asked for, where the number is written down. */
  several<const Count extends number>(type: ValueType, count: Count): Several<Local, Count> {
    return Array.from({ length: count }, () => this.local(type)) as readonly Local[] as Several<Local, Count>;
  }

  get = ({ index }: Local): this => this.#op(0x20).#unsigned(index);
  set = ({ index }: Local): this => this.#op(0x21).#unsigned(index);
  tee = ({ index }: Local): this => this.#op(0x22).#unsigned(index);

  i32Const = (value: number): this => {
    this.#code.byte(0x41).signed(value);
    return this;
  };
  i32Eq = (): this => this.#op(0x46);
  i32LtS = (): this => this.#op(0x48);
  i32LtU = (): this => this.#op(0x49);
  i32GtU = (): this => this.#op(0x4b);
  i32GeU = (): this => this.#op(0x4f);
  i32Add = (): this => this.#op(0x6a);
  i32Sub = (): this => this.#op(0x6b);
  i32Mul = (): this => this.#op(0x6c);
  i32DivU = (): this => this.#op(0x6e);
  i32And = (): this => this.#op(0x71);
  select = (): this => this.#op(0x1b);
  drop = (): this => this.#op(0x1a);

  i32Load = (offset = 0): this => this.#op(0x28).#at(offset);
  f32Load = (offset = 0): this => this.#op(0x2a).#at(offset);
  f32Store = (offset = 0): this => this.#op(0x38).#at(offset);
  f32Add = (): this => this.#op(0x92);
  f32Mul = (): this => this.#op(0x94);
  f32Max = (): this => this.#op(0x97);
  f32Const = (value: number): this => {
    this.#code.byte(0x43).float32(value);
    return this;
  };

  /** Four floats at any address: the alignment of a float is promised, no more. */
  v128Load = (offset = 0): this => this.#simd(0x00).#at(offset);
  v128Store = (offset = 0): this => this.#simd(0x0b).#at(offset);
  /** One float into all four lanes. */
  v128Load32Splat = (offset = 0): this => this.#simd(0x09).#at(offset);
  /** One float, or two, into the low lanes, zeros into the others. */
  v128Load32Zero = (offset = 0): this => this.#simd(0x5c).#at(offset);
  v128Load64Zero = (offset = 0): this => this.#simd(0x5d).#at(offset);
  v128Load32Lane = (lane: number, offset = 0): this => this.#simd(0x56).#at(offset).#unsigned(lane);
  v128Store32Lane = (lane: number, offset = 0): this => this.#simd(0x5a).#at(offset).#unsigned(lane);
  /** Lanes 2·half and 2·half + 1. */
  v128Store64Lane = (half: number, offset = 0): this => this.#simd(0x5b).#at(offset).#unsigned(half);
  v128Zero = (): this => {
    this.#simd(0x0c);
    this.#code.append(zeros);
    return this;
  };
  f32x4Splat = (): this => this.#simd(0x13);
  f32x4ReplaceLane = (lane: number): this => this.#simd(0x20).#unsigned(lane);
  /** Four floats out of the eight of two vectors: 0 to 3 are the first's, 4 to 7 the second's. */
  f32x4Shuffle = (...lanes: readonly [number, number, number, number]): this => {
    this.#simd(0x0d);
    this.#code.append(lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)));
    return this;
  };
  f32x4Neg = (): this => this.#simd(0xe1);
  f32x4Add = (): this => this.#simd(0xe4);
  f32x4Sub = (): this => this.#simd(0xe5);
  f32x4Mul = (): this => this.#simd(0xe6);
  f32x4Max = (): this => this.#simd(0xe9);
  /** a·b + c, rounded once or twice: the relaxed SIMD of newer engines. */
  f32x4RelaxedMadd = (): this => this.#simd(0x105);

  i32AtomicLoad = (offset = 0): this => this.#atomic(0x10).#at(offset);
  /** Adds, and leaves what was there before. */
  i32AtomicRmwAdd = (offset = 0): this => this.#atomic(0x1e).#at(offset);

  /** `brIf(0)` in it starts it again. */
  loop = (body: Body): this => {
    this.#code.raw(0x03, noResult);
    body();
    return this.#op(0x0b);
  };
  brIf = (depth: number): this => this.#op(0x0d).#unsigned(depth);

  /** `yes` where the integer on the stack isn't zero, otherwise `no`. */
  if = (yes: Body, no?: Body): this => this.#branch(noResult, yes, no);
  /** The same, where both sides leave a float. */
  ifF32 = (yes: Body, no: Body): this => this.#branch(valueTypes.f32, yes, no);

  /** local += bytes. */
  advance = (local: Local, bytes: number): this => {
    if (bytes === 0) return this;
    return this.get(local).i32Const(bytes).i32Add().set(local);
  };

  /** counter = from, from + step, … while it is less than `to`; at least once. `to` is a number or a local. */
  countUp = (counter: Local, from: number, to: number | Local, step: number, body: Body): this => {
    this.i32Const(from).set(counter);
    return this.loop(() => {
      body();
      this.get(counter).i32Const(step).i32Add().tee(counter);
      if (typeof to === 'number') this.i32Const(to);
      else this.get(to);
      this.i32LtU().brIf(0);
    });
  };

  // What every instruction is made of. One byte after the other: arrays of them would be most of what emitting allocates.

  #op(opcode: number): this {
    this.#code.byte(opcode);
    return this;
  }

  #simd(opcode: number): this {
    this.#code.byte(0xfd).unsigned(opcode);
    return this;
  }

  #atomic(opcode: number): this {
    this.#code.byte(0xfe).unsigned(opcode);
    return this;
  }

  #unsigned(immediate: number): this {
    this.#code.unsigned(immediate);
    return this;
  }

  /** Where in memory, from the address on the stack; aligned as a float is. */
  #at(offset: number): this {
    this.#code.unsigned(2).unsigned(offset);
    return this;
  }

  #branch(result: number, yes: Body, no?: Body): this {
    this.#code.raw(0x04, result);
    yes();
    if (no) {
      this.#code.raw(0x05);
      no();
    }
    return this.#op(0x0b);
  }
}
