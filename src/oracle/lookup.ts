import { type Shape, Tensor } from '../../spec/00-notation.ts';
import type { Evidence, Recorded } from './types.ts';

/** The recorded array of this name, in an algebra. A bias of C entries is a tensor of (1, C, 1, 1). */
export type Lookup<T> = (name: string) => Tensor<T>;

/** The recorded arrays in an algebra, each converted once, when it is asked for. */
export function lookup<T>(
  { arrays }: Pick<Evidence, 'arrays'>,
  embed: (x: number, name: string) => T,
): Lookup<T> {
  const known = new Map<string, Tensor<T>>();
  return (name) => {
    const tensor = known.get(name) ?? tensorOf(arrays.get(name)!, (x) => embed(x, name));
    known.set(name, tensor);
    return tensor;
  };
}

/** A recorded array as a tensor. Shapes: four axes, or one (C2). */
function tensorOf<T>(recorded: Recorded, embed: (x: number) => T): Tensor<T> {
  const { shape, data } = recorded;
  const sizes = shape.length === 1 ? ([1, shape[0]!, 1, 1] as const) : shapeOf(recorded);
  return new Tensor(
    sizes,
    Array.from(data, (x) => embed(x)),
  );
}

/** The shape of an array that was given: of four axes, or it would not have been evidence. */
export function shapeOf({ shape }: Recorded): Shape {
  return shape as unknown as Shape;
}

/** The number of entries of an array of this shape. */
export function volume(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A tensor of which only the shape is asked: the specification reads sizes off it, however large it is. */
export function outline(recorded: Recorded): Tensor<never> {
  const at = () => {
    throw new Error('an outline has no entries');
  };
  return { shape: shapeOf(recorded), data: [], at };
}

/** Whether every entry is a finite number. */
export function allFinite({ data }: Recorded): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

/** Whether every entry is an integer. */
export function allIntegers({ data }: Recorded): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isInteger(data[i])) return false;
  return true;
}
