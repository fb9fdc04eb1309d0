import { describe, expect, test } from 'vitest';
import { type OrderedField, type Shape, type Tensor, tensor, unitWindow } from '../../spec/00-notation.ts';
import { type Layer, networkCounts, parameterTotals } from '../../spec/09-network.ts';
import { network } from '../../spec/09a-architectures.ts';
import {
  batchNormalise,
  classify,
  convolutionUnit,
  globalAveragePool,
  igcUnit,
  maxPool,
  relu,
  residualUnit,
  stage,
} from '../../spec/09b-units.ts';
import { forward, type Weights, weightShapes } from '../../spec/09c-forward.ts';

const reals: OrderedField<number> = {
  zero: 0,
  one: 1,
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
  neg: (a) => -a,
  div: (a, b) => a / b,
  less: (a, b) => a < b,
};

const row = (...values: number[]) => tensor([1, 1, 1, values.length], (_n, _c, _h, w) => values[w]!);
const perChannel = (...values: number[]) => tensor([values.length, 1, 1, 1], (c) => values[c]!);
const identity = (C: number) => {
  const fill = (value: number) => perChannel(...Array.from({ length: C }, () => value));
  return { gamma: fill(1), beta: fill(0), mean: fill(0), sigma: fill(1) };
};

describe('the units', () => {
  test('batch normalisation, channel by channel: 3·(5 − 1)/2 + 7 = 13 and −1·(5 − 5)/4 + 2 = 2', () => {
    const x = tensor([1, 2, 1, 1], () => 5);
    const y = batchNormalise(reals, x, {
      gamma: perChannel(3, -1),
      beta: perChannel(7, 2),
      mean: perChannel(1, 5),
      sigma: perChannel(2, 4),
    });
    expect(y.data).toEqual([13, 2]);
  });

  test('C12: batch normalisation has one entry a channel', () => {
    const x = tensor([1, 2, 1, 1], () => 5);
    for (const bad of [perChannel(1), tensor([2, 2, 1, 1], () => 1)]) {
      expect(() => batchNormalise(reals, x, { ...identity(2), sigma: bad })).toThrow(
        /batchNormalise: C12 .*sigma of \[2, 1, 1, 1\], got/,
      );
    }
  });

  test('ReLU is max(0, x)', () => {
    expect(relu(reals, row(-2, 0, 3)).data).toEqual([0, 0, 3]);
  });

  test('max pooling ignores the padding, also where all values are negative', () => {
    const window = {
      ...unitWindow,
      stride: [1, 2],
      padding: { top: 0, bottom: 0, left: 1, right: 1 },
    } as const;
    expect(maxPool(reals, row(-5, -3, -4, -9), [1, 3], window).data).toEqual([-3, -3]);
  });

  test('max pooling sees dilated taps, down and across', () => {
    const x = tensor([1, 1, 3, 3], (_n, _c, h, w) => [9, 1, 2, 8, 8, 8, 3, 8, 4][h * 3 + w]!);
    const window = { ...unitWindow, dilation: [2, 2] } as const;
    expect(maxPool(reals, x, [2, 2], window).data).toEqual([9]);
    expect(maxPool(reals, x, [1, 2], window).data).toEqual([9, 8, 4]);
  });

  test('C5: a window without a pixel has no maximum', () => {
    const window = { ...unitWindow, padding: { top: 0, bottom: 0, left: 2, right: 0 } };
    expect(() => maxPool(reals, row(1, 2), [1, 1], window)).toThrow(/maxPool: C5 .*none at \(0, 0\)/);
    const below = { ...unitWindow, padding: { top: 0, bottom: 1, left: 0, right: 0 } };
    expect(() => maxPool(reals, row(1, 2), [1, 1], below)).toThrow(/maxPool: C5 .*none at \(1, 0\)/);
    const right = { ...unitWindow, padding: { top: 0, bottom: 0, left: 0, right: 1 } };
    expect(() => maxPool(reals, row(1, 2), [1, 1], right)).toThrow(/maxPool: C5 .*none at \(0, 2\)/);
    const above = { ...unitWindow, padding: { top: 1, bottom: 0, left: 0, right: 0 } };
    expect(() => maxPool(reals, row(1, 2), [1, 1], above)).toThrow(/maxPool: C5 .*none at \(0, 0\)/);
  });

  test('global average pooling is the mean of each channel of each image', () => {
    const x = tensor([2, 2, 1, 4], (n, c, _h, w) => 100 * n + 10 * c + w);
    const y = globalAveragePool(reals, x);
    expect(y.shape).toEqual([2, 2, 1, 1]);
    expect(y.data).toEqual([1.5, 11.5, 101.5, 111.5]);
  });

  test('the classifier: (1·2 + 3·5) + 10 and (−1·2 + 0·5) + 20', () => {
    const x = tensor([1, 2, 1, 1], (_n, c) => [2, 5][c]!);
    const weight = tensor([2, 2, 1, 1], (k, c) => [1, 3, -1, 0][k * 2 + c]!);
    expect(classify(reals, x, weight, perChannel(10, 20)).data).toEqual([27, 18]);
  });

  test('the unit of IGC: a block of L = 2, M = 1, then BN, then ReLU or none', () => {
    const x = tensor([1, 2, 1, 1], (_n, c) => [3, 5][c]!);
    const primary = tensor([2, 1, 1, 1], (o) => [2, 1][o]!);
    const secondary = tensor([2, 2, 1, 1], (o, i) => [1, 1, 1, -2][o * 2 + i]!);
    const shift = { ...identity(2), beta: perChannel(1, 2) };
    // y = (6, 5); x′ = (6 + 5, 6 − 10) = (11, −4); with β: (12, −2).
    expect(igcUnit(reals, x, primary, secondary, unitWindow, shift, false).data).toEqual([12, -2]);
    expect(igcUnit(reals, x, primary, secondary, unitWindow, shift, true).data).toEqual([12, 0]);
  });

  test('the unit of RegConv: a convolution, then BN, then ReLU or none', () => {
    const kernel = tensor([2, 1, 1, 1], (o) => [2, -1][o]!);
    const x = tensor([1, 2, 1, 1], (_n, c) => [3, 5][c]!);
    expect(convolutionUnit(reals, x, kernel, 2, unitWindow, identity(2), false).data).toEqual([6, -5]);
    expect(convolutionUnit(reals, x, kernel, 2, unitWindow, identity(2), true).data).toEqual([6, 0]);
  });

  test('a residual unit is ReLU of the sum, not the sum of ReLUs', () => {
    const double = (x: Tensor<number>) => tensor(x.shape, (n, c, h, w) => -2 * x.at(n, c, h, w));
    expect(residualUnit(reals, row(-3, 4), double, (x) => x).data).toEqual([3, 0]);
  });

  test('a stage applies its units in order; without units it is the identity', () => {
    const plus = (x: Tensor<number>) => tensor(x.shape, (n, c, h, w) => x.at(n, c, h, w) + 1);
    const times = (x: Tensor<number>) => tensor(x.shape, (n, c, h, w) => x.at(n, c, h, w) * 10);
    expect(stage(row(1), [plus, times]).data).toEqual([20]);
    expect(stage(row(1), []).data).toEqual([1]);
  });
});

