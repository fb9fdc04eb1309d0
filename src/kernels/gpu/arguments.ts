/** What is demanded of numbers and tensors that come in. */
import { demandArray } from '../check.ts';
import { demand } from '../errors.ts';
import type { FeatureShape, GpuTensor } from './types.ts';

/** x is a Float32Array (K3) of the shape's size (C3). */
export function demandNumbers(
  operation: string,
  argument: string,
  x: unknown,
  shape: FeatureShape,
): asserts x is Float32Array {
  demandArray(operation, argument, x, volume(shape), 'C3');
}

/** x is a tensor of this shape (G3). */
export function demandTensor(
  operation: string,
  argument: string,
  x: GpuTensor | undefined,
  shape: FeatureShape,
): asserts x is GpuTensor {
  const given = Array.isArray(x?.shape) ? `[${x.shape.join(', ')}]` : typeof x;
  const expected = `[${shape.join(', ')}]`;
  demand(given === expected, { operation, argument }, 'G3', expected, given);
}

/** Four positive integers (C2). */
export function demandShape(operation: string, argument: string, shape: FeatureShape): void {
  const whole =
    Array.isArray(shape) && shape.length === 4 && shape.every((n) => Number.isSafeInteger(n) && n >= 1);
  demand(
    whole,
    { operation, argument },
    'C2',
    '4 integers of at least 1',
    JSON.stringify(shape) ?? 'nothing',
  );
}

export function volume(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
