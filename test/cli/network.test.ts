import { describe, expect, test } from 'vitest';
import { igc, plain } from './terminal.ts';

async function json(...args: string[]) {
  const { code, out } = await igc(['network', ...args, '--json']);
  expect(code).toBe(0);
  return JSON.parse(out);
}

describe('igc network', () => {
  test('igc-l24m2 --depth 20: the totals of the depth table', async () => {
    const { code, lines, err } = await igc(['network', 'igc-l24m2', '--depth', '20']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(lines[0]).toBe('igc-l24m2 · depth 20 · CIFAR 3×32×32 · 10 classes · M doubles');
    const text = lines.join('\n');
    expect(text).toMatch(/^parameters +convolutions +149,904$/m);
    expect(text).toMatch(/^ +\+ classifier +151,834 {2}the paper's #params$/m);
    expect(text).toMatch(/^ +\+ γ, β of BN +155,962$/m);
    expect(text).toMatch(/^multiply-adds +one image +28,755,840 {2}the paper's FLOPs$/m);
  });

  test('one row a layer: stem, 18 blocks, pool, classifier, by hand for three of them', async () => {
    const { lines } = await igc(['network', 'igc-l24m2', '--depth', '20']);
    const row = (name: string) => lines.find((line) => line.startsWith(name))!.split(/ {2,}/);
    expect(lines.filter((line) => /^stage[123]\.[1-6] /.test(line))).toHaveLength(18);
    // 3·48·9 weights at 1024 positions.
    expect(row('stem')).toEqual(['stem', 'conv 3×3', '48×32×32', '1', '1,296', '1,327,104']);
    // 24·2·4·9 + 4·24·24 weights at 256 positions.
    expect(row('stage2.1')).toEqual(['stage2.1', 'IGC 3×3 /2', '96×16×16', '24, 4', '4,032', '1,032,192']);
    // 192·10 weights and 10 biases.
    expect(row('classifier')).toEqual(['classifier', 'classifier', '10×1×1', '1,930', '1,920']);
    expect(row('pool')).toEqual(['pool', 'average pool', '192×1×1']);
  });

  test('--ident shows both blocks of a unit and the shortcut of 4·48 weights', async () => {
    const { lines } = await igc(['network', 'igc-l24m2', '--depth', '8', '--ident']);
    expect(lines[0]).toMatch(/^igc-l24m2\+ident · depth 8/);
    const start = lines.findIndex((line) => line.startsWith('stage2.1'));
    expect(lines.slice(start, start + 4).map((line) => line.trim().split(/ {2,}/).slice(0, 2))).toEqual([
      ['stage2.1', 'shortcut + b'],
      ['a', 'IGC 3×3 /2'],
      ['b', 'IGC 3×3'],
      ['shortcut', 'conv 1×1 /2'],
    ]);
    expect(lines[start + 3]).toMatch(/ 24 +192 +49,152$/);
    expect(lines.find((line) => line.startsWith('stage1.1'))).toMatch(/identity \+ b/);
  });

  test.each([
    ['igc-l16m32', 17667684],
    ['igc-l450m2', 19273600],
    ['igc-l32m26', 24057380],
  ])('Table 7: %s --classes 100 has %i parameters', async (name, total) => {
    const result = await json(name, '--classes', '100');
    expect(result).toMatchObject({ schema: 'igc-oracle/network/1', name, depth: 20, classes: 100 });
    expect(result.parameters.withClassifier).toBe(total);
  });

  test('the ImageNet network that doubles L: 8607700 parameters, 8637900 with BN', async () => {
    const result = await json('igc-l100m2+ident', '--dataset', 'imagenet');
    expect(result).toMatchObject({ double: 'L', depth: 18, classes: 1000, input: { C: 3, H: 224, W: 224 } });
    expect(result.parameters).toMatchObject({ withClassifier: 8607700, withNormalisation: 8637900 });
  });

  test('--double l: L16M32 with 100 classes has 7001700 parameters, by 6.8 to 7.0 million', async () => {
    const result = await json('igc-l16m32', '--classes', '100', '--double', 'l');
    expect(result.double).toBe('L');
    expect((result.parameters.withClassifier / 1e6).toFixed(1)).toBe('7.0');
    expect((await json('igc-l16m32', '--double', 'm')).double).toBe('M');
  });

  test('JSON: the layers with kernels, blocks, groups, extents and counts, those of residual units too', async () => {
    const { layers } = await json('igc-l4m8+ident', '--depth', '8');
    expect(layers.map((layer: { name: string }) => layer.name)).toEqual([
      'stem',
      ...['stage1.1', 'stage1.1.a', 'stage1.1.b'],
      ...['stage2.1', 'stage2.1.a', 'stage2.1.b', 'stage2.1.shortcut'],
      ...['stage3.1', 'stage3.1.a', 'stage3.1.b', 'stage3.1.shortcut'],
      ...['pool', 'classifier'],
    ]);
    expect(layers[5]).toEqual({
      name: 'stage2.1.a',
      kind: 'igc',
      kernel: [3, 3],
      stride: [2, 2],
      block: { L: 4, Min: 8, Mout: 16, Lout: 4 },
      groups: [4, 16],
      input: { C: 32, H: 32, W: 32 },
      output: { C: 64, H: 16, W: 16 },
      parameters: 4864,
      normalisation: 128,
      multiplyAdds: 4864 * 256,
    });
    expect(layers[7]).toMatchObject({ kind: 'convolution', kernel: [1, 1], groups: [4], parameters: 512 });
  });

  test('a name in capitals is the same network', async () => {
    expect((await json('IGC-L24M2')).name).toBe('igc-l24m2');
  });

  test('regconv and resnet18 have no M to double', async () => {
    const { lines } = await igc(['network', 'regconv-w16', '--depth', '8', '--ident']);
    expect(lines[0]).toBe('regconv-w16+ident · depth 8 · CIFAR 3×32×32 · 10 classes');
    const resnet = await igc(['network', 'resnet18-c64']);
    expect(resnet.lines[0]).toBe('resnet18-c64 · depth 18 · ImageNet 3×224×224 · 1,000 classes');
    expect(resnet.out).toMatch(/^stem\.pool +max pool 3×3 \/2 +64×56×56$/m);
  });

  test('fits 80 columns, with colour too', async () => {
    for (const args of [
      ['igc-l100m2+ident', '--dataset', 'imagenet'],
      ['igc-l450m2', '--depth', '98', '--ident'],
    ]) {
      const bare = await igc(['network', ...args]);
      const coloured = await igc(['network', ...args], { colour: true });
      expect(plain(coloured.out)).toBe(bare.out);
      expect(coloured.out).toContain('\u001b[1m');
      for (const line of bare.lines) expect([...line].length).toBeLessThanOrEqual(80);
    }
  });

  test.each([
    ['igc-l24', 'did you mean igc-l24m2?'],
    ['icg-l24m2', 'did you mean igc-l24m2?'],
    ['regconv-w17x', 'did you mean regconv-w16 or regconv-w18?'],
    ['resnet18', 'did you mean resnet18-c64 or resnet18-c69?'],
  ])('%s: %s', async (name, question) => {
    const { code, out, err } = await igc(['network', name]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`igc: name: no network is called '${name}'; ${question}`);
    expect(err).toContain('Networks: regconv-w16, regconv-w18, igc-l4m8, igc-l24m2,');
  });

  test('a name like no other gets the list without a question', async () => {
    const { code, err } = await igc(['network', 'vgg']);
    expect(code).toBe(2);
    expect(err).toContain("no network is called 'vgg'.\nNetworks: ");
    expect(err).not.toContain('did you mean');
  });

  test.each([
    [[], "missing required argument 'name'"],
    [['igc-l24m2', '--depth', '19'], 'expected a depth of 3·B + 2, B ≥ 1, got depth 19'],
    [['igc-l24m2', '--depth', 'x'], "--depth: expected a positive integer, got 'x'"],
    [['igc-l24m2', '--depth', '100001'], '--depth: expected at most 10000, got 100001'],
    [['igc-l24m2', '--classes', '2000000'], '--classes: expected at most 1000000, got 2000000'],
    [['igc-l24m2', '--dataset', 'svhn'], "option '--dataset <name>' argument 'svhn' is invalid"],
    [['igc-l24m3', '--double', 'l'], "expected an IGC network with an even M to double L, got 'igc-l24m3'"],
  ])('usage error: %j', async (args, message) => {
    const { code, out, err } = await igc(['network', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  test('--help names the networks and has examples', async () => {
    const { code, out } = await igc(['network', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('igc network igc-l24m2 --depth 20');
    expect(out).toContain('igc-l16m16+ident');
  });
});
