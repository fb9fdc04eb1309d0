import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type NamedArrays, readArrays } from '../../src/formats/index.ts';
import { type Arrays, compute, summations } from '../oracle/plain.ts';
import { igc } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'igc-gen-'));
const here = process.cwd();
beforeEach(() => process.chdir(folder));
afterAll(() => {
  process.chdir(here);
  rmSync(folder, { recursive: true });
});

const forward = summations.forward!;
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
const dataOf = (arrays: NamedArrays, name: string) => [...arrays.get(name)!.data];

describe('a generated case', () => {
  it('holds what plain loops compute from its inputs, in the shapes that were asked for', async () => {
    const options =
      '--L 3 --M 2 --Mout 4 --kernel 2x3 --size 5x4 --batch 2 --stride 1,2 --dilation 2,1 --padding 1,2,2,0';
    const session = await igc(['gen', 'case.npz', ...options.split(' '), '--bias', '--seed', '7']);
    expect(session.code).toBe(0);
    const arrays = readArrays('case.npz');
    expect(arrays.get('x')!.shape).toEqual([2, 6, 5, 4]);
    expect(arrays.get('primary_weight')!.shape).toEqual([12, 2, 2, 3]);
    expect(arrays.get('secondary_weight')!.shape).toEqual([12, 3, 1, 1]);
    expect(arrays.get('primary_bias')!.shape).toEqual([12]);
    const given: Arrays = new Map(
      [...arrays].map(([name, { shape, data }]) => [name, { shape, data: [...data] }]),
    );
    const padding = { top: 1, bottom: 2, left: 2, right: 0 };
    const window = { stride: [1, 2], dilation: [2, 1], padding } as const;
    const sizes = { N: 2, L: 3, M: 2, Mout: 4, size: [5, 4], kernel: [2, 3], window } as const;
    const expected = compute(given, sizes, forward, (x) => x);
    for (const name of ['primary', 'interleaved', 'secondary', 'y']) {
      const { shape, data } = expected.get(name)!;
      expect(arrays.get(name)!.shape).toEqual(shape);
      expect(dataOf(arrays, name)).toEqual(data);
    }
  });

  it('has the gradients of ⟨grad_y, y⟩, which is linear in each input and in the biases together', async () => {
    await igc(['gen', 'linear.npz', '--gradients', '--stride', '2', '--Mout', '3']);
    const arrays = readArrays('linear.npz');
    const [g, y] = [dataOf(arrays, 'grad_y'), dataOf(arrays, 'y')];
    for (const name of ['x', 'primary_weight', 'secondary_weight']) {
      expect(dot(dataOf(arrays, `grad_${name}`), dataOf(arrays, name))).toBe(dot(g, y));
      expect(arrays.get(`grad_${name}`)!.shape).toEqual(arrays.get(name)!.shape);
    }
    await igc(['gen', 'affine.npz', '--gradients', '--bias']);
    const affine = readArrays('affine.npz');
    const part = (name: string) => dot(dataOf(affine, `grad_${name}`), dataOf(affine, name));
    const whole = dot(dataOf(affine, 'grad_y'), dataOf(affine, 'y'));
    expect(part('secondary_weight') + part('secondary_bias')).toBe(whole);
    expect(part('x') + part('primary_bias') + part('secondary_bias')).toBe(whole);
  });

  it.each([
    ['plain.npz', []],
    [
      'odd.safetensors',
      ['--L', '2', '--M', '5', '--stride', '2,1', '--padding', 'same-lower', '--gradients'],
    ],
    ['deep.npz', ['--L', '24', '--M', '2', '--size', '4x4', '--batch', '1', '--dtype', 'float64']],
    ['even.npz', ['--kernel', '2x4', '--dilation', '2', '--bias', '--gradients', '--Mout', '4']],
    ['valid.npz', ['--padding', 'valid', '--magnitude', '9']],
    ["it's a case.npz", ['--padding', '2']],
    ['-case.npz', ['--stride', '2']],
  ])('%s %j passes bit for bit under the command that is printed', async (file, options) => {
    const { code, out } = await igc(['gen', ...options, '--', file]);
    expect(code).toBe(0);
    const command = /judge an answer with: igc (.*)\n$/.exec(out)![1]!;
    // What a shell makes of it.
    const args = command
      .match(/'(?:[^']|'\\'')*'|\S+/g)!
      .map((word) => word.replace(/^'|'$/g, '').replaceAll("'\\''", "'"));
    const judged = await igc(args);
    expect(judged.out).toMatch(/^PASS .*\n +\d+ judgements, bit for bit\n$/);
    expect(judged.code).toBe(0);
  });

  it('is the same for the same seed, another for another', async () => {
    for (const [file, seed] of [
      ['a.npz', '5'],
      ['b.npz', '5'],
      ['c.npz', '6'],
    ] as const) {
      await igc(['gen', file, '--seed', seed]);
    }
    expect(readFileSync('a.npz').equals(readFileSync('b.npz'))).toBe(true);
    expect(readFileSync('a.npz').equals(readFileSync('c.npz'))).toBe(false);
  });

  it('its entries lie within the magnitude, and reach it', async () => {
    await igc(['gen', 'nine.npz', '--magnitude', '9', '--bias']);
    const arrays = readArrays('nine.npz');
    for (const name of ['x', 'primary_weight', 'secondary_weight', 'primary_bias', 'secondary_bias']) {
      for (const value of arrays.get(name)!.data) expect(Math.abs(value)).toBeLessThanOrEqual(9);
    }
    expect(Math.max(...arrays.get('x')!.data)).toBe(9);
    expect(Math.min(...arrays.get('x')!.data)).toBe(-9);
  });

  it('--json says what was written', async () => {
    const { code, out } = await igc(['gen', 'j.npz', '--json', '--L', '5']);
    expect(code).toBe(0);
    const expected = {
      schema: 'igc-oracle/gen/1',
      file: 'j.npz',
      L: 5,
      Min: 2,
      Mout: 2,
      seed: 1,
      check: 'igc check j.npz',
    };
    expect(JSON.parse(out)).toMatchObject(expected);
  });
});

