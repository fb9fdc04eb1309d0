/** Which files a page may have: our own built modules, and those of named packages. Nothing else is there for it. */
import { realpathSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

export interface FoundFile {
  readonly path: string;
  readonly type: string;
  readonly size: number;
}

/** Folders by the first part of an address, as 'dist'. */
export type Roots = ReadonlyMap<string, string>;

/** The folder of our built modules: ours, or beside the sources the built one. */
export const distFolder = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../../', import.meta.url),
);

/**
 * The file at an address like 'dist/src/browser/page/main.js', where there is one that may be had: a script or
 * WebAssembly in one of the folders, links followed.
 */
export function fileAt(address: string, roots: Roots): FoundFile | undefined {
  const [first = '', ...rest] = address.split('/');
  const root = roots.get(first);
  const plain = /^[\w@+-][\w@.+-]*$/;
  if (root === undefined || rest.length === 0 || !rest.every((part) => plain.test(part))) return undefined;
  const type = types[extname(address)];
  if (type === undefined) return undefined;
  try {
    const path = realpathSync(join(root, ...rest));
    if (!path.startsWith(realpathSync(root) + sep)) return undefined;
    const stats = statSync(path);
    return stats.isFile() ? { path, type, size: stats.size } : undefined;
  } catch {
    return undefined;
  }
}
