/** `createKernels`: a memory, its code, and what is prepared in it. */
import { Arena } from './arena.ts';
import { blockGeometry, convolutionGeometry } from './check.ts';
import { CodeCache } from './code.ts';
import { demand } from './errors.ts';
import { blockWeights, convolutionWeights } from './fold.ts';
import type { Geometry } from './geometry.ts';
import { runHere } from './job.ts';
import { prepare } from './prepare.ts';
import type { Target, Weights } from './strategy.ts';
import { Pool } from './threads/pool.ts';
import type { KernelOptions, Kernels, Prepared } from './types.ts';
import { features } from './wasm/assembler.ts';

/**
 * Kernels with a memory of their own, empty at first. Throws a KernelError for a wrong option (K4), or an engine without
 * WebAssembly SIMD (K5).
 */
export function createKernels(options: KernelOptions = {}): Kernels {
  const operation = 'createKernels';
  const { cache = 64 } = options;
  const target = targetOf(operation, options);
  const whole = Number.isSafeInteger(cache) && cache >= 0;
  demand(whole, { operation, argument: 'options.cache' }, 'K4', 'an integer of at least 0', `${cache}`);
  const arena = new Arena(target.threads > 1);
  const codes = new CodeCache(arena.memory, cache);
  const pool = target.threads > 1 ? new Pool(arena.memory, target.threads) : undefined;
  const alive = new Set<Prepared>();
  let disposed = false;

  const ready = (name: string, geometry: Geometry, weights: () => Weights): Prepared => {
    demand(!disposed, { operation: name, argument: 'this' }, 'K1', 'kernels in use', 'some disposed of');
    const shared = { arena, codes, target, execute: pool?.execute ?? runHere };
    const prepared = prepare(name, geometry, weights, shared, (gone) => alive.delete(gone));
    alive.add(prepared);
    return prepared;
  };

  return {
    block: (shape, parameters) => {
      const geometry = blockGeometry(shape, parameters);
      return ready('block', geometry, () => blockWeights(geometry, parameters));
    },
    convolution: (shape, parameters) =>
      ready('convolution', convolutionGeometry(shape, parameters), () => convolutionWeights(parameters)),
    ready: pool?.ready ?? Promise.resolve(),
    dispose: () => {
      disposed = true;
      for (const prepared of alive) prepared.dispose();
      pool?.dispose();
    },
    get statistics() {
      const { compiled, reused, evicted } = codes;
      return { compiled, reused, evicted, memoryBytes: arena.bytes, usedBytes: arena.usedBytes };
    },
  };
}

const mostThreads = 64;
const notShared = 'nothing can share memory here (a page must be cross-origin isolated)';

function targetOf(
  operation: string,
  { threads = 1, winograd = true, relaxed = 'auto' }: KernelOptions,
): Target {
  const site = (name: string) => ({ operation, argument: `options.${name}` });
  const { simd, relaxed: has, threads: sharing } = features();
  demand(simd, site('relaxed'), 'K5', 'WebAssembly SIMD', 'an engine without');
  const known = relaxed === 'auto' || typeof relaxed === 'boolean';
  demand(known, site('relaxed'), 'K4', "'auto', true or false", String(relaxed));
  demand(relaxed !== true || has, site('relaxed'), 'K5', 'relaxed SIMD', 'an engine without');
  demand(typeof winograd === 'boolean', site('winograd'), 'K4', 'true or false', String(winograd));
  const count = Number.isSafeInteger(threads) && threads >= 1 && threads <= mostThreads;
  demand(count, site('threads'), 'K4', `an integer from 1 to ${mostThreads}`, `${threads}`);
  const shares = threads > 1 && sharing;
  return {
    relaxed: relaxed === 'auto' ? has : relaxed,
    winograd,
    threads: shares ? threads : 1,
    ...(threads > 1 && !shares ? { alone: `one thread, not ${threads}: ${notShared}` } : {}),
  };
}
