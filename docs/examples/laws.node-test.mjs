// The laws in node:test. Run: node --test docs/examples/laws.node-test.mjs
import test from 'node:test';
import { igcLaws } from 'igc-oracle/laws';
import * as mine from './my-kernels.mjs';

for (const law of igcLaws({ name: 'my kernels', ...mine })) {
  test(law.name, { skip: law.skip }, law.run);
}
