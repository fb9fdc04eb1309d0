/** A case as the kernels take it, on the CPU and on a GPU alike. */
import type {
  BlockParameters,
  BlockShape,
  ConvolutionParameters,
  ConvolutionShape,
} from '../kernels/index.ts';
import type { Case } from '../oracle/adapter.ts';
import { shapeOf } from '../oracle/lookup.ts';

/** What prepares a block or a convolution. */
interface Preparing<T> {
  block(shape: BlockShape, parameters: BlockParameters): T;
  convolution(shape: ConvolutionShape, parameters: ConvolutionParameters): T;
}

/** Prepares what a case asks for: its block, or its group convolution. */
export function prepareCase<T>(kernels: Preparing<T>, question: Case): T {
  const { operation, inputs, window } = question;
  const shape = (name: string) => shapeOf(inputs.get(name)!);
  const maybe = (name: string) => (inputs.has(name) ? floats(question, name) : undefined);
  const [N, channels, height, width] = shape('x');
  if (operation === 'group-convolution') {
    const [outputs, Min, ...kernel] = shape('weight');
    const groups = channels / Min;
    const sizes = { N, groups, inputs: Min, outputs: outputs / groups, height, width, kernel, window };
    return kernels.convolution(sizes, { weight: floats(question, 'weight'), bias: maybe('bias') });
  }
  const [outputs, Min, ...kernel] = shape('primary_weight');
  const [mixed, L] = shape('secondary_weight');
  const Mout = outputs / L;
  const sizes = { N, L, Min, Mout, Lout: mixed / Mout, height, width, kernel, window };
  return kernels.block(sizes, {
    primaryWeight: floats(question, 'primary_weight'),
    secondaryWeight: floats(question, 'secondary_weight'),
    primaryBias: maybe('primary_bias'),
    secondaryBias: maybe('secondary_bias'),
  });
}

/** An input that the case has, in float32 and in a buffer of its own. */
export function floats({ inputs }: Case, name: string): Float32Array {
  return new Float32Array(inputs.get(name)!.data);
}
