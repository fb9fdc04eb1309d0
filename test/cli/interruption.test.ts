/** ctrl-C, as a terminal sends it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'igc-interrupted-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A module that hangs, once it has said which process it is. */
const told = join(folder, 'pid');
const hanging = join(folder, 'hanging.mjs');
writeFileSync(
  hanging,
  `import { writeFileSync } from 'node:fs';
   export function interleave() { writeFileSync(${JSON.stringify(told)}, String(process.pid)); for (;;); }`,
);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s: what is judged is ended, the reports are whole, exit code %i', async (signal, expected) => {
  rmSync(told, { force: true });
  const page = join(folder, `${signal}.html`);
  const args = ['check', hanging, '--timeout', '100000', '--json', '--html', page];
  const igc = spawn(process.execPath, ['dist/src/cli/main.js', ...args]);
  let [out, err] = ['', ''];
  igc.stdout.on('data', (text) => {
    out += text;
  });
  igc.stderr.on('data', (text) => {
    err += text;
  });
  while (!existsSync(told) || readFileSync(told, 'utf8') === '') await later(20);
  const pid = Number(readFileSync(told, 'utf8'));
  expect(isThere(pid)).toBe(true);
  igc.kill(signal);
  const [code] = await once(igc, 'close');
  expect([code, err]).toEqual([expected, expect.stringContaining(`igc: ${signal}: what was found so far`)]);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'MISTRUSTED', cases: 0, ended: 'interrupted' });
  expect(readFileSync(page, 'utf8')).toMatch(/cut short: 0 of .*<\/html>/s);
  expect(isThere(pid)).toBe(false);
});
