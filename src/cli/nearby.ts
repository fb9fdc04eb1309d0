/** What somebody may have meant who named something that isn't there. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { printable } from '../implementations/printable.ts';
import { suggestions } from './suggest.ts';

/** '; did you mean …?' where a path isn't there and a file beside it, or one of these names, is nearly called so; or ''. */
export function nearby(path: string, names: readonly string[] = []): string {
  if (existsSync(path)) return '';
  const folder = dirname(path);
  const isBare = !path.includes('/');
  const beside = filesIn(folder).filter((name) => /\.(npz|npy|safetensors|onnx|[cm]?[jt]s)$/.test(name));
  const near = suggestions(basename(path), isBare ? [...names, ...beside] : beside)
    .slice(0, 3)
    .map((name) => (names.includes(name) && isBare ? name : shown(path, folder, name)));
  return near.length === 0 ? '' : `; did you mean ${near.map((name) => printable(name)).join(' or ')}?`;
}

/** The file beside a path, as it would have been written. */
function shown(path: string, folder: string, name: string): string {
  if (folder !== '.') return join(folder, name);
  return path.startsWith('./') ? `./${name}` : name;
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
