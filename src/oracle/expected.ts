import { dyadicOf, dyadics, toDouble } from '../algebras/dyadic.ts';
import { float64 } from '../algebras/float64.ts';
import type { Abilities, Case } from './adapter.ts';
import { askedFor, evidenceOf } from './ask.ts';
import { lookup } from './lookup.ts';
import { quantities } from './quantities.ts';
import { isSpecial } from './special.ts';
import type { Recorded } from './types.ts';

/** What a case asks for, exact and then rounded to double; with infinities or NaN, what they make of it. */
export function expectedOf(abilities: Abilities, question: Case): ReadonlyMap<string, Recorded> {
  const empty: Recorded = { shape: [], data: [], stored: 'float64' };
  const placeholders = new Map(askedFor(question).map((name) => [name, empty]));
  const evidence = evidenceOf(abilities, question, placeholders);
  const expected = new Map<string, Recorded>();
  for (const quantity of quantities(evidence)) {
    const values = isSpecial(question.inputs)
      ? quantity.compute(
          float64,
          lookup(evidence, (x) => x),
        )
      : quantity.compute(dyadics, lookup(evidence, dyadicOf));
    for (const { array, shape } of quantity.results) {
      const data = Float64Array.from(values[array]!.data as readonly unknown[], (value) =>
        typeof value === 'number' ? value : toDouble(value as Parameters<typeof toDouble>[0]),
      );
      expected.set(array, { shape, data, stored: 'float64' });
    }
  }
  return expected;
}
