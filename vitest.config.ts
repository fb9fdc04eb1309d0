import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'docs/examples/*.vitest.test.mjs'],
    // A slow machine must never turn a right answer into a failure: correctness does not depend on time.
    testTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['spec/**/*.ts', 'src/tensor/**/*.ts', 'src/algebras/**/*.ts'],
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
});
