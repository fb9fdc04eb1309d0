/**
 * `npm run gpu:page`: serves the page for a person's browser and prints where it is.
 * `npm run gpu:bench -- [--cases L24M2@32,…] [--rounds N] [--no-check] [--no-times] [--hardware] [--write]`: runs the same
 * page in Chromium without a window and prints what it found out, as JSON; --write keeps it for docs/gpu.md.
 * Results go to stdout, progress to stderr. Exit code 1 where a backend is wrong or isn't there, 2 for a wrong argument.
 */
import { writeFileSync } from 'node:fs';
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
  'no-check': { type: 'boolean', default: false },
  'no-times': { type: 'boolean', default: false },
  hardware: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
} as const;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options });
  const rounds = Number(values.rounds);
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new TypeError(`--rounds: expected a number, got ${values.rounds}`);
  const server = await servePage(
    {
      cases: casesNamed(values.cases),
      rounds,
      isAutomatic: values.headless,
      wants: { check: !values['no-check'], pitfalls: true, times: !values['no-times'] },
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
    const text = `${JSON.stringify(result, null, 2)}\n`;
    process.stdout.write(text);
    if (values.write) writeFileSync('docs/gpu-benchmarks.json', text);
    return isGood(result) ? 0 : 1;
  } finally {
    await browser.stop();
    server.close();
  }
}

/** Every backend is there, right, and defended; every candidate of ours agrees. */
function isGood({ backends, cases }: PageResult): boolean {
  const areRight = backends.every(
    ({ device, checked, pitfalls = [] }) =>
      device && (!checked || checked.verdict === 'PASS') && pitfalls.every(({ ours }) => isRight(ours)),
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
