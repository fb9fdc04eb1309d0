/** What to type next where a file was named that `igc check` can't judge as it stands. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { bundleFiles, inShell, replayCommand } from '../implementations/bundle.ts';
import { printable } from '../implementations/printable.ts';

const sources = ['.c', '.cc', '.cpp', '.cu', '.f90', '.go', '.hs', '.java', '.jl', '.m', '.rs', '.zig'];

/** '; …' for a folder, or a file that is no recording by its name; '' for one that should have been. */
export function whatNext(path: string): string {
  if (!existsSync(path)) return '';
  const file = inShell(path);
  if (statSync(path).isDirectory()) {
    if (isBundle(path)) return `; it is a failure bundle: ${replayCommand(path, implementationIn(path))}`;
    return '; name a recording in it (.npz, .safetensors), or a module (.mjs)';
  }
  const extension = extname(path).toLowerCase();
  if (['.npz', '.npy', '.safetensors'].includes(extension)) return '';
  if (extension === '.onnx') return `; a model is judged with igc check --onnx ${file}`;
  if (extension === '.json')
    return '; reports are joined by igc merge, a failure bundle is asked again with --replay';
  if (sources.includes(extension))
    return '; build it, and judge the program with --command or --one-shot (docs/implementations.md)';
  return '; judged are recordings (.npz, .safetensors), modules (.mjs, .js, .ts), programs (--command, --one-shot) and models (--onnx)';
}

/** The arguments that name what a bundle is a failure of; an example where it doesn't say. */
export function implementationIn(bundle: string): string {
  try {
    const { implementation } = JSON.parse(readFileSync(join(bundle, bundleFiles.description), 'utf8'));
    if (typeof implementation === 'string') return printable(implementation);
  } catch {
    // Reading the bundle, once it's asked for, says what is wrong with it.
  }
  return './mine.mjs';
}

/** Whether a folder is a failure bundle. */
export const isBundle = (folder: string): boolean => existsSync(join(folder, bundleFiles.description));

/** '; did you mean …?' where a folder holds failure bundles and is none; or ''. */
export function bundlesIn(folder: string): string {
  const names = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
  const bundles = names.map((name) => join(folder, name)).filter(isBundle);
  if (bundles.length === 0) return '';
  const more = bundles.length > 3 ? ` (or ${bundles.length - 3} more)` : '';
  return `; did you mean ${bundles.slice(0, 3).map(printable).join(' or ')}${more}?`;
}
