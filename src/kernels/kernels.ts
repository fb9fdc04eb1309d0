/** `createKernels`: a memory, its code, and what is prepared in it. */
import { Arena } from './arena.ts';
import { blockGeometry, convolutionGeometry } from './check.ts';
import { CodeCache } from './code.ts';
import { demand } from './errors.ts';
import { blockWeights, convolutionWeights } from './fold.ts';
import type { Geometry } from './geometry.ts';
import { runHere } from './job.ts';
import { plan } from './planner.ts';
import { prepare, type Room, reasonForOne } from './prepare.ts';
import type { Design, Target, Weights } from './strategy.ts';
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
  const codes = new CodeCache(cache);
  const alone: Room = { arena: new Arena(false), codes, target: { ...target, threads: 1 }, execute: runHere };
  const together = target.threads > 1 ? roomOfThreads(codes, target) : undefined;
  const arenas = together ? [alone.arena, together.arena] : [alone.arena];
  const alive = new Set<Prepared>();
  let disposed = false;

  const planIn = (room: Room, geometry: Geometry) => ({ room, design: plan(geometry, room.target) });
  const planFor = (geometry: Geometry): { readonly room: Room; readonly design: Design } => {
    if (!together) return planIn(alone, geometry);
    const shared = planIn(together, geometry);
    const why = reasonForOne(geometry, shared.design, target.threads);
    return why === undefined
      ? shared
      : planIn({ ...alone, target: { ...alone.target, alone: why } }, geometry);
  };
  const ready = (name: string, geometry: Geometry, weights: () => Weights): Prepared => {
    demand(!disposed, { operation: name, argument: 'this' }, 'K1', 'kernels in use', 'some disposed of');
    const { room, design } = planFor(geometry);
    const prepared = prepare(name, geometry, design, weights, room, (gone) => alive.delete(gone));
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
    ready: together?.pool.ready ?? Promise.resolve(),
    dispose: () => {
      disposed = true;
      for (const prepared of alive) prepared.dispose();
      together?.pool.dispose();
    },
    get statistics() {
      const { compiled, reused, evicted } = codes;
      const sum = (of: (arena: Arena) => number) => arenas.reduce((total, arena) => total + of(arena), 0);
      const sizes = { memoryBytes: sum(({ bytes }) => bytes), usedBytes: sum(({ usedBytes }) => usedBytes) };
      return { compiled, reused, evicted, ...sizes };
    },
  };
}

/** A memory that threads share, and the threads. */
function roomOfThreads(codes: CodeCache, target: Target): Room & { readonly pool: Pool } {
  const arena = new Arena(true);
  const pool = new Pool(arena.memory, target.threads);
  return { arena, codes, target, pool, execute: pool.execute };
}

const mostThreads = 64;
const notShared = 'nothing can share memory here (a page must be cross-origin isolated)';

function targetOf(
  operation: string,
  { threads = 1, winograd = true, strassen = winograd, relaxed = 'auto' }: KernelOptions,
): Target {
  const site = (name: string) => ({ operation, argument: `options.${name}` });
  const { simd, relaxed: has, inOrder, wide, threads: sharing } = features();
  demand(simd, site('relaxed'), 'K5', 'WebAssembly SIMD', 'an engine without');
  const known = relaxed === 'auto' || typeof relaxed === 'boolean';
  demand(known, site('relaxed'), 'K4', "'auto', true or false", String(relaxed));
  demand(relaxed !== true || has, site('relaxed'), 'K5', 'relaxed SIMD', 'an engine without');
  demand(typeof winograd === 'boolean', site('winograd'), 'K4', 'true or false', String(winograd));
  demand(typeof strassen === 'boolean', site('strassen'), 'K4', 'true or false', String(strassen));
  const count = Number.isSafeInteger(threads) && threads >= 1 && threads <= mostThreads;
  demand(count, site('threads'), 'K4', `an integer from 1 to ${mostThreads}`, `${threads}`);
  const shares = threads > 1 && sharing;
  return {
    // The sums of a tile are half as many vectors of eight, too few to be added to by instructions that take four cycles.
    relaxed: relaxed === 'auto' ? has && !wide : relaxed,
    inOrder,
    winograd,
    strassen,
    threads: shares ? threads : 1,
    ...(threads > 1 && !shares ? { alone: `one thread, not ${threads}: ${notShared}` } : {}),
  };
}
