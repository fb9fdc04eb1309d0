/** docs/benchmarks.md and docs/benchmarks.svg, as docs/benchmarks.json and docs/benchmarks-newer.json have the numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchReport } from '../src/bench/result.ts';
import { newerEngine } from './bench-newer.ts';
import { benchPlot } from './bench-plot.ts';
import { benchParts } from './bench-tables.ts';
import { replaceAllGenerated } from './spec-table.ts';

/** File and content, for each. */
export function benchFiles(root: string): readonly (readonly [file: string, content: string])[] {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const report = JSON.parse(read('docs/benchmarks.json')) as BenchReport;
  const newer = JSON.parse(read('docs/benchmarks-newer.json')) as BenchReport;
  const parts = { ...benchParts(report), 'bench-newer': newerEngine(newer) };
  return [
    ['docs/benchmarks.md', replaceAllGenerated(read('docs/benchmarks.md'), parts)],
    ['docs/benchmarks.svg', benchPlot(report)],
  ];
}
