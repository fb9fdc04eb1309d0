/**
 * The server behind the GPU page: serves its files, judges what it computed, and asks its backends the oracle's cases, for
 * which the page opens a frame. Listens on this machine alone, below a name that nobody can guess.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type BenchCase, casesNamed } from '../../src/bench/case.ts';
import { distFolder, type Roots } from '../../src/browser/files.ts';
import { bodyOf, isAskedHere, sendFile } from '../../src/browser/http.ts';
import { findPeer, type PeerName } from '../../src/implementations/peers.ts';
import { type Backend, backends } from '../../src/kernels/gpu/types.ts';
import type { Shard } from '../../src/oracle/shard.ts';
import { checkInFrame } from './check.ts';
import { judgeNumbers } from './judge.ts';
import type { PageResult } from './result.ts';

export interface Setup {
  /** Where the files of packages are, by package; only of those that are installed. */
  readonly packages: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly BenchCase[];
  readonly rounds: number;
  /** How many calls in a row each backend is asked; 0 for none. */
  readonly calls: number;
  /** Whether it begins by itself. */
  readonly isAutomatic: boolean;
  /** The part of the oracle's cases that is asked; all, where it isn't said. */
  readonly shard?: Shard | undefined;
  readonly wants: { readonly check: boolean; readonly pitfalls: boolean; readonly times: boolean };
}

export interface PageServer {
  readonly address: string;
  /** Resolves with what the page found out; rejects where the page gives up. */
  readonly result: Promise<PageResult>;
  close(): void;
}

const peers: readonly PeerName[] = [
  'gpu.js',
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-webgpu',
  'onnxruntime-web',
];

/** The longest output of a page, in bytes. */
const mostBytes = 2 ** 26;

const html = readFileSync(
  fileURLToPath(new URL('bench/gpu/page/index.html', `file://${distFolder}../`)),
  'utf8',
);

/** `says`: told what the page is doing. */
export async function servePage(
  options: Omit<Setup, 'packages' | 'versions'>,
  says: (what: string) => void = () => {},
): Promise<PageServer> {
  const { roots, ...found } = packagesHere();
  const setup: Setup = { ...options, ...found };
  const base = `/${randomBytes(16).toString('hex')}/`;
  let told: (result: PageResult) => void = () => {};
  let gaveUp: (error: Error) => void = () => {};
  const result = new Promise<PageResult>((resolve, reject) => {
    told = resolve;
    gaveUp = reject;
  });
  result.catch(() => {});

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (status: number) => void response.writeHead(status).end();
    if (!isAskedHere(request)) return refuse(403);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (!pathname.startsWith(base)) return refuse(404);
    const what = pathname.slice(base.length);
    response.setHeader('Cache-Control', 'no-store');
    if (request.method === 'GET') {
      if (what === '') return send(response, 'text/html; charset=utf-8', html);
      if (what === 'setup') return send(response, 'application/json', JSON.stringify(setup));
      if (what.startsWith('files/')) return sendFile(response, what.slice('files/'.length), roots);
      return refuse(404);
    }
    if (request.method !== 'POST') return refuse(405);
    if (what === 'check') {
      const backend = backends.find((name): name is Backend => name === searchParams.get('backend'));
      return backend ? checkInFrame(backend, setup.shard, request, response) : refuse(400);
    }
    const body = await bodyOf(request, mostBytes);
    if (body === undefined) return refuse(413);
    if (what === 'judge') {
      const [question] = casesNamed(searchParams.get('case') ?? '');
      return send(response, 'application/json', JSON.stringify(judgeNumbers(question!, body)));
    }
    if (what === 'result') {
      told(JSON.parse(new TextDecoder().decode(body)) as PageResult);
      return refuse(204);
    }
    if (what === 'says') {
      says(new TextDecoder().decode(body));
      return refuse(204);
    }
    if (what === 'failed') {
      gaveUp(new Error(`the page gave up: ${new TextDecoder().decode(body)}`));
      return refuse(204);
    }
    return refuse(404);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500).end(String(error));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    result,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function packagesHere(): Pick<Setup, 'packages' | 'versions'> & { readonly roots: Roots } {
  const found = peers.flatMap((name, i) => {
    try {
      return [{ name, root: `package-${i}`, ...findPeer(name) }];
    } catch {
      return [];
    }
  });
  return {
    roots: new Map([['dist', distFolder], ...found.map(({ root, folder }) => [root, folder] as const)]),
    packages: Object.fromEntries(found.map(({ name, root }) => [name, `files/${root}/`])),
    versions: Object.fromEntries(found.map(({ name, version }) => [name, version])),
  };
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'Content-Type': type }).end(text);
}
