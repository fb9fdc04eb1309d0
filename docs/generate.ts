/** Writes the generated parts of the documents: `npm run generate`, from the top of the repository. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { benchFiles } from './bench-files.ts';
import type { FieldReport } from './field-report/entry.ts';
import { rendered } from './field-report/render.ts';
import { gpuFiles } from './gpu-tables.ts';
import { generatedParts, replaceGenerated } from './spec-table.ts';

function write(file: string, fresh: string, what = file): void {
  const isFresh = existsSync(file) && readFileSync(file, 'utf8') === fresh;
  if (!isFresh) writeFileSync(file, fresh);
  process.stderr.write(`${what} ${isFresh ? 'is up to date' : 'written'}\n`);
}

for (const [file, name, content] of generatedParts('.')) {
  write(file, replaceGenerated(readFileSync(file, 'utf8'), name, content), `${file}: ${name}`);
}
for (const [file, content] of benchFiles('.')) write(file, content);
for (const [file, content] of gpuFiles('.')) write(file, content);
const found = JSON.parse(readFileSync('docs/field-report.json', 'utf8')) as FieldReport;
write('docs/field-report.md', rendered(found));
