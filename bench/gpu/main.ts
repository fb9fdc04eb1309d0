/**
 * `npm run gpu:page`: serves the page for a person's browser and prints where it is.
 * `npm run gpu:bench -- [--cases L24M2@32,…] [--rounds N] [--calls N] [--no-check] [--no-pitfalls] [--no-times] [--hardware] [--write]`:
 * runs the same page in Chromium without a window, --calls in a row over 50 shapes among it, and prints what it found out, as JSON. --write puts it in the place of
 * what docs/gpu-benchmarks.json had of the same cases and backends; docs/gpu.md is made from that (npm run generate).
 * Results go to stdout, progress to stderr. Exit code 1 where a backend is wrong or isn't there, 2 for a wrong argument.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { casesNamed } from '../../src/bench/case.ts';
import { headlessChromium } from '../../src/browser/chromium.ts';
import { isRight } from './pitfalls.ts';
import type { PageResult } from './result.ts';
import { servePage } from './server.ts';

const options = {
  headless: { type: 'boolean', default: false },
  cases: { type: 'string', default: 'L24M2@32,L4M8@32,L32M26@8' },
  rounds: { type: 'string', default: '21' },
  calls: { type: 'string', default: '0' },
  'no-check': { type: 'boolean', default: false },
  'no-pitfalls': { type: 'boolean', default: false },
  'no-times': { type: 'boolean', default: false },
  hardware: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
} as const;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options });
  const count = (name: 'rounds' | 'calls', least: number) => {
    const number = Number(values[name]);
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new TypeError(`--${name}: expected a number of at least ${least}, got ${values[name]}`);
  };
  const server = await servePage(
    {
      cases: casesNamed(values.cases),
      rounds: count('rounds', 1),
      calls: count('calls', 0),
      isAutomatic: values.headless,
      wants: { check: !values['no-check'], pitfalls: !values['no-pitfalls'], times: !values['no-times'] },
    },
    values.headless ? (what) => process.stderr.write(`${what}\n`) : undefined,
  );
  if (!values.headless) {
    process.stderr.write(`Open this page in the browser whose GPU is to be checked; end with Ctrl-C.\n\n`);
    process.stdout.write(`${server.address}\n`);
    return new Promise(() => {});
  }
  const browser = await headlessChromium({ graphics: values.hardware ? 'system' : 'software' })(
    server.address,
  );
  const ended = browser.ended.then((how) => {
    throw new Error(`the browser ${how}`);
  });
  ended.catch(() => {});
  try {
    const result = await Promise.race([server.result, ended]);
    process.stdout.write(inJson(result));
    if (values.write) keep(result);
    return isGood(result) ? 0 : 1;
  } finally {
    await browser.stop();
    server.close();
  }
}

const inJson = (result: PageResult) => `${JSON.stringify(result, null, 2)}\n`;

const kept = 'docs/gpu-benchmarks.json';

function keep(result: PageResult): void {
  const before = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as PageResult) : undefined;
  writeFileSync(kept, inJson(before ? together(before, result) : result));
}

/** The later of each; what it has nothing of stays. */
function together(before: PageResult, now: PageResult): PageResult {
  const timed = now.cases.map(({ id }) => id);
  return {
    ...now,
    backends: now.backends.map((one) => ({
      ...before.backends.find(({ backend }) => backend === one.backend),
      ...one,
    })),
    cases: [...before.cases.filter(({ id }) => !timed.includes(id)), ...now.cases],
  };
}

/** Every backend is there, right, and defended; every candidate of ours agrees. */
function isGood({ backends, cases }: PageResult): boolean {
  const areRight = backends.every(
    ({ device, checked, endurance, pitfalls = [] }) =>
      device &&
      (!checked || checked.verdict === 'PASS') &&
      (!endurance || endurance.compiled + endurance.evicted + endurance.leaked === 0) &&
      pitfalls.every(({ ours }) => isRight(ours)),
  );
  return (
    areRight &&
    cases.every(({ candidates }) => candidates.every(({ isOurs, problem }) => !isOurs || !problem))
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`gpu: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
