/** A folder with what a check needs, gone when it's over: the report speaks of no path of this machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes files in a folder. */
export type MakeFiles = (folder: string) => void;

/** Does something in a fresh folder where files are made; without files, here. */
export async function inFolder<T>(
  files: MakeFiles | undefined,
  act: (folder: string | undefined) => Promise<T>,
): Promise<T> {
  if (!files) return act(undefined);
  const folder = mkdtempSync(join(tmpdir(), 'igc-field-report-'));
  try {
    files(folder);
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
