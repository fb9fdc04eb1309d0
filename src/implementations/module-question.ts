/** Cases as questions to a module, its replies as outcomes, and its limits as abilities. */
import { outputExtent } from '../../spec/01-group-convolution.ts';
import type { PrecisionName } from '../algebras/precision.ts';
import type { WinogradPoints } from '../algebras/winograd.ts';
import type { Abilities, Case, Outcome } from '../oracle/adapter.ts';
import { shapeOf } from '../oracle/lookup.ts';
import { type Differentiable, differentiable, type OperationName, type Recorded } from '../oracle/types.ts';
import { type Greeting, type Question, type Reply, type SentArray, storedAs } from './module-messages.ts';
import { printable } from './printable.ts';
import { withHint } from './unsupported-hint.ts';

/** What is declared of a module beside what it says itself. */
export interface Declared {
  /** Of sums and products, where it isn't as the module says. */
  readonly precision?: PrecisionName | undefined;
  readonly flushesSubnormals?: boolean | undefined;
  readonly composed?: boolean | undefined;
  readonly winograd?: WinogradPoints | undefined;
  readonly strassen?: boolean | undefined;
}

/** The abilities of a module. Throws a TypeError that says what was expected of its exports. */
export function abilitiesOf(greeting: Greeting, declared: Declared): Abilities {
  return {
    operations: operationsOf(greeting),
    precision: declared.precision ?? precisionOf(greeting),
    flushesSubnormals: declared.flushesSubnormals ?? false,
    composed: declared.composed ?? false,
    winograd: declared.winograd,
    strassen: declared.strassen,
    ...limitsOf(greeting),
  };
}

function operationsOf({ functions, exports }: Greeting): readonly OperationName[] {
  const ours = { block: 'block', groupConvolution: 'group-convolution', interleave: 'interleave' } as const;
  const found = Object.entries(ours).flatMap(([theirs, name]) => (functions.includes(theirs) ? [name] : []));
  if (found.length > 0) return found;
  const expected = `at least one of the functions ${Object.keys(ours).join(', ')}`;
  const alike = Object.keys(ours).flatMap((name) =>
    exports.filter((other) => other.toLowerCase() === name.toLowerCase()).map((other) => [other, name]),
  );
  const hint = alike.map(([other, name]) => `; ${other} is to be called ${name}`).join('');
  const got = exports.join(', ') || 'none of them';
  throw new TypeError(`exports: expected ${expected} (docs/check-a-module.md), got ${got}${hint}`);
}

function precisionOf({ precision }: Greeting): PrecisionName {
  if (precision === undefined) return 'float32';
  if (precision === 'float32' || precision === 'float64') return precision;
  throw new TypeError(`precision: expected float32 or float64, got ${printable(String(precision))}`);
}

const gradientNames: Readonly<Record<Differentiable, string>> = {
  block: 'blockGradients',
  'group-convolution': 'groupConvolutionGradients',
};

/** The limits of the laws as abilities; what makes no sense is left out. */
function limitsOf({ limits, functions }: Greeting): Partial<Abilities> {
  const counts = (['stride', 'dilation', 'kernel', 'partitions'] as const).filter(
    (name) => Number.isInteger(limits[name]) && (limits[name] as number) >= 1,
  );
  const { padding, bias, widening, outputs, multipliesZeros } = limits;
  return {
    ...Object.fromEntries(counts.map((name) => [name, limits[name]])),
    ...(padding === 'symmetric' || padding === 'none' ? { padding } : {}),
    bias: bias !== false,
    widening: widening !== false,
    outputs: outputs === true,
    multipliesZeros: multipliesZeros === true,
    gradients: differentiable.filter((name) => functions.includes(gradientNames[name])),
  };
}

/** Whether the arrays of a module hold doubles: as it says, or as is declared of it. */
export const holdsDoubles = (greeting: Greeting, { precision }: Pick<Abilities, 'precision'>): boolean =>
  greeting.precision === 'float64' || precision === 'float64';

export function questionOf(id: number, question: Case, isDouble: boolean): Question {
  const { operation, inputs, window, partition } = question;
  const sent = ({ shape, data }: Recorded): SentArray => ({
    shape,
    data: isDouble ? Float64Array.from(data) : Float32Array.from(data),
  });
  return {
    id,
    operation,
    inputs: new Map([...inputs].map(([name, array]) => [name, sent(array)])),
    stride: window.stride,
    dilation: window.dilation,
    padding: { ...window.padding },
    partition,
    output: outputShape(question),
  };
}

function outputShape({ operation, inputs, window }: Case): readonly number[] {
  const x = shapeOf(inputs.get('x')!);
  if (operation === 'interleave') return x;
  const spatial = shapeOf(inputs.get(operation === 'block' ? 'primary_weight' : 'weight')!);
  const last = shapeOf(inputs.get(operation === 'block' ? 'secondary_weight' : 'weight')!);
  return [x[0], last[0], ...outputExtent(x, spatial, window)];
}

/** How a module says that it can't do a case. */
export const unsupportedHow = "throw an error that has code: 'UNSUPPORTED'";

export function outcomeOf(reply: Reply): Outcome {
  if (reply.kind === 'answer') {
    const arrays = [...reply.arrays].map(([name, { shape, data }]): [string, Recorded] => [
      name,
      { shape, data, stored: storedAs(data) },
    ]);
    return { kind: 'answer', arrays: new Map(arrays) };
  }
  if (reply.kind === 'loaded' || reply.kind === 'failed')
    return { kind: 'garbage', reason: 'it answered nothing' };
  return withHint({ kind: reply.kind, reason: printable(reply.reason) }, unsupportedHow);
}
