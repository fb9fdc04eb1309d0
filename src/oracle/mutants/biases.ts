/** Biases dropped, doubled, or in the order of the other convolution. */
import { addBias } from '../../../spec/01-group-convolution.ts';
import type { BlockShape } from '../../../spec/03-igc-block.ts';
import { blocks, convolutions, type Mutant } from './mutant.ts';
import type { Wrong } from './rules.ts';
import { type CaseShape, sameInterleave } from './shape.ts';
import { right } from './steps.ts';

type Which = 'primary' | 'secondary';

const isMissing = (which: Which, shape: CaseShape): boolean =>
  which === 'primary' ? !shape.primaryBias : !shape.secondaryBias;

/** The right convolution with another bias. */
function changed(
  which: Which,
  change: <T>(bias: readonly T[], sizes: BlockShape) => readonly T[] | undefined,
): Wrong['steps'] {
  return {
    [which]: ((A, c) =>
      right[which](A, { ...c, bias: c.bias && change(c.bias, c.sizes) })) satisfies (typeof right)[Which],
  };
}

function dropped(which: Which): Wrong {
  return { steps: changed(which, () => undefined), invisible: (shape) => isMissing(which, shape) };
}

function twice(which: Which): Wrong {
  return {
    steps: { [which]: ((A, c) => addBias(A, right[which](A, c), c.bias)) satisfies (typeof right)[Which] },
    invisible: (shape) => isMissing(which, shape),
  };
}

/** The two factors of the bias's index in its own order: major, minor. */
const factors = (which: Which, { L, Mout, Lout }: BlockShape): readonly [number, number] =>
  which === 'primary' ? [L, Mout] : [Mout, Lout];

/** Entry a·q + b is read at b·p + a. */
function reordered(which: Which): Wrong {
  return {
    steps: changed(which, (bias, sizes) => {
      const [p, q] = factors(which, sizes);
      return bias.map((_, c) => bias[(c % q) * p + Math.floor(c / q)]!);
    }),
    invisible: (shape) => {
      const [p, q] = factors(which, shape);
      return isMissing(which, shape) || sameInterleave([p, q], [1, p * q]);
    },
  };
}

const primary = { stage: 'primary', operations: convolutions, seen: 'nowhere yet' } as const;
const secondary = { stage: 'secondary', operations: blocks, seen: 'nowhere yet' } as const;

export const biasMutants: readonly Mutant[] = [
  {
    id: 'primary-bias-order',
    name: 'the primary bias is read in interleaved order, m*L + l',
    advice:
      'add the primary bias before the interleave: entry l*Mout + m belongs to channel m of partition l',
    ...primary,
    ...reordered('primary'),
  },
  {
    id: 'secondary-bias-order',
    name: 'the secondary bias is read in the order of the output, l*Mout + m',
    advice:
      'add the secondary bias before the deinterleave: entry m*Lout + l belongs to channel l of partition m',
    ...secondary,
    ...reordered('secondary'),
  },
  {
    id: 'primary-bias-dropped',
    name: 'the primary bias is not added',
    advice: 'add the primary bias to what the primary convolution gives',
    ...primary,
    ...dropped('primary'),
  },
  {
    id: 'secondary-bias-dropped',
    name: 'the secondary bias is not added',
    advice: 'add the secondary bias to what the secondary convolution gives',
    ...secondary,
    ...dropped('secondary'),
  },
  {
    id: 'primary-bias-twice',
    name: 'the primary bias is added twice',
    advice: 'add the primary bias once: either the sum starts with it, or it is added at the end',
    ...primary,
    ...twice('primary'),
  },
  {
    id: 'secondary-bias-twice',
    name: 'the secondary bias is added twice',
    advice: 'add the secondary bias once: either the sum starts with it, or it is added at the end',
    ...secondary,
    ...twice('secondary'),
  },
];
