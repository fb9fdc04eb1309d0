/** The rest that a loop over vectors leaves: taps, channels and columns that are never read or written. */
import { blocks, convolutions, everywhere, type Mutant } from './mutant.ts';
import { outputWritten, primaryKernelRead, type Rule, secondaryKernelRead } from './rules.ts';

const lastTap: Rule = (at, [, I, kh, kw]) =>
  at[1] === I - 1 && at[2] === kh - 1 && at[3] === kw - 1 ? undefined : at;

/** The input channels of a partition beyond the last multiple of `lanes` don't count. */
const inputTail =
  (lanes: number): Rule =>
  (at, [, I]) =>
    at[1] < I - (I % lanes) ? at : undefined;

const channelTail: Rule = (at, [, C]) => (at[1] < C - (C % 4) ? at : undefined);

const oddColumn: Rule = (at, [, , , W]) => (W % 2 === 1 && at[3] === W - 1 ? undefined : at);

/** Pixels of a channel beyond the last multiple of 4. */
const pixelTail: Rule = (at, [, , H, W]) => {
  const pixels = H * W;
  return at[2] * W + at[3] < pixels - (pixels % 4) ? at : undefined;
};

const handle = 'handle what is left after the last whole vector, one at a time or with a mask';

export const tailMutants: readonly Mutant[] = [
  {
    id: 'last-tap-dropped',
    name: 'the last tap of the last input channel of each partition is left out: a loop ends one early',
    advice: 'sum over all Min * kh * kw products',
    seen: 'nowhere yet',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(lastTap),
  },
  {
    id: 'primary-channels-beyond-4',
    name: 'input channels of a primary partition beyond a multiple of 4 are left out',
    advice: handle,
    seen: 'vectorised loops over channels',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(inputTail(4)),
  },
  {
    id: 'primary-channels-beyond-8',
    name: 'input channels of a primary partition beyond a multiple of 8 are left out',
    advice: handle,
    seen: 'vectorised loops over channels',
    stage: 'primary',
    operations: convolutions,
    ...primaryKernelRead(inputTail(8)),
  },
  {
    id: 'secondary-channels-beyond-4',
    name: 'input channels of a secondary partition beyond a multiple of 4 are left out',
    advice: handle,
    seen: 'vectorised loops over channels',
    stage: 'secondary',
    operations: blocks,
    ...secondaryKernelRead(inputTail(4)),
  },
  {
    id: 'output-channels-beyond-4',
    name: 'output channels beyond a multiple of 4 stay zero',
    advice: handle,
    seen: 'four channels in one texel',
    stage: 'deinterleave',
    operations: everywhere,
    ...outputWritten(channelTail),
  },
  {
    id: 'odd-column-dropped',
    name: 'the last column stays zero where the width of the output is odd',
    advice: handle,
    seen: 'two columns in one step of a hand-written kernel',
    stage: 'deinterleave',
    operations: everywhere,
    ...outputWritten(oddColumn),
  },
  {
    id: 'pixels-beyond-4',
    name: 'the pixels of each channel beyond a multiple of 4 stay zero',
    advice: handle,
    seen: 'vectorised loops over pixels',
    stage: 'deinterleave',
    operations: everywhere,
    ...outputWritten(pixelTail),
  },
];
