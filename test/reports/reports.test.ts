import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { layoutOf, marginsOf } from '../../src/oracle/layout.ts';
import { patternOf } from '../../src/oracle/pattern.ts';
import type { ErrorMap } from '../../src/oracle/report-types.ts';
import { stepSummary } from '../../src/reports/github.ts';
import { gridOf, levelOf } from '../../src/reports/grid.ts';
import { html } from '../../src/reports/html.ts';
import { junit } from '../../src/reports/junit.ts';
import type { Subject } from '../../src/reports/model.ts';
import { picture } from '../../src/reports/picture.ts';
import { counts, everywhere, example, subject } from './subjects.ts';
import { all, parseXml } from './xml.ts';

const [C, H, W] = [6, 4, 5];
/** Wrong where the sample, channel, row and column say so. */
const wrongWhere = (holds: (n: number, c: number, h: number, w: number) => boolean, by = 1) =>
  example((y) =>
    y.map((value, i) => {
      const [w, h] = [i % W, Math.floor(i / W) % H];
      const [c, n] = [Math.floor(i / (W * H)) % C, Math.floor(i / (W * H * C))];
      return holds(n, c, h, w) ? value + by : value;
    }),
  ).map;

describe('the pattern of what is wrong', () => {
  it.each<[string, Parameters<typeof wrongWhere>[0], string]>([
    ['all', () => true, '240 of 240 wrong: in all 6 channels, at every position'],
    [
      'a frame',
      (_, __, h, w) => h % 3 === 0 || w % 4 === 0,
      '168 of 240 wrong: in all 6 channels, only at the border',
    ],
    ['the last row', (_, __, h) => h === 3, '60 of 240 wrong: in all 6 channels, only in the last row'],
    ['column 2', (_, __, ___, w) => w === 2, '48 of 240 wrong: in all 6 channels, only in column 2'],
    ['stripes', (_, c) => c % 2 === 1, '120 of 240 wrong: where m is 1, at every position'],
    ['a partition', (_, c) => c < 2, '80 of 240 wrong: where l is 0, at every position'],
    [
      'two channels',
      (_, c) => c === 1 || c === 2,
      '80 of 240 wrong: in 2 of 6 channels (1, 2), at every position',
    ],
    ['a sample', (n) => n === 1, '120 of 240 wrong: in all 6 channels, at every position, only where n is 1'],
    [
      'an element',
      (n, c, h, w) => n + c === 0 && h === 1 && w === 1,
      '1 of 240 wrong: in 1 of 6 channels (0), only in row 1, only where n is 0',
    ],
  ])('%s', (_, holds, expected) => {
    const map = wrongWhere(holds);
    const layout = layoutOf(map.shape, map.channels);
    const margins = marginsOf(layout, (i) => levelOf(map, i) > 0);
    expect(`${margins.wrong} of ${margins.total} wrong: ${patternOf(layout, margins)}`).toBe(expected);
  });
});