/** Kernels that are one at the centre tap and zero elsewhere: a convolution adds its input channels. */
function adding(layers: readonly Layer[]): Weights<number> {
  const value = (name: string, [, , kh, kw]: Shape) => {
    if (/beta|mean|bias/.test(name)) return () => 0;
    return (_o: number, _i: number, u: number, v: number) =>
      u === (kh - 1) / 2 && v === (kw - 1) / 2 ? 1 : 0;
  };
  return new Map([...weightShapes(layers)].map(([name, shape]) => [name, tensor(shape, value(name, shape))]));
}

describe('whole networks', () => {
  const picture = tensor([1, 3, 4, 4], (_n, c) => [1, 2, 3][c]!);

  test.each([
    // Stem 6; stage 1: 6; stage 2: 6 (from one channel); stage 3: 6 + 6; classifier: 4 · 12.
    ['regconv-w1', 5, 48],
    // Stem 6; blocks 6·2 = 12, 12·2 = 24, (24 + 24)·2 = 96; classifier: 8 · 96.
    ['igc-l2m1', 5, 768],
    // Stem 6; 6 + 12·2 = 30; 30 + 30·2·4 = 270; (270 + 270) + 540·2·8 = 9180; classifier: 8 · 9180.
    ['igc-l2m1+ident', 8, 73440],
  ])('%s of depth %i on channels 1, 2, 3, adding all that it sees, gives %i', (name, depth, logit) => {
    const { layers } = network(name, { depth, size: 4, classes: 2 });
    expect(forward(reals, layers, adding(layers), picture).data).toEqual([logit, logit]);
  });

  test('RegConv-W1 "+Ident." on ImageNet, depth 10: four residual units, 103680', () => {
    const { layers } = network('regconv-w1+ident', { dataset: 'imagenet', depth: 10, size: 32, classes: 1 });
    const constant = tensor([1, 3, 32, 32], (_n, c) => [1, 2, 3][c]!);
    // Stem 6; stage 1: 6 + 6 = 12; then shortcut Cin·x and body Cout·Cin·x, together Cin·x·(1 + Cout):
    // 12·(1 + 2) = 36, 2·36·(1 + 4) = 360, 4·360·(1 + 8) = 12960, on 8 channels.
    expect(forward(reals, layers, adding(layers), constant).data).toEqual([8 * 12960]);
  });

  test('a batch of two images is the two images one after the other', () => {
    const { layers } = network('igc-l2m3', { depth: 5, size: 4 });
    const entry = (name: string) => (o: number, i: number, u: number, v: number) =>
      /sigma|gamma/.test(name) ? 2 : ((7 * o + 5 * i + 3 * u + 2 * v + name.length) % 11) - 4;
    const weights = new Map(
      [...weightShapes(layers)].map(([name, shape]) => [name, tensor(shape, entry(name))]),
    );
    const pixel = (n: number) => (_n: number, c: number, h: number, w: number) =>
      ((n + 1) * (c + 2) * (3 * h + 5 * w + 1)) % 11;
    const images = [0, 1].map((n) => tensor([1, 3, 4, 4], pixel(n)));
    const batch = tensor([2, 3, 4, 4], (n, c, h, w) => images[n]!.at(0, c, h, w));
    const one = images.flatMap((image) => forward(reals, layers, weights, image).data);
    expect(forward(reals, layers, weights, batch).data).toEqual(one);
    expect(new Set(one).size).toBeGreaterThan(10);
  });
});

