/** A shape made ready: memory laid out and taken, code compiled, weights packed. */
import type { Arena } from './arena.ts';
import { chunksOf, cutOf, type Whole } from './chunks.ts';
import type { Code, CodeCache } from './code.ts';
import { type Geometry, inputImage, multiplyAdds, outputImage } from './geometry.ts';
import type { Execute, Runnable } from './job.ts';
import { Ready } from './ready.ts';
import type { Design, Target, Weights } from './strategy.ts';
import { worthless } from './threads/worth.ts';
import type { Plan, Prepared } from './types.ts';
import { floatBytes, spread } from './wasm/layout.ts';

/** Where something is prepared, and who computes it. */
export interface Room {
  readonly arena: Arena;
  readonly codes: CodeCache;
  readonly target: Target;
  readonly execute: Execute;
}

/**
 * Prepares a geometry by a design that was made for the room's target. `weights` is asked for when it is clear that they fit; `onDispose` is told when all is given
 * back. Throws a KernelError (K2) where the memory can't hold it; nothing is taken then.
 */
export function prepare(
  operation: string,
  geometry: Geometry,
  design: Design,
  weights: () => Weights,
  { arena, codes, target, execute }: Room,
  onDispose: (prepared: Prepared) => void,
): Prepared {
  const places = layOut(geometry, design, target.threads);
  const regions: ReturnType<Arena['allocate']>[] = [];
  const take = (bytes: number) => {
    const region = arena.allocate(operation, bytes);
    regions.push(region);
    return region;
  };
  const region = take(places.bytes);
  try {
    const { code, compileMs } = codes.get(design, geometry, target, arena.memory);
    const text = textOf(code, target.threads > 1 ? take(code.bytes.length) : undefined, arena);
    const begin = performance.now();
    packInto(arena, design, weights(), region.at + places.weights);
    clear(arena, region.at + places.scratch[0]!, region.at + places.bytes);
    const packMs = performance.now() - begin;
    const from = (at: number) => region.at + at;
    const whole = wholeOf(geometry);
    const imageBytes = whole.inputBytes + whole.outputBytes * (geometry.residual ? 2 : 1);
    const cut = cutOf(whole, geometry.mixed !== undefined, imageBytes, target.threads);
    const job: Runnable = {
      ...{ id: ++jobs, code, text, phases: design.phases },
      ...{ ...whole, cut, chunks: chunksOf(whole, cut), rows: geometry.rows },
      stripRows: design.stripRows,
      input: region.at,
      output: from(places.output),
      residual: from(places.residual),
      weights: from(places.weights),
      scratch: places.scratch.map(from),
      panels: places.panels.map(from),
    };
    const { strategy, why, algorithm, stripRows } = design;
    const described: Plan = {
      ...{ strategy, why, algorithm, stripRows, threads: target.threads },
      ...{ memoryBytes: region.bytes, codeBytes: code.bytes.length, compileMs, packMs },
    };
    const release = (prepared: Prepared) => {
      for (const each of regions) arena.release(each);
      onDispose(prepared);
    };
    return new Ready(operation, described, geometry, job, arena, execute, release);
  } catch (error) {
    for (const each of regions) arena.release(each);
    throw error;
  }
}

let jobs = 0;

/** The code as it was emitted: in the memory, where other threads find it. */
function textOf({ id, bytes }: Code, region: { readonly at: number } | undefined, { memory }: Arena) {
  if (region === undefined) return { id, address: 0, bytes: 0 };
  new Uint8Array(memory.buffer).set(bytes, region.at);
  return { id, address: region.at, bytes: bytes.length };
}

function wholeOf(geometry: Geometry): Whole {
  return {
    ...{ images: geometry.N, groups: geometry.groups },
    inputBytes: inputImage(geometry) * floatBytes,
    outputBytes: outputImage(geometry) * floatBytes,
  };
}

/** Why a geometry shall be prepared for one thread, not for those that it was designed for; undefined where it shall have them. */
export function reasonForOne(geometry: Geometry, { algorithm }: Design, threads: number): string | undefined {
  const work = { ...wholeOf(geometry), algorithm, multiplyAdds: multiplyAdds(geometry) };
  return worthless(work, threads);
}

/** Where in the region everything lies, in bytes. The input is at its beginning, the scratch memory at its end. */
function layOut(geometry: Geometry, design: Design, threads: number) {
  let bytes = 0;
  const take = (wanted: number) => {
    const at = bytes;
    bytes += spread(wanted);
    return at;
  };
  take(geometry.N * inputImage(geometry) * floatBytes);
  const outputBytes = geometry.N * outputImage(geometry) * floatBytes;
  const output = take(outputBytes);
  const residual = take(geometry.residual ? outputBytes : 0);
  const weights = take(design.weightBytes);
  const each = Array.from({ length: threads }, () => [take(design.scratchBytes), take(design.panelBytes)]);
  const scratch = each.map(([at]) => at!);
  const panels = each.map(([, at]) => at!);
  return { output, residual, weights, scratch, panels, bytes };
}

function packInto({ memory }: Arena, design: Design, weights: Weights, at: number): void {
  const length = Math.ceil(design.weightBytes / floatBytes);
  const floats = new Float32Array(memory.buffer, at, length);
  design.pack(weights, { floats, ints: new Int32Array(memory.buffer, at, length) });
}

/** Zeros: the borders of the padded input stay so, and no lane that isn't used holds a number that slows it down. */
function clear({ memory }: Arena, begin: number, end: number): void {
  new Uint8Array(memory.buffer, begin, end - begin).fill(0);
}
