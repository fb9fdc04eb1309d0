import { defineConfig } from 'vitest/config';

/** Tests that start processes or change the process they run in; each file of them gets a process of its own. */
const impure = ['test/implementations/**/*.test.ts', 'test/cli/**/*.test.ts', 'test/examples.test.ts'];

export default defineConfig({
  test: {
    // A slow machine must never turn a right answer into a failure: correctness does not depend on time.
    testTimeout: 120_000,
    // All cores: the default leaves one idle, which is half of a small machine.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: impure, isolate: false },
      },
      { extends: true, test: { name: 'processes', include: [...impure, 'docs/examples/*.vitest.test.mjs'] } },
    ],
    coverage: {
      provider: 'v8',
      include: ['spec/**/*.ts', 'src/tensor/**/*.ts', 'src/algebras/**/*.ts'],
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
});
