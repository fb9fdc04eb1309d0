/** The arena's promises, over random orders of taking and giving back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/kernels/arena.ts';

/** Takes a region of so many bytes, or gives one back that is held. */
const steps = fc.array(
  fc.oneof(
    fc.nat(200_000),
    fc.nat(99).map((which) => ({ which })),
  ),
  {
    maxLength: 60,
    size: 'max',
  },
);

test('regions lie apart, in the memory, on lines of the cache; given back, they are one again', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const arena = new Arena(false);
      const held: { at: number; bytes: number }[] = [];
      for (const step of sequence) {
        if (typeof step === 'number') {
          const region = arena.allocate('test', step);
          expect(region.at % 64).toBe(0);
          expect(region.bytes).toBeGreaterThanOrEqual(step);
          held.push(region);
        } else if (held.length > 0) {
          const [region] = held.splice(step.which % held.length, 1);
          arena.release(region!);
        }
        const ordered = [...held].sort((a, b) => a.at - b.at);
        let end = 1;
        for (const { at, bytes } of ordered) {
          expect(at).toBeGreaterThanOrEqual(end);
          end = at + bytes;
        }
        expect(end).toBeLessThanOrEqual(arena.bytes);
        expect(arena.usedBytes).toBe(held.reduce((sum, { bytes }) => sum + bytes, 0));
      }
      for (const region of held) arena.release(region);
      // All of it again in one piece, from the beginning.
      expect(arena.allocate('test', 1).at).toBe(64);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['from the left', [0, 1]],
  ['from the right', [1, 0]],
])('holes side by side are one, made %s', (_, order) => {
  const arena = new Arena(false);
  const regions = [1, 2, 3].map(() => arena.allocate('test', 1000));
  for (const index of order) arena.release(regions[index]!);
  expect(arena.allocate('test', 2000).at).toBe(regions[0]!.at);
});
