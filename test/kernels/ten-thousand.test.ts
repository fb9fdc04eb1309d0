/** Nothing leaks: ten thousand shapes, each prepared, run and disposed of. */
import { expect, test } from 'vitest';
import { createKernels } from '../../src/kernels/index.ts';
import { integersFrom } from './cases.ts';

test('the memory is that of the largest shape, and the process does not grow with every shape', () => {
  const integers = integersFrom(1);
  const weights = {
    primary: integers(10 * 9 * 9),
    secondary: integers(200),
    x: integers(10 * 3 * 60 * 60),
  };
  const kernels = createKernels();
  const round = (first: number, count: number) => {
    for (let i = first; i < first + count; i++) {
      const [L, Min, height, width] = [1 + (i % 7), 1 + (i % 3), 3 + (i % 41), 3 + (i % 53)];
      const block = kernels.block(
        { L, Min, height, width, kernel: [3, 3] },
        {
          primaryWeight: weights.primary.subarray(0, L * Min * Min * 9),
          secondaryWeight: weights.secondary.subarray(0, L * L * Min),
        },
      );
      block.run(weights.x.subarray(0, L * Min * height * width));
      block.dispose();
    }
  };
  round(0, 1000);
  const before = { rss: process.memoryUsage().rss, ...kernels.statistics };
  round(1000, 9000);
  const after = { rss: process.memoryUsage().rss, ...kernels.statistics };
  expect(after.compiled).toBe(10_000);
  expect(after.usedBytes).toBe(0);
  expect(after.memoryBytes).toBe(before.memoryBytes);
  // 9000 modules of 2 KB and their machine code would take some hundred megabytes.
  expect(after.rss - before.rss).toBeLessThan(100 * 2 ** 20);
  kernels.dispose();
});
