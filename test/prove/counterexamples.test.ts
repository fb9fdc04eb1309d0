/** What does not hold. */
import { expect, test } from 'vitest';
import { counterexampleLayer } from '../../src/prove/counterexamples.ts';
import { silent } from './wrong.ts';

test('each counterexample is one, and says where the sides differ', async () => {
  const rows = await counterexampleLayer(silent);
  expect(rows.map(({ claim, outcome, reason }) => [claim, outcome, reason])).toEqual([
    [5, 'proved', undefined],
    [9, 'proved', undefined],
    [9, 'proved', undefined],
  ]);
  // SAME by stride: the first output reads pixels 0, 1, 2 where the subsampled one reads the padding, 0 and 1.
  expect(rows[1]!.detail).toContain(
    '(n 0, c 0, h 0, w 0): x0·x4·x7 + x1·x5·x7 + x2·x6·x7 against x0·x5·x7 + x1·x6·x7',
  );
  // Padded twice: the composite sees the first convolution go on outside the picture.
  expect(rows[2]!.detail).toContain('(n 0, c 0, h 0, w 0)');
});
