import { defineConfig } from 'vitest/config';

/** Tests that start processes or change the process they run in; each file of them gets a process of its own. */
const impure = [
  'test/implementations/**/*.test.ts',
  'test/browser/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/examples.test.ts',
];

/** Tests that take long: `npm run test:slow`, and the gate; so that `npm test` stays short. */
const slow = [
  'test/browser/chromium.test.ts',
  'test/cli/bench.test.ts',
  'test/cli/check-command.test.ts',
  'test/cli/interruption.test.ts',
  'test/cli/selftest.test.ts',
  'test/cli/sharding-examples.test.ts',
  'test/examples.test.ts',
  'test/implementations/command.test.ts',
  'test/implementations/examples.test.ts',
  'test/implementations/hosted.test.ts',
  'test/implementations/module.test.ts',
  'test/implementations/one-shot.test.ts',
  'test/implementations/process.test.ts',
  'test/implementations/tensor-core.test.ts',
  'test/kernels/ten-thousand.test.ts',
  'test/oracle/large-failure.test.ts',
  'test/oracle/mutants/predicates.test.ts',
  'test/oracle/two-bugs.test.ts',
  'test/oracle/separate.test.ts',
  'test/prove/bridge.test.ts',
  'test/prove/mutants.test.ts',
  'test/three-ways.test.ts',
];

/** Tests on real devices, which fail where one isn't there: `npm run test:gpu`, and the gate. */
const gpu = 'test/gpu/**/*.test.ts';

const examples = 'docs/examples/*.vitest.test.mjs';

export default defineConfig({
  test: {
    // A slow machine must never turn a right answer into a failure: correctness does not depend on time.
    testTimeout: 120_000,
    // All cores: the default leaves one idle, which is half of a small machine.
    maxWorkers: '100%',
    projects: process.env.IGC_GPU
      ? [{ extends: true, test: { name: 'gpu', include: [gpu], fileParallelism: false } }]
      : process.env.IGC_SLOW === '1'
        ? [{ extends: true, test: { name: 'slow', include: slow } }]
        : [
            {
              extends: true,
              test: {
                name: 'pure',
                include: ['test/**/*.test.ts'],
                exclude: [...impure, ...slow, gpu],
                isolate: false,
              },
            },
            { extends: true, test: { name: 'processes', include: [...impure, examples], exclude: slow } },
          ],
    coverage: {
      provider: 'v8',
      include: ['spec/**/*.ts', 'src/tensor/**/*.ts', 'src/algebras/**/*.ts'],
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
});
