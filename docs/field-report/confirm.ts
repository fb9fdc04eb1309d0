/** Asks others for the smallest failing case: a failure is believed where another implementation agrees with the oracle. */
import { childPlace, ownModule } from '../../src/implementations/child/place.ts';
import { command } from '../../src/implementations/command.ts';
import { hosted } from '../../src/implementations/hosted.ts';
import type { Adapter, Case } from '../../src/oracle/adapter.ts';
import { ask } from '../../src/oracle/ask.ts';
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
    open: () => command(`${python} docs/examples/pytorch_block.py --no-mkldnn`),
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
