import { describe, expect, test } from 'vitest';
import { igc, plain } from './terminal.ts';

const explain = (L: number, M: number, ...more: string[]) => [
  'explain',
  '--L',
  `${L}`,
  '--M',
  `${M}`,
  ...more,
];

async function json(...args: Parameters<typeof explain>) {
  const { code, out } = await igc([...explain(...args), '--json']);
  expect(code).toBe(0);
  return JSON.parse(out);
}

/** The five pictures W, P, Wᵈ, Pᵀ, Wᵖ as lines without their boxes. */
function pictures(lines: readonly string[]): string[][] {
  const rows = lines.filter((line) => /^ *│.*│ [=]?/.test(line) && line.split('│').length === 11);
  return [1, 3, 5, 7, 9].map((k) => rows.map((row) => row.split('│')[k]!));
}

describe('the pictures of L = 2, M = 3', () => {
  const one = '██';
  const none = ' ·';
  const row = (...columns: number[]) =>
    [0, 1, 2, 3, 4, 5].map((j) => (columns.includes(j) ? one : none)).join('');

  test('by hand: W dense, P and Pᵀ from l·3 + m ↔ m·2 + l, Wᵈ of 3 blocks, Wᵖ of 2', async () => {
    const { lines } = await igc(explain(2, 3));
    const [W, P, Wd, Pt, Wp] = pictures(lines);
    expect(W).toEqual([0, 1, 2, 3, 4, 5].map(() => row(0, 1, 2, 3, 4, 5)));
    expect(Pt).toEqual([row(0), row(3), row(1), row(4), row(2), row(5)]);
    expect(P).toEqual([row(0), row(2), row(4), row(1), row(3), row(5)]);
    expect(Wd).toEqual([row(0, 1), row(0, 1), row(2, 3), row(2, 3), row(4, 5), row(4, 5)]);
    expect(Wp).toEqual([...[0, 1, 2].map(() => row(0, 1, 2)), ...[0, 1, 2].map(() => row(3, 4, 5))]);
  });

  test('the partitions and what the secondary ones collect', async () => {
    const { lines } = await igc(explain(2, 3));
    expect(lines.find((line) => line.startsWith('primary'))).toMatch(
      /^primary +│ +0 +1 +2 +│ │ +3 +4 +5 +│$/,
    );
    expect(lines.find((line) => line.startsWith('secondary'))).toMatch(
      /^secondary +│ +0 +3 +│ │ +1 +4 +│ │ +2 +5 +│$/,
    );
  });
});

