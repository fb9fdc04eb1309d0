import { describe, expect, test } from 'vitest';
import {
  averagePoolLayer,
  classifierLayer,
  convolutionLayer,
  igcLayer,
  layerCounts,
  maxPoolLayer,
  networkCounts,
  parameterTotals,
  residualLayer,
  showExtent,
} from '../../spec/09-network.ts';
import { type NetworkOptions, network, networkNames } from '../../spec/09a-architectures.ts';

const names = ['regconv-w16', 'regconv-w18', 'igc-l4m8', 'igc-l24m2'] as const;

/** Paper-facts, section 3: for each network above [conv only, conv + fc, all with BN], 10 classes; MACs in 10⁸. */
const depthTable = [
  [8, [74160, 74810, 75290], [93798, 94528, 95068], [76384, 77674, 78634], [45072, 47002, 48442]],
  [
    20,
    [267696, 268346, 269722],
    [338742, 339472, 341020],
    [273504, 274794, 277546],
    [149904, 151834, 155962],
  ],
  [
    38,
    [558000, 558650, 561370],
    [706158, 706888, 709948],
    [569184, 570474, 575914],
    [307152, 309082, 317242],
  ],
  [
    62,
    [945072, 945722, 950234],
    [1196046, 1196776, 1201852],
    [963424, 964714, 973738],
    [516816, 518746, 532282],
  ],
  [
    98,
    [1525680, 1526330, 1533530],
    [1930878, 1931608, 1939708],
    [1554784, 1556074, 1570474],
    [831312, 833242, 854842],
  ],
] as const;

const macTable = [
  [8, ['0.122', '0.154', '0.131', '0.099']],
  [20, ['0.406', '0.513', '0.424', '0.288']],
  [38, ['0.830', '1.050', '0.862', '0.571']],
  [62, ['1.396', '1.767', '1.447', '0.948']],
  [98, ['2.246', '2.842', '2.324', '1.514']],
] as const;

function counts(name: string, options: NetworkOptions) {
  const all = networkCounts(network(name, options).layers);
  return { ...parameterTotals(all), multiplyAdds: all.multiplyAdds };
}

describe('CIFAR networks', () => {
  for (const [depth, ...cells] of depthTable) {
    test.each(names.map((name, k) => [name, cells[k]!] as const))(
      `parameters at depth ${depth}: %s has %j`,
      (name, cell) => {
        const { convolutions, withClassifier, withNormalisation } = counts(name, { depth });
        expect([convolutions, withClassifier, withNormalisation]).toEqual(cell);
      },
    );
  }

  for (const [depth, cells] of macTable) {
    test.each(names.map((name, k) => [name, cells[k]!] as const))(
      `multiply-adds at depth ${depth}: %s has %s · 10⁸`,
      (name, cell) => {
        expect((counts(name, { depth }).multiplyAdds / 1e8).toFixed(3)).toBe(cell);
      },
    );
  }

  test('RegConv-W16 at depth 8 by hand: 16·27 + 2·16·16·9 + … parameters, times 1024, 256 and 64 positions', () => {
    const stem = 3 * 16 * 9;
    const stages = [
      [2 * 16 * 16 * 9, 1024],
      [(16 * 32 + 32 * 32) * 9, 256],
      [(32 * 64 + 64 * 64) * 9, 64],
    ] as const;
    const macs = stages.reduce(
      (total, [weights, positions]) => total + weights * positions,
      stem * 1024 + 64 * 10,
    );
    expect(counts('regconv-w16', { depth: 8 }).multiplyAdds).toBe(macs);
  });

  test.each([
    ['igc-l16m32', 17667684, 17711716, '2.669'],
    ['igc-l450m2', 19273600, 19351000, '4.662'],
    ['igc-l32m26', 24057380, 24128932, '3.699'],
  ])('Table 7: %s, depth 20, 100 classes, has %i parameters (%i with BN)', (name, plain, withBN, macs) => {
    const result = counts(name, { depth: 20, classes: 100 });
    expect(result.withClassifier).toBe(plain);
    expect(result.withNormalisation).toBe(withBN);
    expect((result.multiplyAdds / 1e9).toFixed(3)).toBe(macs);
  });

  test.each([
    ['igc-l16m32', '17.48', /^(6\.8|6\.9|7\.0)/],
    ['igc-l450m2', '18.95', /^(51\.[7-9]|52\.[01])/],
    ['igc-l32m26', '23.76', /^11\.[0-4]/],
  ])('%s: %s million parameters with 10 classes; doubling L gives another count', (name, ten, doubled) => {
    expect((counts(name, { classes: 10 }).withClassifier / 1e6).toFixed(2)).toBe(ten);
    const L = counts(name, { classes: 100, double: 'L' });
    for (const total of [L.convolutions, L.withClassifier, L.withNormalisation])
      expect((total / 1e6).toFixed(1)).toMatch(doubled);
  });

  test.each([
    [20, 157498],
    [38, 318778],
    [50, 426298],
    [98, 856378],
  ])('"+Ident.": IGC-L24M2 of depth %i has %i parameters with BN', (depth, total) => {
    expect(counts('igc-l24m2+ident', { depth }).withNormalisation).toBe(total);
    expect(counts('igc-l24m2', { depth, ident: true }).withNormalisation).toBe(total);
  });

  test('a shortcut that projects costs (C·2C)/L weights at every down-sampling: 960 for L24M2', () => {
    const plain = counts('igc-l24m2', { depth: 20 });
    const ident = counts('igc-l24m2+ident', { depth: 20 });
    expect(ident.convolutions - plain.convolutions).toBe((48 * 96) / 24 + (96 * 192) / 24);
  });

  test('RegConv "+Ident." projects through a dense 1 × 1: 16·32 + 32·64 more weights', () => {
    const difference = counts('regconv-w16+ident', {}).convolutions - counts('regconv-w16', {}).convolutions;
    expect(difference).toBe(16 * 32 + 32 * 64);
  });
});

