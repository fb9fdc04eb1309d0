/** What can be judged inside of a model: convolutions, interleaves, IGC blocks. Found by structure; sizes come later. */
import type { OnnxGraph, OnnxNode } from '../../formats/onnx/index.ts';

/** A node, as reports name it. */
export interface Named {
  /** Its name, or that of its first output. */
  readonly name: string;
  /** As 'Conv', 'Reshape-Transpose-Reshape', 'Conv-interleave-Conv-interleave'. */
  readonly op: string;
}

export interface FoundConvolution extends Named {
  readonly kind: 'convolution';
  readonly node: OnnxNode;
}

export interface FoundInterleave extends Named {
  readonly kind: 'interleave';
  /** The first Reshape, the Transpose, the second Reshape. */
  readonly nodes: readonly [OnnxNode, OnnxNode, OnnxNode];
}

/** Two convolutions, each with an interleave of its output. */
export interface FoundBlock extends Named {
  readonly kind: 'block';
  readonly primary: FoundConvolution;
  readonly interleave: FoundInterleave;
  readonly secondary: FoundConvolution;
  readonly deinterleave: FoundInterleave;
}

/** What convolves in a way that isn't judged. */
export interface FoundOther extends Named {
  readonly kind: 'other';
  readonly reason: string;
}

export type Found = FoundConvolution | FoundInterleave | FoundBlock | FoundOther;

const isOnnx = ({ domain }: OnnxNode) => domain === '' || domain === 'ai.onnx';

/** Everything in the graph that can be judged, in the order of its nodes; a block after its parts. */
export function findLayers({ nodes }: OnnxGraph): readonly Found[] {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const before = (node: OnnxNode, op: string): OnnxNode | undefined => {
    const producer = producers.get(node.inputs[0] ?? '');
    return producer?.op === op && isOnnx(producer) ? producer : undefined;
  };
  const interleaveAt = (last: OnnxNode): FoundInterleave | undefined => {
    const turn = last.op === 'Reshape' && isOnnx(last) ? before(last, 'Transpose') : undefined;
    const first = turn && swapsTwo(turn) ? before(turn, 'Reshape') : undefined;
    if (!turn || !first) return undefined;
    const op = 'Reshape-Transpose-Reshape';
    return { kind: 'interleave', name: nameOf(last), op, nodes: [first, turn, last] };
  };
  return nodes.flatMap((node): Found[] => {
    if (node.op === 'Conv' && isOnnx(node)) return [convolutionAt(node)];
    if (/Conv/.test(node.op)) {
      return [
        { kind: 'other', name: nameOf(node), op: node.op, reason: 'only Conv of ONNX itself is judged' },
      ];
    }
    const deinterleave = interleaveAt(node);
    if (!deinterleave) return [];
    const block = blockBefore(deinterleave, before, interleaveAt, producers);
    return block ? [deinterleave, block] : [deinterleave];
  });
}

/** Transposes axes 1 and 2, whatever follows. */
function swapsTwo({ attributes }: OnnxNode): boolean {
  const perm = attributes.get('perm');
  if (perm?.kind !== 'ints' || perm.value.length < 3) return false;
  const swapped = [0, 2, 1];
  return perm.value.every((axis, i) => axis === (swapped[i] ?? i));
}

function blockBefore(
  deinterleave: FoundInterleave,
  before: (node: OnnxNode, op: string) => OnnxNode | undefined,
  interleaveAt: (last: OnnxNode) => FoundInterleave | undefined,
  producers: ReadonlyMap<string, OnnxNode>,
): FoundBlock | undefined {
  const secondary = before(deinterleave.nodes[0], 'Conv');
  const last = secondary && producers.get(secondary.inputs[0] ?? '');
  const interleave = last && interleaveAt(last);
  const primary = interleave && before(interleave.nodes[0], 'Conv');
  if (!secondary || !interleave || !primary) return undefined;
  return {
    kind: 'block',
    name: nameOf(deinterleave.nodes[2]),
    op: 'Conv-interleave-Conv-interleave',
    primary: convolutionAt(primary),
    interleave,
    secondary: convolutionAt(secondary),
    deinterleave,
  };
}

const convolutionAt = (node: OnnxNode): FoundConvolution => ({
  kind: 'convolution',
  name: nameOf(node),
  op: 'Conv',
  node,
});

const nameOf = ({ name, outputs, op }: OnnxNode): string => name || outputs[0] || op;

/** The values that have to be seen to judge this: inputs and outputs of its nodes. */
export function valuesOf(found: Found): readonly string[] {
  switch (found.kind) {
    case 'convolution':
      return [...found.node.inputs, found.node.outputs[0] ?? ''].filter((name) => name !== '');
    case 'interleave': {
      const [first, turn, last] = found.nodes;
      return [first.inputs[0]!, first.outputs[0]!, turn.outputs[0]!, last.outputs[0]!];
    }
    case 'block':
      return [found.primary, found.interleave, found.secondary, found.deinterleave].flatMap(valuesOf);
    case 'other':
      return [];
  }
}
