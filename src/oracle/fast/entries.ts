/** Arrays of exact numbers, each worked out when it is first asked for: what decides where doubles can't. */
import type { Shape } from '../../../spec/00-notation.ts';
import { type Dyadic, dyadicOf, dyadics } from '../../algebras/dyadic.ts';
import { volume } from '../lookup.ts';
import { channelOf, factorsOf, type Kit, type Shaped } from './kit.ts';
import { triplesOf } from './triples.ts';

export interface Entries extends Shaped {
  at(i: number): Dyadic;
}

/** Throws a RangeError, when it is asked for, where an entry isn't finite. */
export function entriesOf(shape: Shape, data: ArrayLike<number>): Entries {
  return remembered(shape, (i) => dyadicOf(data[i]!));
}

function remembered(shape: Shape, make: (i: number) => Dyadic): Entries {
  const known = new Array<Dyadic | undefined>(volume(shape));
  return {
    shape,
    at: (i) => {
      known[i] ??= make(i);
      return known[i]!;
    },
  };
}

export const entries: Kit<Entries> = {
  multiply: (role, geometry, shape, factors) => {
    const [a, b, roleOfA, roleOfB] = factorsOf(role, factors);
    const each = triplesOf(role, geometry);
    return remembered(shape, (i) => {
      let sum = dyadics.zero;
      each(i, (triple) => {
        sum = dyadics.add(sum, dyadics.mul(a.at(triple[roleOfA]), b.at(triple[roleOfB])));
      });
      return sum;
    });
  },
  addBias: (y, bias) => remembered(y.shape, (i) => dyadics.add(y.at(i), bias.at(channelOf(y.shape, i)))),
  sumPositions: (g) => {
    const [N, C, H, W] = g.shape;
    return remembered([1, C, 1, 1], (c) => {
      let sum = dyadics.zero;
      for (let n = 0; n < N; n++)
        for (let p = 0; p < H * W; p++) sum = dyadics.add(sum, g.at((n * C + c) * H * W + p));
      return sum;
    });
  },
  movePlanes: (v, from) => {
    const size = v.shape[2] * v.shape[3];
    return { shape: v.shape, at: (i) => v.at(from(Math.floor(i / size)) * size + (i % size)) };
  },
};