describe('a file that is there', () => {
  it('is kept, and --force is named; with it, replaced', async () => {
    writeFileSync('there.npz', 'mine');
    const refused = await igc(['gen', 'there.npz']);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toBe('igc: there.npz: it is there already; --force replaces it\n');
    expect(readFileSync('there.npz', 'utf8')).toBe('mine');
    expect((await igc(['gen', 'there.npz', '--force'])).code).toBe(0);
    expect(readArrays('there.npz').has('y')).toBe(true);
  });
});

describe('what is refused', () => {
  it.each<[string[], number, string]>([
    [[], 2, "missing required argument 'file'"],
    [['x.npy'], 2, 'expected a name that ends in .npz or .safetensors'],
    [['x'], 2, 'expected a name that ends in .npz or .safetensors'],
    [['x.npz', '--L', '0'], 2, "--L: expected a positive integer, got '0'"],
    [['x.npz', '--kernel', '3'], 2, '--kernel: expected HEIGHTxWIDTH'],
    [['x.npz', '--stride', '0'], 2, '--stride: expected N or h,w'],
    [['x.npz', '--padding', 'circular'], 2, '--padding: expected'],
    [['x.npz', '--dtype', 'float16'], 2, '--dtype: expected float32 or float64'],
    [['x.npz', '--size', '2x2', '--padding', 'valid'], 2, 'C5'],
    [['x.npz', '--magnitude', '1000'], 2, 'float32 is exact only up to 16777216'],
    [['x.npz', '--batch', '99999999'], 2, 'the case is too large'],
    [['x.npz', '--L', '99999999', '--size', '1x1'], 2, 'the case is too large'],
    [['x.npz', '--padding', '99999999'], 2, 'the case is too large'],
    [['no/such/folder/x.npz'], 3, 'expected a place that can be written'],
  ])('%j: exit %i, %s', async (args, code, message) => {
    const session = await igc(['gen', ...args]);
    expect(session).toMatchObject({ code, out: '' });
    expect(session.err).toContain(message);
  });
});
