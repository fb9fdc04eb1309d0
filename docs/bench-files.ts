/** docs/benchmarks.md and docs/benchmarks.svg, as docs/benchmarks.json has the numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchReport } from '../src/bench/result.ts';
import { benchPlot } from './bench-plot.ts';
import { benchParts } from './bench-tables.ts';
import { replaceAllGenerated } from './spec-table.ts';

/** File and content, for each. */
export function benchFiles(root: string): readonly (readonly [file: string, content: string])[] {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const report = JSON.parse(read('docs/benchmarks.json')) as BenchReport;
  return [
    ['docs/benchmarks.md', replaceAllGenerated(read('docs/benchmarks.md'), benchParts(report))],
    ['docs/benchmarks.svg', benchPlot(report)],
  ];
}
