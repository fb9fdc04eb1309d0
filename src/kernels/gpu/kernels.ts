/** GPU kernels of a loaded gpu.js: a device, or the CPU kernels in its place. */
import { blockGeometry, convolutionGeometry } from '../check.ts';
import { demand } from '../errors.ts';
import { blockWeights, convolutionWeights } from '../fold.ts';
import type { Geometry } from '../geometry.ts';
import type { Weights } from '../strategy.ts';
import { demandNumbers, demandShape, demandTensor, volume } from './arguments.ts';
import { cpuKernels } from './cpu.ts';
import { type Computed, Engine, type GpuArray } from './engine.ts';
import { GpuError, reasonOf } from './errors.ts';
import type { Library } from './library.ts';
import { provideWebGpu } from './node-webgpu.ts';
import { type Opened, openDevice } from './open.ts';
import { compute, demandFits, inputShape, type Last, outputShape, uploadWeights } from './stages.ts';
import {
  backends,
  type FeatureShape,
  type GpuKernels,
  type GpuLayer,
  type GpuOptions,
  type GpuTensor,
} from './types.ts';

/** `createGpuKernels` where gpu.js is loaded already, or what kept it from being loaded is known. Nothing is imported. */
export async function kernelsOf(library: Library | GpuError, options: GpuOptions): Promise<GpuKernels> {
  const { cache = 64, require = false, warn = (text: string) => console.warn(text) } = options;
  demandOptions(options);
  const found = library instanceof GpuError ? { errors: [library] } : await find(library, options);
  if ('device' in found) return onDevice(found, cache);
  const reasons = found.errors.map(reasonOf).join('; ');
  if (require) {
    const isWrong = found.errors.some((error) => error instanceof GpuError && error.kind === 'wrong');
    throw new GpuError(isWrong ? 'wrong' : 'unavailable', `no GPU can be used: ${reasons}`);
  }
  warn(`igc-oracle: no GPU can be used, the CPU kernels compute instead: ${reasons}`);
  return cpuKernels(reasons, cache);
}

function demandOptions({ backend, cache = 64, ...switches }: GpuOptions): void {
  const site = (name: string) => ({ operation: 'createGpuKernels', argument: `options.${name}` });
  const known = backend === undefined || backends.includes(backend);
  demand(known, site('backend'), 'K4', backends.join(', '), String(backend));
  const whole = Number.isSafeInteger(cache) && cache >= 1;
  demand(whole, site('cache'), 'K4', 'an integer of at least 1', String(cache));
  for (const name of ['allowSoftware', 'require'] as const) {
    const value: unknown = switches[name];
    const isSwitch = value === undefined || typeof value === 'boolean';
    demand(isSwitch, site(name), 'K4', 'true or false', String(value));
  }
}

/** The first device that will do, or why none does. */
async function find(
  library: Library,
  { backend, allowSoftware = false, webgpu }: GpuOptions,
): Promise<Opened | { readonly errors: readonly unknown[] }> {
  const errors: unknown[] = [];
  for (const candidate of backend === undefined ? backends : [backend]) {
    try {
      if (candidate === 'webgpu') await provideWebGpu(webgpu);
      return await openDevice(library, candidate, allowSoftware);
    } catch (error) {
      errors.push(error);
    }
  }
  return { errors };
}

