import { type Shape, Tensor } from '../../spec/00-notation.ts';
import type { Algebra } from '../algebras/algebra.ts';
import { type BlockCase, blockShapes, type Values } from './cases.ts';
import type { Run } from './law.ts';
import type { Operations } from './operations.ts';

/** Turns a small integer into a scalar; where there are no negatives, into a small natural one. */
export type Embed<T> = (integer: number) => T;

/** Integers between −magnitude and magnitude; they follow from the seed and the name alone. */
export function seededIntegers(seed: number, magnitude: number): (name: string, length: number) => number[] {
  const span = 2 * magnitude + 1;
  return (name, length) => {
    const next = generator(seed ^ hash(name));
    return Array.from({ length }, () => (next() % span) - magnitude);
  };
}

/** A run on drawn numbers: the entries of a tensor follow from the case's seed and the tensor's name alone. */
export function drawnRun<T>(A: Algebra<T>, ops: Operations<T>, embed: Embed<T>, values: Values): Run<T> {
  const integers = seededIntegers(values.seed, values.magnitude);
  const numbers = (name: string, length: number) => integers(name, length).map(embed);
  return {
    A,
    ops,
    tensor: (name, shape) => new Tensor(shape, numbers(name, size(shape))),
    vector: numbers,
  };
}

/** The three tensors of a block. */
export function drawBlock<T>(run: Run<T>, c: BlockCase) {
  const shapes = blockShapes(c);
  return {
    x: run.tensor('x', shapes.x),
    primary: run.tensor('primary', shapes.primary),
    secondary: run.tensor('secondary', shapes.secondary),
  };
}

function size(shape: Shape): number {
  return shape.reduce((total, n) => total * n, 1);
}

/** Unsigned 32-bit integers from a seed (the mixing steps of splitmix32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const character of text) h = Math.imul(h ^ character.charCodeAt(0), 0x01000193);
  return h >>> 0;
}
