/** What a page prints on its console. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { headlessChromium } from '../../../src/browser/chromium.ts';
import { packages } from './javascript.ts';

/** Milliseconds for a page of a few lines. */
const patience = 120_000;

/** The console's lines, and whatever breaks the page, sent home. */
const listening = `<script>
  const say = (text) => fetch('/said', { method: 'POST', body: text });
  console.log = say;
  addEventListener('error', (event) => say('it failed: ' + event.message));
  addEventListener('unhandledrejection', (event) => say('it failed: ' + event.reason));
</script>
`;

const types: Readonly<Record<string, string>> = { '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** The first line that the page prints, in Chromium, with the packages beside it. */
export async function pageOutput(page: string): Promise<string> {
  let heard: (line: string) => void = () => {};
  const line = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const server = createServer(serving(`<!doctype html>${listening}${page}`, heard));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const timer = setTimeout(() => heard('it printed nothing'), patience);
  const browser = await headlessChromium()(`http://127.0.0.1:${port}/`);
  try {
    return await line;
  } finally {
    clearTimeout(timer);
    await browser.stop();
    server.closeAllConnections();
    server.close();
  }
}

function serving(page: string, heard: (line: string) => void): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/said') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.end();
        heard(Buffer.concat(chunks).toString());
      });
      return;
    }
    if (pathname === '/') {
      response.setHeader('Content-Type', 'text/html').end(page);
      return;
    }
    const file = join(packages(), normalize(pathname));
    if (!pathname.startsWith('/node_modules/') || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  };
}
