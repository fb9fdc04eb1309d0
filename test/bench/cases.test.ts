/** The names, the work and the numbers of the cases that are timed. */
import { expect, test } from 'vitest';
import { Tensor } from '../../spec/00-notation.ts';
import { compositeKernel as specComposite } from '../../spec/04-composite-kernel.ts';
import { float64 } from '../../src/algebras/float64.ts';
import { CaseError, casesNamed, multiplyAdds, publishedCases } from '../../src/bench/case.ts';
import { compositeKernel, inputsOf, sampleScale } from '../../src/bench/inputs.ts';

const one = (name: string) => casesNamed(name)[0]!;

test('a family is all its published cases, a size is one case, a batch is a case of its own', () => {
  expect(casesNamed('L24M2').map(({ id }) => id)).toEqual([
    'L24M2@32',
    'L24M2@16',
    'L24M2@8',
    'L24M2@32x16',
    'L24M2@16x16',
    'L24M2@8x16',
  ]);
  expect(one('L6M5@20x4')).toEqual({
    id: 'L6M5@20x4',
    family: 'L6M5',
    operation: 'block',
    L: 6,
    M: 5,
    size: 20,
    N: 4,
  });
  expect(one('dense64@56')).toMatchObject({ operation: 'group-convolution', L: 1, M: 64 });
  expect(one('depthwise144@56')).toMatchObject({ operation: 'group-convolution', L: 144, M: 1 });
  expect(publishedCases).toHaveLength(30);
});

test.each(['', 'L24', 'L0M2@8', 'L24M2@0', 'L24M2@8x0', 'dense@8', 'L5000M2@8', 'sparse4@8'])(
  "'%s' names no case",
  (name) => {
    expect(() => casesNamed(name)).toThrow(CaseError);
  },
);

test('multiply-adds: L M² S in the primary, M L² in the secondary, at every pixel of every sample', () => {
  expect(multiplyAdds(one('L24M2@32'))).toBe((24 * 4 * 9 + 2 * 576) * 1024);
  expect(multiplyAdds(one('dense64@56x16'))).toBe(64 * 64 * 9 * 56 * 56 * 16);
  expect(multiplyAdds(one('depthwise144@56'))).toBe(144 * 9 * 56 * 56);
});

test('a sample of a batch is the first one times a power of two', () => {
  const { x } = inputsOf(one('L2M3@4x3'));
  const length = 6 * 16;
  for (let n = 0; n < 3; n++) {
    const sample = x.subarray(n * length, (n + 1) * length);
    expect(sample).toEqual(x.subarray(0, length).map((value) => value * sampleScale(n)));
  }
  expect(sampleScale(1)).toBe(-1 / 2);
  expect(x.some((value) => value === 0)).toBe(false);
});

test('the composite kernel is the one of the specification', () => {
  const question = one('L3M2@4');
  const inputs = inputsOf(question);
  const kernel = specComposite(
    float64,
    new Tensor([6, 2, 3, 3], [...inputs.primary]),
    new Tensor([6, 3, 1, 1], [...inputs.secondary]),
  );
  expect([...compositeKernel(question, inputs)]).toEqual(kernel.data.map(Math.fround));
});
