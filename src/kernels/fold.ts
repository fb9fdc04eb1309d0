/** Folding batch normalisation into the convolution before it: γ·(z − mean)/√(variance + ε) + β = scale·z + shift. */
import type { Geometry } from './geometry.ts';
import type { Weights } from './strategy.ts';
import type { BlockParameters, ConvolutionParameters, Normalisation } from './types.ts';

/** A block's weights as the code takes them. Arithmetic is float64, each result rounded once. */
export function blockWeights({ outputs, mixed = 1 }: Geometry, parameters: BlockParameters): Weights {
  const { primaryWeight, primaryBias, secondaryWeight, secondaryBias, normalisation } = parameters;
  // Row m·Lout + l′ of the secondary makes channel l′·Mout + m of the output, whose statistics are these.
  const channelOf = (row: number) => (row % mixed) * outputs + Math.floor(row / mixed);
  const [secondary, bias] = fold(secondaryWeight, secondaryBias, normalisation, channelOf);
  return { primary: primaryWeight, primaryBias, secondary, secondaryBias: bias };
}

/** A convolution's. */
export function convolutionWeights({ weight, bias, normalisation }: ConvolutionParameters): Weights {
  const [primary, primaryBias] = fold(weight, bias, normalisation, (row) => row);
  return { primary, primaryBias, secondary: undefined, secondaryBias: undefined };
}

function fold(
  weight: Float32Array,
  bias: Float32Array | undefined,
  normalisation: Normalisation | undefined,
  channelOf: (row: number) => number,
): readonly [Float32Array, Float32Array | undefined] {
  if (!normalisation) return [weight, bias];
  const { mean, variance, gamma, beta, epsilon } = normalisation;
  const rows = Array.from(gamma.keys(), channelOf);
  const scale = rows.map((channel) => gamma[channel]! / Math.sqrt(variance[channel]! + epsilon));
  const perRow = weight.length / rows.length;
  return [
    weight.map((entry, index) => entry * scale[Math.floor(index / perRow)]!),
    Float32Array.from(rows, (channel, row) => {
      return beta[channel]! + ((bias?.[row] ?? 0) - mean[channel]!) * scale[row]!;
    }),
  ];
}
