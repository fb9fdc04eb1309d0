/** The generated part of docs/benchmarks.md on a newer engine, from docs/benchmarks-newer.json. */
import { best, floors, speed } from '../src/bench/analysis.ts';
import type { BenchReport, CaseResult } from '../src/bench/result.ts';
import { geometricMean, type Spread, spread } from '../src/bench/spread.ts';
import { milliseconds, range, ratio, table } from './bench-tables.ts';

const kernels = ['ours', 'ours-wide'] as const;
const candidates = [...kernels, 'ort'] as const;

export function newerEngine({ machine, date, rounds, cases }: BenchReport): string {
  const head = `${machine.cpu}, Node ${machine.node}, ${date}, ${rounds} rounds; milliseconds, and speed relative to onnxruntime-node.`;
  const header = [
    'case',
    'this library',
    'vectors of eight',
    'onnxruntime-node',
    'speed',
    'with vectors of eight',
  ];
  const found = floors.flatMap((floor) => cases.filter(({ id }) => id === floor.case));
  const mean = kernels.map((id) => geometricMean(found.map((of) => speedOf(of, id).median)));
  const last = ['geometric mean', '', '', '', ...mean.map(ratio)];
  return `${head}\n\n${table(header, [...found.map(row), last])}`;
}

function row(of: CaseResult): readonly string[] {
  const times = candidates.map((id) => milliseconds(spread(best(of, id)!.times).median));
  const speeds = kernels.map((id) => {
    const found = speedOf(of, id);
    return `${ratio(found.median)} ${range(found, ratio)}`;
  });
  return [of.id, ...times, ...speeds];
}

function speedOf(of: CaseResult, id: string): Spread {
  const found = speed(of, id, 'ort');
  if (!found)
    throw new Error(`docs/benchmarks-newer.json: ${of.id}: expected times of ${candidates.join(', ')}`);
  return found;
}
