/** The examples of docs/ run as a user would run them: they import the built package by its name. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the laws in node:test', () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--test', '--test-reporter=tap', 'docs/examples/laws.node-test.mjs'],
    // A node:test run inside another one reports to its parent instead of printing.
    { encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/^# pass [1-9]\d$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