describe('ImageNet networks', () => {
  test.each([
    ['resnet18-c64', ['11.167', '11.680', '11.690'], '1.814'],
    ['resnet18-c69', ['12.979', '13.532', '13.542'], '2.099'],
    ['igc-l4m32+ident', ['11.207', '12.232', '12.251'], '1.945'],
    ['igc-l16m16+ident', ['11.441', '13.490', '13.528'], '2.266'],
    ['igc-l100m2+ident', ['7.007', '8.608', '8.638'], '1.265'],
  ])('%s has %j million parameters and %s · 10⁹ multiply-adds', (name, millions, macs) => {
    const result = counts(name, { dataset: 'imagenet' });
    const totals = [result.convolutions, result.withClassifier, result.withNormalisation];
    expect(totals.map((total) => (total / 1e6).toFixed(3))).toEqual(millions);
    expect((result.multiplyAdds / 1e9).toFixed(3)).toBe(macs);
  });

  test('IGC-L100M2+Ident. has exactly 8607700 parameters, 8637900 with BN', () => {
    const result = counts('igc-l100m2+ident', { dataset: 'imagenet' });
    expect(result.withClassifier).toBe(8607700);
    expect(result.withNormalisation).toBe(8637900);
  });

  test('IGC-L100M2+Ident. doubles L: the stem has 100 channels, the stages 200 to 1600 in 100 to 800 partitions', () => {
    const { layers, double } = network('igc-l100m2+ident', { dataset: 'imagenet' });
    expect(double).toBe('L');
    expect(layers[0]!.output).toEqual({ C: 100, H: 112, W: 112 });
    const firsts = layers.filter((layer) => /^stage\d\.1$/.test(layer.name));
    expect(firsts.map((layer) => showExtent(layer.output))).toEqual([
      '200×56×56',
      '400×28×28',
      '800×14×14',
      '1600×7×7',
    ]);
    for (const [s, layer] of firsts.entries()) {
      if (layer.kind !== 'residual') throw new Error(layer.kind);
      const L = 100 * 2 ** s;
      expect(layer.body[0]).toMatchObject({ kind: 'igc', block: { L, Min: 1, Mout: 2, Lout: L } });
      expect(layer.shortcut[0]).toMatchObject({ kind: 'convolution', groups: L, kernel: [1, 1] });
    }
  });

  test('the others double M and keep L: stages of L4M32 are 128 to 1024 channels in 4 partitions', () => {
    const { layers } = network('igc-l4m32+ident', { dataset: 'imagenet' });
    const firsts = layers.filter((layer) => /^stage\d\.1$/.test(layer.name));
    expect(firsts.map((layer) => layer.output.C)).toEqual([128, 256, 512, 1024]);
    expect(firsts.map((layer) => layer.kind === 'residual' && layer.shortcut.length)).toEqual([0, 1, 1, 1]);
  });

  test('the stem: 7 × 7 with stride 2 and padding 3, then 3 × 3 max pooling with stride 2 and padding 1', () => {
    const [stem, pool] = network('resnet18-c64').layers;
    expect(stem).toMatchObject({ kernel: [7, 7], output: { C: 64, H: 112, W: 112 } });
    expect(stem).toMatchObject({
      window: { stride: [2, 2], padding: { top: 3, bottom: 3, left: 3, right: 3 } },
    });
    expect(pool).toMatchObject({ kind: 'max-pool', kernel: [3, 3], output: { C: 64, H: 56, W: 56 } });
    expect(pool).toMatchObject({ window: { padding: { top: 1, bottom: 1, left: 1, right: 1 } } });
  });
});

