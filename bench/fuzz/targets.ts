/** The parsers to be fuzzed: how to make a good file, how to damage it, and what may come of reading it. */
import {
  type ArrayFile,
  type DType,
  decodeNpy,
  decodeNpz,
  decodeSafetensors,
  dtypes,
  encodeNpy,
  encodeNpz,
  encodeSafetensors,
} from '../../src/formats/index.ts';
import { decodeOnnx, encodeOnnx, type OnnxModel } from '../../src/formats/onnx/index.ts';
import { inHeader, inRecord } from './mutate.ts';
import { inMessage } from './protobuf.ts';
import type { Random } from './random.ts';
import { npy, npz, onnx, type Plain, safetensors } from './readers.ts';

export interface Target {
  readonly name: string;
  /** A file without damage. */
  make(random: Random): Uint8Array;
  readonly damage: Parameters<typeof import('./mutate.ts').damaged>[1];
  /** Reads it: what is wrong with what was read, or nothing. Throws what the parser throws. */
  read(bytes: Uint8Array): string | undefined;
}

const limits = { memory: 2 ** 26, arrays: 100 } as const;

/** A small array of any type but those that are left out; some axes may be empty. */
function anyArray(random: Random, without: readonly DType[] = []): ArrayFile {
  const dtype = random.pick(dtypes.filter((type) => !without.includes(type)));
  const shape = Array.from({ length: random.below(5) }, () => random.below(4));
  const count = shape.reduce((product, size) => product * size, 1);
  const most = dtype === 'bool' ? 2 : 100;
  const isReal = dtype.includes('float');
  const data = Float64Array.from({ length: count }, () =>
    isReal ? random.below(4096) / 16 : random.below(most),
  );
  return { dtype, shape, data };
}

function anyArrays(random: Random, without: readonly DType[] = []): Map<string, ArrayFile> {
  const names = ['x', 'y', '__proto__', 'primary_weight', 'é'];
  return new Map(
    Array.from({ length: 1 + random.below(3) }, () => [random.pick(names), anyArray(random, without)]),
  );
}

interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

function differs(name: string, ours: Numbers, theirs: Plain | undefined): string | undefined {
  if (!theirs) return `${name} was read, and another reader has no such array`;
  if (ours.shape.join() !== theirs.shape.join())
    return `${name} has the shape [${ours.shape}], not [${theirs.shape}]`;
  if (ours.data.length !== theirs.data.length)
    return `${name} has ${ours.data.length} values, not ${theirs.data.length}`;
  const at = theirs.data.findIndex((value, i) => !Object.is(value, ours.data[i]));
  return at < 0 ? undefined : `${name}[${at}] was read as ${ours.data[at]}, not ${theirs.data[at]}`;
}

