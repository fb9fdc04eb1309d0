/**
 * The networks as data: layers with their shapes, and what each costs. Nothing here computes a feature map, so
 * layer lists and counts need no algebra. 09a builds the paper's networks, 09b and 09c run them.
 *
 * A convolution or a block counts as one layer together with the batch normalisation and the ReLU behind it.
 */
import { constrain, type Window } from './00-notation.ts';
import { outputExtent, samePadding } from './01-group-convolution.ts';
import type { BlockShape } from './03-igc-block.ts';
import { blockParameters, groupConvolutionParameters, multiplyAdds } from './05-complexity.ts';

/** The size of a feature map: channels, and pixels down and across. */
export interface Extent {
  readonly C: number;
  readonly H: number;
  readonly W: number;
}

interface Named {
  /** Unique within the network; a weight is called `name.role`. */
  readonly name: string;
  readonly input: Extent;
  readonly output: Extent;
}

interface Spatial extends Named {
  readonly kernel: readonly [number, number];
  readonly window: Window;
}

/** A group convolution (one group: a regular one), batch normalisation, and ReLU where `activation`. */
export interface ConvolutionLayer extends Spatial {
  readonly kind: 'convolution';
  readonly groups: number;
  readonly activation: boolean;
}

/** A block, batch normalisation, and ReLU where `activation`. */
export interface IgcLayer extends Spatial {
  readonly kind: 'igc';
  readonly block: BlockShape;
  readonly activation: boolean;
}

/** ReLU of (the layers of `body`, one after the other) + (those of `shortcut`; none is the identity). */
export interface ResidualLayer extends Named {
  readonly kind: 'residual';
  readonly body: readonly Layer[];
  readonly shortcut: readonly Layer[];
}

/** The largest value under each window. */
export interface MaxPoolLayer extends Spatial {
  readonly kind: 'max-pool';
}

/** The mean of each channel. */
export interface AveragePoolLayer extends Named {
  readonly kind: 'average-pool';
}

/** A linear map with a bias, from the channels of one position to the classes. */
export interface ClassifierLayer extends Named {
  readonly kind: 'classifier';
}

export type Layer =
  | ConvolutionLayer
  | IgcLayer
  | ResidualLayer
  | MaxPoolLayer
  | AveragePoolLayer
  | ClassifierLayer;

/** The window of the paper's networks: the kernel padded alike on both sides, whatever the stride. */
function samePaddedWindow(kernel: readonly [number, number], stride: number): Window {
  const dilation = [1, 1] as const;
  return { stride: [stride, stride], dilation, padding: samePadding(kernel, dilation) };
}

function after(input: Extent, C: number, kernel: readonly [number, number], window: Window): Extent {
  const [H, W] = outputExtent([1, input.C, input.H, input.W], [C, 1, ...kernel], window);
  return { C, H, W };
}

/**
 * A convolution layer from `input` to `outputs` channels; batch normalisation behind it, ReLU where `activation`
 * (C4, C5, C6).
 *
 * @paper Section 5 (networks): the stem, RegConv-Wc, and the 1 × 1 convolution of a shortcut
 */
export function convolutionLayer(
  name: string,
  input: Extent,
  outputs: number,
  kernel: readonly [number, number],
  stride: number,
  groups: number,
  activation: boolean,
): ConvolutionLayer {
  const whole = input.C % groups === 0 && outputs % groups === 0;
  constrain(whole, 'convolutionLayer', 'C6', `a divisor of ${input.C} and ${outputs}`, `${groups}`);
  const window = samePaddedWindow(kernel, stride);
  const output = after(input, outputs, kernel, window);
  return { kind: 'convolution', name, input, output, kernel, window, groups, activation };
}

/**
 * A block layer; the stride is the primary convolution's. Its input has L × Min channels (C7), its output
 * Lout × Mout.
 *
 * @paper Section 5 (networks): IGC, batch normalisation, ReLU
 */
export function igcLayer(
  name: string,
  input: Extent,
  block: BlockShape,
  kernel: readonly [number, number],
  stride: number,
  activation: boolean,
): IgcLayer {
  const { L, Min, Mout, Lout } = block;
  constrain(input.C === L * Min, 'igcLayer', 'C7', `${L} × ${Min} channels`, `${input.C}`);
  const window = samePaddedWindow(kernel, stride);
  const output = after(input, Lout * Mout, kernel, window);
  return { kind: 'igc', name, input, output, kernel, window, block, activation };
}

/**
 * A residual unit: its output is the body's, and an empty shortcut is the identity, whose output is the unit's
 * input. Both have the same shape (C12).
 *
 * @paper Section 5 (identity mapping, "+Ident."): ReLU(body(x) + shortcut(x))
 */
