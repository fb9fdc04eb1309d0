import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Tensor } from '../../spec/00-notation.ts';
import type { BlockShape } from '../../spec/03-igc-block.ts';
import { compositeKernel } from '../../spec/04-composite-kernel.ts';
import { float64 } from '../../src/algebras/index.ts';
import { type ArraySource, type DType, readArrays, writeArrays } from '../../src/formats/index.ts';
import { seededIntegers } from '../../src/laws/draw.ts';
import { igc } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'igc-factor-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(arrays: Readonly<Record<string, ArraySource>>, extension = 'npz'): string {
  const path = join(folder, `case${files++}.${extension}`);
  writeArrays(path, new Map(Object.entries(arrays)));
  return path;
}

interface Wanted extends BlockShape {
  readonly kernel?: readonly [number, number];
  readonly dtype?: DType;
  /** What becomes of a product; the row says which. */
  readonly stored?: (product: number, row: number) => number;
  /** Of the weights. */
  readonly weight?: (integer: number) => number;
}

/** A composite kernel of drawn float32 weights, in the specification's own words. */
function composite({ L, Min, Mout, Lout, kernel = [3, 3], dtype = 'float32', stored, weight }: Wanted) {
  const draw = seededIntegers(7, 1e6);
  const numbers = (name: string, length: number) =>
    draw(name, length).map(weight ?? ((n) => Math.fround((n + 0.5) / 777_777)));
  const [kh, kw] = kernel;
  const primary = new Tensor([L * Mout, Min, kh, kw], numbers('primary', L * Mout * Min * kh * kw));
  const secondary = new Tensor([Mout * Lout, L, 1, 1], numbers('secondary', Mout * Lout * L));
  const W = compositeKernel(float64, primary, secondary);
  const row = L * Min * kh * kw;
  const data = W.data.map((x, k) => (stored ?? Math.fround)(x, Math.floor(k / row)));
  return { dtype, shape: W.shape, data: Float64Array.from(data) };
}

const l24m2 = { L: 24, Min: 2, Mout: 2, Lout: 24 };
const l3m2 = { L: 3, Min: 2, Mout: 2, Lout: 3 };
const small = ['--L', '3', '--M', '2'];

