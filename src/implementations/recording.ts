/**
 * Recordings: what an implementation in any framework was given and gave, in one file of named arrays. This room
 * turns such a file into evidence that the oracle can judge; what doesn't fit is the file's fault, said so.
 */
import { ConstraintError, type Shape, Tensor, type Window } from '../../spec/00-notation.ts';
import { outputExtent } from '../../spec/01-group-convolution.ts';
import { blockShape } from '../../spec/03-igc-block.ts';
import { type PrecisionName, precisions } from '../algebras/precision.ts';
import { type ArrayFile, FileError, type NamedArrays } from '../formats/index.ts';
import type { Evidence, OperationName } from '../oracle/types.ts';
import { type PaddingOption, TensorError, tensorWindow } from '../tensor/index.ts';

/** How a recording is to be read: what a file of arrays can't say. */
export interface RecordingOptions {
  readonly operation: OperationName;
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: PaddingOption;
  /** Our name → the file's. */
  readonly names: ReadonlyMap<string, string>;
  /** Of the interleave alone: one of them is enough. */
  readonly L?: number | undefined;
  readonly M?: number | undefined;
  /** Where undefined: the coarsest that an output is stored in. */
  readonly precision?: PrecisionName | undefined;
  readonly composed: boolean;
}

/** Stride 1, dilation 1, 'same' padding, our own names. */
export const defaultOptions: RecordingOptions = {
  operation: 'block',
  stride: [1, 1],
  dilation: [1, 1],
  padding: 'same',
  names: new Map(),
  composed: false,
};

interface Slot {
  readonly required: boolean;
  readonly bias?: true;
  /** Computed by the implementation: it's judged. */
  readonly output?: true;
}

const input: Slot = { required: true };
const optional: Slot = { required: false };
const biasInput: Slot = { required: false, bias: true };
const output: Slot = { required: true, output: true };
const extra: Slot = { required: false, output: true };
const biasOutput: Slot = { required: false, bias: true, output: true };

/** The arrays of a recording, by operation. */
export const slots: Readonly<Record<OperationName, Readonly<Record<string, Slot>>>> = {
  block: {
    x: input,
    primary_weight: input,
    secondary_weight: input,
    primary_bias: biasInput,
    secondary_bias: biasInput,
    primary: extra,
    interleaved: extra,
    secondary: extra,
    y: output,
    grad_y: optional,
    grad_x: extra,
    grad_primary_weight: extra,
    grad_secondary_weight: extra,
    grad_primary_bias: biasOutput,
    grad_secondary_bias: biasOutput,
  },
  'group-convolution': { x: input, weight: input, bias: biasInput, y: output },
  interleave: { x: input, y: output },
};

