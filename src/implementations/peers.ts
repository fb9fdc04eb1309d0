/** Packages that are judged or compared with, found at run time: none of them is a dependency. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A package that isn't there or doesn't load; the message says how to install it. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
}

/** How each peer is installed. The postinstall of onnxruntime-node downloads what its CPU provider doesn't need. */
export const installCommands = {
  'onnxruntime-node': 'npm install onnxruntime-node --ignore-scripts',
  'onnxruntime-web': 'npm install onnxruntime-web',
  '@tensorflow/tfjs': 'npm install @tensorflow/tfjs',
} as const;

export type PeerName = keyof typeof installCommands;

/** A loaded peer: its exports, and its version. */
export interface Peer {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly version: string;
}

/** Looks in the folder where we were started, then beside this package. Rejects with a PeerError. */
export async function importPeer(name: PeerName, folder = process.cwd()): Promise<Peer> {
  const places = [pathToFileURL(join(folder, 'igc-oracle.js')).href, import.meta.url];
  const path = places.map((place) => resolved(name, place)).find((found) => found !== undefined);
  if (path === undefined) throw new PeerError(`${name} isn't installed: ${installCommands[name]}`);
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

function resolved(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** Of the package.json above the file; not every package exports it. */
function versionOf(name: string, path: string): string {
  const folder = path.slice(0, path.lastIndexOf(join('node_modules', name)));
  try {
    const file = join(folder, 'node_modules', name, 'package.json');
    const description: unknown = createRequire(import.meta.url)(file);
    return isObject(description) ? String(description.version) : 'unknown version';
  } catch {
    return 'unknown version';
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
