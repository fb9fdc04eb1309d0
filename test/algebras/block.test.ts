/** The block is defined once, in spec/, and runs on every algebra; each yields what DESIGN.md's table promises. */
import { describe, expect, it } from 'vitest';
import { addTensors, type Tensor, tensor } from '../../spec/00-notation.ts';
import { outputExtent } from '../../spec/01-group-convolution.ts';
import { compositeKernel } from '../../spec/04-composite-kernel.ts';
import {
  type Algebra,
  booleans,
  bound,
  costCounter,
  degree,
  dual,
  evaluate,
  float32,
  float64,
  integers,
  M61,
  modular,
  naturals,
  P26,
  polynomials,
  position,
  positions,
  positionsOf,
  precisions,
  primeField,
  rational,
  rationalOf,
  rationals,
  variable,
} from '../../src/algebras/index.ts';
import { asymmetric, type BlockCase, blockCase, composed, mapCase, random, run } from './cases.ts';

const { N, L, M, kernel, image, window } = asymmetric;
const [G, S] = [L * M, kernel[0] * kernel[1]];

function expectEqual<T>(A: Algebra<T>, left: Tensor<T>, right: Tensor<T>): void {
  expect(left.shape).toEqual(right.shape);
  left.data.forEach((a, i) => {
    expect(A.equals(a, right.data[i]!), `${i}: ${A.show(a)} and ${A.show(right.data[i]!)}`).toBe(true);
  });
}

/** Small integers of both signs; their outputs are exact in every algebra of numbers. */
const next = random(1);
const whole = blockCase(asymmetric, () => Math.floor(next() * 31) - 15);
const bigs = mapCase(whole, BigInt);
const exact = run(integers, bigs);

describe('the block on numbers', () => {
  it('float64 and float32 are exact on small integers', () => {
    expect(run(float64, whole).data.map(BigInt)).toEqual(exact.data);
    expect(run(float32, whole).data.map(BigInt)).toEqual(exact.data);
    expect(composed(integers, bigs)).toEqual(exact);
  });

  it('rationals are exact on any doubles, and float64 comes near', () => {
    const real = blockCase(asymmetric, () => next() - 0.5);
    const values = run(rationals, mapCase(real, rationalOf));
    const scaled = mapCase(real, (a) => BigInt(a * 2 ** 60));
    const scale = 2n ** 180n;
    expectEqual(
      rationals,
      values,
      tensor(values.shape, (...i) => rational(run(integers, scaled).at(...i), scale)),
    );
    const near = run(float64, real);
    values.data.forEach(({ numerator, denominator }, i) => {
      expect(near.data[i]).toBeCloseTo(Number((numerator << 60n) / denominator) / 2 ** 60, 12);
    });
  });

  it('residues are those of the integers', () => {
    const A = modular(M61);
    expect(run(A, mapCase(bigs, A.from)).data).toEqual(exact.data.map(A.from));
    const B = primeField(P26);
    expect(run(B, mapCase(bigs, B.from)).data).toEqual(exact.data.map(B.from));
  });
});

describe('the block on polynomials', () => {
  const sizes = { x: N * G * image[0] * image[1], primary: G * M * S, secondary: G * L };
  const offset = { x: 0, primary: sizes.x, secondary: sizes.x + sizes.primary };
  const symbols = blockCase(asymmetric, (name, i) => variable(offset[name] + i));
  const y = run(polynomials, symbols);

  it('equals the composed convolution coefficient by coefficient: a proof for this shape', () => {
    expectEqual(polynomials, y, composed(polynomials, symbols));
  });

  it('differs where one weight is another', () => {
    const wrong = {
      ...symbols,
      secondary: tensor(symbols.secondary.shape, () => variable(offset.secondary)),
    };
    expect(polynomials.equals(y.at(0, 0, 0, 0), run(polynomials, wrong).at(0, 0, 0, 0))).toBe(false);
  });

  it('is trilinear, and specialises to the integers', () => {
    expect(new Set(y.data.map(degree))).toEqual(new Set([3]));
    const entries = [...bigs.x.data, ...bigs.primary.data, ...bigs.secondary.data];
    expect(y.data.map((p) => evaluate(integers, p, (i) => entries[i]!))).toEqual(exact.data);
  });
});

