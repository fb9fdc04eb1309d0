/** Which laws are proved on polynomials, for which claim, and over which shapes. */
import { unitWindow } from '../../spec/00-notation.ts';
import type { BlockCase, ConvolutionCase, Geometry, PartitionCase } from '../laws/cases.ts';
import { laws } from '../laws/catalogue.ts';
import type { Law } from '../laws/law.ts';
import {
  axes,
  describeGeometries,
  from1,
  type GeometryBound,
  geometries,
  geometry,
  sizesUpTo,
} from './shapes.ts';

/** How far shapes are enumerated. */
export interface LawBound {
  /** The largest L, Lout, Min and Mout of a block. */
  readonly partitions: number;
  /** The largest product of these sizes; a size that is bound to another counts once. */
  readonly product: number;
  /** The largest number of groups, and of channels of a group, of a single convolution. */
  readonly groups: number;
  /** The largest L and M of an interleave. */
  readonly interleave: number;
  /** The largest K of K × K splits, and of a chain's partitions. */
  readonly K: number;
  /** The largest L, M and S of the formulas on parameters and width. */
  readonly formulas: number;
  readonly geometry: GeometryBound;
  /** Where two convolutions are spatial, the geometry of each, and the largest product of the sizes. */
  readonly spatial: GeometryBound & { readonly product: number };
}

/** The shapes of one law. */
export interface Shapes {
  list(bound: LawBound): Iterable<object>;
  describe(bound: LawBound): string;
}

/** One law to prove. */
export interface Item {
  /** The number of the claim, 1 to 10. */
  readonly claim: number;
  readonly law: Law;
  readonly shapes: Shapes;
  /** 'small scope' where both sides are indices or counts, so that there is nothing to be a variable. */
  readonly checker: 'polynomials' | 'small scope';
}

/** The numbers of a case are variables here: nothing is drawn. */
const nothingDrawn = { seed: 0, magnitude: 0 };

/** Sizes of blocks, made of those that are free. */
interface Family {
  readonly words: string;
  readonly free: number;
  readonly sizes: (
    a: number,
    b: number,
    c: number,
    d: number,
  ) => Pick<BlockCase, 'L' | 'Lout' | 'Min' | 'Mout'>;
}

const anySizes: Family = {
  words: 'L, Lout, Min, Mout',
  free: 4,
  sizes: (L, Lout, Min, Mout) => ({ L, Lout, Min, Mout }),
};
const sameL: Family = {
  words: 'L = Lout, Min, Mout',
  free: 3,
  sizes: (L, Min, Mout) => ({ L, Lout: L, Min, Mout }),
};
const sameLAndM: Family = {
  words: 'L = Lout, Min = Mout',
  free: 2,
  sizes: (L, M) => ({ L, Lout: L, Min: M, Mout: M }),
};
const oneM: Family = {
  words: 'Min = Mout = 1; L, Lout',
  free: 2,
  sizes: (L, Lout) => ({ L, Lout, Min: 1, Mout: 1 }),
};
const oneL: Family = {
  words: 'L = Lout = 1; Min, Mout',
  free: 2,
  sizes: (Min, Mout) => ({ L: 1, Lout: 1, Min, Mout }),
};

function* blocksOn(bound: LawBound, family: Family, all: Iterable<Geometry>): Generator<BlockCase> {
  const free = sizesUpTo(family.free, bound.partitions, bound.product);
  for (const geometry of all)
    for (const [a = 1, b = 1, c = 1, d = 1] of free) {
      yield { ...family.sizes(a, b, c, d), ...geometry, ...nothingDrawn };
    }
}

const describeBlocks = ({ partitions, product }: LawBound, family: Family) =>
  `${family.words} ≤ ${partitions}, their product ≤ ${product}`;

