/** ctrl-C, as a terminal sends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, afterEach, expect, it } from 'vitest';

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

const alive: ChildProcess[] = [];
afterEach(() => {
  for (const child of alive.splice(0)) child.kill('SIGKILL');
  if (existsSync(told) && readFileSync(told, 'utf8') !== '') {
    const pid = Number(readFileSync(told, 'utf8'));
    if (isThere(pid)) process.kill(pid, 'SIGKILL');
  }
});

/** igc with these arguments, and all that it says. */
function start(args: readonly string[]) {
  const igc = spawn(process.execPath, ['dist/src/cli/main.js', ...args]);
  alive.push(igc);
  const said = { out: '', err: '' };
  igc.stdout.on('data', (text) => {
    said.out += text;
  });
  igc.stderr.on('data', (text) => {
    said.err += text;
  });
  return { igc, said };
}

/** Waits for a file that isn't empty; no longer than the process is there. */
async function untilWritten(file: string, igc: ChildProcess): Promise<void> {
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') {
    // Of one that was killed there is no exit code.
    expect([igc.exitCode, igc.signalCode]).toEqual([null, null]);
    await later(20);
  }
}

it('while an implementation starts: that is not its failure', async () => {
  const begun = join(folder, 'begun');
  const xml = join(folder, 'begun.xml');
  const { igc, said } = start([
    'check',
    '--command',
    `sh -c "echo x > ${begun}; exec sleep 100"`,
    '--junit',
    xml,
  ]);
  await untilWritten(begun, igc);
  igc.kill('SIGINT');
  const [code] = await once(igc, 'close');
  expect([code, said.out]).toEqual([130, expect.stringMatching(/^MISTRUSTED .*\n +it was not asked/)]);
  expect(readFileSync(xml, 'utf8')).toContain('it was not asked');
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s: what is judged is ended, the reports are whole, exit code %i', async (signal, expected) => {
  rmSync(told, { force: true });
  const page = join(folder, `${signal}.html`);
  const args = ['check', hanging, '--timeout', '100000', '--json', '--html', page];
  const { igc, said } = start(args);
  await untilWritten(told, igc);
  const pid = Number(readFileSync(told, 'utf8'));
  expect(isThere(pid)).toBe(true);
  igc.kill(signal);
  const [code] = await once(igc, 'close');
  expect([code, said.err]).toEqual([
    expected,
    expect.stringContaining(`igc: ${signal}: what was found so far`),
  ]);
  expect(JSON.parse(said.out)).toMatchObject({ verdict: 'MISTRUSTED', cases: 0, ended: 'interrupted' });
  expect(readFileSync(page, 'utf8')).toMatch(/cut short: 0 of .*<\/html>/s);
  expect(isThere(pid)).toBe(false);
});
