/** Asks others for the smallest failing case: a failure is believed where another implementation agrees with the oracle. */
import { childPlace, ownModule } from '../../src/implementations/child/place.ts';
import { command } from '../../src/implementations/command.ts';
import { hosted } from '../../src/implementations/hosted.ts';
import type { Adapter, Case } from '../../src/oracle/adapter.ts';
import { ask } from '../../src/oracle/ask.ts';
import type { CaseReport, JsonNumber, NumbersReport } from '../../src/oracle/report-types.ts';
import type { StoredAs } from '../../src/oracle/types.ts';
import type { Confirmation } from './entry.ts';
import type { Family } from './subjects.ts';

interface Witness {
  readonly name: string;
  readonly family: Family;
  open(): Promise<Adapter>;
}

const python = '/usr/bin/python3';

/** None of them is ours, and none shares code with another. */
const witnesses: readonly Witness[] = [
  {
    name: 'PyTorch',
    family: 'pytorch',
    open: () => command(`${python} docs/field-report/pytorch.py --no-mkldnn`),
  },
  { name: 'NumPy', family: 'numpy', open: () => command(`${python} docs/examples/numpy_block.py`) },
  {
    name: 'onnxruntime-node',
    family: 'onnxruntime-node',
    open: () =>
      hosted('onnxruntime-node', childPlace(), {
        module: ownModule('implementations/child/onnxruntime-node.js'),
      }),
  },
];

const toNumber = (value: JsonNumber): number => (typeof value === 'number' ? value : Number(value));

/** A case from its report and its numbers. */
export function caseFrom(
  report: CaseReport,
  inputs: Readonly<Record<string, NumbersReport>>,
  stored: StoredAs,
): Case {
  const [top, bottom, left, right] = report.padding;
  const { L, Min } = report.sizes;
  return {
    id: report.id,
    operation: report.operation,
    inputs: new Map(
      Object.entries(inputs).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data, toNumber), stored },
      ]),
    ),
    window: {
      stride: report.stride,
      dilation: report.dilation,
      padding: { top, bottom, left, right },
    },
    ...(report.operation === 'interleave' ? { partition: { L, M: Min } } : {}),
  };
}

/** What each witness of another family gives for the case, judged in its own precision. */
export async function confirmationsOf(question: Case, family: Family): Promise<readonly Confirmation[]> {
  const confirmations: Confirmation[] = [];
  for (const { name, open } of witnesses.filter((witness) => witness.family !== family)) {
    try {
      const adapter = await open();
      try {
        const { verdict } = await ask(adapter, question);
        confirmations.push({ witness: name, about: adapter.about ?? '', verdict: verdict.kind });
      } finally {
        await adapter.close();
      }
    } catch (error) {
      confirmations.push({ witness: name, about: (error as Error).message, verdict: 'UNAVAILABLE' });
    }
  }
  return confirmations;
}
