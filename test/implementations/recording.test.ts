import { describe, expect, it } from 'vitest';
import { type ArrayFile, type DType, FileError, type NamedArrays } from '../../src/formats/index.ts';
import {
  defaultOptions,
  evidenceFrom,
  type RecordingOptions,
  unusedArrays,
} from '../../src/implementations/recording.ts';

function array(shape: readonly number[], dtype: DType = 'float32'): ArrayFile {
  const volume = shape.reduce((product, n) => product * n, 1);
  return { dtype, shape, data: Float64Array.from({ length: volume }, (_, i) => i) };
}

type Shapes = Readonly<Record<string, readonly number[] | ArrayFile>>;

/** A block of L 3, Min 2, Mout 4, kernel 2 × 3 on 5 × 6 pixels. */
const shapes = {
  x: [2, 6, 5, 6],
  primary_weight: [12, 2, 2, 3],
  secondary_weight: [12, 3, 1, 1],
  y: [2, 12, 5, 6],
} satisfies Shapes;

function file(arrays: Shapes): NamedArrays {
  return new Map(
    Object.entries(arrays).map(([name, given]) => [name, 'data' in given ? given : array(given)]),
  );
}

const evidence = (arrays: Shapes, options: Partial<RecordingOptions> = {}) =>
  evidenceFrom('FILE', file(arrays), { ...defaultOptions, ...options });

/** The FileError that this throws, without the file. */
function defect(arrays: Shapes, options: Partial<RecordingOptions> = {}): string {
  try {
    evidence(arrays, options);
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    expect((error as FileError).path).toBe('FILE');
    return (error as FileError).what;
  }
  throw new Error('nothing was thrown');
}

describe('evidence', () => {
  it('has the arrays as they are, the window from the shapes', () => {
    const found = evidence(shapes, { stride: [1, 2], dilation: [2, 1] });
    expect([...found.arrays.keys()]).toEqual(['x', 'primary_weight', 'secondary_weight', 'y']);
    expect(found.arrays.get('x')).toMatchObject({ shape: [2, 6, 5, 6], stored: 'float32' });
    expect(found.arrays.get('x')!.data[7]).toBe(7);
    // 'same': ⌊d(k − 1)/2⌋ before, the rest after, whatever the stride.
    expect(found.window).toEqual({
      stride: [1, 2],
      dilation: [2, 1],
      padding: { top: 1, bottom: 1, left: 1, right: 1 },
    });
  });

  it('finds arrays under the names of the file; our own name then means nothing', () => {
    const renamed = { ...shapes, x: [1], input: shapes.x, extra: [3] };
    const options = {
      names: new Map([
        ['x', 'input'],
        ['primary_bias', 'absent'],
      ]),
    };
    expect(evidence(renamed, options).arrays.get('x')!.shape).toEqual(shapes.x);
    expect(unusedArrays(file(renamed), { ...defaultOptions, ...options })).toEqual(['x', 'extra']);
  });

  it.each<[string, Shapes, string]>([
    [
      'the coarsest of the outputs',
      { y: array(shapes.y, 'float32'), primary: array(shapes.y, 'float16') },
      'float16',
    ],
    ['not that of the inputs', { x: array(shapes.x, 'float16') }, 'float32'],
    [
      'bfloat16 is coarser than float16',
      { y: array(shapes.y, 'float16'), primary: array(shapes.y, 'bfloat16') },
      'bfloat16',
    ],
    ['integers say nothing', { y: array(shapes.y, 'int8'), primary: array(shapes.y, 'float16') }, 'float16'],
    ['integers alone: what was given', { y: array(shapes.y, 'int32') }, 'float32'],
  ])('its precision is that of storage: %s', (_, arrays, precision) => {
    expect(evidence({ ...shapes, ...arrays }).precision).toBe(precision);
    expect(evidence({ ...shapes, ...arrays }, { precision: 'tfloat32' }).precision).toBe('tfloat32');
  });

  it('of integers and booleans only is exact', () => {
    const found = evidence({
      x: array(shapes.x, 'uint8'),
      primary_weight: array(shapes.primary_weight, 'bool'),
      secondary_weight: array(shapes.secondary_weight, 'int64'),
      y: array(shapes.y, 'int32'),
    });
    expect(found.precision).toBe('float64');
    expect([...found.arrays.values()].map(({ stored }) => stored)).toEqual(Array(4).fill('integer'));
  });

  it.each([[[]], [[0]], [[2, 12, 5]], [[1, 1, 1, 1, 1]], [[2, 12, 0, 6]]])(
    'takes an output of the shape %j: the judge says what is wrong with it',
    (shape) => {
      expect(evidence({ ...shapes, y: shape }).arrays.get('y')!.shape).toEqual(shape);
      expect(evidence({ ...shapes, primary: shape }).arrays.get('primary')!.shape).toEqual(shape);
    },
  );
});

