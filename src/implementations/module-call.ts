/**
 * Calls a module's functions as the laws do, checks that what comes back are arrays, and that what it was given is as it
 * was. Runs in the module's own process or page; it imports nothing of ours.
 */
import type { Greeting, Question, Reply, SentArray } from './module-messages.ts';

type Fields = Readonly<Record<string, unknown>>;
type Operation = (args: Fields) => unknown;

/** A module as far as it's asked. */
export interface Callable {
  readonly greeting: Greeting;
  readonly functions: ReadonlyMap<string, Operation>;
}

/** No array is larger: what is asked is far smaller. */
const mostElements = 2 ** 24;

const operations = [
  'block',
  'groupConvolution',
  'interleave',
  'blockGradients',
  'groupConvolutionGradients',
] as const;

/** What a module exports: the operations, or a default export that has them; a method keeps its object. */
export function callable(exported: Fields): Callable {
  const inner = exported.default;
  const sources = typeof inner === 'object' && inner !== null ? [inner as Fields, exported] : [exported];
  const find = (name: string) => sources.find((source) => source[name] !== undefined);
  const functions = new Map<string, Operation>();
  for (const name of operations) {
    const source = find(name);
    const operation = source?.[name];
    if (typeof operation === 'function') functions.set(name, operation.bind(source));
  }
  const [name, precision, limits] = ['name', 'precision', 'limits'].map((key) => find(key)?.[key]);
  return {
    functions,
    greeting: {
      kind: 'loaded',
      name: typeof name === 'string' ? name.slice(0, 100) : undefined,
      precision: precision === undefined || typeof precision === 'string' ? precision : 'another type',
      limits: plainLimits(limits),
      functions: [...functions.keys()],
      exports: Object.keys({ ...exported, ...sources[0] })
        .slice(0, 10)
        .map((key) => key.slice(0, 40)),
    },
  };
}

function plainLimits(limits: unknown): Fields {
  if (typeof limits !== 'object' || limits === null) return {};
  const plain = Object.entries(limits).filter(([, v]) => ['number', 'string', 'boolean'].includes(typeof v));
  return Object.fromEntries(plain);
}

/** Asks one question. Never rejects: what it throws is a reply. */
export async function replyOf(module: Callable, question: Question): Promise<Reply> {
  const { id } = question;
  try {
    return { id, ...(await answer(module, question)) };
  } catch (thrown) {
    if (isUnsupported(thrown)) return { id, kind: 'unsupported', reason: short(String(thrown.message)) };
    return { id, kind: 'crash', reason: describe(thrown) };
  }
}

/** The arrays of an operation: the names of its arguments, and ours. */
const argumentNames: Readonly<Record<Question['operation'], Readonly<Record<string, string>>>> = {
  block: {
    x: 'x',
    primaryWeight: 'primary_weight',
    secondaryWeight: 'secondary_weight',
    primaryBias: 'primary_bias',
    secondaryBias: 'secondary_bias',
  },
  'group-convolution': { x: 'x', weight: 'weight', bias: 'bias' },
  interleave: { x: 'x' },
};

type Answer = { kind: 'answer'; arrays: Map<string, SentArray> } | { kind: 'garbage'; reason: string };

