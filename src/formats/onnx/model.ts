/** A model as ONNX has it: the part of it that a judge of convolutions needs. */

/** The element types, by their numbers in onnx.proto. */
export const elementTypes = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
} as const;

export type ElementType = (typeof elementTypes)[keyof typeof elementTypes];

/** An array in a model. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** 'other' is one that isn't read: its data is empty. */
  readonly type: ElementType | 'other';
  /** Row-major; integers beyond 2⁵³ rounded; empty for texts. */
  readonly data: ArrayLike<number>;
}

/** What a node is told beside its inputs. */
export type OnnxAttribute =
  | { readonly kind: 'int' | 'float'; readonly value: number }
  /** Bytes, a character each (Latin-1): what they encode isn't said. */
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints' | 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  /** A graph, texts, types and the like: not looked into. */
  | { readonly kind: 'other' };

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** '' and 'ai.onnx' are ONNX's own. */
  readonly domain: string;
  /** '' is one that isn't given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** An input or an output of a graph. */
export interface OnnxValue {
  readonly name: string;
  /** 'other': it isn't said, or it is no tensor. */
  readonly type: ElementType | 'other';
  /** A name, or undefined, where the size isn't fixed; undefined where not even the rank is. */
  readonly dims: readonly (number | string | undefined)[] | undefined;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly producer: string;
  /** Versions of the operators by domain; '' is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
}
