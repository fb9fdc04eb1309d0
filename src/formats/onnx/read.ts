/**
 * ONNX models, read strictly: whatever is in a file, reading it ends in its model or in a FileError. Graphs inside of
 * nodes (If, Loop) and functions are checked and not kept; they nest at most eight deep.
 */
import { Place, quoted } from '../error.ts';
import { Budget, type Limits } from '../limits.ts';
import { readWhole } from '../read.ts';
import {
  type ElementType,
  elementTypes,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './model.ts';
import { checkSparseTensor, readTensor } from './tensor.ts';
import {
  addFloats,
  addIntegers,
  bytesIn,
  type Field,
  fieldsOf,
  floatIn,
  integerIn,
  type Reading,
  textIn,
} from './wire.ts';

/** A model file: its bytes, for a runtime, and what is in them. */
export interface OnnxFile {
  readonly bytes: Uint8Array;
  readonly model: OnnxModel;
}

/** Reads a model file. Throws a FileError: it isn't there, too large, or not a model. */
export function readOnnx(path: string, limits?: Partial<Limits>): OnnxFile {
  const reading = { place: new Place(path), budget: new Budget(limits) };
  const bytes = readWhole(path, reading.place, reading.budget);
  return { bytes, model: readModel(bytes, reading) };
}

/** The model in the bytes of a file; `path` names it in errors. Throws a FileError. */
export function decodeOnnx(bytes: Uint8Array, path: string, limits?: Partial<Limits>): OnnxModel {
  return readModel(bytes, { place: new Place(path), budget: new Budget(limits) });
}

function readModel(bytes: Uint8Array, reading: Reading): OnnxModel {
  let [irVersion, producer] = [0, ''];
  let graph: OnnxGraph | undefined;
  const opsets = new Map<string, number>();
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number === 1) irVersion = integerIn(field, 'ir_version', reading);
    else if (field.number === 2) producer = textIn(field, 'producer_name', reading);
    else if (field.number === 7) {
      if (graph) throw reading.place.error('graph', 'one', 'a second one');
      graph = readGraph(bytesIn(field, 'graph', reading), reading);
    } else if (field.number === 8) addOpset(bytesIn(field, 'opset_import', reading), opsets, reading);
    else if (field.number === 25) checkFunction(bytesIn(field, 'function', reading), reading);
  }
  if (!graph) throw reading.place.error('model', 'a graph (field 7)', 'none');
  if (irVersion < 1) throw reading.place.error('ir_version', 'at least 1', `${irVersion}`);
  return { irVersion, producer, opsets, graph };
}

function addOpset(bytes: Uint8Array, opsets: Map<string, number>, reading: Reading): void {
  let [domain, version] = ['', 0];
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number === 1) domain = textIn(field, 'domain', reading);
    else if (field.number === 2) version = integerIn(field, 'version', reading);
  }
  opsets.set(domain === 'ai.onnx' ? '' : domain, version);
}

/** The nodes of a function, as those of a graph; there can be tensors in them. */
function checkFunction(bytes: Uint8Array, reading: Reading): void {
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number === 7) readNode(bytesIn(field, 'node of a function', reading), reading);
  }
}

const deepest = 8;

function readGraph(bytes: Uint8Array, outer: Reading): OnnxGraph {
  const { depth = 0 } = outer;
  if (depth > deepest) throw outer.place.error('graphs in graphs', `at most ${deepest} deep`, 'more');
  const reading = { ...outer, depth: depth + 1 };
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const [inputs, outputs]: OnnxValue[][] = [[], []];
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number === 1) nodes.push(readNode(bytesIn(field, 'node', reading), reading));
    else if (field.number === 2) name = textIn(field, 'name of the graph', reading);
    else if (field.number === 5) {
      const tensor = readTensor(bytesIn(field, 'initializer', reading), reading);
      if (initializers.has(tensor.name)) {
        throw reading.place.error('initializer', 'a name of its own', `a second ${quoted(tensor.name)}`);
      }
      initializers.set(tensor.name, tensor);
    } else if (field.number === 15) {
      checkSparseTensor(bytesIn(field, 'sparse_initializer', reading), reading);
    } else if (field.number === 11) inputs!.push(readValue(bytesIn(field, 'input', reading), reading));
    else if (field.number === 12) outputs!.push(readValue(bytesIn(field, 'output', reading), reading));
  }
  return { name, nodes, initializers, inputs: inputs!, outputs: outputs! };
}

