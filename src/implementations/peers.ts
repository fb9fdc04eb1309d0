/** Packages that are judged or compared with, found at run time: none of them is a dependency. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MissingError } from './missing.ts';

/** A package that isn't there or doesn't load; the message says how to install it. */
export class PeerError extends MissingError {
  override readonly name = 'PeerError';
}

/** How each peer is installed. The postinstall of onnxruntime-node downloads what its CPU provider doesn't need. */
export const installCommands = {
  'onnxruntime-node': 'npm install onnxruntime-node --ignore-scripts',
  'onnxruntime-web': 'npm install onnxruntime-web',
  '@tensorflow/tfjs': 'npm install @tensorflow/tfjs',
  '@tensorflow/tfjs-backend-wasm': 'npm install @tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu': 'npm install @tensorflow/tfjs-backend-webgpu',
  'gpu.js': 'npm install gpu.js',
  webgpu: 'npm install webgpu',
} as const;

export type PeerName = keyof typeof installCommands;

/** A loaded peer: its exports, and its version. */
export interface Peer {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly version: string;
}

/** Looks in the folder where we were started, then beside this package. Rejects with a PeerError. */
export async function importPeer(name: PeerName, folder?: string): Promise<Peer> {
  const path = pathOf(name, folder);
  try {
    const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    // What is CommonJS is its default export.
    const exports = isObject(module.default) ? module.default : module;
    return { exports, version: versionOf(name, path) };
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new PeerError(`${name} is installed but doesn't load: ${reason}`, { cause });
  }
}

/** The folder of a package, for those who serve its files, and its version. Throws a PeerError. */
export function findPeer(
  name: PeerName,
  folder?: string,
): { readonly folder: string; readonly version: string } {
  const path = pathOf(name, folder);
  return { folder: folderOf(name, path), version: versionOf(name, path) };
}

/** The folder in which packages are looked for first: IGC_PEERS, else where we were started. */
const startFolder = () => process.env.IGC_PEERS ?? process.cwd();

function pathOf(name: PeerName, folder = startFolder()): string {
  const places = [pathToFileURL(join(folder, 'igc-oracle.js')).href, import.meta.url];
  const path = places.map((place) => resolved(name, place)).find((found) => found !== undefined);
  if (path === undefined) throw new PeerError(`${name} isn't installed: ${installCommands[name]}`);
  return path;
}

function resolved(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** The folder of the package that a file is in. */
function folderOf(name: string, path: string): string {
  const inside = join('node_modules', name);
  return path.slice(0, path.lastIndexOf(inside) + inside.length);
}

/** Of its package.json; not every package exports it. */
function versionOf(name: string, path: string): string {
  try {
    const file = join(folderOf(name, path), 'package.json');
    const description: unknown = createRequire(import.meta.url)(file);
    return isObject(description) ? String(description.version) : 'unknown version';
  } catch {
    return 'unknown version';
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
