/** Writes the generated parts of the documents: `npm run generate`, from the top of the repository. */
import { readFileSync, writeFileSync } from 'node:fs';
import { generatedParts, replaceGenerated } from './spec-table.ts';

for (const [file, name, content] of generatedParts('.')) {
  const text = readFileSync(file, 'utf8');
  const fresh = replaceGenerated(text, name, content);
  if (fresh !== text) writeFileSync(file, fresh);
  process.stderr.write(`${file}: ${name} ${fresh === text ? 'is up to date' : 'written'}\n`);
}
