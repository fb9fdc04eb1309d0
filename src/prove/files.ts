import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a file of spec/proofs that isn't a module: it lies in the package, not in what tsc builds. */
export function proofFile(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder))
      throw new Error(`spec/proofs/${name}: no package.json above ${import.meta.url}`);
    folder = dirname(folder);
  }
  return join(folder, 'spec', 'proofs', name);
}
