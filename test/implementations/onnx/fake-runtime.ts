/** A runtime made of the specification: Conv, Reshape, Transpose, Relu, in the type of their inputs, rounded once. */
import { tensor } from '../../../spec/00-notation.ts';
import { addBias, groupConvolution } from '../../../spec/01-group-convolution.ts';
import { float64 } from '../../../src/algebras/float64.ts';
import { precisions } from '../../../src/algebras/precision.ts';
import { decodeOnnx, type OnnxNode } from '../../../src/formats/onnx/index.ts';
import { isFloat } from '../../../src/implementations/onnx/elements.ts';
import type { OnnxRuntime, RuntimeTensor } from '../../../src/implementations/onnx/runtime.ts';
import { roundTo } from '../../../src/oracle/spacing.ts';
import { type PaddingOption, tensorWindow } from '../../../src/tensor/index.ts';

/** Changes what a node gives. */
export type Bug = (node: OnnxNode, output: RuntimeTensor) => RuntimeTensor;

export function fakeRuntime(bug: Bug = (_, output) => output): OnnxRuntime {
  return {
    name: 'fake',
    about: 'fake 1.0',
    load: async (bytes) => {
      const { graph } = decodeOnnx(bytes, 'fake');
      return {
        run: async (inputs) => {
          const values = new Map<string, RuntimeTensor>(inputs);
          for (const [name, { type, dims, data }] of graph.initializers)
            values.set(name, { type, dims, data });
          for (const node of graph.nodes) {
            const given = node.inputs.map((name) => values.get(name)!);
            values.set(node.outputs[0]!, bug(node, compute(node, given)));
          }
          return new Map(graph.outputs.map(({ name }) => [name, values.get(name)!]));
        },
        release: async () => {},
      };
    },
  };
}

function ints({ attributes }: OnnxNode, name: string): readonly number[] | undefined {
  const attribute = attributes.get(name);
  return attribute?.kind === 'ints' ? attribute.value : undefined;
}

function compute(node: OnnxNode, given: readonly RuntimeTensor[]): RuntimeTensor {
  const [x, second, third] = given as [RuntimeTensor, RuntimeTensor, RuntimeTensor | undefined];
  const { type } = x;
  const format = precisions[isFloat(type) ? type : 'float32'];
  const float = (dims: readonly number[], data: ArrayLike<number>) => ({ type, dims, data });
  switch (node.op) {
    case 'Relu':
      return float(
        x.dims,
        Float64Array.from(x.data, (value) => Math.max(0, value)),
      );
    case 'Reshape':
      return float(Array.from(second.data), x.data);
    case 'Transpose':
      return transpose(x, ints(node, 'perm')!);
    case 'Conv': {
      const of = ({ dims, data }: RuntimeTensor) => {
        const [a, b, c, d] = dims as [number, number, number, number];
        return tensor([a, b, c, d], (i, j, k, l) => data[((i * b + j) * c + k) * d + l]!);
      };
      const [X, W] = [of(x), of(second)];
      const [top, left, bottom, right] = (ints(node, 'pads') ?? [0, 0, 0, 0]) as [
        number,
        number,
        number,
        number,
      ];
      const auto = node.attributes.get('auto_pad');
      const named = auto?.kind === 'string' ? auto.value.toLowerCase().replace('_', '-') : 'notset';
      const padding = named === 'notset' ? { top, left, bottom, right } : (named as PaddingOption);
      const pairOf = (name: string) => (ints(node, name) ?? [1, 1]) as [number, number];
      const window = tensorWindow(
        { stride: pairOf('strides'), dilation: pairOf('dilations'), padding },
        { input: [X.shape[2], X.shape[3]], kernel: [W.shape[2], W.shape[3]] },
      );
      const y = groupConvolution(float64, X, W, X.shape[1] / W.shape[1], window);
      const biased = addBias(float64, y, third && Array.from(third.data));
      return float(
        biased.shape,
        Float64Array.from(biased.data, (value) => (Number.isFinite(value) ? roundTo(value, format) : value)),
      );
    }
    default:
      throw new Error(`NOT_IMPLEMENTED: ${node.op}`);
  }
}

function transpose({ type, dims, data }: RuntimeTensor, perm: readonly number[]): RuntimeTensor {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const turned = perm.map((axis) => dims[axis]!);
  const result = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    let [rest, from] = [i, 0];
    for (let axis = perm.length - 1; axis >= 0; axis--) {
      from += (rest % turned[axis]!) * strides[perm[axis]!]!;
      rest = Math.floor(rest / turned[axis]!);
    }
    result[i] = data[from]!;
  }
  return { type, dims: turned, data: result };
}