describe('other pictures', () => {
  test('L = 4, M = 3, half a character an entry: blocks of 4 in Wᵈ, of 3 in Wᵖ', async () => {
    const { lines } = await igc(explain(4, 3));
    const [W, , Wd, Pt, Wp] = pictures(lines);
    expect(W).toEqual(Array.from({ length: 6 }, () => '█'.repeat(12)));
    expect(Wd).toEqual([0, 0, 4, 4, 8, 8].map((at) => ' '.repeat(at) + '█'.repeat(4) + ' '.repeat(8 - at)));
    expect(Wp).toEqual([
      '███         ',
      '▀▀▀▄▄▄      ',
      '   ███      ',
      '      ███   ',
      '      ▀▀▀▄▄▄',
      '         ███',
    ]);
    // Rows 0 to 11 of Pᵀ have their one at 0 3 6 9, 1 4 7 10, 2 5 8 11.
    expect(Pt).toEqual([
      '▀  ▄        ',
      '      ▀  ▄  ',
      ' ▀  ▄       ',
      '       ▀  ▄ ',
      '  ▀  ▄      ',
      '        ▀  ▄',
    ]);
  });

  test('an odd number of rows: the last half character is the lower edge', async () => {
    const { lines } = await igc(explain(7, 1));
    const [, P] = pictures(lines);
    expect(P).toEqual(['▀▄     ', '  ▀▄   ', '    ▀▄ ', '      ▀']);
  });

  test('L = 24, M = 2: dots of 2 × 2 entries; Pᵀ is two lines, Wᵈ two blocks', async () => {
    const { lines, out } = await igc(explain(24, 2));
    const [W, P, Wd, Pt, Wp] = pictures(lines);
    expect(W).toEqual(Array.from({ length: 6 }, () => '⣿'.repeat(12)));
    expect(Wd).toEqual([0, 0, 0, 6, 6, 6].map((at) => ' '.repeat(at) + '⣿'.repeat(6) + ' '.repeat(6 - at)));
    expect(Wp).toEqual([0, 2, 4, 6, 8, 10].map((at) => `${' '.repeat(at)}⠑⢄${' '.repeat(10 - at)}`));
    const slope = ['⠉⠒⠤⣀        ', '    ⠉⠒⠤⣀    ', '        ⠉⠒⠤⣀'];
    expect(Pt).toEqual([...slope, ...slope]);
    expect(P![0]).toBe('⢣     ⢣     ');
    expect(out).toContain('a dot is 2 × 2 entries, at least one of them nonzero');
    expect(out).toMatch(/primary partitions, 24 of 2 +secondary partitions, 2 of 24/);
    expect(out).toMatch(/l=23 +46 47$/m);
    expect(out).toMatch(/m=1 +1 +3 +5 .* … 45 47$/m);
    expect(out).toMatch(/Pᵀ: channel +0 +1 +2 +3 .* … 46 47\n +goes to +0 24 +1 25 .* … 23 47/);
  });

  test('dots at scale 1: L = 4, M = 5', async () => {
    const { lines, out } = await igc(explain(4, 5));
    const [W] = pictures(lines);
    expect(W).toEqual(Array.from({ length: 5 }, () => '⣿'.repeat(10)));
    expect(out).toContain('a dot is one entry');
  });

  test('L = 32, M = 26: permutations are spread too thinly for dots', async () => {
    const { lines, out } = await igc(explain(32, 26));
    const [W, P, Wd, Pt] = pictures(lines);
    expect(P).toEqual(Array.from({ length: 7 }, () => '░'.repeat(13)));
    expect(Pt).toEqual(P);
    expect(W![0]).toBe('⣿'.repeat(13));
    expect(Wd![0]).toBe('⠑⢄           ');
    expect(out).toContain('a dot is 32 × 32 entries');
    expect(out).toContain('░ is spread too thinly for dots');
  });

  test('Mout = 4 of M = 2: W and Wᵖ are 16 × 8, the others 16 × 16', async () => {
    const { lines } = await igc(explain(4, 2, '--Mout', '4'));
    expect(pictures(lines).map((picture) => picture[0]!.length)).toEqual([4, 8, 8, 8, 4]);
    expect(lines[0]).toBe('IGC block  L = 4, M = 2, kernel 3×3: 8 channels to 16, Mout = 4');
  });

  test('the limits of the family are named', async () => {
    expect((await igc(explain(1, 5))).lines[1]).toMatch(/^L = 1: a regular convolution/);
    expect((await igc(explain(5, 1))).lines[1]).toMatch(/^M = 1: .*Xception/);
    expect((await igc(explain(2, 3))).lines[1]).toBe('');
  });
});

