/** What can run in a page, by name: the module that opens it there, and the packages whose files it needs. */
import { findPeer, type PeerName } from '../implementations/peers.ts';
import type { Roots } from './files.ts';
import { distFolder } from './files.ts';

export interface PageKind {
  /** Under dist/src/browser/page/. */
  readonly module: string;
  readonly packages: readonly PeerName[];
  /** What some of its providers need beside them. */
  readonly more?: Readonly<Record<string, readonly PeerName[]>>;
  /** The ways to compute that it may have there, the first by default. */
  readonly providers: readonly string[];
}

export const pages = {
  kernels: { module: 'kernels.js', packages: [], providers: ['sums', 'winograd', 'strassen'] },
  'onnxruntime-web': {
    module: 'onnxruntime-web.js',
    packages: ['onnxruntime-web'],
    providers: ['wasm', 'webgl', 'webgpu'],
  },
  gpu: {
    module: 'gpu.js',
    packages: ['gpu.js'],
    providers: ['webgpu', 'webgl2'],
  },
  tfjs: {
    module: 'tfjs.js',
    packages: ['@tensorflow/tfjs'],
    more: { wasm: ['@tensorflow/tfjs-backend-wasm'], webgpu: ['@tensorflow/tfjs-backend-webgpu'] },
    providers: ['cpu', 'wasm', 'webgl', 'webgpu'],
  },
} as const satisfies Readonly<Record<string, PageKind>>;

export type PageName = keyof typeof pages;

/** What a page of this kind may be served, and what it's told of it. Throws a PeerError. */
export function servedTo(
  packages: readonly PeerName[],
  folder?: string,
): {
  readonly roots: Roots;
  readonly versions: ReadonlyMap<string, string>;
  readonly addresses: Record<string, string>;
} {
  const found = packages.map((name, i) => ({ name, root: `package-${i}`, ...findPeer(name, folder) }));
  return {
    roots: new Map([['dist', distFolder], ...found.map(({ root, folder: at }) => [root, at] as const)]),
    versions: new Map(found.map(({ name, version }) => [name, version])),
    addresses: Object.fromEntries(found.map(({ name, root }) => [name, `files/${root}/`])),
  };
}
