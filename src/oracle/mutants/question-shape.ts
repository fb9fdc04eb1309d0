import { shapeOf } from '../lookup.ts';
import type { CaseShape } from './shape.ts';
import { type Question, sizesOf } from './steps.ts';

/** The sizes that decide which bugs can show. */
export function caseShapeOf(question: Question): CaseShape {
  const { operation, arrays, window } = question;
  const [N, , H, W] = shapeOf(arrays.get('x')!);
  const kernel = arrays.get('primary_weight') ?? arrays.get('weight');
  const [, , kh, kw] = kernel ? shapeOf(kernel) : [1, 1, 1, 1];
  return {
    ...sizesOf(question),
    N,
    size: [H, W],
    kernel: [kh, kw],
    window,
    primaryBias: arrays.has(operation === 'block' ? 'primary_bias' : 'bias'),
    secondaryBias: arrays.has('secondary_bias'),
    gradients: arrays.has('grad_y'),
  };
}
