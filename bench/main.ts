/**
 * `npm run bench -- [NAME…] [--rounds N] [--quick] [--json]`: runs the named benchmarks, or all.
 * Results go to stdout, progress to stderr. Exit code 1 where somebody's results are wrong, 2 for a wrong argument; a
 * limit that is exceeded is printed and changes nothing, since time depends on the machine.
 */
import { parseArgs } from 'node:util';
import { candidates } from '../src/bench/candidates.ts';
import { casesNamed, publishedCases } from '../src/bench/case.ts';
import { machine } from '../src/bench/machine.ts';
import { efforts } from '../src/bench/measure.ts';
import { Disagreement } from '../src/bench/result.ts';
import { bench as kernels } from '../src/bench/run.ts';
import { showBench } from '../src/cli/show-bench.ts';
import { disagreement } from './agreement.ts';
import type { Bench } from './bench.ts';
import { blockL24M2 } from './block-l24m2.ts';
import { references } from './reference.ts';
import { finding, findingText, machineText } from './report.ts';
import { throughput, throughputText } from './throughput.ts';
import { timeRounds } from './timing.ts';

interface Request {
  readonly chosen: readonly string[];
  /** Rounds of what runs in this process. */
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: boolean;
}

/** What a benchmark found, for machines and for people. Results that are wrong are a Disagreement. */
interface Found {
  readonly data: object;
  readonly text: string;
}

const benchmarks: Readonly<Record<string, (request: Request) => Promise<Found>>> = {
  ...Object.fromEntries(
    [blockL24M2, ...references].map((bench) => [
      bench.name,
      async (request: Request) => timed(bench, request),
    ]),
  ),
  throughput: async ({ quick }) => {
    const found = await throughput(quick ? 1 : 3);
    if (typeof found === 'string') throw new Disagreement(found);
    return { data: found, text: throughputText(found) };
  },
  kernels: async ({ quick }) => {
    const report = await kernels(
      {
        cases: quick ? casesNamed(quickCases) : publishedCases,
        candidates,
        effort: quick ? efforts.quick : efforts.full,
        call: !quick,
      },
      progress('kernels'),
    );
    let text = '\n';
    const columns = 100;
    showBench(report, { out: (more) => (text += more), err: () => {}, colour: false, columns });
    return { data: report, text };
  },
};

/** One of every kind: narrow and wide groups, dense, depthwise, a batch. */
const quickCases = 'L24M2@16,L4M8@8x2,L32M26@8,dense64@8,depthwise144@16';

const progress = (name: string) => (text: string) => void process.stderr.write(`${name}: ${text}\n`);

function timed(bench: Bench, { rounds }: Request): Found {
  const peers = bench.peers();
  const wrong = disagreement(peers);
  if (wrong !== undefined) throw new Disagreement(wrong);
  const data = finding(bench, peers, timeRounds(peers, rounds, progress(bench.name)));
  return { data, text: findingText(data) };
}

/** The arguments; a string says what is wrong with them. */
function request(argv: string[]): Request | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return (error as Error).message;
  }
  const { positionals, values } = parsed;
  const known = Object.keys(benchmarks);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) return `no benchmark is called ${unknown}: there is ${known.join(', ')}`;
  const { quick, json } = values;
  const rounds = Number(values.rounds ?? (quick ? 3 : 21));
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    return `--rounds needs a positive integer, got ${values.rounds}`;
  return { chosen: positionals.length === 0 ? known : positionals, rounds, quick, json };
}

function parse(argv: string[]) {
  return parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
}

async function main(argv: string[]): Promise<number> {
  const wanted = request(argv);
  if (typeof wanted === 'string') {
    process.stderr.write(`bench: ${wanted}\n`);
    return 2;
  }
  const findings: Record<string, object> = {};
  if (!wanted.json) process.stdout.write(machineText(machine()));
  for (const name of wanted.chosen) {
    try {
      const { data, text } = await benchmarks[name]!(wanted);
      findings[name] = data;
      if (!wanted.json) process.stdout.write(text);
    } catch (error) {
      if (!(error instanceof Disagreement)) throw error;
      process.stderr.write(`bench: ${name}: ${error.message}\n`);
      return 1;
    }
  }
  if (wanted.json) process.stdout.write(`${JSON.stringify({ machine: machine(), findings }, null, 2)}\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
