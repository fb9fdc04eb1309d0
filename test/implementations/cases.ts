/** Cases for implementations, and what the judge says of their answers. */
import type { Window } from '../../spec/00-notation.ts';
import type { Adapter, Case, Outcome } from '../../src/oracle/adapter.ts';
import { judge } from '../../src/oracle/judge.ts';
import type { Recorded, Verdict } from '../../src/oracle/types.ts';
import { random } from '../algebras/cases.ts';
import { inputs as blockInputs, lopsided, type Sizes } from '../oracle/plain.ts';

const unit: Window = { stride: [1, 1], dilation: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } };

/** Numbers of float32 between −1 and 1. */
function draw(seed: number): () => number {
  const next = random(seed);
  return () => Math.fround(next() * 2 - 1);
}

const recorded = (shape: readonly number[], next: () => number): Recorded => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next),
  stored: 'float32',
});

export function interleaveCase(L = 3, M = 2, seed = 1): Case {
  return {
    id: `interleave/${L}x${M}/${seed}`,
    operation: 'interleave',
    inputs: new Map([['x', recorded([2, L * M, 2, 3], draw(seed))]]),
    window: unit,
    partition: { L, M },
  };
}

export function groupCase(seed = 1): Case {
  const next = draw(seed);
  return {
    id: `group-convolution/${seed}`,
    operation: 'group-convolution',
    inputs: new Map([
      ['x', recorded([2, 6, 5, 4], next)],
      ['weight', recorded([9, 2, 2, 3], next)],
      ['bias', recorded([9], next)],
    ]),
    window: lopsided.window,
  };
}

/** A lopsided block, with biases; with `gradients`, of another shape and with grad_y. */
export function blockCase({ seed = 1, bias = true, gradients = false } = {}, sizes: Sizes = lopsided): Case {
  const next = draw(seed);
  const given = [...blockInputs(sizes, next)].filter(([name]) => bias || !name.endsWith('bias'));
  const inputs = new Map<string, Recorded>(
    given.map(([name, { shape, data }]) => [name, { shape, data, stored: 'float32' }]),
  );
  if (gradients) {
    const { N, L, Mout, size, kernel, window } = sizes;
    const { top, bottom, left, right } = window.padding;
    const extent = [top + bottom, left + right].map(
      (pad, i) =>
        Math.floor((size[i]! + pad - window.dilation[i]! * (kernel[i]! - 1) - 1) / window.stride[i]!) + 1,
    );
    inputs.set('grad_y', recorded([N, L * Mout, ...extent], next));
  }
  return { id: `block/${seed}`, operation: 'block', inputs, window: sizes.window };
}

/** The judge on an answer; what isn't one is its own verdict. */
export function verdictOn(question: Case, adapter: Adapter, outcome: Outcome): Verdict {
  const { operation, window, partition } = question;
  const { precision, flushesSubnormals = false, composed = false } = adapter;
  if (outcome.kind !== 'answer') throw new Error(`${outcome.kind}: ${outcome.reason}`);
  const arrays = new Map([...question.inputs, ...outcome.arrays]);
  return judge({ operation, arrays, window, partition, precision, flushesSubnormals, composed });
}

/** Asks and judges: 'PASS: …'. */
export async function asked(adapter: Adapter, question: Case): Promise<string> {
  const { kind, reason } = verdictOn(question, adapter, await adapter.run(question));
  return `${kind}: ${reason}`;
}
