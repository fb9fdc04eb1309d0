// The laws in vitest; jest and mocha are the same but for the import.
import { igcLaws } from 'igc-oracle/laws';
import { test } from 'vitest';
import * as mine from './my-kernels.mjs';

for (const law of igcLaws({ name: 'my kernels', ...mine })) {
  (law.skip ? test.skip : test)(law.name, law.run);
}
