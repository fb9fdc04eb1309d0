import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { designs, widest } from '../../src/cli/design.ts';
import { igc, plain } from './terminal.ts';

/** Fig. 3 of the paper, [L, M] for budgets of about 4672 and 17536. */
const figure3: readonly (readonly [number, readonly (readonly [number, number])[]])[] = [
  [
    4672,
    [
      [1, 23],
      [2, 16],
      [3, 13],
      [5, 10],
      [6, 9],
      [12, 6],
      [28, 3],
      [40, 2],
      [64, 1],
    ],
  ],
  [
    17536,
    [
      [1, 44],
      [2, 31],
      [4, 22],
      [12, 12],
      [14, 11],
      [23, 8],
      [28, 7],
      [41, 5],
      [64, 3],
      [85, 2],
      [128, 1],
    ],
  ],
];

describe('igc design', () => {
  test.each(figure3)('--params %i lists every (L, M) of Fig. 3', async (params, pairs) => {
    const { code, out } = await igc(['design', '--params', `${params}`, '--kernel', '3x3', '--json']);
    expect(code).toBe(0);
    const { rows } = JSON.parse(out) as { rows: { L: number; M: number }[] };
    for (const [L, M] of pairs) expect(rows.find((row) => row.M === M)?.L).toBe(L);
  });

  test.each([
    [4672, { L: 28, M: 3, G: 84, T: 4620, difference: -52, wider: true }, 84.638, 22.78],
    [17536, { L: 41, M: 5, G: 205, T: 17630, difference: 94, wider: true }, 204.418, 44.14],
  ])(
    '--params %i: the widest is %j, the bound %f, the regular width %f',
    async (params, best, bound, width) => {
      const { out } = await igc(['design', '--params', `${params}`, '--json']);
      const result = JSON.parse(out);
      expect(result).toMatchObject({ schema: 'igc-oracle/design/1', params, kernel: [3, 3], widest: best });
      expect(result.widthBound).toBeCloseTo(bound, 3);
      expect(result.regularWidth).toBeCloseTo(width, 2);
    },
  );

  test('the table: M, L, G, T, T − budget, wider; the widest is marked; the bound and the regular width follow', async () => {
    const { lines, err } = await igc(['design', '--params', '4672', '--kernel', '3x3']);
    expect(lines.filter((line) => /^ *\d+ /.test(line))).toHaveLength(23);
    expect(lines.find((line) => line.startsWith(' 3 '))).toMatch(
      /^ 3 {2}28 {2}84 {2}4,620 +−52 {2}yes .*◀ widest$/,
    );
    expect(lines.find((line) => line.startsWith('23 '))).toMatch(/^23 {3}1 {2}23 {2}4,784 +\+112 {2}no /);
    expect(lines.find((line) => line.startsWith('16 '))).toMatch(/^16 {3}2 {2}32 {2}4,672 +0 {2}yes /);
    expect(lines.filter((line) => line.includes('◀'))).toHaveLength(1);
    expect(lines).toContain('widest         L = 28, M = 3: 84 channels, 4,620 parameters');
    expect(lines.join('\n')).toMatch(/^width bound .* = 84\.638 channels/m);
    expect(lines.join('\n')).toMatch(/^regular width .* = 22\.78 channels/m);
    expect(err).toBe('');
  });

  test('the bar of the widest block nearly reaches the bound, that of L = 1 is as long as 23/84.6 of it', async () => {
    const { lines } = await igc(['design', '--params', '4672']);
    const bar = (start: string) => lines.find((line) => line.startsWith(start))!.replace(/[^█]/g, '').length;
    // The figures take 34 of 80 columns, the mark and the gaps 12; of the 34 left 33.7 and 9.2 are full.
    expect(bar(' 3 ')).toBe(33);
    expect(bar('23 ')).toBe(9);
  });

  test('fits 80 columns, with colour too, and without colour has no escapes', async () => {
    for (const params of ['4672', '17536', '421200']) {
      const bare = await igc(['design', '--params', params]);
      const coloured = await igc(['design', '--params', params], { colour: true });
      expect(plain(coloured.out)).toBe(bare.out);
      expect(coloured.out).toContain('\u001b[32m');
      expect(bare.out).not.toContain('\u001b');
      for (const line of bare.lines) expect([...line].length).toBeLessThanOrEqual(80);
    }
  });

  test('another kernel: 1 × 1, budget 16: M = 2, L = 2 has T = 4·(2 + 2) and is as wide as a regular convolution', async () => {
    const { out } = await igc(['design', '--params', '16', '--kernel', '1x1', '--json']);
    const { rows, widthBound, regularWidth } = JSON.parse(out);
    expect(rows[1]).toEqual({ M: 2, L: 2, G: 4, T: 16, difference: 0, wider: false });
    expect(widthBound).toBeCloseTo(4, 12);
    expect(regularWidth).toBe(4);
  });

  test('a budget below the smallest block gives the smallest block', async () => {
    const { code, out } = await igc(['design', '--params', '1', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).rows).toEqual([{ M: 1, L: 1, G: 1, T: 10, difference: 9, wider: false }]);
  });

  test('ties: of two L equally near the smaller, of two equally wide blocks the one with fewer parameters', () => {
    // M = 1, S = 1: T(L) = L + L²; 4 is 2 away from T(1) = 2 and from T(2) = 6.
    expect(designs(4, 1)[0]).toMatchObject({ M: 1, L: 1, T: 2 });
    // 4672: L28 M3 and L21 M4 both have 84 channels, with 4620 and 4788 parameters.
    const rows = designs(4672, 9);
    expect(rows.filter(({ G }) => G === 84).map(({ L, M, T }) => [L, M, T])).toEqual([
      [28, 3, 4620],
      [21, 4, 4788],
    ]);
    const [first, ...others] = rows;
    const reversed = [...others].reverse();
    expect(widest([reversed[0]!, ...reversed.slice(1), first])).toMatchObject({ L: 28, M: 3 });
  });

  test('for every budget and M no L is nearer', () => {
    const budgets = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(budgets, fc.integer({ min: 1, max: 25 }), (budget, S) => {
        for (const { M, L, T, difference } of designs(budget, S)) {
          const parameters = (l: number) => l * M * M * S + M * l * l;
          const off = Array.from({ length: 60 }, (_, l) => Math.abs(parameters(l + 1) - budget));
          expect({ T, difference }).toEqual({ T: parameters(L), difference: parameters(L) - budget });
          expect(Math.abs(difference)).toBe(Math.min(...off));
        }
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [[], "required option '--params <T>' not specified"],
    [['--params', '0'], "--params: expected a positive integer, got '0'"],
    [['--params', '1e3'], "--params: expected a positive integer, got '1e3'"],
    [['--params', '2000000000'], '--params: expected at most 1000000000, got 2000000000'],
    [['--params', '100', '--kernel', '3'], "--kernel: expected HEIGHTxWIDTH, as in 3x3, got '3'"],
    [['--params', '100', 'more'], "too many arguments for 'design'"],
    [['--params', '100', '--kernels', '3x3'], "unknown option '--kernels'"],
  ])('usage error: %j', async (args, message) => {
    const { code, out, err } = await igc(['design', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  test('--help has examples and exits 0', async () => {
    const { code, out } = await igc(['design', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('igc design --params 4672 --kernel 3x3');
  });
});