/** The evidence in a recording. Throws a FileError where the arrays aren't what the operation needs. */
export function evidenceFrom(path: string, file: NamedArrays, options: RecordingOptions): Evidence {
  const wanted = Object.entries(slots[options.operation]);
  const found = new Map<string, ArrayFile>();
  for (const [name, slot] of wanted) {
    const array = file.get(options.names.get(name) ?? name);
    if (array) found.set(name, array);
    else if (slot.required) throw missing(path, name, file, options);
  }
  try {
    const arrays = new Map([...found].map(([name, array]) => [name, asTensor(path, name, array, options)]));
    const partition = options.operation === 'interleave' ? partitionOf(arrays.get('x')!, options) : undefined;
    const evidence: Evidence = {
      operation: options.operation,
      arrays,
      window: windowOf(arrays, options),
      partition,
      precision: options.precision ?? storedPrecision(found, options.operation),
      composed: options.composed,
    };
    checkInputs(evidence);
    return evidence;
  } catch (error) {
    if (error instanceof ConstraintError || error instanceof TensorError) {
      throw new FileError(path, `the arrays don't fit together: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function missing(path: string, name: string, file: NamedArrays, options: RecordingOptions): FileError {
  const stored = options.names.get(name) ?? name;
  const there = [...file.keys()].map((key) => JSON.stringify(key)).join(', ');
  return new FileError(
    path,
    `array ${JSON.stringify(stored)}: expected it, for --op ${options.operation}; the file has ${there || 'no arrays'}` +
      ` (--map ${name}=NAME says under which name it is)`,
  );
}

function asTensor(
  path: string,
  name: string,
  array: ArrayFile,
  { operation }: RecordingOptions,
): Tensor<number> {
  const slot = slots[operation][name]!;
  const rank = slot.bias ? 1 : 4;
  if (array.shape.length !== rank) {
    const what = slot.bias ? 'one axis (channels)' : 'four axes (NCHW, or OIHW of a kernel)';
    throw new FileError(path, `array "${name}": expected ${what}, got the shape [${array.shape.join(', ')}]`);
  }
  const shape = slot.bias ? ([1, array.shape[0]!, 1, 1] as const) : (array.shape as unknown as Shape);
  return new Tensor(shape, Array.from(array.data));
}

function windowOf(arrays: ReadonlyMap<string, Tensor<number>>, options: RecordingOptions): Window {
  const x = arrays.get('x')!;
  const kernel = (arrays.get('primary_weight') ?? arrays.get('weight'))?.shape ?? ([1, 1, 1, 1] as const);
  return tensorWindow(options, {
    input: [x.shape[2], x.shape[3]],
    kernel: [kernel[2], kernel[3]],
  });
}

function partitionOf(x: Tensor<number>, { L, M }: RecordingOptions): { L: number; M: number } {
  const C = x.shape[1];
  const partition = { L: L ?? C / M!, M: M ?? C / L! };
  if (partition.L * partition.M !== C || !Number.isInteger(partition.L) || !Number.isInteger(partition.M)) {
    throw new ConstraintError('interleave', 'C8', `${L ?? 'L'} × ${M ?? 'M'} channels`, `${C}`);
  }
  return partition;
}

/** Checks before anything is computed that the inputs make a block, and an output position. */
function checkInputs({ operation, arrays, window }: Evidence): void {
  const x = arrays.get('x')!;
  if (operation === 'interleave') return;
  const kernel = (arrays.get('primary_weight') ?? arrays.get('weight'))!;
  outputExtent(x.shape, kernel.shape, window);
  if (operation === 'group-convolution') {
    const groups = x.shape[1] / kernel.shape[1];
    const whole = Number.isInteger(groups) && kernel.shape[0] % groups === 0;
    if (!whole)
      throw new ConstraintError('groupConvolution', 'C7', 'whole groups', shapes(arrays, 'x', 'weight'));
    checkBias(arrays, 'bias', kernel.shape[0]);
    return;
  }
  const secondary = arrays.get('secondary_weight')!;
  const { L, Min, Mout, Lout } = blockShape(kernel, secondary);
  if (x.shape[1] !== L * Min) {
    const expected = `x of L × Min = ${L} × ${Min} channels, as the weights say`;
    throw new ConstraintError(
      'block',
      'C7',
      expected,
      shapes(arrays, 'x', 'primary_weight', 'secondary_weight'),
    );
  }
  checkBias(arrays, 'primary_bias', L * Mout);
  checkBias(arrays, 'secondary_bias', Mout * Lout);
  const gradient = arrays.get('grad_y');
  const extent = [x.shape[0], Lout * Mout, ...outputExtent(x.shape, kernel.shape, window)];
  if (gradient && gradient.shape.join() !== extent.join()) {
    throw new ConstraintError(
      'block',
      'C12',
      `grad_y of shape [${extent.join(', ')}]`,
      shapes(arrays, 'grad_y'),
    );
  }
}

function checkBias(arrays: Evidence['arrays'], name: string, channels: number): void {
  const bias = arrays.get(name);
  if (!bias || bias.shape[1] === channels) return;
  throw new ConstraintError('block', 'C11', `${name} of ${channels} entries`, `${bias.shape[1]}`);
}

function shapes(arrays: Evidence['arrays'], ...names: readonly string[]): string {
  return names.map((name) => `${name} [${arrays.get(name)!.shape.join(', ')}]`).join(', ');
}

/** The coarsest precision that an output is stored in; integers are exact in double precision. */
function storedPrecision(found: ReadonlyMap<string, ArrayFile>, operation: OperationName): PrecisionName {
  const stored = [...found]
    .filter(([name]) => slots[operation][name]!.output)
    .map(([, { dtype }]) => (dtype in precisions ? (dtype as PrecisionName) : 'float64'));
  return stored.reduce((a, b) => (precisions[a].unit >= precisions[b].unit ? a : b));
}
