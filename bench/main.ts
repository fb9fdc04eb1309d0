/**
 * `npm run bench -- [NAME…] [--rounds N] [--json]`: times the named benchmarks, or all.
 * Results go to stdout, progress to stderr. Exit code 1 where peers disagree, 2 for a wrong argument; a limit that
 * is exceeded is printed and changes nothing, since time depends on the machine.
 */
import { parseArgs } from 'node:util';
import { disagreement } from './agreement.ts';
import type { Bench } from './bench.ts';
import { blockL24M2 } from './block-l24m2.ts';
import { references } from './reference.ts';
import { type Finding, finding, findingText, machine, machineText } from './report.ts';
import { timeRounds } from './timing.ts';

const benches: readonly Bench[] = [blockL24M2, ...references];

interface Request {
  readonly chosen: readonly Bench[];
  readonly rounds: number;
  readonly json: boolean;
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
  const known = benches.map(({ name }) => name);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) return `no benchmark is called ${unknown}: there is ${known.join(', ')}`;
  const rounds = Number(values.rounds);
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    return `--rounds needs a positive integer, got ${values.rounds}`;
  const chosen = benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { chosen, rounds, json: values.json };
}

function parse(argv: string[]) {
  return parseArgs({
    args: argv,
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '21' }, json: { type: 'boolean', default: false } },
  });
}

function main(argv: string[]): number {
  const wanted = request(argv);
  if (typeof wanted === 'string') {
    process.stderr.write(`bench: ${wanted}\n`);
    return 2;
  }
  const findings: Finding[] = [];
  if (!wanted.json) process.stdout.write(machineText(machine()));
  for (const bench of wanted.chosen) {
    const peers = bench.peers();
    const wrong = disagreement(peers);
    if (wrong !== undefined) {
      process.stderr.write(`bench: ${bench.name}: ${wrong}\n`);
      return 1;
    }
    const times = timeRounds(peers, wanted.rounds, (text) =>
      process.stderr.write(`${bench.name}: ${text}\n`),
    );
    const found = finding(bench, peers, times);
    findings.push(found);
    if (!wanted.json) process.stdout.write(findingText(found));
  }
  if (wanted.json) process.stdout.write(`${JSON.stringify({ machine: machine(), findings }, null, 2)}\n`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
