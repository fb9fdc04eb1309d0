import { describe, expect, test } from 'vitest';
import {
  assemble,
  Encoder,
  engine,
  FunctionBuilder,
  features,
  type Local,
} from '../../src/kernels/wasm/assembler.ts';

/** Runs a function over a memory of one page. */
function instance(f: FunctionBuilder, shared = false) {
  const { Module, Instance, Memory } = engine();
  const memory = new Memory({ initial: 1, maximum: 65536, shared });
  const module = new Module(assemble({ f }, { shared }));
  const { exports } = new Instance(module, { env: { memory } });
  return { call: exports.f!, floats: new Float32Array(memory.buffer), ints: new Int32Array(memory.buffer) };
}

describe('numbers in LEB128', () => {
  // The examples of the WebAssembly specification, of DWARF, and the ends of the ranges.
  test.each([
    [0, [0]],
    [127, [127]],
    [128, [0x80, 0x01]],
    [624485, [0xe5, 0x8e, 0x26]],
    [0xffff_ffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('unsigned %i', (value, bytes) => {
    expect([...new Encoder().unsigned(value).bytes]).toEqual(bytes);
  });

  test.each([
    [0, [0]],
    [63, [63]],
    [64, [0xc0, 0x00]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [-0x8000_0000, [0x80, 0x80, 0x80, 0x80, 0x78]],
    [0xffff_ffff, [0x7f]],
  ])('signed %i', (value, bytes) => {
    expect([...new Encoder().signed(value).bytes]).toEqual(bytes);
  });

  test.each([-1, 2 ** 32, 0.5, Number.NaN])('unsigned refuses %d', (value) => {
    expect(() => new Encoder().unsigned(value)).toThrow('expected an integer from 0 to 2³² − 1');
  });

  test.each([-(2 ** 31) - 1, 2 ** 32, 0.5])('signed refuses %d', (value) => {
    expect(() => new Encoder().signed(value)).toThrow('expected an integer from −2³¹ to 2³² − 1');
  });
});

test('many bytes: the encoder grows', () => {
  const encoder = new Encoder();
  for (let i = 0; i < 1000; i++) encoder.raw(i & 0xff);
  expect(encoder.length).toBe(1000);
  expect(encoder.bytes[999]).toBe(999 & 0xff);
});

test('a loop: the sum of the numbers below n', () => {
  const f = new FunctionBuilder(['i32'], ['i32']);
  const [i, total] = f.several('i32', 2) as [Local, Local];
  f.countUp(i, 0, f.parameter(0), 1, () => f.get(total).get(i).i32Add().set(total)).get(total);
  expect(instance(f).call(10)).toBe(45);
});

test('a branch: which side of if', () => {
  const f = new FunctionBuilder(['i32'], ['i32']);
  const side = f.local('i32');
  f.get(f.parameter(0)).if(
    () => f.i32Const(7).set(side),
    () => f.i32Const(-7).set(side),
  );
  const { call } = instance(f.get(side));
  expect([call(1), call(0)]).toEqual([7, -7]);
});

test('a parameter that the function does not have', () => {
  expect(() => new FunctionBuilder(['i32']).parameter(1)).toThrow('expected less than 1, got 1');
});

test('vectors: a splatted weight times four floats at an odd address, lanes shuffled and stored one by one', () => {
  const f = new FunctionBuilder(['i32']);
  const v = f.local('v128');
  const at = f.parameter(0);
  f.get(at).v128Load(4).get(at).v128Load32Splat().f32x4Mul().set(v);
  f.get(at).get(v).v128Zero().f32x4Shuffle(3, 2, 1, 4).v128Store(32);
  f.get(at).get(v).v128Store64Lane(1, 48);
  f.get(at).get(v).v128Store32Lane(1, 56);
  const { call, floats } = instance(f);
  floats.set([10, 1, 2, 3, 4], 1);
  call(4);
  expect([...floats.subarray(9, 16)]).toEqual([40, 30, 20, 0, 30, 40, 20]);
});

test('maximum, difference, negation, and what is loaded into one lane', () => {
  const f = new FunctionBuilder();
  f.i32Const(64).i32Const(0).v128Load().i32Const(0).v128Load(16).f32x4Max().v128Store();
  f.i32Const(64).i32Const(0).v128Load().i32Const(0).v128Load(16).f32x4Sub().f32x4Neg().v128Store(16);
  f.i32Const(64).i32Const(0).v128Load64Zero().v128Store(32);
  f.i32Const(64).i32Const(0).v128Load32Zero().f32Const(9).f32x4ReplaceLane(2).v128Store(48);
  const { call, floats } = instance(f);
  floats.set([1, 2, 3, 4, 4, 3, 2, 1]);
  call();
  expect([...floats.subarray(16, 32)]).toEqual([4, 3, 3, 4, 3, 1, -1, -3, 1, 2, 0, 0, 1, 0, 9, 0]);
});

test('shared memory and atomic addition', ({ skip }) => {
  if (!features().threads) skip('this engine has no shared memory');
  const f = new FunctionBuilder([], ['i32']).i32Const(8).i32Const(5).i32AtomicRmwAdd();
  const { call, ints } = instance(f, true);
  expect([call(), call(), ints[2]]).toEqual([0, 5, 10]);
  expect(ints.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('relaxed multiply-add is exact on small integers', ({ skip }) => {
  if (!features().relaxed) skip('this engine has no relaxed SIMD');
  const f = new FunctionBuilder();
  f.i32Const(48).i32Const(0).v128Load().i32Const(0).v128Load(16).i32Const(0).v128Load(32);
  f.f32x4RelaxedMadd().v128Store();
  const { call, floats } = instance(f);
  floats.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  call();
  expect([...floats.subarray(12, 16)]).toEqual([14, 22, 32, 44]);
});

test('an instruction that does not fit is refused by the engine, not run', () => {
  const f = new FunctionBuilder([], ['i32']).v128Zero();
  expect(engine().validate(assemble({ f }))).toBe(false);
});
