/** Threads compute what one thread computes, bit for bit; a lost one is an error and no endless wait. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { createKernels, KernelError, type Kernels } from '../../src/kernels/index.ts';
import type { Job } from '../../src/kernels/job.ts';
import { Pool } from '../../src/kernels/threads/pool.ts';
import { spawn, type Thread } from '../../src/kernels/threads/spawn.ts';
import { engine } from '../../src/kernels/wasm/assembler.ts';
import { linearCongruential } from '../../src/oracle/random.ts';

const same = { ...unitWindow, padding: { top: 1, bottom: 1, left: 1, right: 1 } };
const next = linearCongruential(3);
const numbers = (length: number) => Float32Array.from({ length }, () => next() / 2 ** 31 - 1);

/** Blocks of a million multiply-adds and more: many strips, few, one; several images; bands left over of strips. */
const shapes = [
  { N: 3, L: 6, Min: 2, height: 48, width: 48 },
  { N: 1, L: 12, Min: 9, height: 8, width: 9 },
  { N: 2, L: 24, Min: 2, height: 16, width: 16 },
  { N: 1, L: 40, Min: 1, height: 56, width: 30 },
  { N: 1, L: 3, Min: 16, height: 30, width: 31 },
  { N: 1, L: 3, Min: 9, height: 30, width: 39 },
].map((shape) => ({ ...shape, kernel: [3, 3] as const, window: same }));

test('blocks are the same on one thread, two and three, one after another', async () => {
  const all = [1, 2, 3].map((threads) => createKernels({ threads }));
  await Promise.all(all.map(({ ready }) => ready));
  const prepared = shapes.map((shape) => {
    const parameters = {
      primaryWeight: numbers(shape.L * shape.Min ** 2 * 9),
      secondaryWeight: numbers(shape.Min * shape.L ** 2),
      primaryBias: numbers(shape.L * shape.Min),
    };
    return {
      x: numbers(shape.N * shape.L * shape.Min * shape.height * shape.width),
      on: all.map((k) => k.block(shape, parameters)),
    };
  });
  for (let round = 0; round < 2; round++)
    for (const { x, on } of prepared) {
      const changed = x.map((entry) => entry + round);
      const [one, ...more] = on.map((each) => {
        each.output.fill(Number.NaN);
        return each.run(changed, new Float32Array(each.output.length));
      });
      // Number by number: comparing so many takes the test's own tools seconds.
      for (const other of more) expect(other.findIndex((entry, i) => entry !== one![i])).toBe(-1);
    }
  expect(prepared.map(({ on }) => on.map(({ plan }) => plan.threads))).toEqual(shapes.map(() => [1, 2, 3]));
  for (const kernels of all) kernels.dispose();
});

/** One prepared job on a pool of its own, which may lose its threads. */
function job(kernels: Kernels) {
  const shape = shapes[0]!;
  const weights = { primaryWeight: numbers(6 * 4 * 9), secondaryWeight: numbers(2 * 36) };
  return kernels.block(shape, weights);
}

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
  const nothing = { work: 1e9, images: 0 } as Job;
  expect(() => pool.execute(nothing)).toThrow(
    /^run: argument options.threads: K7 .*got thread 1: it ended with exit code 1/,
  );
  expect(() => pool.execute(nothing)).toThrow(KernelError);

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
  const idle = { ...nothing, id: 1, rows: 1, stripRows: 1, images: 0, phases: [] } as unknown as Job;
  expect(() => silent.execute(idle)).toThrow('no answer from one within 50 ms');
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
    const shape = { groups: 8, inputs: 8, outputs: 8, height: 32, width: 32, kernel: [3, 3] };
    const x = kernels.convolution(shape, { weight: new Float32Array(8 * 64 * 9).fill(1) });
    x.input.fill(1);
    console.log(x.run()[0], x.plan.threads);
  `;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect([stdout, status]).toEqual([expect.stringMatching(/^7[12][.\d]* 2\n$/), 0]);
});
