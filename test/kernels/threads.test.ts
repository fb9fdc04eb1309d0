/** Threads compute what one thread computes, bit for bit; a lost one is an error and no endless wait. */
import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { Arena } from '../../src/kernels/arena.ts';
import { blockGeometry, convolutionGeometry } from '../../src/kernels/check.ts';
import { CodeCache } from '../../src/kernels/code.ts';
import { blockWeights, convolutionWeights } from '../../src/kernels/fold.ts';
import { createKernels, KernelError, type Kernels } from '../../src/kernels/index.ts';
import { type Copies, type Runnable, runHere } from '../../src/kernels/job.ts';
import { plan } from '../../src/kernels/planner.ts';
import { prepare, type Room } from '../../src/kernels/prepare.ts';
import { Pool } from '../../src/kernels/threads/pool.ts';
import { spawn, type Thread } from '../../src/kernels/threads/spawn.ts';
import { worthless } from '../../src/kernels/threads/worth.ts';
import { engine } from '../../src/kernels/wasm/assembler.ts';
import { linearCongruential } from '../../src/oracle/random.ts';

const same = { ...unitWindow, padding: { top: 1, bottom: 1, left: 1, right: 1 } };
const next = linearCongruential(3);
const numbers = (length: number) => Float32Array.from({ length }, () => next() / 2 ** 31 - 1);

/** What is shared: by chunks, by strips, by groups of a phase; bands left over of strips. */
const shapes = [
  { N: 3, L: 6, Min: 2, height: 48, width: 48 },
  { N: 1, L: 12, Min: 9, height: 8, width: 9 },
  { N: 13, L: 24, Min: 2, height: 12, width: 16 },
  { N: 1, L: 40, Min: 1, height: 56, width: 30 },
  { N: 1, L: 3, Min: 16, height: 30, width: 31 },
  { N: 1, L: 3, Min: 9, height: 30, width: 39 },
  { N: 2, L: 60, Min: 1, height: 40, width: 40 },
].map((shape) => ({ ...shape, kernel: [3, 3] as const, window: same }));

test('results are the same on one thread, two and three, in place and with copies', async () => {
  const pools = [1, 2, 3].map((threads) => ({ threads, ...roomOf(threads) }));
  await Promise.all(pools.map(({ pool }) => pool?.ready));
  for (const shape of shapes) {
    const { L, Min, N, height, width } = shape;
    const weight = numbers(L * Min ** 2 * 9);
    const block = { primaryWeight: weight, secondaryWeight: numbers(Min * L ** 2), residual: true };
    const x = numbers(N * L * Min * height * width);
    const residual = numbers(x.length);
    const given = { weight, residual: true };
    const sizes = { ...shape, groups: L, inputs: Min, outputs: Min };
    for (const [geometry, weights] of [
      [blockGeometry(shape, block), blockWeights(blockGeometry(shape, block), block)],
      [convolutionGeometry(sizes, given), convolutionWeights(given)],
    ] as const) {
      const results = pools.flatMap(({ threads, room }) => {
        const prepared = prepare(
          'test',
          geometry,
          plan(geometry, room.target),
          () => weights,
          room,
          () => {},
        );
        expect(prepared.plan.threads).toBe(threads);
        prepared.output.fill(Number.NaN);
        const copied = prepared.run(x, new Float32Array(x.length), residual);
        prepared.input.set(x);
        prepared.residual!.set(residual);
        const inPlace = prepared.run().slice();
        const half = prepared.run(x).slice();
        prepared.dispose();
        return [copied, inPlace, half];
      });
      const bits = (result: Float32Array) => Buffer.from(result.buffer, result.byteOffset, result.byteLength);
      for (const other of results) expect(bits(other).equals(bits(results[0]!))).toBe(true);
    }
  }
  for (const { pool } of pools) pool?.dispose();
});

/** A memory with so many threads, whatever is worth sharing. */
function roomOf(threads: number): { readonly room: Room; readonly pool: Pool | undefined } {
  const arena = new Arena(threads > 1);
  const pool = threads > 1 ? new Pool(arena.memory, threads) : undefined;
  const target = { relaxed: false, inOrder: false, winograd: true, strassen: true, threads };
  return { room: { arena, codes: new CodeCache(8), target, execute: pool?.execute ?? runHere }, pool };
}

