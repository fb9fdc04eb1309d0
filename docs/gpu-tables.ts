/** The generated parts of docs/gpu.md, from docs/gpu-benchmarks.json, which `npm run gpu:bench -- --write` writes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRight } from '../bench/gpu/pitfalls.ts';
import type { BackendResult, CandidateResult, CaseResult, PageResult } from '../bench/gpu/result.ts';
import { replaceAllGenerated } from './spec-table.ts';

/** File and content. */
export function gpuFiles(root: string): readonly (readonly [file: string, content: string])[] {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const found = JSON.parse(read('docs/gpu-benchmarks.json')) as PageResult;
  return [['docs/gpu.md', replaceAllGenerated(read('docs/gpu.md'), gpuParts(found))]];
}

export function gpuParts(found: PageResult): Readonly<Record<string, string>> {
  return {
    'gpu-devices': devices(found),
    'gpu-pitfalls': pitfalls(found.backends),
    'gpu-times': found.cases.map(times).join('\n\n'),
  };
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function devices({ browser, versions, backends }: PageResult): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const rows = backends.map(({ backend, device, checked, unavailable }) => [
    backend,
    device ? `${device.adapter}${device.software ? ' (software)' : ''}` : (unavailable ?? ''),
    checked ? `${checked.verdict}: ${checked.reason}` : 'not asked',
    device?.keepsNonFinite ? 'kept' : 'not kept',
    device?.keepsSubnormals ? 'kept' : 'become zero',
  ]);
  const head = ['backend', 'device', 'the oracle, level 1', 'infinities, NaN', 'subnormal numbers'];
  return `${browser}; ${packages.join(', ')}\n\n${table(head, rows)}`;
}

function pitfalls(backends: readonly BackendResult[]): string {
  const tried = backends.filter((one) => one.pitfalls);
  const titles = tried[0]?.pitfalls ?? [];
  const rows = titles.map(({ id, title }) => [
    title,
    ...tried.map((one) => {
      const { plain, ours } = one.pitfalls!.find((other) => other.id === id)!;
      const mark = isRight(ours) ? '' : ' — **and with igc-oracle/gpu too**';
      return `${isRight(plain) ? 'right' : `expected ${plain.expected}: got ${plain.got}`}${mark}`;
    }),
  ]);
  return table(['without what `igc-oracle/gpu` does', ...tried.map(({ backend }) => backend)], rows);
}

function times({ id, rounds, candidates }: CaseResult): string {
  const row = (candidate: CandidateResult): readonly string[] => {
    const { name, isOurs, times: measured, overOurs, error, problem } = candidate;
    if (!measured) return [name, problem ?? '', '', '', ''];
    const ratio = isOurs || overOurs === undefined ? '' : `${overOurs.toFixed(1)} ×`;
    return [
      isOurs ? `**${name}**` : name,
      measured.median.toFixed(1),
      measured.least.toFixed(1),
      ratio,
      error!.toExponential(1),
    ];
  };
  const groups = (['webgpu', 'webgl', 'wasm'] as const).flatMap((api) =>
    candidates.filter((candidate) => candidate.api === api).map(row),
  );
  const head = ['', 'median ms', 'least', 'of ours on the same API', 'largest error / largest output'];
  return `**${id}**, ${rounds} rounds\n\n${table(head, groups)}`;
}
