/** Linear forms Σ c·x of vectors, as few instructions as their coefficients allow. */
import type { FunctionBuilder, Local } from '../assembler.ts';

export type Term = readonly [coefficient: number, x: Local];

/** Emits linear forms in one function. Every constant is splatted once, where the function begins. */
export class LinearForms {
  readonly #f: FunctionBuilder;
  readonly #relaxed: boolean;
  readonly #constants: ReadonlyMap<number, Local>;

  /** `coefficients`: all that will be asked for, but 1 and −1. */
  constructor(f: FunctionBuilder, relaxed: boolean, coefficients: readonly number[]) {
    this.#f = f;
    this.#relaxed = relaxed;
    const needed = [...new Set(coefficients)].filter((c) => Math.abs(c) !== 1);
    this.#constants = new Map(
      needed.map((c) => {
        const constant = f.local('v128');
        f.f32Const(c).f32x4Splat().set(constant);
        return [c, constant];
      }),
    );
  }

  /** Leaves the form on the stack. The first coefficient isn't −1. */
  push(first: Term, ...others: readonly Term[]): FunctionBuilder {
    const f = this.#f;
    const last = others.at(-1);
    if (last === undefined) return this.#product(first);
    const [coefficient, x] = last;
    const rest = () => this.push(first, ...others.slice(0, -1));
    if (coefficient === 1) return rest().get(x).f32x4Add();
    if (coefficient === -1) return rest().get(x).f32x4Sub();
    if (!this.#relaxed) {
      rest();
      return this.#product(last).f32x4Add();
    }
    f.get(x).get(this.#constant(coefficient));
    return rest().f32x4RelaxedMadd();
  }

  /** A pair `even ± factor·odd`, each handed on. `odd` may be overwritten. */
  pair(
    even: Local,
    factor: number,
    odd: Local,
    use: (index: 0 | 1, push: () => FunctionBuilder) => void,
  ): void {
    if (this.#relaxed) {
      use(0, () => this.push([1, even], [factor, odd]));
      use(1, () => this.push([1, even], [-factor, odd]));
      return;
    }
    if (factor !== 1) this.#product([factor, odd]).set(odd);
    use(0, () => this.push([1, even], [1, odd]));
    use(1, () => this.push([1, even], [-1, odd]));
  }

  #product([coefficient, x]: Term): FunctionBuilder {
    if (coefficient === 1) return this.#f.get(x);
    return this.#f.get(x).get(this.#constant(coefficient)).f32x4Mul();
  }

  #constant(coefficient: number): Local {
    const constant = this.#constants.get(coefficient);
    if (constant === undefined) throw new Error(`LinearForms: ${coefficient} was not announced`);
    return constant;
  }
}
