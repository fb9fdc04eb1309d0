/**
 * Recordings: what an implementation in any framework was given and gave, in one file of named arrays. This room
 * turns such a file into evidence that the oracle can judge; what doesn't fit is the file's fault, said so.
 */
import { ConstraintError, type Window } from '../../spec/00-notation.ts';
import { outputExtent } from '../../spec/01-group-convolution.ts';
import { blockShape } from '../../spec/03-igc-block.ts';
import { type PrecisionName, precisions } from '../algebras/precision.ts';
import type { WinogradPoints } from '../algebras/winograd.ts';
import { type ArrayFile, FileError, type NamedArrays } from '../formats/index.ts';
import { outline, shapeOf } from '../oracle/lookup.ts';
import type { Evidence, OperationName, Recorded } from '../oracle/types.ts';
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
  /** Of sums and products. Where undefined: the coarsest that an output is stored in. */
  readonly precision?: PrecisionName | undefined;
  readonly flushesSubnormals: boolean;
  readonly composed: boolean;
  /** The points, where 3×3 convolutions may have been computed by Winograd's F(4×4, 3×3). */
  readonly winograd?: WinogradPoints | undefined;
  /** Whether pointwise convolutions may have been computed by Strassen's algorithm. */
  readonly strassen?: boolean | undefined;
}

/** Stride 1, dilation 1, 'same' padding, our own names. */
export const defaultOptions: RecordingOptions = {
  operation: 'block',
  stride: [1, 1],
  dilation: [1, 1],
  padding: 'same',
  names: new Map(),
  flushesSubnormals: false,
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
  'group-convolution': {
    x: input,
    weight: input,
    bias: biasInput,
    y: output,
    grad_y: optional,
    grad_x: extra,
    grad_weight: extra,
    grad_bias: biasOutput,
  },
  interleave: { x: input, y: output },
};

