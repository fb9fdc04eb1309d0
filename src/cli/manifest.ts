import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileError } from '../formats/index.ts';
import { UsageError } from './frame.ts';
import type { Job } from './job.ts';
import { readOptions, type WrittenOptions } from './recording-options.ts';

/**
 * The recordings that a manifest lists: { recordings: [{ file, title, options, expect: { verdict, stage } }] }, the
 * files beside the manifest, the options written as on the command line. Throws a FileError that names the entry.
 */
export function readManifest(path: string): readonly Job[] {
  const { recordings } = parse(path) as { recordings?: unknown };
  if (!Array.isArray(recordings) || recordings.length === 0) {
    throw new FileError(path, 'recordings: expected a list of at least one recording');
  }
  return recordings.map((entry, i) => jobOf(entry, path, `recordings[${i}]`));
}

function parse(path: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new FileError(path, `expected a JSON manifest: ${(error as Error).message}`);
  }
  throw new FileError(path, 'expected a JSON object');
}

function jobOf(entry: unknown, path: string, where: string): Job {
  const { file, title, options, expect } = (entry ?? {}) as Record<string, unknown>;
  const verdict = (expect as { verdict?: unknown } | undefined)?.verdict;
  const stage = (expect as { stage?: unknown } | undefined)?.stage;
  if (typeof file !== 'string' || typeof verdict !== 'string') {
    throw new FileError(
      path,
      `${where}: expected { file, expect: { verdict } }, got ${JSON.stringify(entry)}`,
    );
  }
  try {
    return {
      file: join(dirname(path), file),
      options: readOptions((options ?? {}) as WrittenOptions),
      ...(typeof title === 'string' ? { title } : {}),
      expect: { verdict, stage: typeof stage === 'string' ? stage : undefined },
    };
  } catch (error) {
    if (error instanceof UsageError) throw new FileError(path, `${where}: ${error.message}`);
    throw error;
  }
}
