import type { Adapter, Case } from '../adapter.ts';
import type { Recorded } from '../types.ts';
import type { Mutant } from './mutant.ts';
import { outputsOf } from './reproduce.ts';

/** A bug of the catalogue as an implementation to be judged, in double precision. */
export function mutantAdapter(mutant: Mutant): Adapter {
  return {
    name: mutant.id,
    about: mutant.name,
    operations: mutant.operations,
    precision: 'float64',
    bias: true,
    gradients: true,
    outputs: true,
    run: async (question) => {
      const arrays = runMutant(mutant, question);
      if (arrays) return { kind: 'answer', arrays };
      return { kind: 'crash', reason: 'the sizes that it works out make no convolution' };
    },
    close: async () => {},
  };
}

/** What the mutant gives for a case, under the names of recordings; undefined where it can't be run. */
export function runMutant(
  mutant: Pick<Mutant, 'steps'>,
  { operation, inputs, window, partition }: Case,
): ReadonlyMap<string, Recorded> | undefined {
  const question = { operation, arrays: inputs, window, partition };
  const found = outputsOf(mutant, question);
  if (!found) return undefined;
  return new Map(
    Object.entries(found).map(([name, { shape, data }]) => [
      name,
      { shape: name.endsWith('_bias') ? [shape[1]] : shape, data, stored: 'float64' },
    ]),
  );
}
