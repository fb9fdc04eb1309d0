/** The published numbers: the page and the plot are what benchmarks.json gives, and ratios are what they should be. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { benchFiles } from '../../docs/bench-files.ts';
import { best, meanSpeed, measuredFloors, speed, standing } from '../../src/bench/analysis.ts';
import type { CaseResult, Result } from '../../src/bench/result.ts';

test.each(benchFiles('.'))('%s is what npm run generate writes', (file, content) => {
  expect(readFileSync(file, 'utf8') === content, `${file} is stale: npm run generate`).toBe(true);
});

const result = (candidate: string, way: string, times: readonly number[]): Result => ({
  candidate,
  way,
  times,
  first: 1,
});

const measured: CaseResult = {
  id: 'L24M2@32',
  family: 'L24M2',
  operation: 'block',
  L: 24,
  M: 2,
  size: 32,
  N: 1,
  multiplyAdds: 2064384,
  results: [
    result('ours', 'kernels', [1, 2, 4]),
    result('ort', 'block graph', [3, 4, 20]),
    result('ort', 'composed graph', [9, 9, 9]),
    // Left out of the rounds: its one time says nothing beside the others'.
    result('ort', 'tried once', [0.1]),
    result('wasm-limit', 'mul and add', [0.5, 0.5, 0.5]),
  ],
  refused: [],
};

test('of several ways the one with the least median counts, of those that went all rounds', () => {
  expect(best(measured, 'ort')?.way).toBe('block graph');
  expect(best(measured, 'nobody')).toBeUndefined();
});

test('a ratio is taken round by round', () => {
  expect(speed(measured, 'ours', 'ort')).toEqual({ median: 3, min: 2, max: 5 });
  expect(speed(measured, 'ours', 'nobody')).toBeUndefined();
  expect(standing(measured, 'ours')).toMatchObject({
    milliseconds: { median: 2, min: 1, max: 4 },
    speed: { median: 3 },
    ofWasm: { median: 0.25, min: 0.125, max: 0.5 },
  });
});

test('a floor is met by the median; a mean needs all ten', () => {
  const [floor, ...more] = measuredFloors(
    [measured],
    [
      { case: 'L24M2@32', candidate: 'ours', against: 'ort', atLeast: 3 },
      { case: 'L24M2@32', candidate: 'ours', against: 'ort', atLeast: 3.01 },
      { case: 'L24M2@8', candidate: 'ours', against: 'ort', atLeast: 1 },
    ],
  );
  expect([floor!.isMet, more.map(({ isMet }) => isMet)]).toEqual([true, [false]]);
  expect(meanSpeed([floor!])).toBeUndefined();
  expect(
    meanSpeed(
      Array.from({ length: 10 }, (_, i) => ({
        ...floor!,
        measured: { median: i < 5 ? 4 : 1, min: 1, max: 4 },
      })),
    ),
  ).toBeCloseTo(2, 12);
});
