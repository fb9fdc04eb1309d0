import fc from 'fast-check';
import type { Shape, Window } from '../../spec/00-notation.ts';

/** What an implementation can do: the laws draw no case beyond it. */
export interface Limits {
  /** The largest stride; 1 for none. */
  readonly stride: number;
  /** The largest dilation; 1 for none. */
  readonly dilation: number;
  /** The largest kernel height and width. */
  readonly kernel: number;
  /** 'any' four numbers, 'symmetric' (top = bottom, left = right), or 'none'. */
  readonly padding: 'any' | 'symmetric' | 'none';
  /** Whether a primary partition may have more outputs than inputs, Mout ≠ Min. */
  readonly widening: boolean;
  /** Whether a secondary partition may have another number of outputs than inputs, Lout ≠ L. */
  readonly outputs: boolean;
  /** Whether biases are supported. */
  readonly bias: boolean;
  /** The largest L, Lout, Min and Mout. */
  readonly partitions: number;
}

/** Everything that the specification can do. */
export const everything: Limits = {
  stride: 3,
  dilation: 3,
  kernel: 3,
  padding: 'any',
  widening: true,
  outputs: true,
  bias: true,
  partitions: 9,
};

/** What the numbers of a case are made from: small integers, so that float32 sums are exact. */
export interface Values {
  readonly seed: number;
  /** Entries lie between −magnitude and magnitude. */
  readonly magnitude: number;
}

/** How a kernel moves over a picture. */
export interface Geometry {
  readonly N: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly window: Window;
}

export interface ConvolutionCase extends Geometry, Values {
  readonly groups: number;
  readonly I: number;
  readonly O: number;
}

export interface BlockCase extends Geometry, Values {
  readonly L: number;
  readonly Lout: number;
  readonly Min: number;
  readonly Mout: number;
}

export interface PartitionCase extends Values {
  readonly N: number;
  readonly L: number;
  readonly M: number;
  readonly size: readonly [number, number];
}

/** What most laws draw, where the limits allow it: more takes time and shows nothing new. */
const usual = { block: 4, interleave: 6 } as const;

/** An integer from 1 that shrinks toward 1. */
export const upTo = (largest: number) => fc.integer({ min: 1, max: largest });

const values = fc.record({ seed: fc.nat(0xffffffff), magnitude: upTo(3) });

interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** One axis of a geometry, at least one output position: the size is what the window needs and up to three more. */
function axis(limits: Limits): fc.Arbitrary<Axis> {
  const pad = limits.padding === 'none' ? fc.constant(0) : fc.nat(2);
  return fc
    .record({
      kernel: upTo(limits.kernel),
      stride: upTo(limits.stride),
      dilation: upTo(limits.dilation),
      before: pad,
      after: pad,
      extra: fc.nat(3),
    })
    .map(({ extra, ...a }) => {
      const after = limits.padding === 'symmetric' ? a.before : a.after;
      const span = a.dilation * (a.kernel - 1) + 1;
      return { ...a, after, size: Math.max(1, span - a.before - after + extra) };
    });
}

/** Geometries within the limits. */
export function geometries(limits: Limits): fc.Arbitrary<Geometry> {
  return fc.record({ N: upTo(2), h: axis(limits), w: axis(limits) }).map(({ N, h, w }) => ({
    N,
    size: [h.size, w.size] as const,
    kernel: [h.kernel, w.kernel] as const,
    window: {
      stride: [h.stride, w.stride] as const,
      dilation: [h.dilation, w.dilation] as const,
      padding: { top: h.before, bottom: h.after, left: w.before, right: w.after },
    },
  }));
}

/** Group convolutions within the limits. */
export function convolutionCases(limits: Limits): fc.Arbitrary<ConvolutionCase> {
  const size = upTo(Math.min(usual.block, limits.partitions));
  return fc
    .tuple(fc.record({ groups: size, I: size, O: size }), geometries(limits), values)
    .map(([sizes, geometry, v]) => ({ ...sizes, ...geometry, ...v }));
}

/** Blocks within the limits. */
export function blockCases(limits: Limits): fc.Arbitrary<BlockCase> {
  const size = upTo(Math.min(usual.block, limits.partitions));
  return fc
    .tuple(fc.record({ L: size, M: size, Mout: size, Lout: size }), geometries(limits), values)
    .map(([{ L, M, Mout, Lout }, geometry, v]) => ({
      L,
      Lout: limits.outputs ? Lout : L,
      Min: M,
      Mout: limits.widening ? Mout : M,
      ...geometry,
      ...v,
    }));
}

/** Feature maps of L × M channels within the limits. */
export function partitionCases(limits: Limits): fc.Arbitrary<PartitionCase> {
  const size = upTo(Math.min(usual.interleave, limits.partitions));
  return fc
    .tuple(fc.record({ N: upTo(2), L: size, M: size, size: fc.tuple(upTo(3), upTo(3)) }), values)
    .map(([sizes, v]) => ({ ...sizes, ...v }));
}

/** The shapes of a block's tensors. */
export function blockShapes(c: BlockCase): { x: Shape; primary: Shape; secondary: Shape } {
  return {
    x: [c.N, c.L * c.Min, ...c.size],
    primary: [c.L * c.Mout, c.Min, ...c.kernel],
    secondary: [c.Mout * c.Lout, c.L, 1, 1],
  };
}
