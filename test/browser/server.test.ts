/** The server of the page: gives what a page may have, and nothing else to nobody else. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileAt } from '../../src/browser/files.ts';
import { type Served, serve } from '../../src/browser/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'igc-served-'));
const root = join(folder, 'root');
const roots = new Map([['mine', root]]);
let served: Served;

beforeAll(async () => {
  mkdirSync(join(root, 'inside.js'), { recursive: true });
  writeFileSync(join(root, 'a.js'), 'export {};');
  writeFileSync(join(root, 'key.pem'), 'secret');
  writeFileSync(join(root, '.hidden.js'), 'secret');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  symlinkSync(join(folder, 'secret.js'), join(root, 'link.js'));
  served = await serve(roots);
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** As it is written: fetch would tidy the path first. */
function get(
  path: string,
  { method = 'GET', host }: { method?: string; host?: string } = {},
): Promise<Reply> {
  const { hostname, port, pathname } = new URL(served.address);
  const headers = host === undefined ? {} : { host };
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: path.replace(/^~/, pathname), method, headers };
    const sent = request(options, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

it('serves the page, isolated and alone', async () => {
  const { status, headers, text } = await get('~');
  expect([status, text]).toEqual([200, expect.stringContaining('page/main.js')]);
  expect(headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'x-content-type-options': 'nosniff',
  });
});

it('serves a script of a folder that the page may have', async () => {
  const { status, headers, text } = await get('~files/mine/a.js');
  expect([status, headers['content-type'], text]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'export {};',
  ]);
});

it.each([
  '/',
  '/files/mine/a.js',
  '/00000000000000000000000000000000/',
  '~files/',
  '~files/mine',
  '~files/mine/',
  '~files/mine/none.js',
  '~files/mine/inside.js',
  '~files/mine/key.pem',
  '~files/mine/.hidden.js',
  '~files/mine/link.js',
  '~files/mine/../secret.js',
  '~files/mine/..%2fsecret.js',
  '~files/mine/%2e%2e/secret.js',
  '~files/mine/..\\secret.js',
  '~files/mine//a.js',
  '~files/mine/a.js%00',
  '~files/other/a.js',
  '~files/__proto__/a.js',
  '~../../etc/passwd',
  '~next',
  '~next?page=1',
  '~elsewhere?page=12345678',
])('has nothing at %s', async (path) => {
  expect((await get(path)).status).toBe(404);
});

it('answers only to its own name, and to what is asked of it', async () => {
  expect((await get('~', { host: 'evil.example:80' })).status).toBe(403);
  expect((await get('~', { method: 'POST' })).status).toBe(405);
  expect((await get('~', { method: 'DELETE' })).status).toBe(405);
  expect((await get('~said?page=12345678')).status).toBe(405);
});

it('follows no link out of a folder, by any name', () => {
  expect(fileAt('mine/a.js', roots)).toMatchObject({ size: 10 });
  for (const name of ['mine/link.js', '../secret.js', 'mine/../../secret.js', '/etc/passwd', ''])
    expect(fileAt(name, roots), name).toBeUndefined();
});
