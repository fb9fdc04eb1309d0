/** What does not hold, each shown on one shape: the shipped specification gives two different results. */
import { tensor, unitWindow, type Window } from '../../spec/00-notation.ts';
import { convolution } from '../../spec/01-group-convolution.ts';
import { block } from '../../spec/03-igc-block.ts';
import {
  chainMatrix,
  isStrictlyComplementary,
  spatialBlock,
  spatialComposite,
} from '../../spec/07-extensions.ts';
import { naturals } from '../algebras/natural.ts';
import { polynomials as A } from '../algebras/polynomial.ts';
import { equal, equalNumbers, type Mismatch } from '../laws/law.ts';
import type { Layer, ProofRow } from './types.ts';
import { variableRun } from './variables.ts';

/** A statement that something doesn't hold, and where it doesn't. */
interface Counterexample {
  readonly claim: number;
  readonly statement: string;
  readonly equation: string;
  readonly shape: string;
  mismatch(): Mismatch | undefined;
}

/** The pads of SAME by stride, of TensorFlow and of ONNX's SAME_UPPER: max((n − 1)·stride + kernel − size, 0), n = ⌈size/stride⌉. */
function sameByStride(
  size: number,
  kernel: number,
  stride: number,
): Pick<Window['padding'], 'top' | 'bottom'> {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  const top = Math.floor(total / 2);
  return { top, bottom: total - top };
}

const rows = (stride: number, pads: Pick<Window['padding'], 'top' | 'bottom'>): Window => {
  return { ...unitWindow, stride: [stride, 1], padding: { ...unitWindow.padding, ...pads } };
};

const strideIsNoSubsampling: Counterexample = {
  claim: 9,
  statement: 'with SAME padding by stride, a stride in the primary does not subsample the stride-1 block',
  equation: 'Eq. 5',
  shape: 'L = M = 1, 3 × 1 on 4 × 1, stride 2: pads 0 and 1 where stride 1 has 1 and 1',
  mismatch() {
    const run = variableRun();
    const x = run.tensor('x', [1, 1, 4, 1]);
    const kernels = [run.tensor('primary', [1, 1, 3, 1]), run.tensor('secondary', [1, 1, 1, 1])] as const;
    const full = block(A, x, ...kernels, rows(1, sameByStride(4, 3, 1)));
    const strided = block(A, x, ...kernels, rows(2, sameByStride(4, 3, 2)));
    return equal(
      A,
      strided,
      tensor([1, 1, 2, 1], (n, c, i, j) => full.at(n, c, 2 * i, j)),
    ).mismatch();
  },
};

const paddedTwice: Counterexample = {
  claim: 9,
  statement: 'a block of two padded spatial convolutions is not the convolution with the convolved kernels',
  equation: 'extension of Eq. 6',
  shape:
    'L = M = 1, 3 × 1 twice on 2 × 1, one pixel of padding above and below each; the composite has both pads',
  mismatch() {
    const run = variableRun();
    const x = run.tensor('x', [1, 1, 2, 1]);
    const kernels = [run.tensor('primary', [1, 1, 3, 1]), run.tensor('secondary', [1, 1, 3, 1])] as const;
    const window = rows(1, { top: 1, bottom: 1 });
    const windows = { primary: window, secondary: window };
    const composite = spatialComposite(A, ...kernels, windows);
    return equal(
      A,
      spatialBlock(A, x, ...kernels, windows),
      convolution(A, x, composite.kernel, rows(1, { top: 2, bottom: 2 })),
    ).mismatch();
  },
};

/** Bit 0 and bit 1 of a channel of three bits exchanged. */
const exchange = Array.from({ length: 8 }, (_, c) => (c & 4) | ((c & 1) << 1) | ((c & 2) >> 1));

const productIsNotEnough: Counterexample = {
  claim: 5,
  statement: '∏K = C does not imply that a chain is strictly complementary',
  equation: 'IGCV2',
  shape: 'C = 8, K = (2, 2, 2), the convolutions mixing bits 0, 1 and 0 of the channel',
  mismatch() {
    const kernel = tensor([8, 2, 1, 1], () => 1);
    const link = { kernel, window: unitWindow, permutation: exchange };
    const paths = chainMatrix(naturals, [link, link, link]);
    return equalNumbers([Number(isStrictlyComplementary(paths))], [1]).mismatch();
  },
};

function show({ claim, statement, equation, shape, mismatch }: Counterexample): ProofRow {
  const start = performance.now();
  const found = mismatch();
  const differ = found && `${found.where}: ${found.left} against ${found.right}`;
  return {
    claim,
    statement,
    equation,
    strength: 'counterexample',
    checker: 'polynomials',
    detail: `${shape}${differ ? `; ${differ}` : ''}`,
    trusted: [],
    outcome: found ? 'proved' : 'failed',
    ...(found ? {} : { reason: 'the two sides are equal' }),
    milliseconds: performance.now() - start,
  };
}

/** The counterexamples; part of `npm run prove` and of `npm test` alike. */
export const counterexampleLayer: Layer = async () =>
  [productIsNotEnough, strideIsNoSubsampling, paddedTwice].map(show);