/** The evidence in a recording. Throws a FileError where what was given isn't what the operation needs. */
export function evidenceFrom(path: string, file: NamedArrays, options: RecordingOptions): Evidence {
  const { operation } = options;
  const found = new Map<string, ArrayFile>();
  for (const [name, slot] of Object.entries(slots[operation])) {
    const array = file.get(nameIn(options, name));
    if (array) found.set(name, array);
    else if (slot.required) throw missing(path, name, file, options);
  }
  for (const [name, array] of found) checkGiven(path, name, array, options);
  const arrays = new Map([...found].map(([name, array]) => [name, recorded(array)]));
  try {
    const evidence: Evidence = {
      operation,
      arrays,
      window: windowOf(arrays, options),
      partition: operation === 'interleave' ? partitionOf(arrays.get('x')!, options) : undefined,
      precision: options.precision ?? storedPrecision(arrays, operation),
      flushesSubnormals: options.flushesSubnormals,
      composed: options.composed,
      winograd: options.winograd,
      strassen: options.strassen,
    };
    checkTogether(evidence);
    return evidence;
  } catch (error) {
    if (error instanceof ConstraintError || error instanceof TensorError) {
      throw new FileError(path, `the arrays don't fit together: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** The arrays of the file that mean nothing for this operation, in the file's order. */
export function unusedArrays(file: NamedArrays, options: RecordingOptions): readonly string[] {
  const used = new Set(Object.keys(slots[options.operation]).map((name) => nameIn(options, name)));
  return [...file.keys()].filter((name) => !used.has(name));
}

function nameIn({ names }: RecordingOptions, name: string): string {
  return names.get(name) ?? name;
}

function missing(path: string, name: string, file: NamedArrays, options: RecordingOptions): FileError {
  const all = [...file.keys()].map((key) => JSON.stringify(key));
  const there = all.length > 20 ? [...all.slice(0, 20), `${all.length - 20} more`] : all;
  return new FileError(
    path,
    `array ${JSON.stringify(nameIn(options, name))}: expected it, for --op ${options.operation}; ` +
      `the file has ${there.join(', ') || 'no arrays'} (--map ${name}=NAME says under which name it is)`,
  );
}

/** The axes of what was given are the file's business; of what was computed, the judge's. */
function checkGiven(path: string, name: string, { shape }: ArrayFile, { operation }: RecordingOptions): void {
  const slot = slots[operation][name]!;
  if (slot.output) return;
  if (shape.length === (slot.bias ? 1 : 4) && shape.every((size) => size > 0)) return;
  const axes = slot.bias ? 'one axis (channels)' : 'four axes (NCHW, or OIHW of a kernel)';
  throw new FileError(
    path,
    `array "${name}": expected ${axes} of at least one element, got the shape [${shape.join(', ')}]`,
  );
}

function recorded({ shape, data, dtype }: ArrayFile): Recorded {
  return { shape, data, stored: dtype in precisions ? (dtype as PrecisionName) : 'integer' };
}

function windowOf(arrays: Evidence['arrays'], options: RecordingOptions): Window {
  const name = ['primary_weight', 'weight'].find((kernel) => arrays.has(kernel));
  const [, , H, W] = shapeOf(arrays.get('x')!);
  const [, , kh, kw] = name ? shapeOf(arrays.get(name)!) : [1, 1, 1, 1];
  return tensorWindow(options, { input: [H, W], kernel: [kh, kw] });
}

function partitionOf(x: Recorded, { L, M }: RecordingOptions): { L: number; M: number } {
  const C = x.shape[1]!;
  const partition = { L: L ?? C / M!, M: M ?? C / L! };
  if (partition.L * partition.M !== C || !Number.isInteger(partition.L) || !Number.isInteger(partition.M)) {
    throw new ConstraintError('interleave', 'C8', `${L ?? 'L'} × ${M ?? 'M'} channels`, `${C}`);
  }
  return partition;
}

/** Checks before anything is computed that what was given makes an operation with an output. */
function checkTogether({ operation, arrays, window }: Evidence): void {
  if (operation === 'block') checkBlock(arrays, window);
  if (operation === 'group-convolution') checkGroups(arrays, window);
}

function checkGroups(arrays: Evidence['arrays'], window: Window): void {
  const [x, weight] = [shapeOf(arrays.get('x')!), shapeOf(arrays.get('weight')!)];
  const extent = outputExtent(x, weight, window);
  const groups = x[1] / weight[1];
  if (!Number.isInteger(groups) || weight[0] % groups !== 0) {
    throw new ConstraintError('groupConvolution', 'C7', 'whole groups', shapes(arrays, 'x', 'weight'));
  }
  checkBias(arrays, 'bias', weight[0]);
  checkGradient(arrays, 'groupConvolution', [x[0], weight[0], ...extent]);
}

function checkBlock(arrays: Evidence['arrays'], window: Window): void {
  const weights = ['primary_weight', 'secondary_weight'] as const;
  const [primary, secondary] = weights.map((name) => outline(arrays.get(name)!));
  const { L, Min, Mout, Lout } = blockShape(primary!, secondary!);
  const x = shapeOf(arrays.get('x')!);
  const extent = outputExtent(x, primary!.shape, window);
  if (x[1] !== L * Min) {
    const expected = `x of L × Min = ${L} × ${Min} channels, as the weights say`;
    throw new ConstraintError('block', 'C7', expected, shapes(arrays, 'x', ...weights));
  }
  checkBias(arrays, 'primary_bias', L * Mout);
  checkBias(arrays, 'secondary_bias', Mout * Lout);
  checkGradient(arrays, 'block', [x[0], Lout * Mout, ...extent]);
}

function checkGradient(arrays: Evidence['arrays'], operation: string, output: readonly number[]): void {
  const came = arrays.get('grad_y')?.shape;
  if (came === undefined || came.join() === output.join()) return;
  throw new ConstraintError(
    operation,
    'C12',
    `grad_y of shape [${output.join(', ')}]`,
    shapes(arrays, 'grad_y'),
  );
}

function checkBias(arrays: Evidence['arrays'], name: string, channels: number): void {
  const entries = arrays.get(name)?.shape[0];
  if (entries === undefined || entries === channels) return;
  throw new ConstraintError('block', 'C11', `${name} of ${channels} entries`, `${entries}`);
}

function shapes(arrays: Evidence['arrays'], ...names: readonly string[]): string {
  return names.map((name) => `${name} [${arrays.get(name)!.shape.join(', ')}]`).join(', ');
}

/** The coarsest precision that an output is stored in; where all are integers, that anything is stored in. */
function storedPrecision(arrays: Evidence['arrays'], operation: OperationName): PrecisionName {
  const isOutput = (name: string) => slots[operation][name]!.output === true;
  const among = (names: string[]) =>
    names.map((name) => arrays.get(name)!.stored).filter((stored) => stored !== 'integer');
  const outputs = among([...arrays.keys()].filter(isOutput));
  const candidates = outputs.length > 0 ? outputs : among([...arrays.keys()]);
  return candidates.reduce((a, b) => (precisions[a].unit >= precisions[b].unit ? a : b), 'float64');
}