function readNode(bytes: Uint8Array, reading: Reading): OnnxNode {
  let [name, op, domain] = ['', '', ''];
  const [inputs, outputs]: string[][] = [[], []];
  const attributes = new Map<string, OnnxAttribute>();
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number === 1) inputs!.push(textIn(field, 'input of a node', reading));
    else if (field.number === 2) outputs!.push(textIn(field, 'output of a node', reading));
    else if (field.number === 3) name = textIn(field, 'name of a node', reading);
    else if (field.number === 4) op = textIn(field, 'op_type', reading);
    else if (field.number === 7) domain = textIn(field, 'domain of a node', reading);
    else if (field.number === 5) {
      const [key, value] = readAttribute(bytesIn(field, 'attribute', reading), reading);
      attributes.set(key, value);
    }
  }
  return { name, op, domain, inputs: inputs!, outputs: outputs!, attributes };
}

/** The numbers of AttributeProto.AttributeType. Files before ir_version 2 may leave the type out. */
const attributeKinds: Readonly<Record<number, OnnxAttribute['kind']>> = {
  1: 'float',
  2: 'int',
  3: 'string',
  4: 'tensor',
  6: 'floats',
  7: 'ints',
};

function readAttribute(bytes: Uint8Array, reading: Reading): [string, OnnxAttribute] {
  let [name, type] = ['', 0];
  let one: OnnxAttribute | undefined;
  const [ints, floats]: number[][] = [[], []];
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number === 1) name = textIn(field, 'name of an attribute', reading);
    else if (field.number === 20) type = integerIn(field, 'type of an attribute', reading);
    else if (field.number === 7) addFloats(field, 4, floats!, 'floats', reading);
    else if (field.number === 8) addIntegers(field, ints!, 'ints', reading);
    else one = attributeIn(field, reading) ?? one;
  }
  const kind = attributeKinds[type];
  if (kind === 'ints') return [name, { kind, value: ints! }];
  if (kind === 'floats') return [name, { kind, value: floats! }];
  if (kind === undefined) return [name, { kind: 'other' }];
  if (one?.kind === kind) return [name, one];
  if (one !== undefined) throw reading.place.error(`attribute ${quoted(name)}`, kind, one.kind);
  // A zero or an empty text may be left out.
  if (kind === 'int' || kind === 'float') return [name, { kind, value: 0 }];
  if (kind === 'string') return [name, { kind, value: '' }];
  throw reading.place.error(`attribute ${quoted(name)}`, kind, 'nothing');
}

function attributeIn(field: Field, reading: Reading): OnnxAttribute | undefined {
  if (field.number === 2) return { kind: 'float', value: floatIn(field, 'f of an attribute', reading) };
  if (field.number === 3) return { kind: 'int', value: integerIn(field, 'i of an attribute', reading) };
  if (field.number === 4) {
    const bytes = bytesIn(field, 's of an attribute', reading);
    reading.budget.hold(bytes.length, reading.place, 's of an attribute');
    // Bytes of any kind, a character each; those that we ask for are ASCII.
    return { kind: 'string', value: Buffer.from(bytes).toString('latin1') };
  }
  if (field.number === 5) {
    return { kind: 'tensor', value: readTensor(bytesIn(field, 't of an attribute', reading), reading) };
  }
  const inside = bytesInside[field.number];
  if (inside) inside(bytesIn(field, 'value of an attribute', reading), reading);
  return undefined;
}

/** What an attribute may hold that isn't kept: graphs, lists of tensors, sparse tensors. */
const bytesInside: Readonly<Record<number, (bytes: Uint8Array, reading: Reading) => unknown>> = {
  6: readGraph,
  10: readTensor,
  11: readGraph,
  22: checkSparseTensor,
  23: checkSparseTensor,
};

function readValue(bytes: Uint8Array, reading: Reading): OnnxValue {
  let name = '';
  let type: Pick<OnnxValue, 'type' | 'dims'> = { type: 'other', dims: undefined };
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number === 1) name = textIn(field, 'name of a value', reading);
    else if (field.number === 2) type = readType(bytesIn(field, 'type of a value', reading), reading);
  }
  return { name, ...type };
}

function readType(bytes: Uint8Array, reading: Reading): Pick<OnnxValue, 'type' | 'dims'> {
  let type: ElementType | undefined;
  let dims: OnnxValue['dims'];
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number !== 1) continue;
    for (const inner of fieldsOf(bytesIn(field, 'tensor_type', reading), reading)) {
      if (inner.number === 1) {
        const number = integerIn(inner, 'elem_type', reading);
        type = (elementTypes as Readonly<Record<number, ElementType>>)[number];
      } else if (inner.number === 2) dims = readShape(bytesIn(inner, 'shape', reading), reading);
    }
  }
  return { type: type ?? 'other', dims };
}

function readShape(bytes: Uint8Array, reading: Reading): (number | string | undefined)[] {
  const dims: (number | string | undefined)[] = [];
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number !== 1) continue;
    let size: number | string | undefined;
    for (const inner of fieldsOf(bytesIn(field, 'dim', reading), reading)) {
      if (inner.number === 1) size = integerIn(inner, 'dim_value', reading);
      else if (inner.number === 2) size = textIn(inner, 'dim_param', reading);
    }
    dims.push(size);
  }
  return dims;
}