describe('the block on paths', () => {
  it('booleans: with all weights true every output is connected, and the composite kernel is dense', () => {
    const all = blockCase(asymmetric, () => true);
    expect(new Set(run(booleans, all).data)).toEqual(new Set([true]));
    expect(new Set(compositeKernel(booleans, all.primary, all.secondary).data)).toEqual(new Set([true]));
  });

  it('booleans: a secondary kernel that only looks at l = 0 leaves L − 1 partitions of the input out', () => {
    const first = blockCase(asymmetric, (name, i) => name !== 'secondary' || i % L === 0);
    const W = compositeKernel(booleans, first.primary, first.secondary);
    expectEqual(
      booleans,
      W,
      tensor(W.shape, (_, c) => c < M),
    );
  });

  it('naturals: with all weights 1 there is exactly one path from each input to each output channel', () => {
    const ones = blockCase(asymmetric, () => 1);
    expect(new Set(compositeKernel(naturals, ones.primary, ones.secondary).data)).toEqual(new Set([1]));
    const y = run(naturals, ones);
    expect(y.at(0, 0, 1, 1)).toBe(G * S);
    // At the corner one row and two columns of the kernel lie in the padding.
    expect(y.at(0, 0, 0, 0)).toBe(G);
  });
});

describe('the block on positions', () => {
  it('an output sees every channel of its own image within the window, and nothing else', () => {
    const entries = N * G * image[0] * image[1];
    const lineage = blockCase(asymmetric, (name, i) => (name === 'x' ? position(i) : positions.one));
    const y = run(positions, lineage);
    y.data.forEach((seen, i) => {
      const [, C, H, W] = y.shape;
      const [n, row, column] = [Math.floor(i / (C * H * W)), Math.floor(i / W) % H, i % W];
      const top = row * window.stride[0] - window.padding.top;
      const left = column * window.stride[1] - window.padding.left;
      const expected = Array.from({ length: entries }, (_, k) => k).filter((k) => {
        const h = (Math.floor(k / image[1]) % image[0]) - top;
        const w = (k % image[1]) - left;
        const inside = h >= 0 && h < kernel[0] && w >= 0 && w < kernel[1];
        return inside && Math.floor(k / (entries / N)) === n;
      });
      expect(positionsOf(seen), `output ${i}`).toEqual(expected);
    });
  });
});

describe('the block on a cost counter', () => {
  it('counts T = L·M·M·S + M·L·L parameters and T multiply-adds at each output position (Eq. 7)', () => {
    const A = costCounter();
    const c = blockCase(asymmetric, (name, i) => (name === 'x' ? A.input : A.parameter(`${name} ${i}`)));
    const y = run(A, c);
    const T = L * M * M * S + M * L * L;
    const [rows, columns] = outputExtent(c.x.shape, c.primary.shape, window);
    expect(A.parameters).toBe(T);
    expect(A.multiplyAdds).toBe(T * rows * columns * N);
    expect(new Set(y.data)).toEqual(new Set([A.input]));
  });

  it('counts a shared weight once', () => {
    const A = costCounter();
    run(
      A,
      blockCase(asymmetric, (name) => (name === 'x' ? A.input : A.parameter(name))),
    );
    expect(A.parameters).toBe(2);
  });
});

describe('the block on dual numbers', () => {
  const A = dual(integers);
  const direction = blockCase(asymmetric, () => BigInt(Math.floor(next() * 31) - 15));
  const along = (moving: readonly (keyof BlockCase<bigint>)[]): Tensor<bigint> => {
    const pair = (name: 'x' | 'primary' | 'secondary') =>
      tensor(bigs[name].shape, (...i) =>
        moving.includes(name)
          ? { value: bigs[name].at(...i), tangent: direction[name].at(...i) }
          : A.constant(bigs[name].at(...i)),
      );
    const y = run(A, { x: pair('x'), primary: pair('primary'), secondary: pair('secondary'), window });
    expect(y.data.map((a) => a.value)).toEqual(exact.data);
    return tensor(y.shape, (...i) => y.at(...i).tangent);
  };

  it.each(['x', 'primary', 'secondary'] as const)(
    'is linear in %s: the derivative is the block of the direction',
    (name) => {
      expectEqual(integers, along([name]), run(integers, { ...bigs, [name]: direction[name] }));
    },
  );

  it('obeys the product rule', () => {
    const parts = (['x', 'primary', 'secondary'] as const).map((name) => along([name]));
    const total = parts.reduce((a, b) => addTensors(integers, a, b));
    expectEqual(integers, along(['x', 'primary', 'secondary']), total);
  });
});

describe('the block on bounds', () => {
  it('carries the value of float64 and A = |Wᵈ||Wᵖ||x|', () => {
    const A = bound(precisions.float32);
    const y = run(A, mapCase(whole, A.leaf));
    expect(y.data.map((a) => a.value)).toEqual(run(float64, whole).data);
    expect(y.data.map((a) => a.magnitude)).toEqual(run(float64, mapCase(whole, Math.abs)).data);
    expectEqual(
      float64,
      tensor(y.shape, (...i) => y.at(...i).magnitude),
      tensor(y.shape, (...i) => composed(A, mapCase(whole, A.leaf)).at(...i).magnitude),
    );
  });
});
