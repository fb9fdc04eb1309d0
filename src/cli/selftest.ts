import { injectedFaults } from '../implementations/faults.ts';
import { type MutantResult, type Selftest, selftest } from '../oracle/selftest.ts';
import { exitCode, json, paint, positiveInteger, type Terminal, type Verb, verb } from './frame.ts';
import { table } from './table.ts';

interface SelftestOptions {
  readonly seed: number;
  readonly json?: boolean;
}

/** `igc selftest`: the oracle judges itself. */
export const selftestVerb: Verb = (terminal, done) =>
  verb('selftest', 'check that the oracle catches and names every known bug', terminal)
    .option('--seed <n>', 'seed of the numbers', positiveInteger('--seed'), 1)
    .addHelpText('after', help)
    .action(async ({ seed, json: asJson = false }: SelftestOptions) => {
      const result = await selftest({ seed, faults: injectedFaults() });
      if (asJson) json(terminal, 'selftest/1', { seed, ...result });
      else showSelftest(result, terminal);
      done(result.passed ? exitCode.pass : exitCode.fail);
    });

const help = `
Every bug of the catalogue is an implementation that is judged like any other,
on its output alone: it must fail, and the diagnosis must name it, if need be
after it was asked again. One element of a right answer is changed, each in its
turn, and every change must fail. Programs that hang, crash, talk nonsense,
write half an answer or to their inputs are asked, and each must get its own
verdict.

Exit code: 0 where all is as promised, else 1.

Examples:
  igc selftest
  igc selftest --seed 7 --json
`;

/** A self-test for people: every bug in a line, then the figures. */
export function showSelftest(
  { mutants, flips, faults, figures, passed }: Selftest,
  terminal: Terminal,
): void {
  const header = ['bug', 'killed by', 'at first', 'after the follow-up'].map((cell) =>
    paint(terminal, 'bold', cell),
  );
  const rows = mutants.map((mutant) => [mutant.id, killedBy(mutant), ...namings(mutant)]);
  for (const line of table([header, ...rows], ['left', 'left', 'left', 'left'])) terminal.out(`${line}\n`);
  const missed = faults.filter(({ expected, verdict }) => !expected.includes(verdict));
  for (const { id, expected, verdict } of missed) {
    terminal.out(`fault ${id}: ${verdict}, expected ${expected.join(' or ')}\n`);
  }
  for (const { array, elements, failed } of flips.filter(({ elements, failed }) => failed < elements)) {
    terminal.out(`a changed element of ${array}: ${failed} of ${elements} failed\n`);
  }
  terminal.out(`\n${summary(figures).join('\n')}\n`);
  terminal.out(
    passed
      ? `${paint(terminal, 'green', 'PASS')}: the oracle can be trusted with these\n`
      : `${paint(terminal, 'red', 'FAIL')}: the oracle missed something\n`,
  );
}

function killedBy({ killedBy: id, equivalent }: MutantResult): string {
  return id ?? (equivalent ? 'nothing: always the same function' : 'NOTHING');
}

function namings({ id, killedBy: killer, guesses, named, asked }: MutantResult): readonly string[] {
  if (killer === undefined) return [];
  const right = (names: readonly string[]) => names.length === 1 && names[0] === id;
  const first = right(guesses) ? 'named' : `${guesses.length} suspects`;
  const last = right(named) ? 'named' : named.join(', ') || 'not named';
  return [first, asked === 0 ? last : `${last} (asked ${asked} more)`];
}

function summary(figures: Selftest['figures']): readonly string[] {
  const share = (part: number, whole: number, what: string) =>
    `${part} of ${whole} ${what} (${whole === 0 ? 100 : Math.floor((100 * part) / whole)} %)`;
  const { mutants, flips, faults } = figures;
  return [
    share(figures.killed, mutants, 'bugs killed at level 1'),
    share(figures.namedAtFirst, mutants, 'named at the first guess'),
    share(figures.namedInTheEnd, mutants, 'named after the follow-up'),
    share(figures.equivalentPassed, figures.equivalent, 'that only look like bugs passed'),
    share(figures.flipsFailed, flips, 'single changed elements failed'),
    ...(faults > 0 ? [share(figures.faultsSeen, faults, 'injected faults seen')] : []),
  ];
}