function onDevice({ device, arithmetic, close }: Opened, cache: number): GpuKernels {
  const engine = new Engine(device, cache);
  const arrays = new WeakMap<GpuTensor, GpuArray>();
  const alive = new Set<{ dispose(): void }>();
  let ended: Promise<void> | undefined;
  const inUse = (operation: string) =>
    demand(!ended, { operation, argument: 'this' }, 'K1', 'GPU kernels in use', 'some disposed of');

  const held = (operation: string, tensor: GpuTensor): GpuArray => {
    const array = arrays.get(tensor);
    const site = { operation, argument: 'tensor' };
    demand(array !== undefined, site, 'G3', 'a tensor of these GPU kernels, in use', 'another');
    return array;
  };
  const tensorOf = (array: GpuArray, shape: FeatureShape): GpuTensor => {
    const tensor: GpuTensor = {
      shape,
      read: () =>
        device.turn(async () => {
          const { numbers, ran } = await engine.download(held('read', tensor), volume(shape));
          return { y: numbers, shape, ran };
        }),
      dispose: () => {
        array.dispose();
        arrays.delete(tensor);
        alive.delete(tensor);
      },
    };
    arrays.set(tensor, array);
    alive.add(tensor);
    return tensor;
  };

  const layerOf = async (operation: string, geometry: Geometry, given: Weights): Promise<GpuLayer> => {
    inUse(operation);
    demandFits(operation, geometry, device);
    const weights = await device.turn(() => uploadWeights(engine, geometry, given));
    const [from, to] = [inputShape(geometry), outputShape(geometry)];
    const demandResidual = (given: boolean, name: string) =>
      demand(
        given === geometry.residual,
        { operation: name, argument: 'residual' },
        'K4',
        geometry.residual ? 'a residual, as the parameters say' : 'none: the parameters say nothing of it',
        given ? 'one' : 'none',
      );
    const layer: GpuLayer = {
      inputShape: from,
      outputShape: to,
      run: async (x, residual) => {
        inUse('run');
        demandNumbers('run', 'x', x, from);
        demandResidual(residual !== undefined, 'run');
        if (residual) demandNumbers('run', 'residual', residual, to);
        return device.turn(async () => {
          const made: GpuArray[] = [];
          const kept = async (making: Promise<GpuArray>) => {
            const array = await making;
            made.push(array);
            return array;
          };
          try {
            const input = await kept(engine.upload(x));
            const added = residual && (await kept(engine.upload(residual)));
            const operands = { x: input, residual: added };
            const read: Last<Computed> = (...program) => engine.read(...program);
            const { numbers, ran } = await compute(engine, geometry, weights, operands, read);
            return { y: numbers, shape: to, ran };
          } finally {
            for (const array of made) array.dispose();
          }
        });
      },
      apply: async (x, residual) => {
        inUse('apply');
        demandTensor('apply', 'x', x, from);
        demandResidual(residual !== undefined, 'apply');
        if (residual) demandTensor('apply', 'residual', residual, to);
        return device.turn(async () => {
          const operands = { x: held('apply', x), residual: residual && held('apply', residual) };
          const keep: Last<GpuArray> = (...program) => engine.compute(...program);
          return tensorOf(await compute(engine, geometry, weights, operands, keep), to);
        });
      },
      dispose: () => {
        for (const array of [...weights.primary, ...weights.secondary]) array.dispose();
        alive.delete(layer);
      },
    };
    alive.add(layer);
    return layer;
  };

  return {
    device: { ...device.ran, ...arithmetic, entries: device.entries },
    fallback: undefined,
    block: async (shape, parameters) => {
      const geometry = blockGeometry(shape, parameters);
      return layerOf('block', geometry, blockWeights(geometry, parameters));
    },
    convolution: async (shape, parameters) =>
      layerOf('convolution', convolutionGeometry(shape, parameters), convolutionWeights(parameters)),
    upload: async (x, shape) => {
      inUse('upload');
      demandShape('upload', 'shape', shape);
      demandNumbers('upload', 'x', x, shape);
      const site = { operation: 'upload', argument: 'x' };
      demand(volume(shape) <= device.entries, site, 'G1', `at most ${device.entries}`, `${volume(shape)}`);
      return tensorOf(await device.turn(() => engine.upload(x)), [...shape]);
    },
    get statistics() {
      return { ...engine.statistics };
    },
    dispose: () => {
      ended ??= (async () => {
        await device.turn(async () => {}).catch(() => {});
        for (const one of [...alive]) one.dispose();
        engine.dispose();
        await close();
      })();
      return ended;
    },
  };
}