/** Blocks of a family, on every geometry, or on those that a function leaves and changes. */
function blocks(
  family: Family,
  words = '',
  change: (c: BlockCase) => BlockCase | undefined = (c) => c,
): Shapes {
  return {
    *list(bound) {
      for (const c of blocksOn(bound, family, geometries(bound.geometry))) {
        const changed = change(c);
        if (changed !== undefined) yield changed;
      }
    },
    describe: (bound) =>
      [describeBlocks(bound, family), describeGeometries(bound.geometry), words]
        .filter((part) => part !== '')
        .join('; '),
  };
}

const everyBlock = blocks(anySizes);

/** What doesn't depend on the picture: every kernel size. */
const kernelsOnly: Shapes = {
  *list(bound) {
    const sizes = sizesUpTo(2, bound.geometry.kernel, Number.POSITIVE_INFINITY);
    const all = sizes.map(([kh = 1, kw = 1]): Geometry => {
      return { N: 1, size: [kh, kw], kernel: [kh, kw], window: unitWindow };
    });
    yield* blocksOn(bound, anySizes, all);
  },
  describe: (bound) =>
    `${describeBlocks(bound, anySizes)}; kernels ≤ ${bound.geometry.kernel} × ${bound.geometry.kernel}`,
};

/** What doesn't depend on channels or explicit pads: every size, kernel, stride and dilation. */
const windowsOnly: Shapes = {
  *list(bound) {
    for (const axis of axes({ ...bound.geometry, size: bound.interleave, padding: 0 })) {
      yield { ...geometry(1, axis, axis), L: 1, Lout: 1, Min: 1, Mout: 1, ...nothingDrawn };
    }
  },
  describe: ({ geometry: { kernel, stride, dilation }, interleave }) =>
    `kernel ≤ ${kernel}, stride ≤ ${stride}, dilation ≤ ${dilation}, size ≤ ${interleave} and at least the kernel's span`,
};

const unpadded = ({ window }: Geometry) => Object.values(window.padding).every((pixels) => pixels === 0);

/** Whether the transposed convolution is one: stride 1, and no padding beyond dilation · (kernel − 1). */
const hasTransposed = ({ kernel, window: { stride, dilation, padding } }: Geometry) =>
  stride.every((n) => n === 1) &&
  Math.max(padding.top, padding.bottom) <= dilation[0] * (kernel[0] - 1) &&
  Math.max(padding.left, padding.right) <= dilation[1] * (kernel[1] - 1);

/** Every way for a second kernel to move, without padding, on the smallest picture for it. */
function* secondWindows({ spatial }: LawBound): Generator<Geometry> {
  const size = spatial.dilation * (spatial.kernel - 1) + 1;
  for (const second of geometries({ ...spatial, N: 1, padding: 0, size })) {
    const tight = ([0, 1] as const).every((axis) => second.size[axis] === spanOf(second, axis));
    if (tight) yield second;
  }
}

const spanOf = ({ window, kernel }: Geometry, axis: 0 | 1) => window.dilation[axis] * (kernel[axis] - 1) + 1;

const twoSpatial: Shapes = {
  *list(bound) {
    const { spatial } = bound;
    const seconds = [...secondWindows(bound)];
    for (const c of blocksOn({ ...bound, product: spatial.product }, anySizes, geometries(spatial)))
      for (const second of seconds) {
        // The picture grows by what the second kernel needs of the first one's output.
        const size = [
          c.size[0] + (spanOf(second, 0) - 1) * c.window.stride[0],
          c.size[1] + (spanOf(second, 1) - 1) * c.window.stride[1],
        ] as const;
        yield { ...c, size, kernel2: second.kernel, window2: second.window };
      }
  },
  describe: (bound) =>
    `${describeBlocks({ ...bound, product: bound.spatial.product }, anySizes)}; both windows: ${describeGeometries(bound.spatial)}, the second unpadded, the picture larger by what it needs`,
};

const convolutions = (groupsUpTo: (bound: LawBound) => number): Shapes => ({
  *list(bound): Generator<ConvolutionCase> {
    for (const geometry of geometries(bound.geometry))
      for (const groups of from1(groupsUpTo(bound)))
        for (const I of from1(bound.groups))
          for (const O of from1(bound.groups)) yield { groups, I, O, ...geometry, ...nothingDrawn };
  },
  describe: (bound) =>
    `groups ≤ ${groupsUpTo(bound)}, channels of a group ≤ ${bound.groups}; ${describeGeometries(bound.geometry)}`,
});