function differ(ours: ReadonlyMap<string, Numbers>, theirs: ReadonlyMap<string, Plain>): string | undefined {
  if (ours.size !== theirs.size) return `${ours.size} arrays were read, not ${theirs.size}`;
  for (const [name, array] of ours) {
    const wrong = differs(name, array, theirs.get(name));
    if (wrong) return wrong;
  }
  return undefined;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const npyHeader = inHeader(
  (bytes) => [Math.min(10, bytes.length), Math.min(bytes.length, 10 + (bytes[8]! | (bytes[9]! << 8)))],
  [
    "'<f4'",
    "'>f8'",
    "'<f2'",
    "'|b1'",
    "'|O'",
    "'<u8'",
    'True',
    'False',
    '0',
    '1',
    '2',
    '3',
    '9007199254740993',
    '-1',
    '(',
    ')',
    ',',
    "'shape'",
    '}',
  ],
  (bytes, length) => view(bytes).setUint16(8, length & 0xffff, true),
);

const safetensorsHeader = inHeader(
  (bytes) => [Math.min(8, bytes.length), Math.min(bytes.length, 8 + (bytes[0]! | (bytes[1]! << 8)))],
  [
    '"F32"',
    '"I64"',
    '"BOOL"',
    '"BF16"',
    '"dtype"',
    '"shape"',
    '"data_offsets"',
    '"__metadata__"',
    '"x"',
    '0',
    '1',
    '4',
    '8',
    '1e3',
    '-1',
    '9007199254740993',
    '[',
    ']',
    '{',
    '}',
    ',',
    'null',
  ],
  (bytes, length) => view(bytes).setBigUint64(0, BigInt(Math.max(0, length)), true),
);

function model(random: Random): OnnxModel {
  const types = ['float32', 'int64'] as const;
  const tensors = Array.from({ length: 1 + random.below(3) }, (_, i) => {
    const { shape, data } = anyArray(random, ['bool']);
    const whole = data.map((x) => Math.floor(x % 100));
    return { name: `w${i}`, dims: shape, type: random.pick(types), data: whole };
  });
  const value = (name: string) => ({ name, type: 'float32', dims: [1, 'n', undefined, 4] }) as const;
  return {
    irVersion: 8,
    producer: 'fuzz',
    opsets: new Map([['', 13]]),
    graph: {
      name: 'g',
      nodes: [
        {
          name: 'c',
          op: random.pick(['Conv', 'Reshape', 'Transpose']),
          domain: '',
          inputs: ['x', 'w0', ''],
          outputs: ['y'],
          attributes: new Map([
            ['group', { kind: 'int', value: random.below(100) }],
            ['pads', { kind: 'ints', value: [1, 1, 0, random.below(9)] }],
            ['auto_pad', { kind: 'string', value: 'NOTSET' }],
          ]),
        },
      ],
      initializers: new Map(tensors.map((tensor) => [tensor.name, tensor])),
      inputs: [value('x')],
      outputs: [value('y')],
    },
  };
}

/** Text of a model, its Maps and typed arrays included; NaN and −0 are kept apart. */
const printed = (read: OnnxModel) =>
  JSON.stringify(read, (_, value: unknown) => {
    if (value instanceof Map) return [...value];
    if (ArrayBuffer.isView(value))
      return Array.from(value as Float64Array, (x) => (Object.is(x, -0) ? '-0' : `${x}`));
    return typeof value === 'number' ? `${Object.is(value, -0) ? '-0' : value}` : value;
  });

/** The initializers that hold numbers. */
const numbersOf = ({ graph }: OnnxModel): ReadonlyMap<string, Numbers> =>
  new Map(
    [...graph.initializers]
      .filter(([, { type }]) => type !== 'other' && type !== 'string')
      .map(([name, { dims, data }]) => [name, { shape: dims, data }]),
  );

/** Whether the writer takes it: tensors of other types it refuses, and what isn't looked into it hasn't. */
function isWritten({ graph }: OnnxModel): boolean {
  const attributes = graph.nodes.flatMap((node) => [...node.attributes.values()]);
  const held = attributes.flatMap((attribute) => (attribute.kind === 'tensor' ? [attribute.value] : []));
  const tensors = [...graph.initializers.values(), ...held];
  return (
    tensors.every(({ type }) => type === 'float32' || type === 'int64') &&
    // Bytes beyond ASCII are read one by one and written as UTF-8.
    attributes.every(({ kind, ...rest }) => kind !== 'other' && /^[ -~]*$/.test(JSON.stringify(rest))) &&
    [...graph.inputs, ...graph.outputs].every(({ type }) => type !== 'other')
  );
}

export const targets: readonly Target[] = [
  {
    name: 'npy',
    make: (random) => encodeNpy(anyArray(random, ['bfloat16']), 'f.npy'),
    damage: [npyHeader, npyHeader, inRecord([[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]], 4)],
    read: (bytes) => differs('the array', decodeNpy(bytes, 'f.npy', limits), npy(bytes)),
  },
  {
    name: 'npz',
    make: (random) => encodeNpz(anyArrays(random, ['bfloat16']), 'f.npz', { compress: random.next() < 0.5 }),
    damage: [
      inRecord([[0x50, 0x4b, 1, 2]], 42),
      inRecord([[0x50, 0x4b, 3, 4]], 26),
      inRecord([[0x50, 0x4b, 5, 6]], 18),
    ],
    read: (bytes) => differ(decodeNpz(bytes, 'f.npz', limits), npz(bytes)),
  },
  {
    name: 'safetensors',
    make: (random) => encodeSafetensors(anyArrays(random), 'f.safetensors'),
    damage: [safetensorsHeader],
    read: (bytes) => differ(decodeSafetensors(bytes, 'f.safetensors', limits).arrays, safetensors(bytes)),
  },
  {
    name: 'onnx',
    make: (random) => encodeOnnx(model(random)),
    damage: [inMessage],
    read: (bytes) => {
      const first = decodeOnnx(bytes, 'f.onnx', limits);
      const wrong = differ(numbersOf(first), onnx(bytes));
      if (wrong) return wrong;
      if (!isWritten(first)) return undefined;
      const text = printed(first);
      // Beyond 2⁵³ integers are rounded, and the largest of 64 bits then to one that has none.
      if (text.includes(`"${2 ** 63}"`)) return undefined;
      const again = printed(decodeOnnx(encodeOnnx(first), 'f.onnx', limits));
      return text === again ? undefined : `written and read again it is ${again}, not ${text}`;
    },
  },
];
