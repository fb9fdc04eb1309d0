import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { FileError } from '../formats/index.ts';
import { type VerdictKind, verdictKinds } from '../oracle/types.ts';
import { UsageError } from './frame.ts';
import type { Job } from './job.ts';
import { readOptions, type WrittenOptions, writtenTypes } from './recording-options.ts';

/**
 * The recordings that a manifest lists: { recordings: [{ file, title, options, expect: { verdict, stage } }] }, the
 * files beside the manifest, the options written as on the command line. Throws a FileError that names the entry.
 */
export function readManifest(path: string): readonly Job[] {
  return blaming(path, () => {
    const { recordings } = parse(path);
    if (!Array.isArray(recordings) || recordings.length === 0) {
      throw new UsageError('recordings: expected a list of at least one recording');
    }
    return recordings.map((entry, i) =>
      blaming(path, () => jobOf(entry, dirname(path)), `recordings[${i}]: `),
    );
  });
}

/** What is wrong in a manifest is the file's fault, not that of who typed the command. */
function blaming<T>(path: string, read: () => T, where = ''): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw new FileError(path, where + error.message);
    throw error;
  }
}

function parse(path: string): Fields {
  try {
    return object(JSON.parse(readFileSync(path, 'utf8')), 'manifest');
  } catch (error) {
    throw new UsageError(`expected a JSON manifest: ${(error as Error).message}`);
  }
}

function jobOf(entry: unknown, folder: string): Job {
  const { file, title, options = {}, expect } = object(entry, 'entry');
  const { verdict, stage } = object(expect, 'expect', ['verdict', 'stage']);
  const path = typed<string>(file, 'file', ['string']);
  return {
    file: isAbsolute(path) ? path : join(folder, path),
    options: readOptions(written(options)),
    ...(title === undefined ? {} : { title: typed<string>(title, 'title', ['string']) }),
    expect: {
      verdict: verdictOf(verdict),
      ...(stage === undefined ? {} : { stage: typed<string>(stage, 'expect.stage', ['string']) }),
    },
  };
}

function written(options: unknown): WrittenOptions {
  const given = object(options, 'options', Object.keys(writtenTypes));
  for (const [name, types] of Object.entries(writtenTypes)) {
    if (given[name] !== undefined) typed(given[name], `options.${name}`, types);
  }
  return given as WrittenOptions;
}

function verdictOf(value: unknown): VerdictKind {
  const kind = verdictKinds.find((known) => known === value);
  if (kind) return kind;
  throw new UsageError(`expect.verdict: expected ${verdictKinds.join(', ')}, got ${shown(value)}`);
}

type Fields = Readonly<Record<string, unknown>>;

/** A JSON object, with no keys but these where they are named. */
function object(value: unknown, name: string, keys?: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${name}: expected an object, got ${shown(value)}`);
  }
  const strange = keys && Object.keys(value).find((key) => !keys.includes(key));
  if (strange === undefined) return value as Fields;
  throw new UsageError(`${name}: expected only ${keys?.join(', ')}, got ${shown(strange)}`);
}

function typed<T>(value: unknown, name: string, types: readonly string[]): T {
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (types.includes(isTexts ? 'list of strings' : typeof value)) return value as T;
  throw new UsageError(`${name}: expected a ${types.join(' or a ')}, got ${shown(value)}`);
}

/** A value in a message: short, whatever came. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}...` : text;
}
