/** A failure in PyTorch's own words. */
import type { PrecisionName } from '../../../src/algebras/precision.ts';
import { output } from './output.ts';
import { callOf, type Numbers, type Snippet } from './snippet.ts';

/** Debian's, which has PyTorch. */
const python = '/usr/bin/python3';

/** With tensors of this type, and lines that set something first. */
export function pytorchSnippet(dtype: PrecisionName = 'float32', before: readonly string[] = []): Snippet {
  const tensor = ({ data, shape }: Numbers) =>
    `torch.tensor([${data.map(shown).join(', ')}]).reshape(${shape.join(', ')}).to(torch.${dtype})`;
  return {
    language: 'python',
    code: (question) => {
      const call = callOf(question);
      if (!call) return undefined;
      const { x, weight, bias, groups, window } = call;
      const { top, bottom, left, right } = window.padding;
      const isEven = top === bottom && left === right;
      const pair = (numbers: readonly number[]) => `(${numbers.join(', ')})`;
      const options = [
        `stride=${pair(window.stride)}`,
        `padding=${isEven ? pair([top, left]) : 0}`,
        `dilation=${pair(window.dilation)}`,
        `groups=${groups}`,
      ];
      return [
        'import torch',
        'import torch.nn.functional as F',
        '',
        ...before,
        ...(dtype === 'float64' ? ['torch.set_default_dtype(torch.float64)'] : []),
        `x = ${tensor(x)}`,
        ...(isEven ? [] : [`x = F.pad(x, (${[left, right, top, bottom].join(', ')}))`]),
        `weight = ${tensor(weight)}`,
        `y = F.conv2d(x, weight, ${bias ? tensor(bias) : 'None'}, ${options.join(', ')})`,
        'print(*y.flatten().tolist())',
      ].join('\n');
    },
    run: (code) => output(python, ['-c', code]),
  };
}

function shown(value: number): string {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : '-float("inf")';
  const text = Object.is(value, -0) ? '-0' : `${value}`;
  return /[.e]/.test(text) ? text : `${text}.0`;
}
