/** docs/examples/three-ways.sh, run as its first line says. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('a module, a command and a recording pass, and a wrong module fails and is told why', () => {
  const { stdout, stderr, status } = spawnSync('sh', ['docs/examples/three-ways.sh'], { encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
  const verdicts = stdout.split('\n').filter((line) => /^[A-Z]{4,}\b/.test(line));
  const passes = stdout.includes('left out: python3 has no NumPy here') ? 2 : 3;
  expect(verdicts.map((line) => line.split(' ')[0])).toEqual([...Array(passes).fill('PASS'), 'FAIL']);
  expect(stdout).toContain('this is what you get when');
  expect(stdout).toContain('(exit code 1)');
});
