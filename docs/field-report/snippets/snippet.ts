/** Programs that show a failure without us, to be filed upstream. */
import type { Case } from '../../../src/oracle/adapter.ts';

/** How a failure of some implementation is shown in its own terms. */
export interface Snippet {
  /** As Markdown calls it. */
  readonly language: string;
  /** A program that prints y, its numbers in their order with blanks between; undefined where it takes more than a few lines. */
  code(question: Case): string | undefined;
  /** Runs it; what it printed, or why it didn't run. */
  run(code: string): Promise<string>;
}

/** A group convolution with everything that a call needs. */
export interface Convolution {
  readonly x: Numbers;
  readonly weight: Numbers;
  readonly bias?: Numbers;
  readonly groups: number;
  readonly window: Case['window'];
}

export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const mostNumbers = 100;

/** The case as a call: only of a group convolution without gradients, small enough to be read. */
export function callOf({ operation, inputs, window }: Case): Convolution | undefined {
  if (operation !== 'group-convolution' || inputs.has('grad_y')) return undefined;
  const numbers = (name: string) => {
    const { shape, data } = inputs.get(name)!;
    return { shape, data: Array.from(data) };
  };
  const [x, weight] = [numbers('x'), numbers('weight')];
  if (x.data.length > mostNumbers || weight.data.length > mostNumbers) return undefined;
  const groups = x.shape[1]! / weight.shape[1]!;
  return { x, weight, groups, window, ...(inputs.has('bias') ? { bias: numbers('bias') } : {}) };
}
