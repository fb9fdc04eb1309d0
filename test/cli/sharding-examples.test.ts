/**
 * The examples of docs/sharding.md, line by line, with the variables that GitHub, Slurm and Kubernetes would set; but level 1,
 * of an implementation that has the interleave alone, for time.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const examples = readFileSync('docs/sharding.md', 'utf8').replaceAll('--level 2', '--level 1');
const top = mkdtempSync(join(tmpdir(), 'igc sharding '));
afterAll(() => rmSync(top, { recursive: true }));

/** The code under a heading, of all its blocks. */
function codeUnder(heading: string): string {
  const section = examples.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return [...section.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code]) => code!).join('\n');
}

/** What a machine has: `igc`, `npx`, and an implementation as a module and as a command. */
beforeAll(() => {
  const bin = join(top, 'bin');
  mkdirSync(bin);
  const program = (name: string, text: string) => {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  program('igc', `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/src/cli/main.js')}' "$@"\n`);
  program('npx', '#!/bin/sh\nexec "$@"\n');
  program(
    'my_kernel',
    `#!/bin/sh\nexec '${process.execPath}' '${resolve('test/implementations/faulty.mjs')}'\n`,
  );
});

/** An empty folder with the module and the command in it. */
function machine(name: string): string {
  const folder = join(top, name);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'mine.mjs'),
    `export function interleave({ x, L, M }) {
      const [N, C, H, W] = x.shape, P = H * W, data = new Float32Array(x.data.length);
      for (let n = 0; n < N; n++) for (let c = 0; c < C; c++)
        data.set(x.data.subarray((n * C + c) * P, (n * C + c + 1) * P), (n * C + (c % M) * L + Math.floor(c / M)) * P);
      return { shape: x.shape, data };
    }`,
  );
  writeFileSync(join(folder, 'my_kernel'), readFileSync(join(top, 'bin', 'my_kernel')));
  chmodSync(join(folder, 'my_kernel'), 0o755);
  return folder;
}

function run(shell: 'sh' | 'bash', code: string, cwd: string, env: Record<string, string> = {}) {
  const PATH = `${join(top, 'bin')}:${process.env.PATH}`;
  const { GITHUB_ACTIONS: _, ...inherited } = process.env;
  const flags = shell === 'bash' ? ['-e', '-c'] : ['-c'];
  return spawnSync(shell, [...flags, code], { cwd, env: { ...inherited, PATH, ...env }, encoding: 'utf8' });
}

const reportOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

/** The merged report of the files that a pattern names. */
function merged(cwd: string, files: string) {
  const { status, stdout, stderr } = run('sh', `igc merge --json ${files}`, cwd);
  return { status, stderr, report: stdout === '' ? undefined : JSON.parse(stdout) };
}

/** Whether shards are the whole: what an unsharded run of the same command found. */
function expectWhole(cwd: string, files: string, check: string): void {
  const whole = JSON.parse(run('sh', `${check} --json --no-bundle`, cwd).stdout);
  const { status, report } = merged(cwd, files);
  const { counts, cases, elements, verdict } = whole;
  expect(status).toBe(0);
  expect(report).toMatchObject({ counts, cases, elements, verdict, missing: [] });
}

describe('GitHub Actions', () => {
  const steps = [...codeUnder('GitHub Actions').matchAll(/^ +- run: (npx igc .*)$/gm)].map(
    ([, line]) => line!,
  );
  const [check, merge] = steps as [string, string];
  const shards = /shard: \[(.*)\]/.exec(codeUnder('GitHub Actions'))![1]!.split(', ');
  const step = (shard: string) => check.replace(/\$\{\{ matrix\.shard \}\}/g, shard);

  it('every shard of the matrix, and the verdict', () => {
    const folder = machine('github');
    expect(steps).toHaveLength(2);
    expect(check).toContain(`/${shards.length} `);
    for (const shard of shards) expect(run('bash', step(shard), folder).status).toBe(0);
    const { status, stdout } = run('bash', merge, folder);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^PASS .*\n(.*\n)*.*8 of 8 reports/)]);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('PASS');
    expect(readFileSync(join(folder, 'report.xml'), 'utf8')).toContain('failures="0"');
    expectWhole(folder, 'shard-*.json', 'igc check ./mine.mjs --level 1');

    // The same shard again is the same report, but for the time that it took.
    const untimed = ({ timing: _, ...rest }: { timing: object }) => rest;
    const first = untimed(reportOf(join(folder, 'shard-3.json')));
    run('bash', step('3'), folder);
    expect(untimed(reportOf(join(folder, 'shard-3.json')))).toEqual(first);

    // What goes wrong between the machines.
    const missing = merged(folder, 'shard-[1-4].json shard-[6-8].json');
    expect([missing.status, missing.report.verdict]).toEqual([4, 'MISTRUSTED']);
    expect(missing.report.reason).toContain('a shard is missing: 5/8 of seed');
    expect(merged(folder, 'shard-*.json shard-2.json')).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/shard 2\/8 of seed \d+/),
    });
    run('bash', step('1').replace('/8', '/7').replace('shard-1.json', 'foreign.json'), folder);
    expect(merged(folder, 'shard-*.json foreign.json')).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/foreign\.json/),
    });
  });
});

it('Slurm: an array of tasks, and the job that waits for it', () => {
  const folder = machine('slurm');
  const code = codeUnder('Slurm');
  const [script, submit] = code.split('job=$(') as [string, string];
  for (const task of ['1', '2', '3']) {
    const set = { SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_COUNT: '3' };
    expect(run('bash', script, folder, set)).toMatchObject({ status: 0 });
  }
  const { status, stdout } = run('bash', /--wrap '(.*)'/.exec(submit)![1]!, folder);
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^PASS .*\n(.*\n)*.*3 of 3 reports/)]);
  expectWhole(folder, 'reports/*.json', "igc check --command './my_kernel --gpu' --level 1 --keep-going");
});

it('Kubernetes: an indexed job', () => {
  const folder = machine('kubernetes');
  const code = codeUnder('Kubernetes');
  const completions = /completions: (\d+)/.exec(code)![1]!;
  const command = /- \|\n([\s\S]*?)\n +volumeMounts/.exec(code)![1]!.replace(/^ {14}/gm, '');
  expect(command).toContain(`/${completions}"`);
  // Three instead of so many, and a folder of ours for the volume.
  const here = command
    .replaceAll(`/${completions}"`, '/3"')
    .replaceAll('/app/', `'${folder}'/`)
    .replaceAll('"/reports/', `"${folder}/`);
  for (const index of ['0', '1', '2']) {
    expect(run('sh', here, folder, { JOB_COMPLETION_INDEX: index })).toMatchObject({ status: 0 });
  }
  expectWhole(folder, '[0-2].json', `igc check '${folder}/mine.mjs' --level 1`);
});