const everyConvolution = convolutions((bound) => bound.groups);

const partitions: Shapes = {
  *list(bound): Generator<PartitionCase> {
    for (const L of from1(bound.interleave))
      for (const M of from1(bound.interleave)) {
        for (const N of [1, 2]) yield { N, L, M, size: [1, 2], ...nothingDrawn };
      }
  },
  describe: ({ interleave }) => `L, M ≤ ${interleave}; N ≤ 2, 1 × 2 pixels`,
};

const splits: Shapes = {
  *list(bound) {
    for (const geometry of geometries(bound.geometry))
      for (const K of from1(bound.K))
        for (const Min of [1, 2])
          for (const Mout of [1, 2]) yield { K, Min, Mout, ...geometry, ...nothingDrawn };
  },
  describe: (bound) => `K ≤ ${bound.K}, channels of a split ≤ 2; ${describeGeometries(bound.geometry)}`,
};

/** Lists of one to four numbers up to K. */
const lists = ({ K }: LawBound) =>
  [1, 2, 3, 4].flatMap((length) => sizesUpTo(length, K, Number.POSITIVE_INFINITY));

const chains: Shapes = {
  *list(bound) {
    const point = { N: 1, size: [1, 1], kernel: [1, 1], window: unitWindow };
    for (const K of lists(bound)) yield { K, ...point, ...nothingDrawn };
  },
  describe: ({ K }) => `1 to 4 group convolutions, each K ≤ ${K}`,
};

const chainsOnPictures: Shapes = {
  *list(bound) {
    const widths = [1, 2, 3].flatMap((length) => sizesUpTo(length, bound.K, bound.product));
    for (const geometry of geometries(bound.geometry))
      for (const K of widths) yield { K, ...geometry, ...nothingDrawn };
  },
  describe: (bound) =>
    `1 to 3 group convolutions, each K ≤ ${bound.K}, their product ≤ ${bound.product}; ${describeGeometries(bound.geometry)}`,
};

const chainFormulas: Shapes = {
  *list(bound) {
    for (const S of from1(bound.K ** 2)) for (const K of lists(bound)) yield { S, K };
  },
  describe: ({ K }) => `1 to 4 group convolutions, each K ≤ ${K}, S ≤ ${K ** 2}`,
};

const formulas: Shapes = {
  *list({ formulas }) {
    for (const [L, M, S] of sizesUpTo(3, formulas, Number.POSITIVE_INFINITY)) yield { L, M, S };
  },
  describe: (bound) => `L, M, S ≤ ${bound.formulas}`,
};

/** A law of the catalogue. */
function called(id: string): Law {
  const law = laws.find((candidate) => candidate.id === id);
  if (law === undefined) throw new Error(`no law is called ${id}`);
  return law;
}

const item = (
  claim: number,
  law: string,
  shapes: Shapes,
  checker: Item['checker'] = 'polynomials',
): Item => ({ claim, law: called(law), shapes, checker });

