/** The rolling strategy: depthwise 3×3 convolutions, each row of the input read once. */
import { designOf } from './design.ts';
import { type Geometry, primaryHasBias } from './geometry.ts';
import {
  type Design,
  type PackedWeights,
  type Refusal,
  type Strategy,
  type Target,
  tileModel,
  type Weights,
} from './strategy.ts';
import { stripRowsOf } from './strip.ts';
import { floatBytes, panelsFor } from './wasm/layout.ts';
import { rollingBytes, rollingPhase } from './wasm/rolling.ts';

const taps = 9;

export const rolling: Strategy = {
  name: 'rolling',
  design(geometry: Geometry, target: Target): Design | Refusal {
    const { relaxed, threads } = target;
    const refused = refusal(geometry);
    if (refused) return { refused };
    const { groups, outputs, rows, mixed } = geometry;
    // Alone it keeps nothing between rows: strips are for threads that have too few channels to share.
    const alone = groups >= 4 * threads || threads === 1 ? rows : Math.ceil(rows / (2 * threads));
    const stripRows = mixed === undefined ? alone : stripRowsOf(geometry, tileModel(target));
    const panels = panelsFor(geometry, stripRows);
    const primary = {
      strategy: 'rolling',
      why: 'one channel a group: each row is read once, for the three rows of the output that it is part of',
      algorithm: 'sum' as const,
      stripRows,
      weightBytes: groups * outputs * rollingBytes(geometry),
      scratchBytes: 0,
      emit: () => rollingPhase({ geometry, panels, relaxed }),
      pack: (weights: Weights, into: PackedWeights) => pack(geometry, weights, into),
    };
    return designOf(geometry, primary, target);
  },
};

function refusal({ inputs, kernel, window }: Geometry): string | undefined {
  if (inputs !== 1) return `${inputs} channels a group are more than one`;
  if (kernel[0] !== 3 || kernel[1] !== 3) return `its kernel is ${kernel.join('×')}, not 3×3`;
  const { stride, dilation, padding } = window;
  if (dilation[0] !== 1 || dilation[1] !== 1) return 'its dilation is not 1';
  if (stride[0] !== stride[1] || stride[0] > 2) return `its stride is ${stride.join(', ')}, neither 1 nor 2`;
  // At a stride of 2 the rows that an output doesn't share with the one before it are in the image.
  const most = stride[0] === 1 ? 2 : 1;
  const widest = Math.max(padding.top, padding.bottom, padding.left, padding.right);
  return widest > most ? `padding of ${widest} is more than ${most}` : undefined;
}

/** For each channel of the output its nine taps, then its bias, if there is one. */
function pack(geometry: Geometry, { primary, primaryBias }: Weights, { floats }: PackedWeights): void {
  const step = rollingBytes(geometry) / floatBytes;
  for (let o = 0; o < geometry.groups * geometry.outputs; o++) {
    floats.set(primary.subarray(o * taps, (o + 1) * taps), o * step);
    if (primaryHasBias(geometry)) floats[o * step + taps] = primaryBias![o]!;
  }
}
