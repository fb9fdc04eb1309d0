/** Each constraint of the tensor core, broken: the error says which and where, what was expected and what came. */
import { expect, test } from 'vitest';
import { constraints } from '../../spec/00-notation.ts';
import { size, TensorError, tensorConstraints } from '../../src/tensor/index.ts';
import { brokenArrays } from './broken/arrays.ts';
import { brokenFactors } from './broken/factors.ts';
import { brokenOperands } from './broken/operands.ts';
import { brokenWindows } from './broken/windows.ts';

const everyCase = [...brokenArrays, ...brokenFactors, ...brokenOperands, ...brokenWindows];

const titled = everyCase.map((each) => {
  const title = `${each.constraint}, ${each.operation}, argument ${each.argument}: ${each.name}`;
  return [title, each] as const;
});

/** What a call throws; undefined where it returns. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

test.each(titled)('%s', (_, { constraint, operation, argument, expected, got, call }) => {
  const error = thrownBy(call);
  if (!(error instanceof TensorError)) throw new Error('expected a TensorError', { cause: error });
  expect(error).toMatchObject({ name: 'TensorError', operation, argument, constraint });
  expect(error.expected).toContain(expected);
  expect(error.got).toContain(got);
  const statement = { ...constraints, ...tensorConstraints }[constraint];
  expect(error.message).toBe(
    `${operation}: argument ${argument}: ${constraint} (${statement}): expected ${error.expected}, got ${error.got}`,
  );
});

test('every constraint of the tensor core has a case here', () => {
  const broken = new Set(everyCase.map(({ constraint }) => constraint));
  const shared = ['C1', 'C2', 'C4', 'C5', 'C6', 'C7', 'C9', 'C10', 'C11'];
  expect([...broken].sort()).toEqual([...Object.keys(tensorConstraints), ...shared].sort());
});

test('an error is a RangeError: whoever catches those catches it', () => {
  expect(() => size('M', -1)).toThrow(RangeError);
});
