/** What the GPU path promises of its device: which one it takes, what it reports, what it refuses, what it frees. */
import { describe, expect, test } from 'vitest';
import { KernelError } from '../../../src/kernels/errors.ts';
import { createGpuKernels, GpuError, type GpuOptions } from '../../../src/kernels/gpu/index.ts';
import { type Script, scriptGpu } from './script-gpu.ts';

const window = {
  stride: [1, 1],
  dilation: [1, 1],
  padding: { top: 1, bottom: 1, left: 1, right: 1 },
} as const;
const shape = { L: 2, Min: 3, height: 4, width: 5, kernel: [3, 3], window } as const;
const numbers = (length: number) => Float32Array.from({ length }, (_, i) => (i % 7) - 3);
const parameters = { primaryWeight: numbers(6 * 27), secondaryWeight: numbers(12) };
const x = numbers(6 * 20);

const open = ({ library }: Script, options: GpuOptions = {}) =>
  createGpuKernels({ library, webgpu: {}, backend: 'webgpu', require: true, ...options });

/** What a promise is rejected with. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable('expected a rejection'),
    (error: unknown) => error,
  );

describe('which device', () => {
  test('hardware is taken, and what ran is reported with every result', async () => {
    const gpu = await open(scriptGpu());
    const layer = await gpu.block(shape, parameters);
    const ran = { backend: 'webgpu', adapter: 'a card', software: false };
    expect(gpu.device).toMatchObject({ ...ran, keepsSubnormals: true, keepsNonFinite: true });
    expect((await layer.run(x)).ran).toEqual(ran);
    await gpu.dispose();
  });

  test.each(['Google SwiftShader', 'llvmpipe (LLVM 15)', 'Microsoft Basic Render Driver'])(
    '%s is software: refused, and taken where that is allowed',
    async (adapter) => {
      const error = await failure(open(scriptGpu(adapter)));
      expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining(adapter) });
      const gpu = await open(scriptGpu(adapter), { allowSoftware: true });
      expect(gpu.device.software).toBe(true);
      await gpu.dispose();
    },
  );

  test('a renderer that headless-gl doesn’t name may be software: refused likewise', async () => {
    const { library } = scriptGpu('ANGLE', 'webgl2');
    const error = await failure(createGpuKernels({ library, backend: 'webgl2', require: true }));
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('ANGLE is a program'),
    });
  });

  test('without one the CPU kernels compute, say so, and give the same', async () => {
    const said: string[] = [];
    const cpu = await open(scriptGpu('swiftshader'), { require: false, warn: (text) => said.push(text) });
    const gpu = await open(scriptGpu());
    expect(said).toEqual([
      expect.stringMatching(/^igc-oracle: no GPU can be used, the CPU kernels .*swiftshader/),
    ]);
    expect(cpu.fallback).toContain('swiftshader');
    const [here, there] = [await cpu.block(shape, parameters), await gpu.block(shape, parameters)];
    const result = await here.run(x);
    expect(result.ran).toMatchObject({ backend: 'cpu', software: true });
    expect([...result.y]).toEqual([...(await there.run(x)).y]);
    await cpu.dispose();
    await gpu.dispose();
  });

  test('one that computes wrongly is refused with what it got wrong', async () => {
    const script = scriptGpu();
    script.faults.corrupt = (made, source) => {
      if (source.startsWith('function secondary')) made[7]! += 1;
    };
    const error = await failure(open(script));
    expect(error).toMatchObject({
      kind: 'wrong',
      message: expect.stringMatching(/a card \(webgpu\) computes wrongly: .*: 1 of \d+ .* entry 7: expected/),
    });
    expect(script.instances.alive).toBe(0);
  });

  test('one that loses NaN or subnormal numbers says so', async () => {
    const script = scriptGpu();
    script.faults.corrupt = (made) => {
      for (let i = 0; i < made.length; i++) {
        if (Number.isNaN(made[i]) || Math.abs(made[i]!) < 2 ** -126) made[i] = 0;
      }
    };
    const gpu = await open(script);
    expect(gpu.device).toMatchObject({ keepsSubnormals: false, keepsNonFinite: false });
    await gpu.dispose();
  });

  test('gpu.js’s cpu and webasm modes are no GPU, whatever was asked', async () => {
    const { GPU, ...rest } = await import('gpu.js');
    for (const mode of ['cpu', 'webasm'] as const) {
      class Pretending extends GPU {
        constructor() {
          super({ mode: mode as 'cpu' });
        }
      }
      const error = await failure(
        createGpuKernels({ library: { ...rest, GPU: Pretending }, webgpu: {}, require: true }),
      );
      expect(error).toMatchObject({
        kind: 'unavailable',
        message: expect.stringMatching(/computed with \w+Kernel/),
      });
    }
  });

  test('one device for everybody, closed with the last', async () => {
    const script = scriptGpu();
    const [one, two] = [await open(script), await open(script)];
    expect(script.instances).toEqual({ made: 1, alive: 1 });
    await one.dispose();
    await one.dispose();
    expect(script.instances.alive).toBe(1);
    expect((await (await two.block(shape, parameters)).run(x)).y).toHaveLength(120);
    await two.dispose();
    expect(script.instances.alive).toBe(0);
    await (await open(script)).dispose();
    expect(script.instances).toEqual({ made: 2, alive: 0 });
  });
});

describe('while it computes', () => {
  test('a lost device is an error, not zeros', async () => {
    const script = scriptGpu();
    const gpu = await open(script);
    const layer = await gpu.block(shape, parameters);
    script.lose();
    script.faults.corrupt = (made) => made.fill(0);
    expect(await failure(layer.run(x))).toMatchObject({ kind: 'lost' });
    await gpu.dispose();
  });

  test('so is one that is lost in the middle; another can be opened', async () => {
    const script = scriptGpu();
    const gpu = await open(script);
    const layer = await gpu.block(shape, parameters);
    script.faults.corrupt = (made) => {
      made.fill(0);
      script.lose();
    };
    expect(await failure(layer.run(x))).toMatchObject({ kind: 'lost' });
    script.faults.corrupt = undefined;
    const another = await open(script);
    expect(script.instances.made).toBe(2);
    await (await another.block(shape, parameters)).run(x);
    expect(await failure(layer.run(x))).toMatchObject({ kind: 'lost' });
    await another.dispose();
    await gpu.dispose();
    expect(script.instances.alive).toBe(0);
  });

  test('what the device reports is an error', async () => {
    const script = scriptGpu();
    const gpu = await open(script);
    const layer = await gpu.block(shape, parameters);
    script.faults.report = 'out of memory';
    expect(await failure(layer.run(x))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('out of memory'),
    });
    script.faults.report = undefined;
    expect((await layer.run(x)).y).toHaveLength(120);
    await gpu.dispose();
  });

  test('a kernel that gpu.js moved to the CPU is an error', async () => {
    const script = scriptGpu();
    const gpu = await open(script);
    const layer = await gpu.block(shape, parameters);
    script.faults.otherKernel = true;
    expect(await failure(layer.run(x))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('CPUKernel'),
    });
    await gpu.dispose();
  });
});

describe('arrays and programs', () => {
  test('blocks in a row read nothing back in between, and results don’t change', async () => {
    const script = scriptGpu();
    const gpu = await open(script);
    const layer = await gpu.block(shape, parameters);
    const input = await gpu.upload(x, layer.inputShape);
    script.calls.length = 0;
    const first = await layer.apply(input);
    const second = await layer.apply(first);
    // Its input among zeros, the primary, the secondary.
    expect(script.calls.map(({ pipeline }) => pipeline)).toEqual(Array(6).fill(true));
    const y = (await layer.run(x)).y;
    expect([...(await first.read()).y], 'after another run').toEqual([...y]);
    expect([...(await second.read()).y]).toEqual([...(await layer.run(y)).y]);
    await gpu.dispose();
  });

  test('a shape that comes back is not compiled again', async () => {
    const gpu = await open(scriptGpu());
    const layer = await gpu.block(shape, parameters);
    await layer.run(x);
    const { compiled } = gpu.statistics;
    await layer.run(x);
    await (await gpu.block(shape, parameters)).run(x);
    expect(gpu.statistics.compiled).toBe(compiled);
    await gpu.dispose();
  });

  test('one size in two shapes is two programs', async () => {
    const script = scriptGpu();
    const gpu = await open(script);
    const copy = { groups: 1, inputs: 1, outputs: 1, kernel: [1, 1] } as const;
    for (const [height, width] of [
      [4, 9],
      [6, 6],
    ] as const) {
      const layer = await gpu.convolution({ ...copy, height, width }, { weight: Float32Array.of(1) });
      script.calls.length = 0;
      const result = await layer.apply(await gpu.upload(numbers(36), layer.inputShape));
      expect([...(await result.read()).y]).toEqual([...numbers(36)]);
    }
    // Weights, and for each shape one to the GPU, a convolution, and one from there.
    expect(gpu.statistics.compiled).toBe(1 + 2 * 3);
    await gpu.dispose();
  });

  test('a program that is dropped from the cache lives as long as its results', async () => {
    const gpu = await open(scriptGpu(), { cache: 1 });
    const layer = await gpu.block(shape, parameters);
    const y = (await layer.run(x)).y;
    const input = await gpu.upload(x, layer.inputShape);
    const kept = await layer.apply(input);
    expect(gpu.statistics.evicted).toBeGreaterThan(3);
    await layer.run(x);
    expect([...(await kept.read()).y]).toEqual([...y]);
    await gpu.dispose();
  });

  test('what isn’t disposed of is counted, and goes with its kernels', async () => {
    const gpu = await open(scriptGpu());
    const layer = await gpu.block(shape, parameters);
    expect(gpu.statistics.resident).toBe(2);
    const tensor = await layer.apply(await gpu.upload(x, layer.inputShape));
    expect(gpu.statistics.resident).toBe(4);
    tensor.dispose();
    tensor.dispose();
    expect(gpu.statistics.resident).toBe(3);
    await layer.run(x);
    expect(gpu.statistics.resident).toBe(3);
    await gpu.dispose();
    expect(gpu.statistics.resident).toBe(0);
  });
});

test('importing it loads nothing of gpu.js', async () => {
  const { execFileSync } = await import('node:child_process');
  const script = `
    import { createRequire } from 'node:module';
    await import('igc-oracle');
    await import('igc-oracle/kernels');
    const { createGpuKernels } = await import('igc-oracle/gpu');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('gpu.js'));
    const before = loaded();
    await createGpuKernels({ backend: 'webgl2', warn: () => {} });
    console.log(before, loaded());`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(output.trim()).toBe('false true');
});

describe('an argument', () => {
  type Try = (gpu: Awaited<ReturnType<typeof open>>) => Promise<unknown>;
  const layerOf: (gpu: Parameters<Try>[0]) => ReturnType<Parameters<Try>[0]['block']> = (gpu) =>
    gpu.block(shape, parameters);
  test.each<[string, string, Try]>([
    ['that is no block', 'C3', (gpu) => gpu.block(shape, { ...parameters, primaryWeight: numbers(3) })],
    ['x of another length', 'C3', async (gpu) => (await layerOf(gpu)).run(numbers(3))],
    [
      'x that is no Float32Array',
      'K3',
      async (gpu) => (await layerOf(gpu)).run([1] as unknown as Float32Array),
    ],
    ['a residual that isn’t foreseen', 'K4', async (gpu) => (await layerOf(gpu)).run(x, x)],
    [
      'a residual that is missing',
      'K4',
      async (gpu) => (await gpu.block(shape, { ...parameters, residual: true })).run(x),
    ],
    [
      'a tensor of another shape',
      'G3',
      async (gpu) => (await layerOf(gpu)).apply(await gpu.upload(x, [1, 6, 5, 4])),
    ],
    ['a tensor of others', 'G3', async (gpu) => (await layerOf(gpu)).apply({ shape: [1, 6, 4, 5] } as never)],
    ['a shape that is none', 'C2', (gpu) => gpu.upload(x, [1, 6, 20] as never)],
    [
      'a tensor that was disposed of',
      'G3',
      async (gpu) => {
        const tensor = await gpu.upload(x, [1, 6, 4, 5]);
        tensor.dispose();
        return tensor.read();
      },
    ],
    [
      'to what was disposed of',
      'K1',
      async (gpu) => {
        await gpu.dispose();
        return gpu.block(shape, parameters);
      },
    ],
    [
      'too many channels',
      'G2',
      (gpu) =>
        gpu.convolution(
          { N: 2 ** 14, groups: 4, inputs: 1, outputs: 1, height: 1, width: 1, kernel: [1, 1] },
          { weight: numbers(4) },
        ),
    ],
    [
      'more numbers than an index tells apart',
      'G1',
      (gpu) =>
        gpu.convolution(
          { groups: 1, inputs: 1, outputs: 1, height: 2 ** 12, width: 2 ** 12 + 1, kernel: [1, 1] },
          { weight: numbers(1) },
        ),
    ],
  ])('%s (%s)', async (_, constraint, attempt) => {
    const gpu = await open(scriptGpu());
    const error = await failure(attempt(gpu));
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ constraint });
    await gpu.dispose();
  });

  test('larger than a buffer of the device (G1)', async () => {
    const script = scriptGpu();
    script.faults.maxStorageBufferBindingSize = 2 ** 16;
    const gpu = await open(script);
    expect(gpu.device.entries).toBe(2 ** 14);
    expect(await failure(gpu.upload(new Float32Array(2 ** 14 + 1), [1, 1, 1, 2 ** 14 + 1]))).toMatchObject({
      constraint: 'G1',
    });
    await gpu.dispose();
  });

  test.each([{ backend: 'cuda' }, { cache: 0 }, { allowSoftware: 'yes' }, { require: 1 }])(
    'options %o (K4)',
    async (options) => {
      expect(await failure(createGpuKernels({ library: {}, ...options } as GpuOptions))).toMatchObject({
        constraint: 'K4',
      });
    },
  );

  test('a library that isn’t gpu.js', async () => {
    const error = await failure(createGpuKernels({ library: { GPU: class {} }, require: true }));
    expect(error).toBeInstanceOf(GpuError);
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('none called input'),
    });
  });
});
