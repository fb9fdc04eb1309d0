/**
 * The one-dimensional transforms Bᵀ and Aᵀ of F(4, 3) on vectors: each lane is a tile, or a column, of its own. Points come
 * in pairs ±p, so that rows come in pairs even ± odd. src/algebras/winograd.ts has the matrices that these factor.
 */
import type { WinogradPoints } from '../../../algebras/winograd.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { LinearForms } from './linear.ts';

/** Takes what `push` leaves on the stack as entry k of the result; called once for each k, in any order. */
export type Use = (k: number, push: () => FunctionBuilder) => void;

export interface Transforms {
  /** Bᵀ d: six numbers of six. */
  input(d: readonly Local[], use: Use): void;
  /** Aᵀ m: four numbers of six. */
  output(m: readonly Local[], use: Use): void;
}

/** The transforms with these points, in one function; its constants are set up here. */
export function transformsIn(f: FunctionBuilder, [a, b]: WinogradPoints, relaxed: boolean): Transforms {
  const [aa, bb] = [a * a, b * b];
  const powers = [a, b, aa, bb, a * aa, b * bb];
  const forms = new LinearForms(f, relaxed, [...[...powers, aa * bb, aa + bb].flatMap((c) => [c, -c])]);
  const [even, odd, even2, odd2] = f.several('v128', 4);
  return {
    input: (d, use) => {
      const [d0, d1, d2, d3, d4, d5] = d as [Local, Local, Local, Local, Local, Local];
      use(0, () => forms.push([1, d4], [aa * bb, d0], [-(aa + bb), d2]));
      use(5, () => forms.push([1, d5], [aa * bb, d1], [-(aa + bb), d3]));
      for (const [k, p, other] of [
        [1, a, bb],
        [3, b, aa],
      ] as const) {
        forms.push([1, d4], [-other, d2]).set(even);
        forms.push([1, d3], [-other, d1]).set(odd);
        forms.pair(even, p, odd, (sign, push) => use(k + sign, push));
      }
    },
    output: (m, use) => {
      const [m0, m1, m2, m3, m4, m5] = m as [Local, Local, Local, Local, Local, Local];
      forms.push([1, m1], [1, m2]).set(even);
      forms.push([1, m1], [-1, m2]).set(odd);
      forms.push([1, m3], [1, m4]).set(even2);
      forms.push([1, m3], [-1, m4]).set(odd2);
      use(0, () => forms.push([1, m0], [1, even], [1, even2]));
      use(1, () => forms.push([a, odd], [b, odd2]));
      use(2, () => forms.push([aa, even], [bb, even2]));
      use(3, () => forms.push([1, m5], [a * aa, odd], [b * bb, odd2]));
    },
  };
}
