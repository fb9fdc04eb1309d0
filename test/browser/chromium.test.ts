/** Implementations in Chromium itself: right ones pass, a page that hangs or goes away is an outcome, nothing stays behind. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { browserAdapter, moduleInBrowser } from '../../src/browser/adapter.ts';
import { findChromium } from '../../src/browser/chromium.ts';
import type { Adapter, Case } from '../../src/oracle/adapter.ts';
import { ask } from '../../src/oracle/ask.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import { probes } from '../../src/oracle/probes/index.ts';

const missing = (() => {
  try {
    findChromium();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
})();
if (missing) console.warn(`skipped: ${missing}`);
// Where everything is said to be installed, nothing is skipped.
if (missing && process.env.CI) throw new Error(missing);

const folder = mkdtempSync(join(tmpdir(), 'igc-chromium-'));
// Profiles are made where temporary files are.
process.env.TMPDIR = folder;
const opened: Adapter[] = [];
const close = () => Promise.all(opened.splice(0).map((adapter) => adapter.close()));
afterEach(close);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const one = { shape: [1, 1, 1, 1], data: Float32Array.of(1), stored: 'float32' } as const;
const question: Case = {
  id: 'one',
  operation: 'interleave',
  inputs: new Map([['x', one]]),
  window: { stride: [1, 1], dilation: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } },
  partition: { L: 1, M: 1 },
};

async function open(adapter: Promise<Adapter>): Promise<Adapter> {
  opened.push(await adapter);
  return adapter;
}

describe.skipIf(missing)('in Chromium', () => {
  it('a module that is right passes', async () => {
    const adapter = await open(moduleInBrowser('docs/examples/my-kernels.mjs', {}));
    expect(adapter.about).toMatch(/Chrome\/\d+/);
    const all = [...probes(adapter, { level: 1, seed: 1, runs: 4 })];
    const cases = all.filter((_, i) => i % 6 === 0);
    const { verdict, failures } = await campaign(adapter, { level: 1, seed: 1, cases });
    expect([verdict, failures]).toEqual(['PASS', []]);
  });

  it('our kernels are right', async () => {
    const adapter = await open(browserAdapter({ page: 'kernels' }));
    const cases = [...probes(adapter, { level: 1, seed: 1, runs: 4 })].filter((_, i) => i % 6 === 0);
    const { verdict, failures } = await campaign(adapter, { level: 1, seed: 1, cases });
    expect([verdict, failures]).toEqual(['PASS', []]);
  });

  it.each([
    ['hangs', 'for (;;);', 'TIMEOUT', /no answer within 3000 ms/],
    [
      'goes elsewhere',
      "location.href = 'about:blank'; await new Promise(() => {});",
      'CRASH',
      /crashed or was closed/,
    ],
    ['throws', "throw new Error('no luck');", 'CRASH', /no luck/],
  ])('a module that %s is no pass, and the next case has a fresh page', async (_, body, kind, reason) => {
    const file = join(folder, `mine-${kind}-${body.length}.mjs`);
    writeFileSync(
      file,
      `export async function interleave({ x, out }) { if (x.data[0] === 2) { ${body} } out.data.set(x.data); }`,
    );
    const adapter = await open(moduleInBrowser(file, { timeout: 3000 }));
    const bad = { ...question, inputs: new Map([['x', { ...one, data: Float32Array.of(2) }]]) };
    const { verdict } = await ask(adapter, bad);
    expect([verdict.kind, verdict.reason]).toEqual([kind, expect.stringMatching(reason)]);
    expect(await adapter.run(question)).toMatchObject({ kind: 'answer' });
  });

  it('a page reaches nothing but its server, and shares memory between threads', async () => {
    const file = join(folder, 'mine-curious.mjs');
    writeFileSync(
      file,
      `export async function interleave({ out }) {
         const isRefused = await fetch('http://127.0.0.1:1/').then(() => 0, () => 1);
         out.data[0] = crossOriginIsolated && typeof SharedArrayBuffer === 'function' ? isRefused : 0;
       }`,
    );
    const adapter = await open(moduleInBrowser(file, {}));
    const outcome = await adapter.run(question);
    expect(outcome.kind === 'answer' && [...(outcome.arrays.get('y')!.data as Float32Array)]).toEqual([1]);
  });

  it('our kernels compute the same on two threads of a page as on one', async () => {
    const file = join(folder, 'mine-threads.mjs');
    // Large enough to be worth sharing: strips of a block, chunks of a batch.
    writeFileSync(
      file,
      `export async function interleave({ out }) {
         const { createKernels } = await import(new URL('files/dist/src/kernels/index.js', document.baseURI));
         const sides = { height: 56, width: 56, kernel: [3, 3] };
         const window = { stride: [1, 1], dilation: [1, 1], padding: { top: 1, bottom: 1, left: 1, right: 1 } };
         const numbers = (length, k) => Float32Array.from({ length }, (_, i) => Math.sin(k + i));
         const results = [];
         for (const threads of [1, 2]) {
           const kernels = createKernels({ threads });
           await kernels.ready;
           for (const N of [1, 6]) {
             const weights = { primaryWeight: numbers(48 * 24 * 9, 1), secondaryWeight: numbers(48 * 2, 2) };
             const block = kernels.block({ N, L: 2, Min: 24, ...sides, window }, weights);
             const x = numbers(N * 48 * 56 * 56, 3);
             const y = new Float32Array(x.length);
             for (let again = 0; again < 5; again++) block.run(x, y.fill(NaN));
             results.push([block.plan.threads, y]);
           }
           kernels.dispose();
         }
         const [[, a], [, b], [one, c], [many, d]] = results;
         const isSame = (p, q) => p.every((value, i) => value === q[i]);
         out.data[0] = isSame(a, c) && isSame(b, d) ? 10 * one + many : 0;
       }`,
    );
    const adapter = await open(moduleInBrowser(file, { timeout: 30_000 }));
    const outcome = await adapter.run(question);
    expect(outcome).toMatchObject({ kind: 'answer' });
    expect(outcome.kind === 'answer' && [...(outcome.arrays.get('y')!.data as Float32Array)]).toEqual([22]);
  });

  it('nothing of a browser stays behind', async () => {
    await open(moduleInBrowser('docs/examples/my-kernels.mjs', {}));
    expect(readdirSync(folder).filter((name) => name.startsWith('igc-browser-'))).toHaveLength(1);
    await close();
    expect(readdirSync(folder).filter((name) => name.startsWith('igc-browser-'))).toEqual([]);
  });
});

it('a Chromium that is not there is said to be, and how to get it', () => {
  expect(() => findChromium('/nonexistent/chromium')).toThrow(
    /expected a program at \/nonexistent\/chromium/,
  );
});