describe('layer lists and the forward agree', () => {
  /** A scalar that knows whether it is an entry of a kernel; a product with one is a multiply-add. */
  interface Counted {
    readonly kernel: boolean;
  }
  const data: Counted = { kernel: false };
  let products = 0;
  const counting: OrderedField<Counted> = {
    zero: data,
    one: data,
    add: () => data,
    mul: (a, b) => {
      if (a.kernel || b.kernel) products++;
      return data;
    },
    neg: () => data,
    div: () => data,
    less: () => false,
  };
  const isKernel = (name: string) => /\.(kernel|primary|secondary|weight)$/.test(name);

  test.each([
    ['igc-l2m3', { depth: 8, size: 8 }],
    ['igc-l3m2', { depth: 5, size: 9, classes: 7 }],
    ['igc-l3m2+ident', { depth: 8, size: 8 }],
    ['igc-l3m4', { depth: 5, size: 8, double: 'L' }],
    ['regconv-w3', { depth: 8, size: 8 }],
    ['regconv-w2+ident', { depth: 14, size: 4 }],
    ['igc-l2m2+ident', { dataset: 'imagenet', size: 32, classes: 5 }],
    ['igc-l4m2+ident', { dataset: 'imagenet', size: 32, double: 'L', classes: 5 }],
    ['resnet18-c2', { size: 16, classes: 5 }],
  ] as const)('%s, %j: shapes, multiply-adds and parameters', (name, options) => {
    const { layers, input, classes } = network(name, options);
    const shapes = weightShapes(layers);
    const weights = new Map(
      [...shapes].map(([weight, shape]) => [weight, tensor(shape, () => ({ kernel: isKernel(weight) }))]),
    );
    const x = tensor([1, input.C, input.H, input.W], () => data);
    products = 0;
    const y = forward(counting, layers, weights, x);
    const counts = networkCounts(layers);
    expect(y.shape).toEqual([1, classes, 1, 1]);
    expect(products).toBe(counts.multiplyAdds);

    const size = (pattern: RegExp) =>
      [...shapes]
        .filter(([weight]) => pattern.test(weight))
        .reduce((total, [, shape]) => total + shape.reduce((product, n) => product * n, 1), 0);
    expect(parameterTotals(counts)).toEqual({
      convolutions: size(/\.(kernel|primary|secondary)$/),
      withClassifier: size(/\.(kernel|primary|secondary|weight|bias)$/),
      withNormalisation: size(/\.(kernel|primary|secondary|weight|bias|gamma|beta)$/),
    });
  });
});

describe('what forward refuses', () => {
  const { layers } = network('igc-l2m3', { depth: 5, size: 4 });
  const weights = adding(layers);

  test('C17: a missing weight, by name', () => {
    const less = new Map(weights);
    less.delete('stage2.1.secondary');
    expect(() =>
      forward(
        reals,
        layers,
        less,
        tensor([1, 3, 4, 4], () => 1),
      ),
    ).toThrow(/forward: C17 .*stage2\.1\.secondary of \[12, 2, 1, 1\], got none/);
  });

  test('C3: a weight of another shape', () => {
    const other = new Map(weights).set(
      'stage1.1.primary',
      tensor([6, 3, 1, 9], () => 1),
    );
    expect(() =>
      forward(
        reals,
        layers,
        other,
        tensor([1, 3, 4, 4], () => 1),
      ),
    ).toThrow(/forward: C3 .*stage1\.1\.primary of \[6, 3, 3, 3\], got \[6, 3, 1, 9\]/);
  });

  test.each([
    [[1, 3, 5, 4], '3×5×4'],
    [[1, 3, 4, 8], '3×4×8'],
    [[1, 6, 4, 4], '6×4×4'],
  ] as const)('C12: a picture of shape %j', (shape, got) => {
    expect(() =>
      forward(
        reals,
        layers,
        weights,
        tensor(shape, () => 1),
      ),
    ).toThrow(new RegExp(`stem: C12 .*expected 3×4×4, got ${got}`));
  });
});