describe('igc factor', () => {
  test('a kernel composed in float32: what it is, what it saves, and how far its entries are', async () => {
    const path = file({ weight: composite(l24m2) });
    const { code, lines, err } = await igc(['factor', path, '--L', '24', '--M', '2']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(lines.slice(0, 2)).toEqual([
      `weight of ${path}: float32 [48, 48, 3, 3]`,
      'W is the composite kernel of a block with L 24, M 2: 2,016 parameters instead of 20,736',
    ]);
    expect(lines[2]).toMatch(
      /^its entries are products rounded once to float32: the farthest is, at best, at 0\.\d\d of the bound$/,
    );
    expect(lines[3]).toBe(
      'the factors in float64, multiplied and rounded once, give back 20,736 of 20,736 entries bit for bit',
    );
  });

  test('--out writes both kernels under the names of recordings, and their composite is W bit for bit', async () => {
    const W = composite({ L: 3, Min: 2, Mout: 4, Lout: 5, kernel: [2, 3] });
    const path = file({ weight: W }, 'safetensors');
    const out = join(folder, 'factors.npz');
    const args = ['factor', path, '--L', '3', '--M', '4', '--out', out];
    const { code, lines } = await igc(args);
    expect(code).toBe(0);
    expect(lines).toContain(`wrote ${out}: primary_weight [12, 2, 2, 3], secondary_weight [20, 3, 1, 1]`);
    expect(lines[1]).toContain('a block with L 3, Min 2, M 4, Lout 5: 204 parameters instead of 720');
    const written = readArrays(out);
    const tensorOf = (name: string) => {
      const { shape, data, dtype } = written.get(name)!;
      expect(dtype).toBe('float64');
      return new Tensor(shape as [number, number, number, number], [...data]);
    };
    const back = compositeKernel(float64, tensorOf('primary_weight'), tensorOf('secondary_weight'));
    expect(back.data.map(Math.fround)).toEqual([...W.data]);

    const again = await igc(args);
    expect(again).toMatchObject({ code: 3, out: '' });
    expect(again.err).toContain(out);
    expect((await igc([...args, '--force', '--dtype', 'float32'])).code).toBe(0);
    expect(readArrays(out).get('primary_weight')!.dtype).toBe('float32');
  });

  test('rounded twice: not composite, and what would make it so', async () => {
    const scaled = (x: number, row: number) => Math.fround(Math.fround(x) * Math.fround(1 + row / 7));
    const path = file({ weight: composite({ ...l24m2, stored: scaled }) });
    const args = ['factor', path, '--L', '24', '--M', '2'];
    const once = await igc(args);
    expect(once.code).toBe(1);
    expect(once.out).toContain('W is not the composite kernel of a block with L 24, M 2\n');
    expect(once.out).toMatch(
      /\n48 of 48 slices \(l, m′\) are no column times a row; the first is l 0, m′ 0\n/,
    );
    expect(once.out).toMatch(/the best factors leave an entry at [12]\.\d\d times the bound/);
    expect(once.out).toContain('it would be, were entries rounded twice: --roundings 2');
    const twice = await igc([...args, '--roundings', '2']);
    expect(twice.code).toBe(0);
    expect(twice.out).toContain('products rounded twice to float32');
  });

  test('one flipped element: its slice and its place are named, with entries that contradict each other', async () => {
    const W = composite(l3m2);
    // Row l′·M + m′ = 3, column l·M + m = 4, tap (1, 2).
    const at = ((3 * 6 + 4) * 3 + 1) * 3 + 2;
    W.data[at] = Math.fround(W.data[at]! * (1 + 2 ** -20));
    const out = join(folder, 'never.npz');
    const { code, lines } = await igc(['factor', file({ weight: W }), ...small, '--out', out]);
    expect(code).toBe(1);
    expect(lines[2]).toBe('1 of 6 slices (l, m′) is no column times a row; the first is l 2, m′ 1');
    expect(lines[3]).toBe('  the entry that fits worst is l′ 1, m 0, u 1, v 2');
    expect(lines[4]).toContain(`W[3, 4, 1, 2] = ${W.data[at]}, where its row and column say `);
    expect(lines[5]).toMatch(/^ {2}no factors satisfy these together: (W\[\d, \d, \d, \d\] = \S+(, )?){4,}$/);
    expect(lines[5]).toContain('W[3, 4, 1, 2]');
    expect(lines).toContain(`nothing was written to ${out}`);
    expect(existsSync(out)).toBe(false);
  });

  test('a flipped sign has no contradiction in sizes, and no number of roundings', async () => {
    const W = composite(l3m2);
    W.data[7]! *= -1;
    const { code, out } = await igc(['factor', file({ weight: W }), ...small, '--json']);
    expect(code).toBe(1);
    const { block } = JSON.parse(out);
    expect(block).toMatchObject({ composite: false, broken: 1, deviation: null });
    expect(block.first).toMatchObject({ l: 0, m: 0, suspect: { l2: 0, m: 0, u: 2, v: 1, value: W.data[7] } });
    expect(block).not.toHaveProperty('compositeWithRoundings');
  });

  test('--json', async () => {
    const path = file({ weight: composite(l3m2), bias: { dtype: 'float32', shape: [1], data: [0] } });
    const { out } = await igc(['factor', path, ...small, '--json']);
    const result = JSON.parse(out);
    expect(Object.keys(result)[0]).toBe('schema');
    expect(result).toMatchObject({
      schema: 'igc-oracle/factor/1',
      file: path,
      name: 'weight',
      shape: [6, 6, 3, 3],
      dtype: 'float32',
      precision: 'float32',
      roundings: 1,
      composite: true,
      parametersOfW: 324,
      block: {
        ...l3m2,
        composite: true,
        exact: false,
        trivial: false,
        parameters: 126,
        slices: 6,
        broken: 0,
        nonZeros: { primary: 108, secondary: 18 },
        recomposed: 324,
        shapes: { primary_weight: [6, 2, 3, 3], secondary_weight: [6, 3, 1, 1] },
      },
      written: null,
    });
    expect(result).not.toHaveProperty('splits');
    const wrote = join(folder, 'json.safetensors');
    const second = JSON.parse((await igc(['factor', path, ...small, '--json', '--out', wrote])).out);
    expect(second.written).toEqual({ file: wrote, dtype: 'float64' });
  });

  test('without --L and --M every split is tried: multiples of one that fits fit as well', async () => {
    const path = file({ weight: composite(l3m2) });
    const { code, out, lines } = await igc(['factor', path]);
    expect(code).toBe(0);
    expect(lines[1]).toBe('composite for 6 of 16 splits');
    const found = lines.filter((line) => /^ *\d/.test(line)).map((line) => line.trim().split(/ {2,}/));
    expect(found).toEqual([
      ['1', '6', '6', '1', '330', 'every kernel is'],
      ['2', '3', '6', '1', '336', 'every kernel is'],
      ['3', '2', '2', '3', '126', '◀ fewest parameters'],
      ['3', '2', '6', '1', '342', 'every kernel is'],
      ['6', '1', '2', '3', '144'],
      ['6', '1', '6', '1', '360', 'every kernel is'],
    ]);
    expect(out).toContain(
      'W is the composite kernel of a block with L 3, M 2: 126 parameters instead of 324',
    );
  });

  test('--L or --M alone: the other is tried', async () => {
    const path = file({ weight: composite(l3m2) });
    const { splits } = JSON.parse((await igc(['factor', path, '--M', '2', '--json'])).out);
    expect(splits.map(({ L, composite: is }: { L: number; composite: boolean }) => [L, is])).toEqual([
      [1, false],
      [2, false],
      [3, true],
      [6, true],
    ]);
    const other = JSON.parse((await igc(['factor', path, '--L', '3', '--json'])).out);
    expect(other.splits.map(({ Mout }: { Mout: number }) => Mout)).toEqual([1, 2, 3, 6]);
  });

  test('a kernel that is no composite but where every kernel is', async () => {
    const data = seededIntegers(1, 1000)('W', 36 * 9);
    const path = file({ weight: { dtype: 'float32', shape: [6, 6, 3, 3], data } });
    const { code, out } = await igc(['factor', path]);
    expect(code).toBe(1);
    expect(out).toContain(
      'W is not the composite kernel of a block, whatever L and M, but where every kernel is\n',
    );
    expect(JSON.parse((await igc(['factor', path, '--json'])).out)).toMatchObject({
      composite: false,
      block: null,
    });
  });

  test('M = output channels: every kernel is composite, one row to a slice, and nothing is saved', async () => {
    const path = file({
      weight: { dtype: 'float64', shape: [2, 2, 1, 2], data: [1, 2, 3, 5, 7, 11, 13, 17] },
    });
    const { code, out } = await igc(['factor', path, '--L', '1', '--M', '2']);
    expect(code).toBe(0);
    expect(out).toContain('10 parameters instead of 8 (nothing is saved)');
    expect(out).toContain('every kernel of this shape is: a slice (l, m′) has one row');
    expect(out).toContain('exactly: every 2 × 2 minor of its 2 slices is zero');
  });

  test('L = input channels of a 1 × 1 kernel: one column to a slice', async () => {
    const path = file({
      weight: { dtype: 'float64', shape: [4, 2, 1, 1], data: [1, 2, 3, 5, 7, 11, 13, 17] },
    });
    const { code, out } = await igc(['factor', path, '--L', '2', '--M', '2']);
    expect(code).toBe(0);
    expect(out).toContain('a slice (l, m′) has one column');
  });

  test.each([
    ['L = 1: a regular convolution, scaled', { L: 1, Min: 3, Mout: 2, Lout: 2 }],
    ['M = 1: depthwise separable, with another number of outputs', { L: 4, Min: 1, Mout: 1, Lout: 7 }],
    ['Lout ≠ L and Mout ≠ Min', { L: 2, Min: 3, Mout: 4, Lout: 3 }],
  ])('%s', async (_, sizes) => {
    const path = file({ weight: composite(sizes) });
    const { code, out } = await igc(['factor', path, '--L', `${sizes.L}`, '--M', `${sizes.Mout}`, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).block).toMatchObject({ ...sizes, composite: true, exact: false, trivial: false });
  });

  test('slices of zeros have factors of zero', async () => {
    const W = composite(l3m2);
    // Input partition l = 1 is off: columns 2 and 3 of every row.
    W.data.forEach((_, k) => {
      if ([2, 3].includes(Math.floor(k / 9) % 6)) W.data[k] = 0;
    });
    const out = join(folder, 'zeros.npz');
    const { code } = await igc(['factor', file({ weight: W }), ...small, '--out', out]);
    expect(code).toBe(0);
    const primary = [...readArrays(out).get('primary_weight')!.data];
    expect(primary.slice(2 * 18, 4 * 18)).toEqual(new Array(36).fill(0));
    const all = await igc(['factor', file({ weight: { ...W, data: new Float64Array(324) } }), '--json']);
    expect(JSON.parse(all.out).block).toMatchObject({ L: 1, Mout: 1, composite: true, exact: true });
  });

  test('integers are exact, and have factors of integers', async () => {
    const integers = { ...l3m2, weight: (n: number) => (n % 5) + 7, stored: (x: number) => x };
    const W = composite({ ...integers, dtype: 'int32' });
    const out = join(folder, 'integers.npz');
    const { code, lines } = await igc(['factor', file({ weight: W }), ...small, '--out', out]);
    expect(code).toBe(0);
    expect(lines[2]).toBe('exactly: every 2 × 2 minor of its 6 slices is zero');
    expect([...readArrays(out).get('secondary_weight')!.data].every(Number.isInteger)).toBe(true);
    W.data[0]! += 1;
    const off = await igc(['factor', file({ weight: W }), ...small]);
    expect(off.code).toBe(1);
    expect(off.out).not.toContain('bound');
  });

  test('--precision: bfloat16 products in a float32 file', async () => {
    const stored = (x: number) => {
      const word = new Uint32Array(Float32Array.of(x).buffer)[0]!;
      // To nearest, ties to even.
      const bits = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
      return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
    };
    const path = file({ weight: composite({ ...l3m2, stored }) });
    expect((await igc(['factor', path, ...small])).code).toBe(1);
    const { code, out } = await igc(['factor', path, ...small, '--precision', 'bf16']);
    expect(code).toBe(0);
    expect(out).toContain('rounded once to bfloat16');
    const wrong = await igc([
      'factor',
      file({ weight: composite(l3m2) }),
      ...small,
      '--precision',
      'bfloat16',
    ]);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("is no bfloat16: entries weren't rounded to it");
  });

  test('an .npy file, and a file with one array, need no name', async () => {
    expect((await igc(['factor', file({ kernel: composite(l3m2) }, 'npy'), ...small])).code).toBe(0);
    const path = file({ 'layer3.weight': composite(l3m2), other: composite(l3m2) });
    expect((await igc(['factor', path, ...small, '--name', 'layer3.weight'])).code).toBe(0);
  });
});

describe('igc factor refuses', () => {
  const kernel = () => file({ weight: composite(l3m2) });
  test.each([
    [['--L', '4', '--M', '2'], '--L 4: expected a divisor of the 6 input channels'],
    [['--L', '3', '--M', '4'], '--M 4: expected a divisor of the 6 output channels'],
    [['--L', '5'], '--L 5: expected a divisor of the 6 input channels'],
    [['--L', '0'], "--L: expected a positive integer, got '0'"],
    [['--roundings', 'x'], "--roundings: expected a positive integer, got 'x'"],
    [['--precision', 'f8'], "--precision: expected f64, f32, bf16, f16, got 'f8'"],
    [['--dtype', 'int8'], "--dtype: expected float32 or float64, got 'int8'"],
  ])('%j', async (args, message) => {
    const { code, out, err } = await igc(['factor', kernel(), ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  const array = (shape: number[], data?: number[]): ArraySource => ({
    dtype: 'float32',
    shape,
    data: data ?? new Array(shape.reduce((a, b) => a * b, 1)).fill(1),
  });
  test.each([
    ['two axes', { weight: array([4, 4]) }, 'shape: expected a kernel (Lout·M, L·Min, kh, kw), got [4, 4]'],
    ['no entries', { weight: array([4, 0, 3, 3]) }, 'got [4, 0, 3, 3]'],
    [
      'not a number',
      { weight: array([1, 2, 1, 1], [1, Number.NaN]) },
      'element 1: expected a finite number, got NaN',
    ],
    [
      'no such array',
      { a: array([1]), b: array([1]) },
      'array "weight": expected one of this name, got "a", "b"',
    ],
    [
      'no such array among many',
      Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`a${k}`, array([1])])),
      '"a7", and 2 more',
    ],
  ] as const)('%s', async (_, arrays, message) => {
    const path = file(arrays);
    const { code, out, err } = await igc(['factor', path]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(`${path}: array "weight": `);
    expect(err).toContain(message);
  });

  test('what is no array file', async () => {
    const path = join(folder, 'text.npz');
    writeFileSync(path, 'hello');
    expect((await igc(['factor', path])).code).toBe(3);
    expect((await igc(['factor', join(folder, 'absent.npz')])).code).toBe(3);
  });
});
