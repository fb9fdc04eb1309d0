/** Shapes written by hand, each for something that goes wrong. */
import type { Padding, Window } from '../../../spec/00-notation.ts';
import type { Plan } from './plan.ts';

/** [top, bottom, left, right]. */
type Sides = readonly [number, number, number, number];

/** A block of these sizes; what isn't given is 1, 0 or as large as its partner. */
export function template(sizes: {
  readonly N?: number;
  readonly L: number;
  readonly M: number;
  readonly Mout?: number;
  readonly Lout?: number;
  readonly kernel?: readonly [number, number];
  readonly size: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly pads?: Sides;
  readonly bias?: boolean;
}): Plan {
  const { N = 1, L, M, Mout = M, Lout = L, kernel = [1, 1], size, bias = false } = sizes;
  const { stride = [1, 1], dilation = [1, 1], pads = [0, 0, 0, 0] } = sizes;
  const [top, bottom, left, right] = pads;
  const padding: Padding = { top, bottom, left, right };
  const window: Window = { stride, dilation, padding };
  return { operation: 'block', N, L, Min: M, Mout, Lout, kernel, size, window, bias, gradients: false };
}

/** The smallest known shape on which the right block and the known bugs differ pairwise. */
export const diagnosing = template({
  N: 2,
  L: 3,
  M: 2,
  kernel: [2, 3],
  size: [2, 2],
  stride: [1, 2],
  dilation: [1, 2],
  pads: [1, 0, 2, 2],
});

/** Level 1. */
export const fewTemplates: readonly Plan[] = [
  template({ L: 2, M: 3, size: [1, 1] }),
  template({ N: 2, L: 5, M: 3, kernel: [3, 3], size: [5, 7], pads: [1, 1, 1, 1] }),
  template({ N: 2, L: 4, M: 2, Mout: 3, kernel: [3, 3], size: [7, 5], stride: [2, 2], pads: [1, 1, 1, 1] }),
  template({ L: 3, M: 5, Mout: 2, kernel: [1, 3], size: [3, 6], pads: [0, 0, 2, 0], bias: true }),
  template({ L: 1, M: 7, Mout: 5, kernel: [3, 1], size: [6, 3], dilation: [2, 1], pads: [0, 3, 0, 0] }),
  template({ N: 3, L: 9, M: 1, Mout: 1, kernel: [3, 3], size: [3, 4], pads: [1, 0, 0, 1], bias: true }),
  template({ L: 7, M: 1, Mout: 2, kernel: [2, 2], size: [4, 4], stride: [1, 3], pads: [0, 1, 0, 1] }),
  template({
    L: 2,
    M: 9,
    kernel: [2, 3],
    size: [4, 9],
    stride: [3, 1],
    dilation: [1, 3],
    pads: [2, 1, 0, 1],
  }),
  template({ L: 3, M: 2, Lout: 5, kernel: [3, 3], size: [4, 4], pads: [1, 1, 1, 1], bias: true }),
  template({ L: 2, M: 3, kernel: [5, 5], size: [6, 9], stride: [2, 1], pads: [2, 2, 2, 2] }),
  // Wider than any vector, and no multiple of one; the interleave of L24M2.
  template({ L: 24, M: 2, kernel: [1, 1], size: [3, 3] }),
  template({ L: 3, M: 2, kernel: [3, 3], size: [2, 35], pads: [1, 1, 1, 1] }),
];

/** Level 2: also the sizes of the paper, kernels larger than the picture, and long sums. */
export const moreTemplates: readonly Plan[] = [
  ...fewTemplates,
  template({ N: 2, L: 24, M: 2, kernel: [3, 3], size: [9, 9], pads: [1, 1, 1, 1], bias: true }),
  template({ N: 2, L: 4, M: 8, Mout: 16, kernel: [3, 3], size: [8, 8], stride: [2, 2], pads: [1, 1, 1, 1] }),
  template({ L: 32, M: 26, kernel: [3, 3], size: [3, 3], pads: [1, 1, 1, 1] }),
  template({ L: 2, M: 17, Mout: 19, kernel: [3, 3], size: [8, 9], pads: [1, 1, 1, 1] }),
  template({ L: 5, M: 4, kernel: [7, 7], size: [3, 3], pads: [3, 3, 3, 3] }),
  template({ L: 33, M: 1, Mout: 3, kernel: [3, 3], size: [17, 15], stride: [2, 2], pads: [0, 1, 0, 1] }),
  template({ L: 1, M: 64, Mout: 64, kernel: [3, 3], size: [4, 4], pads: [1, 1, 1, 1] }),
  template({ L: 100, M: 2, kernel: [1, 1], size: [4, 4] }),
  template({ L: 2, M: 3, kernel: [3, 3], size: [67, 65], pads: [1, 1, 1, 1] }),
  template({ N: 9, L: 3, M: 5, kernel: [3, 2], size: [5, 6], dilation: [2, 3], pads: [2, 2, 1, 3] }),
  template({ L: 6, M: 4, Lout: 3, kernel: [3, 3], size: [6, 6], stride: [2, 1], pads: [1, 1, 1, 1] }),
];

/** Sums of many products: what is lost in a split reduction, an accumulator too small, a tile that is left over. */
export const longSums = (level: 1 | 2): readonly Plan[] => {
  const few = [
    template({ L: 1, M: 1031, Mout: 2, size: [1, 1] }),
    template({ L: 131, M: 2, kernel: [1, 1], size: [1, 1] }),
    template({ L: 2, M: 37, Mout: 3, kernel: [3, 3], size: [1, 1], pads: [1, 1, 1, 1] }),
  ];
  const more = [
    template({ L: 1, M: 25_088, Mout: 3, size: [1, 1] }),
    template({ L: 3, M: 515, Mout: 2, kernel: [3, 3], size: [3, 3], pads: [1, 1, 1, 1] }),
    template({ L: 450, M: 2, size: [1, 1] }),
  ];
  return level === 1 ? few : [...few, ...more];
};
