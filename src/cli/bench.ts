import { type Candidate, candidates } from '../bench/candidates.ts';
import { CaseError, casesNamed, publishedCases } from '../bench/case.ts';
import { efforts } from '../bench/measure.ts';
import { Disagreement } from '../bench/result.ts';
import { bench } from '../bench/run.ts';
import { exitCode, positiveInteger, UsageError, type Verb, verb } from './frame.ts';
import { showBench } from './show-bench.ts';
import { suggestions } from './suggest.ts';

interface BenchOptions {
  readonly shapes?: string;
  readonly candidates?: string;
  readonly rounds?: number;
  readonly quick?: boolean;
  readonly json?: boolean;
}

/** `igc bench`: this library's kernels beside the runtimes that are installed, and beside what the processor can do. */
export const benchVerb: Verb = (terminal, done) =>
  verb('bench', 'time the kernels beside the runtimes that are installed here', terminal)
    .option(
      '--shapes <list>',
      'cases, as L24M2 or L24M2@32,dense64@56x16 (default: all of docs/benchmarks.md)',
    )
    .option('--candidates <list>', `out of ${candidates.map(({ id }) => id).join(', ')} (default: all)`)
    .option(
      '--rounds <n>',
      `rounds (default: ${efforts.full.rounds}, with --quick ${efforts.quick.rounds})`,
      positiveInteger('--rounds'),
    )
    .option('--quick', 'shorter samples, fewer rounds')
    .addHelpText('after', help)
    .action(async (options: BenchOptions) => {
      try {
        const report = await bench(request(options), (text) => terminal.err(`bench: ${text}\n`));
        if (options.json) terminal.out(`${JSON.stringify(report, null, 2)}\n`);
        else showBench(report, terminal);
        done(exitCode.pass);
      } catch (error) {
        if (error instanceof CaseError) throw new UsageError(`--shapes: ${error.message}`, { cause: error });
        if (!(error instanceof Disagreement)) throw error;
        terminal.err(`igc: FAIL: ${error.message}\n`);
        done(exitCode.fail);
      }
    });

const help = `
Every candidate is a process of its own. All get a case ready, every output is
judged by the oracle, and then they are timed in turn, in interleaved rounds.
What isn't installed is skipped, and said. Runtimes are looked for in IGC_PEERS,
else where the command is started.

Names: L24M2@32 is the block with L = 24, M = 2 on 32 x 32, 3 x 3, padding 1;
dense64 and depthwise144 are convolutions alone; x16 at the end is a batch.

Exit code: 0 when all was timed, 1 where an output is wrong.

Examples:
  igc bench --shapes L24M2@32 --candidates ours,ort --quick
  igc bench --json > benchmarks.json
`;

function request({ shapes, candidates: names, rounds, quick = false }: BenchOptions) {
  const effort = efforts[quick ? 'quick' : 'full'];
  return {
    cases: shapes === undefined ? publishedCases : casesNamed(shapes),
    candidates: names === undefined ? candidates : chosen(names),
    effort: rounds === undefined ? effort : { ...effort, rounds },
    call: !quick,
  };
}

function chosen(names: string): readonly Candidate[] {
  const wanted = names.split(',');
  const known = candidates.map(({ id }) => id);
  const stranger = wanted.find((name) => !known.includes(name));
  if (stranger === undefined) return candidates.filter(({ id }) => wanted.includes(id));
  const near = suggestions(stranger, known);
  const hint = near.length === 0 ? `some of ${known.join(', ')}` : near.join(' or ');
  throw new UsageError(`--candidates: expected ${hint}, got '${stranger}'`);
}