describe('what was given has to fit together', () => {
  const { y: _, ...noOutput } = shapes;
  it.each<[string, Shapes, string]>([
    [
      'no y',
      noOutput,
      'array "y": expected it, for --op block; the file has "x", "primary_weight", "secondary_weight"',
    ],
    ['an empty file', {}, 'the file has no arrays'],
    ['x of three axes', { ...shapes, x: [6, 5, 6] }, 'array "x": expected four axes'],
    [
      'an empty x',
      { ...shapes, x: [0, 6, 5, 6] },
      'array "x": expected four axes (NCHW, or OIHW of a kernel) of at least one element, got the shape [0, 6, 5, 6]',
    ],
    [
      'an empty kernel',
      { ...shapes, primary_weight: [12, 2, 0, 3] },
      'array "primary_weight": expected four axes',
    ],
    [
      'a bias of two axes',
      { ...shapes, primary_bias: [12, 1] },
      'array "primary_bias": expected one axis (channels)',
    ],
    [
      'a bias of another length',
      { ...shapes, secondary_bias: [11] },
      'expected secondary_bias of 12 entries, got 11',
    ],
    [
      'too few channels',
      { ...shapes, x: [2, 5, 5, 6] },
      'expected x of L × Min = 3 × 2 channels, as the weights say, got x [2, 5, 5, 6], primary_weight',
    ],
    ['kernels that do not fit', { ...shapes, secondary_weight: [12, 5, 1, 1] }, 'C10'],
    ['a spatial secondary kernel', { ...shapes, secondary_weight: [12, 3, 3, 3] }, 'C9'],
    [
      'a grad_y unlike the output',
      { ...shapes, grad_y: [2, 12, 5, 5] },
      'expected grad_y of shape [2, 12, 5, 6], got grad_y [2, 12, 5, 5]',
    ],
  ])('%s', (_, arrays, message) => {
    expect(defect(arrays)).toContain(message);
  });

  it('a kernel that is larger than the padded input', () => {
    expect(defect({ ...shapes, x: [2, 6, 1, 1] }, { padding: 'valid' })).toContain('C5');
  });

  it('names no more than twenty arrays of a large file', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`layer${i}`, [1]]));
    const message = defect(many);
    expect(message).toContain('"layer19", 480 more');
    expect(message.length).toBeLessThan(600);
  });
});

describe('the parts alone', () => {
  it('a group convolution has as many groups as x has times the channels of the kernel', () => {
    const group = { x: [1, 6, 3, 3], weight: [9, 2, 3, 3], bias: [9], y: [1, 9, 3, 3] };
    const options = { operation: 'group-convolution' } as const;
    expect([...evidence(group, options).arrays.keys()]).toEqual(['x', 'weight', 'bias', 'y']);
    expect(defect({ ...group, x: [1, 7, 3, 3] }, options)).toContain(
      'expected whole groups, got x [1, 7, 3, 3], weight [9, 2, 3, 3]',
    );
    expect(defect({ ...group, weight: [8, 2, 3, 3] }, options)).toContain('expected whole groups');
    expect(defect({ ...group, bias: [3] }, options)).toContain('expected bias of 9 entries, got 3');
  });

  it('a group convolution may have its gradients beside it', () => {
    const options = { operation: 'group-convolution', padding: 'valid' } as const;
    const group = { x: [1, 6, 4, 3], weight: [9, 2, 3, 3], y: [1, 9, 2, 1], grad_y: [1, 9, 2, 1] };
    const gradients = { grad_x: [1, 6, 4, 3], grad_weight: [1], grad_bias: [9] };
    const found = evidence({ ...group, ...gradients }, options);
    expect([...found.arrays.keys()]).toEqual([...Object.keys(group), ...Object.keys(gradients)]);
    expect(defect({ ...group, grad_y: [1, 9, 4, 3] }, options)).toContain(
      'expected grad_y of shape [1, 9, 2, 1], got grad_y [1, 9, 4, 3]',
    );
  });

  it('an interleave: one of L and M is enough, and both have to agree with the channels', () => {
    const arrays = { x: [1, 6, 1, 1], y: [1, 6, 1, 1] };
    const operation = 'interleave' as const;
    for (const partition of [{ L: 2 }, { M: 3 }, { L: 2, M: 3 }]) {
      expect(evidence(arrays, { operation, ...partition }).partition).toEqual({ L: 2, M: 3 });
    }
    expect(defect(arrays, { operation, L: 4 })).toContain('expected 4 × M channels, got 6');
    expect(defect(arrays, { operation, L: 2, M: 2 })).toContain('expected 2 × 2 channels, got 6');
  });
});
