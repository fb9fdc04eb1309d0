/**
 * `npm run fuzz -- [PARSER…] [--runs N] [--seed S]`: N damaged files for each parser, a million if nobody says. A parser
 * reads a file as a reader that knows nothing of ours does, or says in a FileError what is wrong with it, within a second.
 * Exit code 1 where one didn't: the file is printed, and the command that makes it again.
 */
import { parseArgs } from 'node:util';
import { FileError } from '../src/formats/index.ts';
import { damaged } from './fuzz/mutate.ts';
import { Random } from './fuzz/random.ts';
import { type Target, targets } from './fuzz/targets.ts';

/** Milliseconds that reading a file of some hundred bytes may take; what takes so long twice is a hang. */
const patience = 1000;

interface Fuzzed {
  readonly read: number;
  readonly refused: number;
  readonly slowest: number;
  readonly problem?: string;
}

/** What is wrong with how a file was treated, or whether it was read. */
function treated({ read }: Target, bytes: Uint8Array): 'read' | 'refused' | { readonly problem: string } {
  try {
    const problem = read(bytes);
    return problem === undefined ? 'read' : { problem: `wrong read: ${problem}` };
  } catch (error) {
    if (error instanceof FileError) return 'refused';
    return { problem: `crash: ${(error as Error).stack ?? error}` };
  }
}

function fuzz(target: Target, runs: number, seed: number): Fuzzed {
  const counts = { read: 0, refused: 0, slowest: 0 };
  for (let run = 0; run < runs; run++) {
    if (run > 0 && run % 100_000 === 0) process.stderr.write(`${target.name}: ${run} of ${runs}\n`);
    // A run is made again by its own seed, without those before it.
    const random = new Random(seed + run);
    const bytes = damaged(target.make(random), target.damage, random);
    const first = timed(target, bytes);
    const { outcome, time } = first.time > patience ? timed(target, bytes) : first;
    counts.slowest = Math.max(counts.slowest, time);
    const problem =
      typeof outcome === 'object'
        ? outcome.problem
        : time > patience
          ? `hang: ${time.toFixed(0)} ms`
          : undefined;
    if (problem === undefined) {
      counts[outcome as 'read' | 'refused']++;
      continue;
    }
    const replay = `npm run fuzz -- ${target.name} --runs 1 --seed ${seed + run}`;
    return {
      ...counts,
      problem: `${problem}\n  again: ${replay}\n  file: ${Buffer.from(bytes).toString('hex')}`,
    };
  }
  return counts;
}

function timed(target: Target, bytes: Uint8Array) {
  const start = performance.now();
  const outcome = treated(target, bytes);
  return { outcome, time: performance.now() - start };
}

function main(args: string[]): number {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { runs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  const unknown = positionals.find((name) => targets.every((target) => target.name !== name));
  if (unknown !== undefined || !Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
    const names = targets.map(({ name }) => name).join(', ');
    process.stderr.write(`fuzz: expected names out of ${names}, --runs N and --seed N\n`);
    return 2;
  }
  let failed = false;
  for (const target of targets) {
    if (positionals.length > 0 && !positionals.includes(target.name)) continue;
    const { read, refused, slowest, problem } = fuzz(target, runs, seed);
    const counts = `${read} read, ${refused} refused, slowest ${slowest.toFixed(1)} ms`;
    process.stdout.write(
      `${target.name}: ${problem ?? 'no crash, no hang, no wrong read'} (seed ${seed}: ${counts})\n`,
    );
    failed ||= problem !== undefined;
  }
  return failed ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