describe('the error map', () => {
  it('has the element that was changed at its place, and no other', () => {
    const map = wrongWhere((n, c, h, w) => n === 1 && c === 5 && h === 2 && w === 3);
    const grid = gridOf(map);
    expect(grid).toMatchObject({
      blocks: 2,
      rows: 3,
      columns: 2,
      height: 4,
      width: 5,
      rowName: 'l',
      columnName: 'm',
    });
    expect(grid.level(1, 2, 1, 2, 3)).toBeGreaterThan(0);
    expect([...map.errors].filter((error) => error > 0)).toEqual([1]);
  });

  it('steps: by the bound where there is one, else by the largest value; no number apart', () => {
    const map = (errors: number[], bounds: number[]): ErrorMap => ({
      ...wrongWhere(() => true),
      errors: Float64Array.from(errors),
      bounds: Float64Array.from(bounds),
      largest: 8,
    });
    const bounded = map([0, 1, 1.5, 50, 5e3, 5e5, 5e7, Number.NaN], Array(8).fill(1));
    expect([...bounded.errors.keys()].map((i) => levelOf(bounded, i))).toEqual([0, 0, 1, 2, 3, 4, 5, 6]);
    const exact = map([0, 8e-7, 8e-5, 8e-3, 0.8, 8], Array(6).fill(0));
    expect([...exact.errors.keys()].map((i) => levelOf(exact, i))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('NaN is no number', () => {
    const { map } = example((y) => y.map((value, i) => (i === 7 ? Number.NaN : value)));
    expect([...map.errors.keys()].filter((i) => levelOf(map, i) === 6)).toEqual([7]);
    expect(picture(map)).toContain('class="e6"');
  });

  it('a right output has none', () => {
    expect(example((y) => [...y]).maps).toEqual([]);
  });

  it('is drawn within limits, however large', () => {
    const shape = [4, 512, 16, 20];
    const size = shape.reduce((product, n) => product * n, 1);
    const errors = Float64Array.from({ length: size }, (_, i) => i % 2);
    const large = { ...wrongWhere(() => true), shape, errors, bounds: new Float64Array(size) };
    expect(
      picture({ ...large, channels: { kind: 'features', major: 'l', minorSize: 16 } }).length,
    ).toBeLessThan(2e6);
    // Areas of one level are one rectangle, however many rows they have.
    const plain = { ...large, errors: new Float64Array(size) };
    expect(
      picture({ ...plain, channels: { kind: 'features', major: 'l', minorSize: 16 } }).length,
    ).toBeLessThan(2e5);
  });
});

describe('the page', () => {
  const page = html({ subjects: [everywhere('x'), subject()] });

  it('asks for nothing: no script, no address, and a policy that allows only its own style', () => {
    expect(page).not.toMatch(/<script|https?:|\burl\(|\bsrc=|@import|\son\w+=|style="/i);
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, target]) => /^#s\d+$/.test(target!))).toBe(true);
    const [, style] = /<style>([\s\S]*)<\/style>/.exec(page)!;
    const hash = createHash('sha256').update(style!).digest('base64');
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'"`);
  });

  it('is light or dark, and shows the picture, the replay and the families', () => {
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('<svg');
    expect(page).toContain('ask again');
    expect(page).toContain('what was asked');
  });
});

it('a family of which nothing was judged is not called equal bit for bit', () => {
  const counts = { PASS: 0, FAIL: 0, CRASH: 3, TIMEOUT: 1, GARBAGE: 0, UNSUPPORTED: 0, MISTRUSTED: 0 };
  const crashed = { ...subject(), families: [{ family: 'integers', counts, worstRatio: 0 }] };
  expect(html({ subjects: [crashed] })).toContain('<td class="n">–</td>');
  const judged = {
    ...crashed,
    families: [{ family: 'integers', counts: { ...counts, PASS: 1 }, worstRatio: 0 }],
  };
  expect(html({ subjects: [judged] })).toContain('<td class="n">bit for bit</td>');
});

describe('JUnit', () => {
  const problems = (...subjects: Subject[]) => {
    const root = parseXml(junit({ subjects }));
    const total = (name: string) => Number(root.attributes[name]);
    expect(total('tests')).toBe(all(root, 'testcase').length);
    expect([total('failures'), total('errors'), total('skipped')]).toEqual(
      ['failure', 'error', 'skipped'].map((name) => all(root, name).length),
    );
    return all(root, 'testcase').flatMap(({ attributes, children }) =>
      children.map((child) => [attributes.name, child.name, child.attributes.message]),
    );
  };
  const family = (name: string, some: Parameters<typeof counts>[0]) => ({
    family: name,
    counts: counts(some),
    worstRatio: 0,
  });

  it('green where all pass, also with cases that it can’t do', () => {
    const families = [
      family('integers', { PASS: 3, UNSUPPORTED: 1 }),
      family('gradients', { UNSUPPORTED: 2 }),
    ];
    expect(problems(subject({ families }))).toEqual([
      ['gradients probes', 'skipped', '2 cases, all unsupported'],
    ]);
  });

  it('a failure, a crash, and what could not be decided', () => {
    const families = [family('integers', { PASS: 3, FAIL: 1 }), family('reals', { TIMEOUT: 2 })];
    expect(problems(subject({ families, good: false, outcome: 'FAIL' }))).toEqual([
      ['integers probes', 'failure', '1 FAIL of 4 cases'],
      ['reals probes', 'error', '2 TIMEOUT of 2 cases'],
    ]);
    const blind = subject({ outcome: 'MISTRUSTED', good: false, reason: 'only zeros' });
    expect(problems(blind)).toEqual([['the probes could have caught a mistake', 'error', 'only zeros']]);
  });

  it('recordings: as they should be, or not', () => {
    const one = (more: Partial<Subject>) => subject({ kind: 'recording', name: 'a.npz', ...more });
    expect(
      problems(
        one({}),
        one({ outcome: 'FAIL', good: true, title: 'fails as expected' }),
        one({ outcome: 'FAIL', good: false, reason: 'off' }),
        one({ outcome: 'PASS', good: false, expected: 'FAIL', reason: 'agrees' }),
        one({ outcome: 'UNREADABLE', good: false, reason: 'no such file' }),
      ),
    ).toEqual([
      ['agrees with the specification', 'failure', 'FAIL: off'],
      ['agrees with the specification', 'failure', 'PASS, expected FAIL: agrees'],
      ['agrees with the specification', 'error', 'UNREADABLE: no such file'],
    ]);
  });
});

it('a summary of many stays under a mebibyte', () => {
  const long = '\u0001'.repeat(5000);
  const subjects = Array.from({ length: 300 }, () => subject({ name: long, reason: long, good: false }));
  const summary = stepSummary({ subjects });
  expect(summary.length).toBeLessThan(2 ** 20);
  expect(summary).toContain('more');
});
