/** The two permutations: missing, inverse, used twice, with the wrong sizes. */
import { tensor } from '../../../spec/00-notation.ts';
import { interleave } from '../../../spec/02-interleave.ts';
import type { BlockShape } from '../../../spec/03-igc-block.ts';
import { blocks, type Mutant } from './mutant.ts';
import { together, type Wrong } from './rules.ts';
import { type CaseShape, isOutputZero, isPrimaryZero, sameInterleave } from './shape.ts';
import { right } from './steps.ts';

/** An interleave of a × b channels; [1, G] is the identity. */
type Sizes = (sizes: BlockShape) => readonly [number, number];

/** The first permutation is that of a × b channels. Each secondary weight then meets another channel. */
function first(sizes: Sizes): Wrong {
  return {
    steps: {
      interleave: (_, y, block) => {
        const [L, M] = sizes(block);
        return interleave(y, { L, M });
      },
    },
    invisible: (shape) => isPrimaryZero(shape) || sameInterleave(sizes(shape), [shape.L, shape.Mout]),
  };
}

/** The second permutation is the interleave of a × b channels; the right one has a = Mout, b = Lout. */
function second(sizes: Sizes): Wrong {
  return {
    steps: {
      deinterleave: (_, z, block) => {
        const [L, M] = sizes(block);
        return interleave(z, { L, M });
      },
    },
    invisible: (shape) => isOutputZero(shape) || sameInterleave(sizes(shape), [shape.Mout, shape.Lout]),
  };
}

const none: Record<'first' | 'second', Sizes> = {
  first: ({ L, Mout }) => [1, L * Mout],
  second: ({ Lout, Mout }) => [1, Lout * Mout],
};
const inverse: Record<'first' | 'second', Sizes> = {
  first: ({ L, Mout }) => [Mout, L],
  second: ({ Lout, Mout }) => [Lout, Mout],
};

/** Min where Mout belongs: as `view(N, -1, M, H, W)` does with the M of the input. Right where that can't be. */
const narrow: Record<'first' | 'second', Sizes> = {
  first: ({ L, Min, Mout }) => ((L * Mout) % Min === 0 ? [(L * Mout) / Min, Min] : [L, Mout]),
  second: ({ Lout, Min, Mout }) => ((Lout * Mout) % Min === 0 ? [Min, (Lout * Mout) / Min] : [Mout, Lout]),
};

/** How many times wider the secondary partitions are than they should be, and 1 where that can't be. */
function widened({ Min, Mout }: BlockShape): number {
  return Mout % Min === 0 ? Mout / Min : 1;
}

const doubledSecond: Sizes = (block) => {
  const { Mout, Lout } = block;
  const r = widened(block);
  return [Mout / r, r * Lout];
};

/** Secondary partitions of r·L channels, r from each primary partition; each weight is used r times. */
const doubled: Wrong = {
  steps: {
    secondary: (A, c) => {
      const r = widened(c.sizes);
      const [O, L] = c.kernel.shape;
      const kernel = tensor([O, r * L, 1, 1], (o, k) => c.kernel.at(o, k % L, 0, 0));
      return right.secondary(A, { ...c, kernel, groups: c.groups / r });
    },
    ...second(doubledSecond).steps,
  },
  invisible: (shape: CaseShape) =>
    widened(shape) === 1 || (isPrimaryZero(shape) && second(doubledSecond).invisible(shape)),
};

const shuffleNet =
  'channel_shuffle(y, L) first and channel_shuffle(z, Mout) last: the second undoes the first';

export const permutationMutants: readonly Mutant[] = [
  {
    id: 'permutations-missing',
    name: 'both permutations are missing: the secondary partitions mix channels of the same primary partition',
    advice: 'interleave before the secondary convolution, deinterleave after it',
    seen: 'nowhere yet as a whole; each half of it was',
    stage: 'interleave',
    operations: blocks,
    ...together(first(none.first), second(none.second)),
  },
  {
    id: 'first-permutation-missing',
    name: 'the first permutation is missing: the secondary partitions mix channels of the same primary partition',
    advice: 'interleave between the two convolutions: channel l*Mout + m goes to m*L + l',
    seen: 'nowhere yet',
    stage: 'interleave',
    operations: ['block', 'interleave'],
    ...first(none.first),
  },
  {
    id: 'second-permutation-missing',
    name: 'the second permutation is missing: channels stay in secondary order',
    advice: 'deinterleave after the secondary convolution: channel m*Lout + l goes to l*Mout + m',
    seen: "the authors' own code of a follow-up, where it is computed and not used; a model zoo; a Keras port",
    stage: 'deinterleave',
    operations: blocks,
    ...second(none.second),
  },
  {
    id: 'permutations-inverse',
    name: 'each permutation is its inverse: L and M are swapped in both',
    advice: `reshape to (L, Mout) before the first transposition, to (Mout, Lout) before the second: ${shuffleNet}`,
    seen: 'ShuffleNet code that reshapes (n, g) for (g, n); a Keras port',
    stage: 'interleave',
    operations: blocks,
    ...together(first(inverse.first), second(inverse.second)),
  },
  {
    id: 'first-permutation-inverse',
    name: 'the interleave is its inverse: L and M are swapped in the first permutation',
    advice: 'reshape to (L, Mout) before transposing: channel l*Mout + m goes to m*L + l',
    seen: 'ShuffleNet code that reshapes (n, g) for (g, n)',
    stage: 'interleave',
    operations: ['block', 'interleave'],
    ...first(inverse.first),
  },
  {
    id: 'interleave-twice',
    name: 'the first permutation is used a second time instead of its inverse: both shuffles have L groups, as in ShuffleNet',
    advice: `the second has Mout groups: ${shuffleNet}`,
    seen: 'discussions of whether the groups of the shuffle must be those of the convolution',
    stage: 'deinterleave',
    operations: blocks,
    ...second(inverse.second),
  },
  {
    id: 'min-for-mout',
    name: 'the permutations take M from the input where the block widens: Min instead of Mout',
    advice: 'work M out from the output channels of the primary convolution: Mout = channels / L',
    seen: 'the down-sampling units of one official network',
    stage: 'interleave',
    operations: blocks,
    ...together(first(narrow.first), second(narrow.second)),
  },
  {
    id: 'doubled-l',
    name: 'the secondary groups are counted from the input of a block that widens: partitions of 2L channels, and a second permutation of the same wrong size',
    advice: 'the secondary convolution has Mout groups of L channels: groups = output channels / L',
    seen: 'the down-sampling units of one official network',
    stage: 'secondary',
    operations: blocks,
    ...doubled,
  },
];