export function residualLayer(
  name: string,
  input: Extent,
  body: readonly Layer[],
  shortcut: readonly Layer[],
): ResidualLayer {
  const output = body.at(-1)?.output ?? input;
  const added = shortcut.at(-1)?.output ?? input;
  const same = output.C === added.C && output.H === added.H && output.W === added.W;
  constrain(same, 'residualLayer', 'C12', showExtent(output), showExtent(added));
  return { kind: 'residual', name, input, output, body, shortcut };
}

/**
 * Max pooling (C4, C5).
 *
 * @paper Section 5 (ImageNet): 3 × 3, stride 2, padding 1, behind the stem
 */
export function maxPoolLayer(
  name: string,
  input: Extent,
  kernel: readonly [number, number],
  stride: number,
): MaxPoolLayer {
  const window = samePaddedWindow(kernel, stride);
  return { kind: 'max-pool', name, input, output: after(input, input.C, kernel, window), kernel, window };
}

/**
 * Global average pooling: one position is left.
 *
 * @paper Section 5 (networks): 8 × 8 average pooling on CIFAR, 7 × 7 on ImageNet, the whole feature map
 */
export function averagePoolLayer(name: string, input: Extent): AveragePoolLayer {
  return { kind: 'average-pool', name, input, output: { C: input.C, H: 1, W: 1 } };
}

/**
 * The classifier on one position (C2).
 *
 * @paper Section 5 (networks): fully connected, with a bias
 */
export function classifierLayer(name: string, input: Extent, classes: number): ClassifierLayer {
  const whole = Number.isSafeInteger(classes) && classes > 0;
  constrain(whole, 'classifierLayer', 'C2', 'classes ≥ 1', `${classes}`);
  constrain(input.H * input.W === 1, 'classifierLayer', 'C12', 'one position', showExtent(input));
  return { kind: 'classifier', name, input, output: { C: classes, H: 1, W: 1 } };
}

/**
 * An extent in print, as 48×32×32.
 *
 * @paper notation: C × H × W
 */
export function showExtent({ C, H, W }: Extent): string {
  return `${C}×${H}×${W}`;
}

/** What a layer or a network costs. */
export interface Counts {
  /** Weights of convolutions. */
  readonly convolution: number;
  /** Weights and biases of the classifier. */
  readonly classifier: number;
  /** γ and β of batch normalisations; running statistics are not parameters. */
  readonly normalisation: number;
  /** Multiply-adds of convolutions and classifier for one image. */
  readonly multiplyAdds: number;
}

/**
 * The counts of one layer.
 *
 * @paper Section 5 (#params, FLOPs): convolutions by Eq. 7 and 8; one multiply-add is one FLOP
 */
export function layerCounts(layer: Layer): Counts {
  const { input, output } = layer;
  switch (layer.kind) {
    case 'convolution': {
      const S = layer.kernel[0] * layer.kernel[1];
      return convolutionCounts(groupConvolutionParameters(input.C, output.C, layer.groups, S), output);
    }
    case 'igc':
      return convolutionCounts(blockParameters(layer.block, layer.kernel[0] * layer.kernel[1]), output);
    case 'classifier': {
      const weights = input.C * output.C;
      return {
        ...nothing,
        classifier: weights + output.C,
        multiplyAdds: multiplyAdds(weights, [output.H, output.W]),
      };
    }
    case 'residual':
      return networkCounts([...layer.body, ...layer.shortcut]);
    default:
      return nothing;
  }
}

/** So many weights, and the γ and β of the normalisation behind them. */
function convolutionCounts(convolution: number, { C, H, W }: Extent): Counts {
  return {
    ...nothing,
    convolution,
    normalisation: 2 * C,
    multiplyAdds: multiplyAdds(convolution, [H, W]),
  };
}

const nothing: Counts = { convolution: 0, classifier: 0, normalisation: 0, multiplyAdds: 0 };

/**
 * The counts of layers together.
 *
 * @paper Section 5 (#params, FLOPs): the sums over the layers
 */
export function networkCounts(layers: readonly Layer[]): Counts {
  return layers.map(layerCounts).reduce(
    (total, counts) => ({
      convolution: total.convolution + counts.convolution,
      classifier: total.classifier + counts.classifier,
      normalisation: total.normalisation + counts.normalisation,
      multiplyAdds: total.multiplyAdds + counts.multiplyAdds,
    }),
    nothing,
  );
}

/** The three totals that are in use; the paper's #params is the second. */
export interface ParameterTotals {
  readonly convolutions: number;
  readonly withClassifier: number;
  readonly withNormalisation: number;
}

/**
 * The parameters of a network as they are quoted: convolutions only, with the classifier, with γ and β too.
 *
 * @paper Section 5 (#params): convolution weights and the classifier, without batch normalisation
 */
export function parameterTotals({ convolution, classifier, normalisation }: Counts): ParameterTotals {
  return {
    convolutions: convolution,
    withClassifier: convolution + classifier,
    withNormalisation: convolution + classifier + normalisation,
  };
}
