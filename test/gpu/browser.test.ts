/**
 * The GPU page in Chromium without a window: WebGPU and WebGL 2 checked by the oracle, every pitfall, and many calls in a
 * row; `IGC_GPU=full` for those of an hour's use.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRight } from '../../bench/gpu/pitfalls.ts';
import type { PageResult } from '../../bench/gpu/result.ts';
import { type PageServer, servePage } from '../../bench/gpu/server.ts';
import { type Browser, headlessChromium } from '../../src/browser/chromium.ts';

const calls = process.env.IGC_GPU === 'full' ? 10_000 : 200;

let server: PageServer;
let browser: Browser;
let result: PageResult;

beforeAll(async () => {
  server = await servePage({
    cases: [],
    rounds: 1,
    isAutomatic: true,
    // A share of the cases: shaders compile slowly on a processor.
    shard: { index: 2, count: 8 },
    calls,
    wants: { check: true, pitfalls: true, times: false },
  });
  browser = await headlessChromium()(server.address);
  const ended = browser.ended.then((how) => {
    throw new Error(`the browser ${how}`);
  });
  result = await Promise.race([server.result, ended]);
}, 600_000);

afterAll(async () => {
  await browser?.stop();
  server?.close();
});

/** Known of SwiftShader. */
const wrongHere = {
  webgpu: ['division', 'loop', 'index', 'alias', 'nan'],
  webgl2: ['loop', 'index', 'shape', 'alias', 'nan', 'lost'],
} as const;

test.each(['webgpu', 'webgl2'] as const)('%s', (backend) => {
  const found = result.backends.find((one) => one.backend === backend)!;
  expect(found.unavailable).toBeUndefined();
  expect(found.device).toMatchObject({
    backend,
    software: true,
    adapter: expect.stringMatching(/swiftshader/i),
  });
  expect(found.checked).toMatchObject({ verdict: 'PASS' });
  expect(found.checked!.cases).toBeGreaterThan(20);
  expect(found.endurance).toMatchObject({ calls, shapes: 50, compiled: 0, evicted: 0, leaked: 0 });
  expect(found.pitfalls!.filter(({ ours }) => !isRight(ours))).toEqual([]);
  const wrong = found.pitfalls!.filter(({ plain }) => !isRight(plain)).map(({ id }) => id);
  expect(wrong).toEqual(expect.arrayContaining([...wrongHere[backend]]));
});
