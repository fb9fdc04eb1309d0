/** Cases and verdicts as plain data. */
import { blockShape } from '../../spec/03-igc-block.ts';
import { type Adapter, type Case, gradientsOf } from './adapter.ts';
import type { Asked } from './ask.ts';
import { outline, shapeOf } from './lookup.ts';
import type {
  CaseReport,
  DifferenceReport,
  ImplementationReport,
  JsonNumber,
  NumbersReport,
  VerdictReport,
} from './report-types.ts';
import type { Difference, Recorded } from './types.ts';

export function jsonNumber(x: number): JsonNumber {
  return Number.isFinite(x) ? x : (String(x) as JsonNumber);
}

export function implementationReport(adapter: Adapter): ImplementationReport {
  const { name, about, operations, precision } = adapter;
  const { flushesSubnormals = false, composed = false, bias = false } = adapter;
  const gradients = gradientsOf(adapter);
  const head = { name, ...(about === undefined ? {} : { about }), operations: [...operations], precision };
  return {
    ...head,
    flushesSubnormals,
    composed,
    bias,
    gradients: gradients.length > 0,
    gradientsOf: [...gradients],
    ...(adapter.winograd ? { winograd: adapter.winograd } : {}),
    ...(adapter.strassen ? { strassen: true } : {}),
  };
}

export function verdictReport({ verdict, nature }: Pick<Asked, 'verdict' | 'nature'>): VerdictReport {
  const { kind, stage, reason, arrays } = verdict;
  return {
    kind,
    ...(stage === undefined ? {} : { stage }),
    nature,
    reason,
    arrays: arrays.map(({ first, ...array }) => ({
      ...array,
      ...(first ? { first: differenceReport(first) } : {}),
    })),
  };
}

function differenceReport({ expected, got, ...rest }: Difference): DifferenceReport {
  return { ...rest, expected: jsonNumber(expected), got: jsonNumber(got) };
}

/** The sizes of a case, from its arrays. */
export function sizesOf({ operation, inputs, partition }: Case): CaseReport['sizes'] {
  const [N, C, H, W] = shapeOf(inputs.get('x')!);
  if (operation === 'interleave') {
    const { L, M } = partition!;
    return { N, L, Min: M, Mout: M, Lout: L, H, W, kh: 1, kw: 1 };
  }
  if (operation === 'group-convolution') {
    const [O, Min, kh, kw] = shapeOf(inputs.get('weight')!);
    const L = C / Min;
    return { N, L, Min, Mout: O / L, Lout: 1, H, W, kh, kw };
  }
  const primary = inputs.get('primary_weight')!;
  const sizes = blockShape(outline(primary), outline(inputs.get('secondary_weight')!));
  const [, , kh, kw] = shapeOf(primary);
  return { N, ...sizes, H, W, kh, kw };
}

export function caseReport(question: Case): CaseReport {
  const { id, operation, inputs, window } = question;
  const { top, bottom, left, right } = window.padding;
  return {
    id,
    operation,
    shapes: Object.fromEntries([...inputs].map(([name, { shape }]) => [name, [...shape]])),
    sizes: sizesOf(question),
    stride: window.stride,
    dilation: window.dilation,
    padding: [top, bottom, left, right],
    bias: [...inputs.keys()].some((name) => name.endsWith('bias')),
    gradients: inputs.has('grad_y'),
  };
}

export function numbersReport(arrays: Iterable<readonly [string, Pick<Recorded, 'shape' | 'data'>]>) {
  return Object.fromEntries(
    [...arrays].map(([name, { shape, data }]): [string, NumbersReport] => [
      name,
      { shape: [...shape], data: Array.from(data, jsonNumber) },
    ]),
  );
}