test('what isn’t worth it has one thread, and the plan says why', async () => {
  const kernels = createKernels({ threads: 2 });
  await kernels.ready;
  const small = job(kernels);
  expect(small.plan.threads).toBe(1);
  expect(small.plan.why).toMatch(/one thread, not 2: about 0\.\d+ ms a run, shared out 0\.\d+ ms$/);
  const large = kernels.convolution(
    { groups: 1, inputs: 16, outputs: 16, height: 200, width: 200, kernel: [3, 3], window: same },
    { weight: numbers(16 * 16 * 9) },
  );
  expect(large.plan.threads).toBe(2);
  kernels.dispose();
  // Depthwise, a hundred megabytes: more threads would only carry them about.
  const bytes = { images: 16, inputBytes: 3_000_000, outputBytes: 3_000_000 };
  const depthwise = { ...bytes, algorithm: 'sum', multiplyAdds: 9 * 750_000 } as const;
  expect(worthless(depthwise, 2)).toMatch(/^one thread, not 2: about \d+(\.\d+)? ms a run/);
  expect(worthless({ ...depthwise, multiplyAdds: 1000 * 750_000 }, 2)).toBeUndefined();
});

/** One prepared job on a pool of its own, which may lose its threads. */
function job(kernels: Kernels) {
  const shape = shapes[0]!;
  const weights = { primaryWeight: numbers(6 * 4 * 9), secondaryWeight: numbers(2 * 36) };
  return kernels.block(shape, weights);
}

/** No image, and nothing to copy. */
const whole = { images: 0, groups: 1, inputBytes: 0, outputBytes: 0, chunks: [{}] };
const copies: Copies = { copied: { x: false, y: false, residual: false }, in: () => {}, out: () => {} };

test('a thread that ended is told of; so is one that doesn’t answer', async () => {
  const { Memory } = engine();
  const memory = new Memory({ initial: 1, maximum: 2, shared: true });
  const threads: Promise<Thread>[] = [];
  const told: string[] = [];
  const pool = new Pool(memory, 2, {
    spawn: (start, events) => {
      const lost = (reason: string) => {
        told.push(reason);
        events.lost(reason);
      };
      const thread = spawn(start, { ...events, lost });
      threads.push(thread);
      return thread;
    },
  });
  await pool.ready;
  (await threads[0]!).terminate();
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const nothing = { ...whole, id: 1, rows: 1, stripRows: 1, phases: [] } as unknown as Runnable;
  expect(() => pool.execute(nothing, copies)).toThrow(
    /^run: argument options.threads: K7 .*got thread 1: it ended with exit code 1/,
  );
  expect(() => pool.execute(nothing, copies)).toThrow(KernelError);

  const silent = new Pool(memory, 2, {
    wait: 50,
    // Comes in and stays.
    spawn: async ({ board }, { ready }) => {
      Atomics.store(new Int32Array(board), 1, 1);
      ready();
      return { terminate: () => {} };
    },
  });
  await silent.ready;
  expect(() => silent.execute(nothing, copies)).toThrow('no answer from one within 50 ms');

  const late = new Pool(memory, 2, {
    wait: 50,
    // Is there, and never comes in: nobody waits for it.
    spawn: async (_, { ready }) => {
      ready();
      return { terminate: () => {} };
    },
  });
  await late.ready;
  expect(() => late.execute(nothing, copies)).not.toThrow();
});

test('in Node threads are Node’s, also where code that Emscripten made says that Worker is', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  Object.defineProperty(globalThis, 'Worker', { value: Worker, configurable: true });
  try {
    const kernels = createKernels({ threads: 2 });
    await kernels.ready;
    kernels.dispose();
  } finally {
    if (before) Object.defineProperty(globalThis, 'Worker', before);
    else Reflect.deleteProperty(globalThis, 'Worker');
  }
});

test('a thread that can’t start is told of', async () => {
  const memory = new (engine().Memory)({ initial: 1, maximum: 2, shared: true });
  const pool = new Pool(memory, 2, { spawn: () => Promise.reject(new Error('no such file')) });
  await expect(pool.ready).rejects.toThrow('createKernels: argument options.threads: K7');
});

test('where no memory can be shared the plan says why there is one thread', async () => {
  const { features } = await import('../../src/kernels/wasm/assembler.ts');
  const found = features();
  const threads = found.threads;
  try {
    Object.assign(found, { threads: false });
    const kernels = createKernels({ threads: 4 });
    const { plan } = job(kernels);
    expect(plan.threads).toBe(1);
    expect(plan.why).toContain('one thread, not 4: nothing can share memory here');
    kernels.dispose();
  } finally {
    Object.assign(found, { threads });
  }
});

test('threads need no dispose for a program to end', () => {
  const program = `
    import { createKernels } from './dist/src/kernels/index.js';
    const kernels = createKernels({ threads: 2 });
    await kernels.ready;
    const shape = { groups: 4, inputs: 16, outputs: 16, height: 128, width: 128, kernel: [3, 3] };
    const x = kernels.convolution(shape, { weight: new Float32Array(64 * 16 * 9).fill(1) });
    x.input.fill(1);
    console.log(x.run()[0], x.plan.threads);
  `;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect([stdout, status]).toEqual([expect.stringMatching(/^14[34][.\d]* 2\n$/), 0]);
});
