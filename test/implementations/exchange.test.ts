/** The files between us and an implementation: what is written to them, and what of them is believed. */
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PrecisionName } from '../../src/algebras/precision.ts';
import { type DType, readArrays, writeArrays } from '../../src/formats/index.ts';
import { decodeOnnx } from '../../src/formats/onnx/read.ts';
import { ImplementationError } from '../../src/implementations/error.ts';
import { Exchange } from '../../src/implementations/exchange.ts';
import type { TensorFormat } from '../../src/implementations/protocol.ts';
import type { Abilities, Case } from '../../src/oracle/adapter.ts';
import type { StoredAs } from '../../src/oracle/types.ts';
import { blockCase, groupCase, interleaveCase } from './cases.ts';

const open: Exchange[] = [];
afterEach(() => {
  for (const exchange of open.splice(0)) exchange.close();
});

function exchange(format: TensorFormat = 'npz', abilities: Partial<Abilities> = {}): Exchange {
  const given: Abilities = { operations: ['interleave'], precision: 'float32', ...abilities };
  const made = new Exchange({ format, abilities: given, answerMemory: 16 });
  open.push(made);
  return made;
}

const one = (value: number, stored: StoredAs): Case => ({
  ...interleaveCase(1, 1),
  inputs: new Map([['x', { shape: [1, 1, 1, 1], data: [value], stored }]]),
});

/** What comes of a parcel whose outputs are these. */
function collected(question: Case, dtypes: Readonly<Record<string, DType>>, made = exchange()): string {
  const parcel = made.prepare(question);
  const array = (dtype: DType) => ({ dtype, shape: [1], data: [1] });
  const arrays = Object.entries(dtypes).map(([name, dtype]) => [name, array(dtype)] as const);
  writeArrays(parcel.outputs, new Map(arrays));
  const outcome = parcel.collect();
  return outcome.kind === 'answer'
    ? [...outcome.arrays].map(([name, { stored }]) => `${name} ${stored}`).join()
    : outcome.reason;
}

describe('what is sent', () => {
  it.each<[stored: StoredAs, precision: PrecisionName, format: TensorFormat, dtype: DType]>([
    ['integer', 'float32', 'npz', 'float32'],
    ['integer', 'float64', 'npz', 'float64'],
    ['integer', 'float16', 'npz', 'float16'],
    ['integer', 'tfloat32', 'npz', 'float32'],
    ['integer', 'bfloat16', 'npz', 'float32'],
    ['integer', 'bfloat16', 'safetensors', 'bfloat16'],
    ['bfloat16', 'float32', 'safetensors', 'bfloat16'],
    ['float32', 'float64', 'npz', 'float32'],
    ['tfloat32', 'tfloat32', 'safetensors', 'float32'],
  ])('%s for %s in .%s: %s', (stored, precision, format, dtype) => {
    const { inputs } = exchange(format, { precision }).prepare(one(-3, stored));
    expect(readArrays(inputs).get('x')).toMatchObject({
      dtype,
      shape: [1, 1, 1, 1],
      data: Float64Array.of(-3),
    });
  });

  it.each<[value: number, precision: PrecisionName]>([
    [2 ** 24 + 1, 'float32'],
    [2049, 'float16'],
    [257, 'bfloat16'],
  ])('%d is no %s: our mistake', (value, precision) => {
    const made = exchange('safetensors', { precision });
    expect(() => made.prepare(one(value, 'integer'))).toThrow(`x[0] = ${value} is no ${precision}`);
  });

  it('keeps the sign of zero, subnormals, infinities and NaN', () => {
    for (const value of [-0, 2 ** -149, Number.NEGATIVE_INFINITY, Number.NaN]) {
      const { inputs } = exchange().prepare(one(value, 'float32'));
      expect(readArrays(inputs).get('x')!.data[0]).toBe(value);
    }
  });
});

