/** A bench for people: a table a case, then what was hoped for. */
import {
  type FloorResult,
  floors,
  furtherFloors,
  meanFloor,
  meanSpeed,
  measuredFloors,
  standing,
} from '../bench/analysis.ts';
import type { BenchReport, CaseResult } from '../bench/result.ts';
import type { Spread } from '../bench/spread.ts';
import { paint, type Terminal } from './frame.ts';
import { grouped, table } from './table.ts';

export function showBench(report: BenchReport, terminal: Terminal): void {
  const { machine, cases, call, rounds } = report;
  const line = (text = '') => terminal.out(`${text}\n`);
  line(
    `${machine.cpu}, ${machine.cores} processors, ${machine.platform}, Node ${machine.node}; ${report.date}`,
  );
  for (const { name, about, skipped } of report.candidates) {
    line(
      skipped === undefined
        ? `  ${name}: ${about}`
        : `  ${paint(terminal, 'yellow', 'skipped')} ${name}: ${skipped}`,
    );
  }
  line(`every output was judged by its rounding bound; ${rounds} interleaved rounds: median [least, most]`);
  for (const of of [...(call ? [call] : []), ...cases]) {
    line();
    line(`${paint(terminal, 'bold', of.id)}: ${grouped(of.multiplyAdds)} multiply-adds`);
    for (const row of table(rowsOf(report, of), [
      'left',
      'right',
      'left',
      'right',
      'left',
      'right',
      'right',
      'left',
    ])) {
      line(`  ${row}`);
    }
    for (const { candidate, way, reason } of of.refused) line(`  ${candidate} (${way}) can't: ${reason}`);
  }
  showFloors(cases, terminal);
}

function rowsOf({ candidates }: BenchReport, of: CaseResult): readonly (readonly string[])[] {
  const rows = candidates.flatMap(({ id, name, kind }) => {
    const found = standing(of, id);
    if (!found) return [];
    const { result, milliseconds, speed, ofWasm, ofNative } = found;
    const once = result.times.length === 1 ? ['one sample'] : [];
    const about = [result.way, ...once].join(', ');
    const isLimit = kind === 'limit';
    return [
      [
        name,
        time(milliseconds.median),
        range(milliseconds, time),
        speed && !isLimit ? ratio(speed.median) : '',
        speed && !isLimit ? range(speed, ratio) : '',
        ofWasm && !isLimit ? percent(ofWasm.median) : '',
        ofNative && !isLimit ? percent(ofNative.median) : '',
        about,
      ],
    ];
  });
  return [['', 'ms', '', 'speed', '', 'of wasm', 'of native', ''], ...rows];
}

function showFloors(cases: readonly CaseResult[], terminal: Terminal): void {
  const found = measuredFloors(cases, floors);
  const all = [...found, ...measuredFloors(cases, furtherFloors)];
  if (all.length === 0) return;
  const rows = all.map(({ case: id, candidate, against, atLeast, measured, isMet }: FloorResult) => [
    id,
    candidate,
    against,
    ratio(measured.median),
    range(measured, ratio),
    `at least ${atLeast}`,
    paint(terminal, isMet ? 'green' : 'yellow', isMet ? 'met' : 'under'),
  ]);
  terminal.out('\nexpected:\n');
  for (const row of table(rows, ['left', 'left', 'left', 'right', 'left', 'left', 'left']))
    terminal.out(`  ${row}\n`);
  const mean = meanSpeed(found);
  if (mean !== undefined) terminal.out(`  geometric mean ${ratio(mean)}, expected at least ${meanFloor}\n`);
}

/** Milliseconds in three digits. */
export function time(milliseconds: number): string {
  return milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3);
}

export function ratio(value: number): string {
  return value.toFixed(2);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;
}

function range({ min, max }: Spread, format: (value: number) => string): string {
  return `[${format(min)}, ${format(max)}]`;
}