describe('a network by name', () => {
  test('every listed name is a network', () => {
    for (const name of networkNames) expect(network(name).layers.at(-1)!.kind).toBe('classifier');
  });

  test('IGC-L24M2, depth 8: stem, three stages of two blocks, pooling, classifier', () => {
    const { layers } = network('igc-l24m2', { depth: 8 });
    expect(layers.map((layer) => `${layer.name} ${layer.kind} ${showExtent(layer.output)}`)).toEqual([
      'stem convolution 48×32×32',
      'stage1.1 igc 48×32×32',
      'stage1.2 igc 48×32×32',
      'stage2.1 igc 96×16×16',
      'stage2.2 igc 96×16×16',
      'stage3.1 igc 192×8×8',
      'stage3.2 igc 192×8×8',
      'pool average-pool 192×1×1',
      'classifier classifier 10×1×1',
    ]);
    expect(layers[3]).toMatchObject({
      block: { L: 24, Min: 2, Mout: 4, Lout: 24 },
      window: { stride: [2, 2] },
    });
    expect(layers[4]).toMatchObject({
      block: { L: 24, Min: 4, Mout: 4, Lout: 24 },
      window: { stride: [1, 1] },
    });
  });

  test('the defaults are spelt out', () => {
    expect(network('igc-l4m8')).toMatchObject({
      dataset: 'cifar',
      depth: 20,
      classes: 10,
      ident: false,
      double: 'M',
    });
    expect(network('resnet18-c64')).toMatchObject({
      dataset: 'imagenet',
      depth: 18,
      classes: 1000,
      ident: true,
    });
    expect(network('igc-l100m2')).toMatchObject({ dataset: 'cifar', double: 'M' });
    expect(network('igc-l4m8', { size: 16 }).input).toEqual({ C: 3, H: 16, W: 16 });
  });

  test('a depth counts the stem, every convolution or block but those of shortcuts, and the classifier', () => {
    for (const [name, depth] of [
      ['igc-l4m8', 20],
      ['igc-l4m8+ident', 38],
    ] as const) {
      const layers = network(name, { depth }).layers.flatMap((layer) =>
        layer.kind === 'residual' ? layer.body : [layer],
      );
      expect(layers.filter((layer) => !layer.kind.endsWith('pool')).length).toBe(depth);
    }
  });

  test.each([
    '',
    'igc-l24',
    'igc-l0m2',
    'igc-l24m2 ',
    'IGC-L24M2',
    'igc-l24m2+bottleneck',
    'regconv-w',
    'vgg16',
  ])('C17: %j is not one', (name) => {
    expect(() => network(name)).toThrow(/^network: C17 .*expected one of regconv-w16, .*got '/);
  });

  test.each([
    ['igc-l24m2', 19, 'expected a depth of 3·B + 2, B ≥ 1, got depth 19 on cifar'],
    ['igc-l24m2', 2, 'expected a depth of 3·B + 2'],
    ['igc-l24m2', 9.5, 'expected a depth of 3·B + 2'],
    ['igc-l24m2+ident', 17, 'expected a depth of 6·B + 2'],
    ['resnet18-c64', 34, 'expected ImageNet and depth 18 for resnet18, got depth 34 on imagenet'],
  ])('C17: %s has no depth %d', (name, depth, message) => {
    expect(() => network(name, { depth })).toThrow(message);
  });

  test('C17: resnet18 is an ImageNet network', () => {
    expect(() => network('resnet18-c64', { dataset: 'cifar', depth: 18 })).toThrow(/C17/);
  });

  test.each([0, 1.5, -32])('C2: a picture of %d pixels a side', (size) => {
    expect(() => network('igc-l4m8', { size })).toThrow(/network: C2 .*size ≥ 1, got/);
  });

  test.each(['igc-l4m3', 'regconv-w16'])('C17: %s cannot double L', (name) => {
    expect(() => network(name, { double: 'L' })).toThrow(/C17 .*even M to double L, got '/);
  });
});

describe('layers', () => {
  const input = { C: 6, H: 8, W: 6 };

  test('a convolution of 2 groups, 6 to 4 channels, 3 × 5, stride 2: 2·3·2·15 weights at 4 × 3 positions', () => {
    const layer = convolutionLayer('c', input, 4, [3, 5], 2, 2, true);
    expect(layer.output).toEqual({ C: 4, H: 4, W: 3 });
    expect(layerCounts(layer)).toEqual({
      convolution: 180,
      classifier: 0,
      normalisation: 8,
      multiplyAdds: 2160,
    });
  });

  test('a block of L3, M from 2 to 4: 3·2·4·9 + 4·3·3 weights at 48 positions', () => {
    const layer = igcLayer('b', input, { L: 3, Min: 2, Mout: 4, Lout: 3 }, [3, 3], 1, true);
    expect(layer.output).toEqual({ C: 12, H: 8, W: 6 });
    expect(layerCounts(layer)).toEqual({
      convolution: 252,
      classifier: 0,
      normalisation: 24,
      multiplyAdds: 12096,
    });
  });

  test('pooling costs nothing', () => {
    const nothing = { convolution: 0, classifier: 0, normalisation: 0, multiplyAdds: 0 };
    const pool = maxPoolLayer('m', input, [3, 3], 2);
    expect(pool.output).toEqual({ C: 6, H: 4, W: 3 });
    expect(layerCounts(pool)).toEqual(nothing);
    expect(layerCounts(averagePoolLayer('a', input))).toEqual(nothing);
    expect(networkCounts([])).toEqual(nothing);
  });

  test('a classifier from 6 channels to 5 classes: 30 weights, 5 biases, 30 multiply-adds', () => {
    const layer = classifierLayer('f', { C: 6, H: 1, W: 1 }, 5);
    expect(layerCounts(layer)).toEqual({
      convolution: 0,
      classifier: 35,
      normalisation: 0,
      multiplyAdds: 30,
    });
  });

  test('an empty residual unit is the identity', () => {
    expect(residualLayer('r', input, [], []).output).toEqual(input);
  });

  test('C6: groups that do not divide', () => {
    expect(() => convolutionLayer('c', input, 4, [3, 3], 1, 3, true)).toThrow(
      /C6 .*divisor of 6 and 4, got 3/,
    );
    expect(() => convolutionLayer('c', input, 4, [3, 3], 1, 4, true)).toThrow(/C6/);
  });

  test('C7: a block whose input has other channels', () => {
    const shape = { L: 4, Min: 2, Mout: 2, Lout: 4 };
    expect(() => igcLayer('b', input, shape, [3, 3], 1, true)).toThrow(/C7 .*4 × 2 channels, got 6/);
  });

  test('C12: a shortcut of another shape than the body', () => {
    const body = convolutionLayer('c', input, 4, [3, 3], 2, 1, false);
    expect(() => residualLayer('r', input, [body], [])).toThrow(/C12 .*expected 4×4×3, got 6×8×6/);
  });

  test('C2, C12: a classifier has classes and sees one position', () => {
    expect(() => classifierLayer('f', { C: 6, H: 1, W: 1 }, 0)).toThrow(/C2/);
    expect(() => classifierLayer('f', input, 10)).toThrow(/C12 .*one position, got 6×8×6/);
  });
});
