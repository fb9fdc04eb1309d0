/**
 * The composite theorem over every small geometry: the shipped block and the shipped convolution with the shipped
 * composite kernel, both run on polynomials and both compared, coefficient by coefficient, with the products that
 * the claim names (composite-statement.ts). For each geometry that is a proof over every commutative semiring.
 */
import type { Tensor } from '../../spec/00-notation.ts';
import { compositeKernel } from '../../spec/04-composite-kernel.ts';
import { type Polynomial, polynomials, terms } from '../algebras/polynomial.ts';
import { type BlockCase, blockShapes } from '../laws/cases.ts';
import { showCase } from '../laws/runner.ts';
import { outputRowsAndColumns, type Product, places, productsAt } from './composite-statement.ts';
import { describeGeometries, type GeometryBound, geometries, sizesUpTo } from './shapes.ts';
import type { Layer, ProofRow } from './types.ts';
import { type OperationsOn, variableRun } from './variables.ts';

/** How far blocks are enumerated; Lout = L. */
export interface ScopeBound extends GeometryBound {
  /** The largest L, M and Mout. */
  readonly partitions: number;
  /** The largest L·M·Mout. */
  readonly product: number;
}

/** What `npm run prove` enumerates. */
export const largeScope: ScopeBound = {
  ...{ partitions: 3, product: 8, N: 2 },
  ...{ kernel: 3, stride: 2, dilation: 3, padding: 1, size: 3, axes: 'together' },
};

/** What `npm test` enumerates. */
export const smallScope: ScopeBound = {
  ...{ partitions: 3, product: 6, N: 1 },
  ...{ kernel: 2, stride: 2, dilation: 2, padding: 1, size: 2, axes: 'together' },
};

/** Every block up to a bound. */
export function* scope(bound: ScopeBound): Generator<BlockCase> {
  for (const [L = 1, Min = 1, Mout = 1] of sizesUpTo(3, bound.partitions, bound.product))
    for (const geometry of geometries(bound)) {
      yield { L, Lout: L, Min, Mout, ...geometry, seed: 0, magnitude: 0 };
    }
}

/** Where a tensor isn't what the claim says, undefined if nowhere. */
function departure(c: BlockCase, y: Tensor<Polynomial>, offsets: Product): string | undefined {
  const expected = [c.N, c.Lout * c.Mout, ...outputRowsAndColumns(c)].join(', ');
  if (y.shape.join(', ') !== expected) return `the shape is [${y.shape.join(', ')}], not [${expected}]`;
  let at = 0;
  for (const place of places(c)) {
    const products = productsAt(c, place);
    const sum = terms(y.data[at++]!);
    const same =
      sum.length === products.length &&
      sum.every(({ coefficient, variables }, t) => {
        const product = products[t]!;
        return (
          coefficient === 1n &&
          variables.length === 3 &&
          variables.every((id, factor) => id === offsets[factor]! + product[factor]!)
        );
      });
    if (!same) return `the entry at ${JSON.stringify(place)} is ${polynomials.show(y.data[at - 1]!)}`;
  }
  return undefined;
}

/** Where block or composite aren't what the claim says of this shape, undefined if nowhere. */
export async function counterexample(c: BlockCase, operations?: OperationsOn): Promise<string | undefined> {
  const { A, ops, tensor } = variableRun(operations);
  const shapes = blockShapes(c);
  const [x, primary, secondary] = [
    tensor('x', shapes.x),
    tensor('primary', shapes.primary),
    tensor('secondary', shapes.secondary),
  ];
  // The variables are numbered in this order, so a product's variables ascend as x, Wᵖ, Wᵈ.
  const offsets: Product = [0, x.data.length, x.data.length + primary.data.length];
  const block = departure(c, await ops.block(x, primary, secondary, c.window), offsets);
  if (block !== undefined) return `the block: ${block}`;
  const composite = await ops.convolution(x, compositeKernel(A, primary, secondary), c.window);
  const found = departure(c, composite, offsets);
  return found === undefined ? undefined : `the composite: ${found}`;
}

/** Proves the composite theorem for every shape up to a bound. */
export async function proveScope(
  bound: ScopeBound,
  progress: (message: string) => void,
  operations?: OperationsOn,
): Promise<ProofRow> {
  const start = performance.now();
  let count = 0;
  let failure: string | undefined;
  for (const c of scope(bound)) {
    count++;
    if (count % 20_000 === 0) progress(`small scope: ${count} geometries`);
    try {
      failure = await counterexample(c, operations);
    } catch (thrown) {
      failure = thrown instanceof Error ? thrown.message : String(thrown);
    }
    if (failure !== undefined) {
      failure = `${showCase(c)}: ${failure}`;
      break;
    }
  }
  const outcome = failure === undefined ? 'proved' : 'failed';
  return {
    claim: 3,
    statement:
      'each output of the block, and of the convolution with W = P Wᵈ Pᵀ Wᵖ, is the sum of Wᵈ[m′·Lout + l′, l] · Wᵖ[l·Mout + m′, m, u, v] · x over l, m and the taps on the picture, each once; the positions are as many as the window has steps',
    equation: 'Eq. 5 and 6',
    strength: 'all shapes up to a bound',
    checker: 'small scope',
    detail: `${count} geometries, all there are: L, M, Mout ≤ ${bound.partitions} with L·M·Mout ≤ ${bound.product}, Lout = L; ${describeGeometries(bound)}`,
    trusted: [],
    outcome,
    ...(failure === undefined ? {} : { reason: failure }),
    milliseconds: performance.now() - start,
  };
}

/** The exhaustive small scope of `npm run prove`. */
export const smallScopeLayer: Layer = async (progress) => [await proveScope(largeScope, progress)];
