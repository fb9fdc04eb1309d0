/** A campaign for people: short where it passes, else the smallest failing case, with its numbers where they're few. */
import { replayCommand } from '../implementations/bundle.ts';
import type {
  ArrayReport,
  CampaignReport,
  FailureReport,
  NumbersReport,
  VerdictReport,
} from '../oracle/report-types.ts';
import { countBad } from '../oracle/types.ts';
import { inWords } from '../reports/model.ts';
import { paint, type Terminal } from './frame.ts';
import { showDiagnosis } from './show-diagnosis.ts';
import { howMany, indent, printable, styles, wrap } from './show-verdict.ts';

/** Arrays of more numbers are not printed. */
const fewNumbers = 24;

/** What is judged, and the arguments that name it on a command line. */
interface Named {
  readonly name: string;
  readonly argument: string;
}

export function showCampaign({ name, argument }: Named, report: CampaignReport, terminal: Terminal): string {
  const { verdict, reason, failures } = report;
  const lines: string[] = [];
  const say = (text: string, style?: 'dim' | 'bold', hang = 0) => {
    for (const line of wrap(printable(text), terminal.columns - indent, hang)) {
      lines.push(' '.repeat(indent) + (style ? paint(terminal, style, line) : line));
    }
  };
  const mark = paint(terminal, styles[verdict], verdict.padEnd(indent - 1));
  lines.push(`${mark} ${paint(terminal, 'bold', printable(name))}`);
  if (failures.length === 0) say(reason, verdict === 'PASS' ? 'dim' : undefined);
  say(figures(report), 'dim');
  const told = new Map<string, string>();
  for (const failure of failures) {
    if (failures.length > 1) lines.push('');
    const bug = bugOf(failure);
    const before = bug === undefined ? undefined : told.get(bug);
    if (before === undefined) showFailure(failure, say);
    else say(`${headOf(failure)}; ${isSeen(failure) ? 'the' : 'perhaps the'} same bug as in ${before}`);
    if (bug !== undefined && before === undefined) told.set(bug, failure.case.id);
    if (failure.bundle === undefined) continue;
    // In one line, however long: it is to be copied.
    const replay = `replay: ${replayCommand(failure.bundle, argument)}`;
    lines.push(' '.repeat(indent) + paint(terminal, 'bold', printable(replay)));
  }
  for (const { reason: what, cases, first } of report.remarks ?? [])
    say(`remark, ${cases === 1 ? 'once' : `${cases} times`}, first in ${first}: ${what}`, undefined, 2);
  if (verdict !== 'UNSUPPORTED') {
    for (const { reason: why, cases } of report.unsupported.slice(0, 5))
      say(`unsupported, ${cases} times: ${why}`, 'dim', 2);
  }
  return `${lines.join('\n')}\n`;
}

function figures({
  cases,
  counts,
  elements,
  level,
  seed,
  implementation,
  families,
  ended,
  timing,
}: CampaignReport): string {
  const most = Math.max(0, ...families.map(({ worstRatio }) => worstRatio));
  const used =
    most > 0 && most <= 1 ? `; at most ${(100 * most).toPrecision(2)} % of a rounding bound used` : '';
  const early = endings[ended];
  const failed = countBad(counts);
  const howMany = failed > 1 ? `${failed} of them not right, ` : '';
  const numbers = `${howMany}${elements.toLocaleString('en-US')} numbers in ${implementation.precision}`;
  return `${cases} ${cases === 1 ? 'case' : 'cases'}, ${numbers}${used}${early} (level ${level}, seed ${seed}, ${timing.seconds.toFixed(1)} s)`;
}

/** Why not all was asked. */
const endings: Readonly<Record<CampaignReport['ended'], string>> = {
  all: '',
  failure: '; stopped at the first failure, --keep-going looks for more',
  time: '; the time was up',
  interrupted: '; CUT SHORT: not all was asked',
};

type Say = (text: string, style?: 'dim' | 'bold', hang?: number) => void;

/** The one known bug that gives this, if there is one. */
function bugOf({ diagnosis }: FailureReport): string | undefined {
  const [first, ...more] = diagnosis?.suspects ?? [];
  return more.length === 0 ? first?.id : undefined;
}

/** Whether that bug gives what this case gave; else it shows where less is asked for, and this may be another. */
const isSeen = ({ diagnosis }: FailureReport) => diagnosis!.sentence.startsWith('this is what you get when');

const headOf = ({ case: { operation, id }, verdict: { kind, reason } }: FailureReport) =>
  `${operation}, ${id}: ${kind}: ${reason}`;

function showFailure(failure: FailureReport, say: Say): void {
  const { case: original, verdict, diagnosis, shrunk } = failure;
  const smallest = shrunk ?? { case: original, verdict };
  say(headOf(failure));
  if (verdict.kind === 'TIMEOUT') say('--timeout MS gives each case more time', 'dim');
  const found = firstWrong(verdict);
  if (found && found.wrong > 0) say(`${found.array}: ${howMany(found)}`);
  // What to change is what is looked for first.
  const style = diagnosis && diagnosis.suspects.length > 0 ? 'bold' : undefined;
  if (diagnosis) for (const line of showDiagnosis(diagnosis)) say(line, style, 2);
  if (shrunk) {
    const how = shrunk.finished ? 'no smaller one was found' : 'the budget ended';
    say(`the smallest case that fails so (${shrunk.runs} runs, ${how}):`, 'dim');
  }
  say(`  ${inWords(smallest.case)}`, undefined, 2);
  if (shrunk && shrunk.verdict.reason !== verdict.reason) say(`  ${shrunk.verdict.reason}`, undefined, 4);
  if (shrunk) for (const line of numbersOf(shrunk.inputs)) say(line, undefined, 4);
  const wrong = firstWrong(smallest.verdict);
  if (wrong?.first) {
    const { where, expected, got, bound } = wrong.first;
    say(`first wrong element of ${wrong.array}: ${where}`);
    say(
      `  expected ${expected}, got ${got}${bound > 0 ? `, where at most ${bound.toExponential(3)} can be rounding` : ''}`,
    );
  }
  if (wrong?.within) say(`it is within the bound of ${wrong.within}`);
}

function firstWrong({ arrays, stage }: VerdictReport): ArrayReport | undefined {
  return arrays.find((array) => array.stage === stage && array.kind !== 'PASS');
}

function numbersOf(arrays: Readonly<Record<string, NumbersReport>>): string[] {
  return Object.entries(arrays).map(([name, { shape, data }]) =>
    data.length <= fewNumbers
      ? `  ${name} [${shape.join(', ')}] = ${data.join(' ')}`
      : `  ${name} [${shape.join(', ')}]: ${data.filter((n) => n !== 0).length} of ${data.length} numbers are not zero`,
  );
}