describe('what comes back', () => {
  const bfloat16 = one(1, 'bfloat16');

  it('may be as coarse as the sums or the inputs, no coarser, and no integers', () => {
    const question = one(1, 'float32');
    expect(collected(question, { y: 'float32' })).toBe('y float32');
    expect(collected(question, { y: 'float64' })).toBe('y float64');
    expect(collected(question, { y: 'float16' })).toMatch(/no coarser than float32, got float16$/);
    expect(collected(question, { y: 'int64' })).toMatch(/no coarser than float32, got int64$/);
    expect(collected(one(1, 'integer'), { y: 'uint8' })).toMatch(/no coarser than float32, got uint8$/);
    expect(collected(one(1, 'float16'), { y: 'float16' })).toBe('y float16');
    expect(collected(bfloat16, { y: 'bfloat16' }, exchange('safetensors'))).toBe('y bfloat16');
  });

  it('holds y, and outputs only', () => {
    const question = blockCase();
    expect(collected(question, { y: 'float32', primary: 'float32' })).toBe('y float32,primary float32');
    expect(collected(question, { primary: 'float32' })).toMatch(/array y: expected it, got primary$/);
    expect(collected(question, { y: 'float32', x: 'float32' })).toMatch(
      /array 'x' \(an input\): expected only outputs: /,
    );
    expect(collected(question, { y: 'float32', grad_w: 'float32' })).toMatch(
      /array 'grad_w': expected only outputs: /,
    );
  });

  it('holds the gradients where they were declared and asked for', () => {
    const question = blockCase({ bias: false, gradients: true });
    const all = {
      grad_x: 'float32',
      grad_primary_weight: 'float32',
      grad_secondary_weight: 'float32',
    } as const;
    const operations = ['block', 'group-convolution'] as const;
    const declared = exchange('npz', { operations, gradients: true });
    expect(collected(question, { y: 'float32', ...all }, declared)).toMatch(/^y float32,grad_x/);
    expect(collected(question, { y: 'float32', grad_x: 'float32' }, declared)).toMatch(
      /array grad_primary_weight: expected it/,
    );
    expect(collected(question, { y: 'float32' })).toBe('y float32');
  });

  it('holds those of a group convolution where they are among the declared', () => {
    const { inputs, ...rest } = groupCase();
    const grad = { shape: [1, 1, 1, 1], data: [1], stored: 'float32' } as const;
    const question: Case = { ...rest, inputs: new Map(inputs).set('grad_y', grad) };
    const asking = (gradients: NonNullable<Abilities['gradients']>) =>
      exchange('npz', { operations: ['block', 'group-convolution'], gradients });
    const some = { y: 'float32', grad_x: 'float32', grad_weight: 'float32' } as const;
    for (const gradients of [true, ['group-convolution'] as const]) {
      expect(collected(question, some, asking(gradients))).toMatch(/array grad_bias: expected it/);
      expect(collected(question, { ...some, grad_bias: 'float32' }, asking(gradients))).toMatch(
        /grad_bias float32$/,
      );
    }
    expect(collected(question, { y: 'float32' }, asking(['block']))).toBe('y float32');
    expect(collected(question, { y: 'float32', grad_primary_weight: 'float32' }, asking(true))).toMatch(
      /array 'grad_primary_weight': expected only outputs: y, grad_x, grad_weight, grad_bias/,
    );
  });

  it('is no link to the inputs', () => {
    const parcel = exchange().prepare(interleaveCase());
    symlinkSync(parcel.inputs, parcel.outputs);
    expect(parcel.collect()).toEqual({ kind: 'garbage', reason: 'outputs.npz is not a regular file' });
  });
});

describe('the folder', () => {
  it('is private, and gone at the end', () => {
    const made = exchange();
    const { folder, inputs, discard } = made.prepare(interleaveCase());
    expect(existsSync(inputs)).toBe(true);
    discard();
    expect(existsSync(folder)).toBe(false);
    made.close();
    made.close();
    expect(existsSync(dirname(folder))).toBe(false);
  });

  it('that the implementation removed is made again; that it made a file of is an outcome', () => {
    const made = exchange();
    const root = dirname(made.prepare(interleaveCase()).folder);
    rmSync(root, { recursive: true });
    expect(existsSync(made.prepare(interleaveCase()).inputs)).toBe(true);
    rmSync(root, { recursive: true });
    writeFileSync(root, '');
    expect(() => made.prepare(interleaveCase())).toThrow(ImplementationError);
    expect(() => made.prepare(interleaveCase())).toThrow("its folder for files can't be written: ");
  });
});

it('a model is beside the inputs where it was asked for: the convolution with its groups', () => {
  const abilities: Abilities = { operations: ['group-convolution'], precision: 'float32', bias: true };
  const made = new Exchange({ format: 'npz', models: true, abilities, answerMemory: 16 });
  open.push(made);
  const { model } = made.prepare(groupCase());
  const { nodes, initializers } = decodeOnnx(readFileSync(model!), model!).graph;
  expect(nodes.map(({ op }) => op)).toEqual(['Conv']);
  expect(nodes[0]!.attributes.get('group')).toEqual({ kind: 'int', value: 3 });
  expect([...initializers.keys()]).toEqual(['weight', 'bias']);
  expect(exchange().prepare(interleaveCase()).model).toBeUndefined();
});
