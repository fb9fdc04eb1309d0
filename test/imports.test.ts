/** Which way the arrows point: no room imports a room above it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** What each room may import, beside itself. Packages are named as they are imported. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  spec: [],
  'spec/proofs': [],
  'src/algebras': ['spec/00-notation.ts'],
  'src/tensor': ['spec/00-notation.ts', 'ndarray'],
  // No package, nothing of Node's: a browser loads it as it is.
  'src/kernels': [
    'spec/00-notation.ts',
    'src/algebras/strassen.ts',
    'src/algebras/winograd.ts',
    'src/tensor/argument-error.ts',
    'node:worker_threads',
  ],
  // gpu.js is an optional peer; the known cases that a device has to compute are the specification's.
  'src/kernels/gpu': ['spec', 'src/algebras/float64.ts', 'src/kernels', 'gpu.js'],
  'src/formats': ['node:crypto', 'node:fs', 'node:path', 'node:zlib'],
  'src/laws': ['spec', 'src/algebras', 'fast-check'],
  'src/prove': ['spec', 'spec/proofs', 'src/algebras', 'src/tensor', 'src/laws', 'z3-solver', 'node:'],
  'src/oracle': ['spec', 'src/algebras', 'src/tensor', 'src/laws', 'fast-check'],
  'src/implementations': [
    'spec',
    'src/algebras',
    'src/tensor',
    'src/formats',
    'src/kernels',
    'src/oracle',
    'ndarray',
    'node:',
  ],
  // Beside the server that is Node's, what runs in the page: test/browser/pure.test.ts holds it to that.
  'src/browser': ['spec/00-notation.ts', 'src/implementations', 'src/oracle', 'src/kernels', 'node:'],
  'src/reports': [
    'src/oracle/layout.ts',
    'src/oracle/pattern.ts',
    'src/oracle/report-types.ts',
    'src/oracle/types.ts',
    'node:crypto',
  ],
  'src/bench': [
    'spec/00-notation.ts',
    'src/algebras',
    'src/oracle',
    'src/implementations',
    'src/kernels',
    'node:',
  ],
  'src/cli': ['spec', 'src', 'commander', 'node:'],
  src: ['spec', 'src/algebras', 'src/tensor', 'src/laws', 'src/oracle', 'src/formats', 'src/implementations'],
};

function roomOf(file: string): string {
  const folder = dirname(file);
  return Object.keys(mayImport)
    .sort((a, b) => b.length - a.length)
    .find((room) => folder === room || folder.startsWith(`${room}/`))!;
}

function importsOf(file: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  const statements = source.matchAll(
    /^(?:import|export)\s[^;]*?\bfrom '([^']+)';|^import '([^']+)';|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].map(([, from, forItsEffect, dynamic]) => {
    const specifier = (from ?? forItsEffect ?? dynamic) as string;
    return specifier.startsWith('.') ? relative('.', join(dirname(file), specifier)) : specifier;
  });
}

const files = ['spec', 'src'].flatMap((top) =>
  readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(top, file)),
);

test('every file is in a room', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
});

test.each(Object.keys(mayImport))('%s imports only what it may', (room) => {
  const allowed = mayImport[room]!;
  const wrong = files
    .filter((file) => roomOf(file) === room)
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => {
          const own = target.endsWith('.ts') && roomOf(target) === room;
          const listed = allowed.some(
            (entry) => target === entry || target.startsWith(entry.endsWith(':') ? entry : `${entry}/`),
          );
          return !own && !listed;
        })
        .map((target) => `${file} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

test('no cycles between files', () => {
  const edges = new Map(files.map((file) => [file, importsOf(file).filter((t) => t.endsWith('.ts'))]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' → ')];
    if (done.has(file)) return [];
    const cycles = (edges.get(file) ?? []).flatMap((next) => visit(next, [...path, file]));
    done.add(file);
    return cycles;
  };
  expect(files.flatMap((file) => visit(file, []))).toEqual([]);
});