/** Every law that is proved on polynomials, in the order of the claims. */
export const plan: readonly Item[] = [
  item(1, 'interleave-definition', partitions),
  item(1, 'interleave-inverse-swaps-L-and-M', partitions),
  item(1, 'interleave-is-a-bijection', partitions, 'small scope'),
  item(1, 'interleave-is-an-involution-iff', partitions, 'small scope'),
  item(1, 'interleave-is-a-permutation-matrix', partitions),
  item(2, 'partitions-are-complementary', partitions, 'small scope'),
  item(2, 'one-path-joins-each-pair', partitions),
  item(2, 'mixed-radix-chain-is-strictly-complementary', chains, 'small scope'),
  item(3, 'block-definition', everyBlock),
  item(3, 'block-is-a-regular-convolution', everyBlock),
  item(3, 'composite-kernel-is-a-product', kernelsOnly),
  item(3, 'block-with-biases-is-affine', everyBlock),
  item(3, 'block-is-linear', everyBlock),
  item(
    3,
    'samples-are-independent',
    blocks(anySizes, 'one sample more in the batch', (c) => ({ ...c, N: c.N + 1 })),
  ),
  item(
    3,
    'block-is-translation-equivariant',
    blocks(anySizes, 'no padding, a picture higher and wider by one stride', (c) =>
      unpadded(c)
        ? { ...c, size: [c.size[0] + c.window.stride[0], c.size[1] + c.window.stride[1]] }
        : undefined,
    ),
  ),
  item(
    3,
    'convolution-is-a-matrix-on-patches',
    convolutions(() => 1),
  ),
  item(3, 'block-is-a-chain-of-two', blocks(sameLAndM)),
  item(3, 'chain-is-a-regular-convolution', chainsOnPictures),
  item(4, 'group-convolution-definition', everyConvolution),
  item(4, 'group-convolution-is-block-diagonal', everyConvolution),
  item(
    4,
    'one-group-is-regular',
    convolutions(() => 1),
  ),
  item(4, 'bias-definition', everyConvolution),
  item(4, 'regular-convolution-is-a-block', splits),
  item(4, 'regular-convolutions-stack-as-blocks', splits),
  item(4, 'summation-fusion-is-a-block', blocks(sameL)),
  item(4, 'xception-is-a-block', blocks(oneM)),
  item(4, 'one-primary-partition-is-a-scaled-convolution', blocks(oneL)),
  item(4, 'linear-secondary-is-a-block', everyBlock),
  item(4, 'regular-secondary-is-a-regular-convolution', everyBlock),
  item(5, 'counted-cost-is-the-formula', everyBlock, 'small scope'),
  item(5, 'parameters-in-three-forms', formulas, 'small scope'),
  item(5, 'wider-than-regular-iff', formulas, 'small scope'),
  item(5, 'widest-iff-L-is-MS', formulas, 'small scope'),
  item(5, 'chain-parameters-are-bounded', chainFormulas, 'small scope'),
  item(6, 'group-convolution-adjoint', everyConvolution),
  item(6, 'interleave-adjoint-is-the-deinterleave', partitions),
  item(6, 'block-adjoint', everyBlock),
  item(6, 'block-bias-adjoint', everyBlock),
  item(7, 'same-padding-keeps-the-size', windowsOnly, 'small scope'),
  item(9, 'stride-is-subsampling', everyBlock),
  item(9, 'spatial-secondary-is-a-regular-convolution', twoSpatial),
  item(9, 'row-then-column-kernels-make-a-square-one', everyBlock),
  item(9, 'swapped-block-is-a-regular-convolution', everyBlock),
  item(9, 'counted-cost-of-the-swapped-block', blocks(sameLAndM), 'small scope'),
  item(
    9,
    'adjoint-is-a-swapped-block',
    blocks(anySizes, 'stride 1, paddings ≤ dilation · (kernel − 1)', (c) =>
      hasTransposed(c) ? c : undefined,
    ),
  ),
  item(10, 'composite-slices-have-rank-at-most-one', kernelsOnly),
  item(10, 'non-zeros-are-the-parameters', kernelsOnly, 'small scope'),
];

/** The laws of the catalogue that polynomials don't prove, and why. */
export const notPlanned: Readonly<Record<string, string>> = {
  'block-gradients-definition': 'on the specification both sides are the same function',
  'group-convolution-gradients-definition': 'on the specification both sides are the same functions',
  'paths-out-of-a-channel-number-the-product-of-K': 'its shapes are all permutations: too many to enumerate',
  'factors-compose-to-the-kernel': 'factors need a field; its kernels are drawn',
  'one-changed-entry-is-not-composite': 'its kernels are drawn',
  'network-counts-are-its-weights': 'it is about lists of layers, and none of the claims',
  'normalisation-folds-into-the-block': 'it divides: it is over the rational numbers, and none of the claims',
};