describe('the figures', () => {
  test('L = 4, M = 3: T = 372 = 324 + 48, W dense with one path, wider than 6.43, below the bound 15.66', async () => {
    const { lines } = await igc(explain(4, 3));
    const fact = (name: string) => lines.find((line) => line.startsWith(`${name} `))!;
    expect(fact('nnz(Wᵖ)')).toMatch(/G·M·S +324$/);
    expect(fact('nnz(Wᵈ)')).toMatch(/G·L +48$/);
    expect(fact('parameters')).toMatch(/ 372 {2}their sum$/);
    expect(fact('nnz(W)')).toMatch(/ 1,296 {2}density 100 %, paths in to out: 1$/);
    // √(372/9) and 12/√(372/9)
    expect(fact('regular width')).toMatch(/ 6\.43 /);
    expect(fact('wider?')).toMatch(/ yes {2}12 channels, 1\.87 times as wide$/);
    // (372/6)^(2/3) = 62^(2/3)
    expect(fact('width bound')).toMatch(/ 15\.66 {2}76\.60 % of it, all if L = M·S$/);
  });

  test('L = 1 is not wider, and what is not 100 % of the bound does not say so', async () => {
    const regular = await igc(explain(1, 5));
    expect(regular.out).toMatch(/^wider\? .* no {2}5 channels against 5\.06$/m);
    // T² − 4·S·G³ = 84² (the width identity), so G is (1 − 84²/4620²)^(1/3) = 0.99989 of the bound.
    const nearly = await igc(explain(28, 3));
    expect(nearly.out).toMatch(/^width bound .* 84\.01 {2}99\.98 % of it/m);
    const attained = await igc(explain(27, 3));
    expect(attained.out).toMatch(/^width bound .* 81\.00 {2}attained: L = M·S$/m);
  });

  test('JSON: L24M2 has 864 + 1152 = 2016 parameters, regular width 14.97, bound (2016/6)^(2/3)', async () => {
    const result = await json(24, 2);
    expect(result).toMatchObject({
      schema: 'igc-oracle/explain/1',
      L: 24,
      M: 2,
      Mout: 2,
      kernel: [3, 3],
      width: 48,
      outputWidth: 48,
      parameters: 2016,
      nonzeros: { primary: 864, secondary: 1152, composite: 48 * 48 * 9 },
      density: 1,
      paths: { fewest: 1, most: 1 },
      wider: true,
      attainsWidthBound: false,
    });
    expect(result.regularWidth).toBeCloseTo(14.97, 2);
    expect(result.widthRatio).toBeCloseTo(48 / 14.97, 2);
    expect(result.widthBound).toBeCloseTo(336 ** (2 / 3), 9);
  });

  test('JSON: partitions and interleave of L = 4, M = 3 as in the paper', async () => {
    const result = await json(4, 3);
    expect(result.primaryPartitions).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
      [9, 10, 11],
    ]);
    expect(result.secondaryPartitions).toEqual([
      [0, 3, 6, 9],
      [1, 4, 7, 10],
      [2, 5, 8, 11],
    ]);
    expect(result.interleave).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
  });

  test('JSON with --Mout 4 and a 1 × 5 kernel: 4·2·4·5 + 4·4·4 parameters, widths of the 8 input channels', async () => {
    const result = await json(4, 2, '--Mout', '4', '--kernel', '1x5');
    expect(result).toMatchObject({ Mout: 4, kernel: [1, 5], width: 8, outputWidth: 16, parameters: 224 });
    expect(result.nonzeros).toEqual({ primary: 160, secondary: 64, composite: 640 });
    // A regular 1 × 5 convolution from C to 2C channels with 224 parameters.
    expect(result.regularWidth).toBeCloseTo(Math.sqrt(224 / 10), 12);
  });

  test('beyond 64 channels W comes from Eq. 6, entry by entry: L = 49, M = 2 has 98·(18 + 49) parameters', async () => {
    const result = await json(49, 2);
    expect(result).toMatchObject({ parameters: 6566, density: 1, paths: { fewest: 1, most: 1 } });
  });
});

describe('on a terminal', () => {
  const shapes = [
    [4, 3],
    [2, 3],
    [24, 2],
    [1, 5],
    [5, 1],
    [1, 1],
    [4, 6],
    [28, 7],
  ] as const;

  test.each(shapes)('L = %i, M = %i fits 80 columns; colour changes nothing but colour', async (L, M) => {
    const bare = await igc(explain(L, M));
    const coloured = await igc(explain(L, M), { colour: true });
    expect(bare.out).not.toContain('\u001b');
    expect(coloured.out).toContain('\u001b[');
    for (const line of bare.lines) expect([...line].length).toBeLessThanOrEqual(80);
    const shared = plain(coloured.out)
      .split('\n')
      .filter((line) => !line.startsWith('a colour is'));
    expect(shared).toEqual(bare.lines);
  });

  test('every colour is switched off at the end of its line', async () => {
    const { lines } = await igc(explain(4, 3), { colour: true });
    for (const line of lines.filter((text) => text.includes('\u001b'))) {
      expect(line.slice(line.lastIndexOf('\u001b['))).toMatch(/^.{1}\[0m/);
    }
  });

  test('a wide terminal draws larger, and has room for lines between 24 channels', async () => {
    const { lines } = await igc(explain(4, 3), { columns: 160 });
    const [W] = pictures(lines);
    expect(W).toHaveLength(6);
    expect((await igc(explain(6, 4), { columns: 120 })).out).toMatch(/^primary +│/m);
    expect((await igc(explain(6, 4), { columns: 80 })).out).toMatch(/primary partitions, 6 of 4/);
  });
});

describe('usage', () => {
  test.each([
    [['--L', '4'], "required option '--M <n>' not specified"],
    [['--L', '0', '--M', '3'], "--L: expected a positive integer, got '0'"],
    [['--L', '4', '--M', '3.5'], "--M: expected a positive integer, got '3.5'"],
    [['--L', '4', '--M', '3', '--kernel', '0x3'], "--kernel: expected HEIGHTxWIDTH, as in 3x3, got '0x3'"],
    [['--L', '32', '--M', '33'], '--L 32 --M 33: expected at most 1024 channels, got 1056'],
    [['--L', '32', '--M', '2', '--Mout', '33'], '--L 32 --Mout 33: expected at most 1024 channels, got 1056'],
  ])('usage error: %j', async (args, message) => {
    const { code, out, err } = await igc(['explain', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  test('--help has examples', async () => {
    const { code, out } = await igc(['explain', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('igc explain --L 4 --M 3');
  });
});
