/**
 * A list of layers run on an ordered field. On other algebras only the lists and their counts (09-network.ts)
 * have a meaning.
 */
import { ConstraintError, constrain, type OrderedField, type Shape, type Tensor } from './00-notation.ts';
import { type ConvolutionLayer, type Extent, type IgcLayer, type Layer, showExtent } from './09-network.ts';
import {
  classify,
  convolutionUnit,
  globalAveragePool,
  igcUnit,
  maxPool,
  type Normalisation,
  residualUnit,
  stage,
} from './09b-units.ts';

/** The weights of a network, each called `layer.role`. */
export type Weights<T> = ReadonlyMap<string, Tensor<T>>;

/**
 * The shape of every weight that `forward` reads, in the order of the layers: `kernel` of a convolution, `primary`
 * and `secondary` of a block, `gamma`, `beta`, `mean`, `sigma` of its normalisation, `weight` and `bias` of a
 * classifier.
 *
 * @paper Section 5 (networks): Wᵖ (L·Mout, Min, kh, kw), Wᵈ (Mout·Lout, L, 1, 1)
 */
export function weightShapes(layers: readonly Layer[]): ReadonlyMap<string, Shape> {
  return new Map(layers.flatMap(shapesOf));
}

function shapesOf(layer: Layer): readonly (readonly [string, Shape])[] {
  const { name, input, output } = layer;
  switch (layer.kind) {
    case 'convolution':
      return [[`${name}.kernel`, [output.C, input.C / layer.groups, ...layer.kernel]], ...perChannel(layer)];
    case 'igc': {
      const { L, Min, Mout, Lout } = layer.block;
      return [
        [`${name}.primary`, [L * Mout, Min, ...layer.kernel]],
        [`${name}.secondary`, [Mout * Lout, L, 1, 1]],
        ...perChannel(layer),
      ];
    }
    case 'residual':
      return [...layer.body, ...layer.shortcut].flatMap(shapesOf);
    case 'classifier':
      return [
        [`${name}.weight`, [output.C, input.C, 1, 1]],
        [`${name}.bias`, [output.C, 1, 1, 1]],
      ];
    default:
      return [];
  }
}

function perChannel({ name, output }: ConvolutionLayer | IgcLayer): readonly (readonly [string, Shape])[] {
  return ['gamma', 'beta', 'mean', 'sigma'].map((role) => [`${name}.${role}`, [output.C, 1, 1, 1]]);
}

/**
 * Runs a network. Shapes: x (N, C, H, W) as the first layer says (C12), every weight as in `weightShapes` (C3),
 * all of them there (C17), result (N, classes, 1, 1) for a whole network.
 *
 * @paper Section 5 (networks): stem, stages, global average pooling, classifier
 */
export function forward<T>(
  A: OrderedField<T>,
  layers: readonly Layer[],
  weights: Weights<T>,
  x: Tensor<T>,
): Tensor<T> {
  for (const [name, shape] of weightShapes(layers)) {
    const given = weights.get(name);
    const expected = `${name} of [${shape.join(', ')}]`;
    if (given === undefined) throw new ConstraintError('forward', 'C17', expected, 'none of this name');
    const same = shape.every((size, axis) => size === given.shape[axis]);
    constrain(same, 'forward', 'C3', expected, `[${given.shape.join(', ')}]`);
  }
  return run(A, layers, weights, x);
}

function run<T>(A: OrderedField<T>, layers: readonly Layer[], weights: Weights<T>, x: Tensor<T>): Tensor<T> {
  const units = layers.map((layer) => (input: Tensor<T>) => runLayer(A, layer, weights, input));
  return stage(x, units);
}

function runLayer<T>(A: OrderedField<T>, layer: Layer, weights: Weights<T>, x: Tensor<T>): Tensor<T> {
  const [, C, H, W] = x.shape;
  const fits = isExtent(layer.input, C, H, W);
  constrain(fits, layer.name, 'C12', showExtent(layer.input), showExtent({ C, H, W }));
  const weight = (role: string) => weights.get(`${layer.name}.${role}`)!;
  switch (layer.kind) {
    case 'convolution': {
      const { groups, window, activation } = layer;
      return convolutionUnit(A, x, weight('kernel'), groups, window, normalisation(weight), activation);
    }
    case 'igc': {
      const { window, activation } = layer;
      const kernels = [weight('primary'), weight('secondary')] as const;
      return igcUnit(A, x, ...kernels, window, normalisation(weight), activation);
    }
    case 'residual':
      return residualUnit(
        A,
        x,
        (input) => run(A, layer.body, weights, input),
        (input) => run(A, layer.shortcut, weights, input),
      );
    case 'max-pool':
      return maxPool(A, x, layer.kernel, layer.window);
    case 'average-pool':
      return globalAveragePool(A, x);
    case 'classifier':
      return classify(A, x, weight('weight'), weight('bias'));
  }
}

function normalisation<T>(weight: (role: string) => Tensor<T>): Normalisation<T> {
  return { gamma: weight('gamma'), beta: weight('beta'), mean: weight('mean'), sigma: weight('sigma') };
}

function isExtent(extent: Extent, C: number, H: number, W: number): boolean {
  return extent.C === C && extent.H === H && extent.W === W;
}
