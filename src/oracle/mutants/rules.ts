/**
 * Bugs of indices: one tensor is read at other places than it should be. The rule that says where makes both the wrong
 * step and the exact predicate of when nobody can tell.
 */
import { type Shape, type Tensor, tensor } from '../../../spec/00-notation.ts';
import type { BlockShape } from '../../../spec/03-igc-block.ts';
import type { Scalars } from './scalars.ts';
import { type CaseShape, isPrimaryZero, livePixels, livePositions, liveTaps } from './shape.ts';
import { right, type Steps } from './steps.ts';

export type Index = readonly [number, number, number, number];

/** Where the entry at an index is taken from; undefined: it is zero. */
export type Rule = (at: Index, shape: Shape, sizes: BlockShape) => Index | undefined;

/** A wrong step, and the shapes on which it is right. */
export interface Wrong {
  readonly steps: Partial<Steps>;
  readonly invisible: (shape: CaseShape) => boolean;
}

/** The index of the i-th entry, row-major. */
export function unflat([, B, C, D]: Shape, i: number): Index {
  return [Math.floor(i / (B * C * D)), Math.floor(i / (C * D)) % B, Math.floor(i / D) % C, i % D];
}

/** The tensor read by a rule. */
export function reread<T>(A: Scalars<T>, t: Tensor<T>, rule: Rule, sizes: BlockShape): Tensor<T> {
  return tensor(t.shape, (...at) => {
    const from = rule(at, t.shape, sizes);
    return from === undefined ? A.zero : t.at(...from);
  });
}

function stays(rule: Rule, at: Index, shape: Shape, sizes: BlockShape): boolean {
  return rule(at, shape, sizes)?.every((place, axis) => place === at[axis]) ?? false;
}

/** Whether a rule leaves every entry (a, b) where it is, at all of the places. */
function fixes(
  rule: Rule,
  shape: Shape,
  sizes: BlockShape,
  places: readonly (readonly [number, number])[],
): boolean {
  for (let a = 0; a < shape[0]; a++)
    for (let b = 0; b < shape[1]; b++)
      for (const place of places) if (!stays(rule, [a, b, ...place], shape, sizes)) return false;
  return true;
}

/** The one place of a 1 × 1 kernel or picture. */
const onlyPlace = [[0, 0]] as const;

/** The primary kernel is read wrongly: it shows where a tap that meets a pixel has another weight. */
export function primaryKernelRead(rule: Rule): Wrong {
  return {
    steps: {
      primary: (A, c) => right.primary(A, { ...c, kernel: reread(A, c.kernel, rule, c.sizes) }),
    },
    invisible: (shape) =>
      fixes(rule, [shape.L * shape.Mout, shape.Min, ...shape.kernel], shape, liveTaps(shape)),
  };
}

/** The input is read wrongly: it shows where a pixel that a tap meets is another. */
export function inputRead(rule: Rule): Wrong {
  return {
    steps: { primary: (A, c) => right.primary(A, { ...c, x: reread(A, c.x, rule, c.sizes) }) },
    invisible: (shape) =>
      fixes(rule, [shape.N, shape.L * shape.Min, ...shape.size], shape, livePixels(shape)),
  };
}

/** The secondary kernel is read wrongly. Every entry is multiplied by something, unless that is all zeros. */
export function secondaryKernelRead(rule: Rule): Wrong {
  return {
    steps: {
      secondary: (A, c) => right.secondary(A, { ...c, kernel: reread(A, c.kernel, rule, c.sizes) }),
    },
    invisible: (shape) =>
      isPrimaryZero(shape) || fixes(rule, [shape.Mout * shape.Lout, shape.L, 1, 1], shape, onlyPlace),
  };
}

/** The secondary convolution reads its input's channels wrongly. */
export function secondaryInputRead(rule: Rule): Wrong {
  return {
    steps: { secondary: (A, c) => right.secondary(A, { ...c, x: reread(A, c.x, rule, c.sizes) }) },
    invisible: (shape) =>
      isPrimaryZero(shape) || fixes(rule, [1, shape.L * shape.Mout, 1, 1], shape, onlyPlace),
  };
}

/** The output is written to the wrong places: it shows where what is written there is another function. */
export function outputWritten(rule: Rule): Wrong {
  return {
    steps: { write: (A, y, sizes) => reread(A, y, rule, sizes) },
    invisible: (shape) => {
      const [rows, columns] = livePositions(shape);
      const whole: Shape = [shape.N, shape.Lout * shape.Mout, rows.length, columns.length];
      const hasBias = shape.primaryBias || shape.secondaryBias;
      // Where no tap meets a pixel a channel is one number, made of biases; elsewhere no two outputs are alike.
      const written = (at: Index | undefined): string => {
        if (at === undefined) return 'zero';
        if (rows[at[2]] && columns[at[3]]) return at.join();
        return hasBias ? `${at[1]}` : 'zero';
      };
      for (let n = 0; n < whole[0]; n++)
        for (let c = 0; c < whole[1]; c++)
          for (let h = 0; h < whole[2]; h++)
            for (let w = 0; w < whole[3]; w++)
              if (written(rule([n, c, h, w], whole, shape)) !== written([n, c, h, w])) return false;
      return true;
    },
  };
}

/** Several wrong steps at once; nobody can tell where nobody could tell any of them. */
export function together(...wrongs: readonly Wrong[]): Wrong {
  return {
    steps: Object.assign({}, ...wrongs.map(({ steps }) => steps)) as Partial<Steps>,
    invisible: (shape) => wrongs.every(({ invisible }) => invisible(shape)),
  };
}
