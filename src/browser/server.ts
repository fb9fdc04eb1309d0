/**
 * A server for one page on this machine: listens on 127.0.0.1 alone, at a random port, below a random name that nobody can
 * guess, and serves the page, the files that it may have and its messages. The page is isolated, so that it may share
 * memory between threads, and can reach nothing but this server.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Exchange } from './exchange.ts';
import type { Roots } from './files.ts';
import { bodyOf, isAskedHere, sendFile } from './http.ts';

/** The longest answer of a page, in bytes. */
const mostBytes = 2 ** 28;

const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy':
    "default-src 'self'; img-src data:; script-src 'self' 'unsafe-eval' blob:; worker-src 'self' blob:; connect-src 'self' blob: data:; style-src 'unsafe-inline'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>igc</title>
<link rel="icon" href="data:,">
<body>Loading…</body>
<script type="module" src="files/dist/src/browser/page/main.js"></script>
</html>
`;

export interface Served {
  /** Where the page is. */
  readonly address: string;
  readonly exchange: Exchange;
  close(): Promise<void>;
}

/** Starts serving; `roots`: whose files the page may have, below files/. */
export function serve(roots: Roots): Promise<Served> {
  const exchange = new Exchange();
  const base = `/${randomBytes(16).toString('hex')}/`;
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    handle({ request, response, base, roots, exchange }).catch(() => response.destroy());
  });
  // Who waits for an answer has a timer; nobody waits for a connection.
  server.on('connection', (socket) => socket.unref());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        address: `http://127.0.0.1:${port}${base}`,
        exchange,
        close: () =>
          new Promise((closed) => {
            exchange.forget();
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly base: string;
  readonly roots: Roots;
  readonly exchange: Exchange;
}

async function handle(visit: Visit): Promise<void> {
  const { request, response, base, roots, exchange } = visit;
  const refuse = (status: number) => void response.writeHead(status).end();
  if (!isAskedHere(request)) return refuse(403);
  const [path = '', query = ''] = (request.url ?? '').split('?');
  if (!path.startsWith(base)) return refuse(404);
  const what = path.slice(base.length);
  const isPost = request.method === 'POST';
  if (isPost !== (what === 'said') || (!isPost && request.method !== 'GET')) return refuse(405);
  if (what === '') {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
    return;
  }
  if (what.startsWith('files/')) return sendFile(response, what.slice('files/'.length), roots);
  const page = /^page=([\w-]{8,64})$/.exec(query)?.[1];
  if (page === undefined || !['alive', 'next', 'said'].includes(what)) return refuse(404);
  if (!exchange.admits(page)) return refuse(410);
  if (what === 'next') return exchange.next(response);
  if (what === 'alive') {
    response.on('close', () => exchange.lost(page));
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    response.flushHeaders();
    return;
  }
  const bytes = await bodyOf(request, mostBytes);
  if (bytes === undefined) return refuse(413);
  response.writeHead(204).end();
  exchange.said(bytes);
}
