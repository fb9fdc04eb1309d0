/**
 * A check that takes long, asked in parts: what is done is kept until all of it is, so that a run that was cut off is taken
 * up where it ended.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReport } from '../../src/cli/read-report.ts';
import type { Part } from '../../src/oracle/merge.ts';
import { igc, lastLine, type Surroundings } from './igc.ts';

/** Not in the repository: it is empty but for a run that isn't finished. */
const kept = '.field-report';

/** All parts of a check; or why it can't be made here. */
export type Parts = { readonly parts: readonly Part[] } | { readonly unavailable: string };

/** Asks for the parts that aren't there yet. `id` names the check, `args` are those of igc. */
export async function partsOf(
  id: string,
  args: readonly string[],
  count: number,
  surroundings: Surroundings,
): Promise<Parts> {
  const folder = join(kept, id);
  mkdirSync(folder, { recursive: true });
  const parts: Part[] = [];
  for (let index = 1; index <= count; index++) {
    const file = join(folder, `${index}-of-${count}.json`);
    const isThere = existsSync(file);
    if (!isThere) {
      const ran = await igc(
        [...args, ...(count > 1 ? ['--shard', `${index}/${count}`] : []), '--json'],
        surroundings,
      );
      if (ran.out === '') return { unavailable: lastLine(ran) };
      // Under another name first: a file that is there is whole.
      writeFileSync(`${file}.new`, ran.out);
      renameSync(`${file}.new`, file);
    }
    const part = readReport(file);
    const { verdict, reason } = part.report;
    process.stderr.write(`${id} ${index}/${count}${isThere ? ' (kept)' : ''}: ${verdict}: ${reason}\n`);
    parts.push(part);
  }
  return { parts };
}

/** Forgets the parts of a check. */
export function forget(id: string): void {
  rmSync(join(kept, id), { recursive: true, force: true });
}
