/** Runs the proofs of one mutated copy after the other, so that the packages that they import are loaded once. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { brokenProofs, Question } from './broken.ts';

interface Message {
  readonly folder: string;
  readonly question: Question;
}

parentPort?.on('message', async ({ folder, question }: Message) => {
  try {
    const file = pathToFileURL(join(folder, 'src', 'prove', 'broken.js'));
    const copy: { brokenProofs: typeof brokenProofs } = await import(file.href);
    parentPort?.postMessage({ broken: await copy.brokenProofs(question) });
  } catch (thrown) {
    parentPort?.postMessage({ error: String(thrown) });
  }
});