async function answer(
  { functions }: Callable,
  question: Question,
): Promise<Answer | { kind: 'unsupported'; reason: string }> {
  const { inputs, operation, stride, dilation, padding, partition, output } = question;
  const get = (name: string) => inputs.get(name);
  const given = (entries: Readonly<Record<string, string>>): Record<string, SentArray> =>
    Object.fromEntries(
      Object.entries(entries).flatMap(([name, ours]) => {
        const array = get(ours);
        return array ? [[name, { shape: [...array.shape], data: array.data.slice() }]] : [];
      }),
    );
  const window = () => ({ stride: [...stride], dilation: [...dilation], padding: { ...padding } });
  const out = (): SentArray => {
    const size = output.reduce((product, n) => product * n, 1);
    const Typed = get('x')!.data instanceof Float64Array ? Float64Array : Float32Array;
    return { shape: [...output], data: new Typed(size).fill(Number.NaN) };
  };
  const arrays = new Map<string, SentArray>();
  /** Calls it, and says what it did to what it was given. */
  const call = async (
    name: string,
    names: Readonly<Record<string, string>>,
    rest: Fields,
    buffer?: SentArray,
  ): Promise<{ result: unknown } | { problem: string }> => {
    const args = given(names);
    const result = await functions.get(name)!({ ...args, ...rest, ...(buffer ? { out: buffer } : {}) });
    const changed = Object.keys(names).find((arg) => args[arg] && !unchanged(args[arg], get(names[arg]!)!));
    return changed === undefined ? { result } : { problem: `${name} wrote to its input ${changed}` };
  };
  const keep = (name: string, where: string, value: unknown): string | undefined => {
    const array = toSent(value);
    if (typeof array === 'string') return `${where} ${array}`;
    arrays.set(name, array);
    return undefined;
  };
  const garbage = (reason: string): Answer => ({ kind: 'garbage', reason });

  const name = { block: 'block', 'group-convolution': 'groupConvolution', interleave: 'interleave' }[
    operation
  ];
  if (!functions.has(name)) return { kind: 'unsupported', reason: `it has no ${name}` };
  const names = argumentNames[operation];
  // Made anew for each call: what a function does to them is its own affair.
  const rest = (): Fields => {
    if (operation === 'interleave') return { ...partition };
    if (operation === 'block') return window();
    return { groups: get('x')!.shape[1]! / get('weight')!.shape[1]!, ...window() };
  };
  const buffer = out();
  const forward = await call(name, names, rest(), buffer);
  if ('problem' in forward) return garbage(forward.problem);
  const problem = keep('y', `${name} returned`, forward.result ?? buffer);
  if (problem) return garbage(problem);
  if (!inputs.has('grad_y')) return { kind: 'answer', arrays };

  const back = `${name}Gradients`;
  if (!functions.has(back)) return { kind: 'unsupported', reason: `it has no ${back}` };
  const backward = await call(back, { ...names, gradOutput: 'grad_y' }, rest());
  if ('problem' in backward) return garbage(backward.problem);
  const gradients = backward.result;
  if (typeof gradients !== 'object' || gradients === null) {
    return garbage(`${back} returned ${typeof gradients}, expected an object of gradients`);
  }
  for (const [theirs, ours] of Object.entries(names)) {
    if (!inputs.has(ours)) continue;
    const wrong = keep(`grad_${ours}`, `${back} returned for ${theirs}`, (gradients as Fields)[theirs]);
    if (wrong) return garbage(wrong);
  }
  return { kind: 'answer', arrays };
}

/** Bit for bit; also a shape that was changed. */
function unchanged(array: SentArray, original: SentArray): boolean {
  const bytes = ({ data }: SentArray) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const [now, before] = [bytes(array), bytes(original)];
  const sameShape = array.shape.join() === original.shape.join() && now.length === before.length;
  return sameShape && now.every((byte, i) => byte === before[i]);
}

/** What came back as an array, or what is wrong with it. */
function toSent(value: unknown): SentArray | string {
  if (typeof value !== 'object' || value === null)
    return `${value === null ? 'null' : typeof value}, expected { shape, data }`;
  const { shape, data } = value as Fields;
  if (!Array.isArray(shape) && !ArrayBuffer.isView(shape)) return 'no shape: expected { shape, data }';
  const sizes = Array.from(shape as ArrayLike<unknown>);
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (sizes.length > 8 || !sizes.every(isSize))
    return `the shape [${short(sizes.join(', '))}], expected sizes`;
  const numbers = numbersOf(data);
  if (typeof numbers === 'string') return numbers;
  const volume = sizes.reduce((product, n) => product * n, 1);
  if (numbers.length !== volume) return `${numbers.length} numbers for the shape [${sizes.join(', ')}]`;
  return { shape: sizes, data: numbers };
}

function numbersOf(data: unknown): Float32Array | Float64Array | string {
  if (typeof data !== 'object' || data === null || typeof (data as Fields).length !== 'number') {
    return 'no data: expected an array of numbers';
  }
  const { length } = data as ArrayLike<unknown>;
  if (!(length <= mostElements)) return `${length} numbers, more than ${mostElements}`;
  // A copy: a view would bring its whole buffer along, and could still be written to.
  if (data instanceof Float32Array || data instanceof Float64Array) return data.slice();
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const value: unknown = (data as ArrayLike<unknown>)[i];
    // A hole is a cell that wasn't written.
    if (value === undefined) numbers[i] = Number.NaN;
    else if (typeof value === 'number' || typeof value === 'bigint') numbers[i] = Number(value);
    else return `data with ${typeof value} at ${i}, expected numbers`;
  }
  return numbers;
}

function isUnsupported(thrown: unknown): thrown is { readonly message: unknown } {
  if (typeof thrown !== 'object' || thrown === null) return false;
  const { name, code } = thrown as Fields;
  return name === 'UnsupportedError' || code === 'UNSUPPORTED';
}

/** A thrown value in a line: an error with the place in the module where it was thrown. */
export function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return short(`it threw ${String(thrown)}`);
  // Where Node's own code threw, the place says nothing of the module.
  const at = /^\s+at (?!.*\bnode:).*?((?:[^/()\s]+\/)?[^/()\s]+:\d+:\d+)\)?$/m.exec(thrown.stack ?? '')?.[1];
  return short(`${thrown.name}: ${thrown.message}${at ? ` (${at})` : ''}`);
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
