/** A case as an ONNX model: its weights are in it, x is its input, y its output. */
import type { Padding } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../formats/onnx/model.ts';
import { encodeOnnx } from '../../formats/onnx/write.ts';
import type { Case } from '../../oracle/adapter.ts';
import { autoPadFamily, autoPads } from '../../oracle/auto-pad.ts';
import { shapeOf } from '../../oracle/lookup.ts';
import type { Recorded } from '../../oracle/types.ts';
import { resolvePadding } from '../../tensor/window.ts';
import type { FloatType } from './elements.ts';

/** Opset 13 and its ir_version: what every runtime of today reads. */
const opset = 13;
const irVersion = 7;

/**
 * The bytes of a model that computes the case, its numbers of this type. Nodes are called primary, interleave, secondary,
 * deinterleave.
 */
export function caseModel(question: Case, type: FloatType = 'float32'): Uint8Array {
  const { nodes, tensors, output } = graphOf(question, type);
  const float = (name: string, dims: readonly number[]) => ({ name, type, dims });
  return encodeOnnx({
    irVersion,
    producer: 'igc-oracle',
    opsets: new Map([['', opset]]),
    graph: {
      name: 'case',
      nodes,
      initializers: new Map(tensors.map((tensor) => [tensor.name, tensor])),
      inputs: [float('x', shapeOf(question.inputs.get('x')!))],
      outputs: [float('y', output)],
    },
  });
}

interface Built {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly output: readonly number[];
}

function graphOf(question: Case, type: FloatType): Built {
  const { operation, inputs, window, partition } = question;
  const x = shapeOf(inputs.get('x')!);
  const [N] = x;
  if (operation === 'interleave') {
    const { L, M } = partition!;
    return { ...shuffle('interleave', 'x', 'y', [L, M], [N, x[2], x[3]]), output: x };
  }
  const weights = [...inputs].filter(([name]) => name !== 'x');
  const tensors = weights.map(([name, array]) => tensorOf(name, array, type));
  if (operation === 'group-convolution') {
    const weight = shapeOf(inputs.get('weight')!);
    const groups = x[1] / weight[1];
    const nodes = [convolution('convolution', question, ['x', 'weight', 'bias'], 'y', groups)];
    return { nodes, tensors, output: [N, weight[0], ...outputExtent(x, weight, window)] };
  }
  const [primary, secondary] = [inputs.get('primary_weight')!, inputs.get('secondary_weight')!].map(shapeOf);
  const L = secondary![1];
  const Mout = primary![0] / L;
  const Lout = secondary![0] / Mout;
  const [H, W] = outputExtent(x, primary!, window);
  const first = shuffle('interleave', 'primary', 'interleaved', [L, Mout], [N, H, W]);
  const last = shuffle('deinterleave', 'secondary', 'y', [Mout, Lout], [N, H, W]);
  return {
    nodes: [
      convolution('primary', question, ['x', 'primary_weight', 'primary_bias'], 'primary', L),
      ...first.nodes,
      pointwise(question, Mout),
      ...last.nodes,
    ],
    tensors: [...tensors, ...first.tensors, ...last.tensors],
    output: [N, Lout * Mout, H, W],
  };
}

const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });

function convolution(
  name: string,
  question: Case,
  [x, weight, bias]: readonly [string, string, string],
  output: string,
  groups: number,
): OnnxNode {
  const { inputs, window } = question;
  const { top, bottom, left, right } = window.padding;
  const [, , kh, kw] = shapeOf(inputs.get(weight)!);
  const auto = autoPadOf(question, [kh, kw]);
  return node(name, 'Conv', [x, weight, ...(inputs.has(bias) ? [bias] : [])], output, {
    group: { kind: 'int', value: groups },
    kernel_shape: ints([kh, kw]),
    strides: ints(window.stride),
    dilations: ints(window.dilation),
    ...(auto ? { auto_pad: { kind: 'string', value: auto } } : { pads: ints([top, left, bottom, right]) }),
  });
}

/** ONNX's name for the padding, where the case is one of those that ask for it and the padding has one. */
function autoPadOf({ id, inputs, window }: Case, kernel: readonly [number, number]): string | undefined {
  if (!id.startsWith(`${autoPadFamily}/`)) return undefined;
  const [, , H, W] = shapeOf(inputs.get('x')!);
  const isMeant = (padding: (typeof autoPads)[number]) => {
    const meant = resolvePadding(padding, { input: [H, W], kernel }, window);
    return Object.entries(window.padding).every(([side, pixels]) => meant[side as keyof Padding] === pixels);
  };
  return autoPads.find(isMeant)?.toUpperCase().replace('-', '_');
}

function pointwise({ inputs }: Case, groups: number): OnnxNode {
  const bias = inputs.has('secondary_bias') ? ['secondary_bias'] : [];
  return node('secondary', 'Conv', ['interleaved', 'secondary_weight', ...bias], 'secondary', {
    group: { kind: 'int', value: groups },
    kernel_shape: ints([1, 1]),
  });
}

/** Channels l·M + m to m·L + l, as exporters write it: Reshape, Transpose, Reshape. */
function shuffle(
  name: string,
  input: string,
  output: string,
  [L, M]: readonly [number, number],
  [N, H, W]: readonly [number, number, number],
): Pick<Built, 'nodes' | 'tensors'> {
  const shape = (key: string, data: readonly number[]): OnnxTensor => ({
    name: `${name}_${key}`,
    type: 'int64',
    dims: [data.length],
    data,
  });
  return {
    nodes: [
      node(`${name}_split`, 'Reshape', [input, `${name}_apart`], `${name}_factored`, {}),
      node(`${name}_turn`, 'Transpose', [`${name}_factored`], `${name}_turned`, {
        perm: ints([0, 2, 1, 3, 4]),
      }),
      node(`${name}_merge`, 'Reshape', [`${name}_turned`, `${name}_together`], output, {}),
    ],
    tensors: [shape('apart', [N, L, M, H, W]), shape('together', [N, L * M, H, W])],
  };
}

function node(
  name: string,
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, OnnxAttribute>>,
): OnnxNode {
  return { name, op, domain: '', inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) };
}

function tensorOf(name: string, { shape, data }: Recorded, type: FloatType): OnnxTensor {
  return { name, type, dims: shape, data };
}
