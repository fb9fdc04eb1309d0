/** ONNX models, written: enough for models of our own, and to make a model of others show more of its values. */
import { Place } from '../error.ts';
import { encode16, float16 } from '../half.ts';
import { Budget } from '../limits.ts';
import { bytes, float, integer, joined, type Parts, text } from './message.ts';
import {
  type ElementType,
  elementTypes,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './model.ts';
import { bytesIn, fieldsOf } from './wire.ts';

/** The bytes of a model. Tensors of float32, float64, float16 and int64 only, raw; attributes of kind 'other' can't be written. */
export function encodeOnnx({ irVersion, producer, opsets, graph }: OnnxModel): Uint8Array {
  return joined([
    ...integer(1, irVersion),
    ...text(2, producer),
    ...bytes(
      7,
      ...graph.nodes.flatMap((node) => bytes(1, ...nodeParts(node))),
      ...text(2, graph.name),
      ...[...graph.initializers.values()].flatMap((tensor) => bytes(5, ...tensorParts(tensor))),
      ...graph.inputs.flatMap((value) => bytes(11, ...valueParts(value))),
      ...graph.outputs.flatMap((value) => bytes(12, ...valueParts(value))),
    ),
    ...[...opsets].flatMap(([domain, version]) => bytes(8, ...text(1, domain), ...integer(2, version))),
  ]);
}

/**
 * The model with these values as further outputs of its graph; everything else byte for byte as it was. A runtime finds
 * out their types. Throws a FileError where the bytes are no model.
 */
export function withOutputs(model: Uint8Array, names: readonly string[], path = 'model'): Uint8Array {
  const reading = { place: new Place(path), budget: new Budget() };
  const added = names.flatMap((name) => bytes(12, ...text(1, name)));
  for (const field of fieldsOf(model, reading)) {
    if (field.number !== 7) continue;
    const graph = bytesIn(field, 'graph', reading);
    const start = graph.byteOffset - model.byteOffset;
    return joined([
      model.subarray(0, field.at),
      ...bytes(7, graph, ...added),
      model.subarray(start + graph.length),
    ]);
  }
  throw reading.place.error('model', 'a graph (field 7)', 'none');
}

function nodeParts({ name, op, domain, inputs, outputs, attributes }: OnnxNode): Parts {
  return [
    ...inputs.flatMap((input) => text(1, input)),
    ...outputs.flatMap((output) => text(2, output)),
    ...text(3, name),
    ...text(4, op),
    ...[...attributes].flatMap(([key, attribute]) => bytes(5, ...attributeParts(key, attribute))),
    ...text(7, domain),
  ];
}

function attributeParts(name: string, attribute: OnnxAttribute): Parts {
  const key = text(1, name);
  switch (attribute.kind) {
    case 'float':
      return [...key, ...float(2, attribute.value), ...integer(20, 1)];
    case 'int':
      return [...key, ...integer(3, attribute.value), ...integer(20, 2)];
    case 'string':
      return [...key, ...bytes(4, bytesOf(name, attribute.value)), ...integer(20, 3)];
    case 'tensor':
      return [...key, ...bytes(5, ...tensorParts(attribute.value)), ...integer(20, 4)];
    case 'floats':
      return [...key, ...attribute.value.flatMap((value) => float(7, value)), ...integer(20, 6)];
    case 'ints':
      return [...key, ...attribute.value.flatMap((value) => integer(8, value)), ...integer(20, 7)];
    case 'other':
      throw new TypeError(`attribute ${name}: expected one that can be written, got one that wasn't read`);
  }
}

/** A string attribute as it is kept: a byte a character. */
function bytesOf(name: string, value: string): Uint8Array {
  const codes = Array.from({ length: value.length }, (_, i) => value.charCodeAt(i));
  const stray = codes.find((code) => code > 255);
  if (stray === undefined) return Uint8Array.from(codes);
  throw new TypeError(`attribute ${name}: expected a byte a character, got ${JSON.stringify(value)}`);
}

function tensorParts({ name, dims, type, data }: OnnxTensor): Parts {
  return [
    ...dims.flatMap((size) => integer(1, size)),
    ...integer(2, numberOf(type)),
    ...text(8, name),
    ...bytes(9, rawData(type, data)),
  ];
}

/** Little-endian, whatever the machine. */
function rawData(type: OnnxTensor['type'], data: ArrayLike<number>): Uint8Array {
  const element = written[type];
  if (!element) {
    throw new TypeError(`tensor: expected ${Object.keys(written).join(', ')} to write, got ${type}`);
  }
  const [size, write] = element;
  const raw = new Uint8Array(size * data.length);
  const view = new DataView(raw.buffer);
  for (let i = 0; i < data.length; i++) write(view, size * i, data[i]!);
  return raw;
}

/** How many bytes an element of a type has, and how they are written. */
const written: Readonly<
  Partial<
    Record<OnnxTensor['type'], readonly [bytes: number, (to: DataView, at: number, value: number) => void]>
  >
> = {
  float32: [4, (to, at, value) => to.setFloat32(at, value, true)],
  float64: [8, (to, at, value) => to.setFloat64(at, value, true)],
  float16: [2, (to, at, value) => to.setUint16(at, encode16(float16, value), true)],
  int64: [8, (to, at, value) => to.setBigInt64(at, BigInt(value), true)],
};

function valueParts({ name, type, dims }: OnnxValue): Parts {
  const shape = dims?.flatMap((size) => {
    if (size === undefined) return bytes(1);
    return bytes(1, ...(typeof size === 'string' ? text(2, size) : integer(1, size)));
  });
  const tensorType = [...integer(1, numberOf(type)), ...(shape ? bytes(2, ...shape) : [])];
  return [...text(1, name), ...bytes(2, ...bytes(1, ...tensorType))];
}

function numberOf(type: ElementType | 'other'): number {
  const number = Object.entries(elementTypes).find(([, name]) => name === type)?.[0];
  if (number === undefined) throw new TypeError(`element type: expected a known one, got ${type}`);
  return Number(number);
}
