import fc from 'fast-check';
import { type Partition, tensor, unitWindow } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import { block } from '../../../spec/03-igc-block.ts';
import {
  attainsWidthBound,
  blockParameters,
  chainBound,
  chainIsBalanced,
  chainParameters,
  igcParameters,
  igcParametersFactored,
  multiplyAdds,
  regularParameters,
  swappedParameters,
  widerThanRegular,
  widerThanRegularInIntegers,
  widthBound,
  widthSlack,
  widthSlackSquare,
} from '../../../spec/05-complexity.ts';
import { spatialBlock } from '../../../spec/07-extensions.ts';
import { type CostCounter, costCounter } from '../../algebras/cost.ts';
import { type BlockCase, blockCases, blockShapes, type Limits, upTo } from '../cases.ts';
import { all, equalNumbers, type Law, type LawOn } from '../law.ts';

const operands = (counter: CostCounter, shape: readonly [number, number, number, number], name?: string) =>
  tensor(shape, (...at) => (name ? counter.parameter(`${name} ${at}`) : counter.input));

/** Parameters and multiply-adds, counted while the block runs, are what Eq. 7 says. */
const countedCost: LawOn<BlockCase> = {
  id: 'counted-cost-is-the-formula',
  equation: 'Eq. 7',
  statement:
    'the block has T = L·Min·Mout·S + Mout·L·Lout parameters and T multiply-adds for each output position',
  domain: 'every window (taps in the padding count, as published numbers do); all L, M, Mout, Lout',
  functions: ['blockParameters', 'multiplyAdds', 'block'],
  tests: [],
  cases: blockCases,
  sides(_, c) {
    const counter = costCounter();
    const shapes = blockShapes(c);
    const primary = operands(counter, shapes.primary, 'primary');
    const secondary = operands(counter, shapes.secondary, 'secondary');
    block(counter, operands(counter, shapes.x), primary, secondary, c.window);
    const T = blockParameters(c, c.kernel[0] * c.kernel[1]);
    const extent = outputExtent(shapes.x, shapes.primary, c.window);
    return equalNumbers([counter.parameters, counter.multiplyAdds], [T, c.N * multiplyAdds(T, extent)]);
  },
};

interface SizeCase extends Partition {
  readonly S: number;
}

const sizeCases = (_: Limits): fc.Arbitrary<SizeCase> => fc.record({ L: upTo(64), M: upTo(64), S: upTo(25) });

/** T in its three forms. */
const parameterForms: LawOn<SizeCase> = {
  id: 'parameters-in-three-forms',
  equation: 'Eq. 7',
  statement: 'T = L·M·M·S + M·L·L = G·(M·S + L), and Mout = Min, Lout = L give the paper’s T',
  domain: 'all L, M, S',
  functions: ['igcParameters', 'igcParametersFactored', 'blockParameters'],
  tests: [],
  cases: sizeCases,
  sides: (_, { L, M, S }) =>
    equalNumbers(
      [igcParametersFactored({ L, M }, S), blockParameters({ L, Min: M, Mout: M, Lout: L }, S)],
      [igcParameters({ L, M }, S), igcParameters({ L, M }, S)],
    ),
};

/** Wider than regular, in the paper's form, in integers, and by comparing the widths. */
const wider: LawOn<SizeCase> = {
  id: 'wider-than-regular-iff',
  equation: 'Eq. 8 and 9',
  statement: 'with as many parameters, G > C iff L/(L − 1) < M·S iff (L − 1)(M·S − 1) > 1',
  domain: 'all L, M, S; false for L = 1',
  functions: ['widerThanRegular', 'widerThanRegularInIntegers', 'regularParameters'],
  tests: [],
  cases: sizeCases,
  sides(_, { L, M, S }) {
    // G > C iff a regular convolution of width G has more parameters than the block: T_rc is increasing in C.
    const byWidth = regularParameters(L * M, S) > igcParameters({ L, M }, S);
    const forms = [widerThanRegular({ L, M }, S), widerThanRegularInIntegers({ L, M }, S)];
    return equalNumbers(forms.map(Number), [Number(byWidth), Number(byWidth)]);
  },
};

/** The width bound, as an exact identity. */
const widest: LawOn<SizeCase> = {
  id: 'widest-iff-L-is-MS',
  equation: 'Eq. 10 to 15',
  statement: 'T² − 4·S·G³ = (G·(M·S − L))²; so G ≤ (T/(2√S))^(2/3), with equality iff L = M·S',
  domain: 'all L, M, S',
  functions: ['widthSlack', 'widthSlackSquare', 'attainsWidthBound', 'widthBound'],
  tests: [],
  cases: sizeCases,
  sides(_, { L, M, S }) {
    const below = L * M <= widthBound(igcParameters({ L, M }, S), S) * (1 + 1e-12);
    return equalNumbers(
      [
        Number(widthSlack({ L, M }, S) - widthSlackSquare({ L, M }, S)),
        Number(attainsWidthBound({ L, M }, S)),
        Number(below),
      ],
      [0, Number(L === M * S), 1],
    );
  },
};

/** The swapped block has more parameters where the kernel mixes wider partitions. */
const swappedCost: LawOn<BlockCase> = {
  id: 'counted-cost-of-the-swapped-block',
  equation: 'extension of Eq. 7, swapped order',
  statement: 'with the 1 × 1 convolution first the block has G·(M + L·S) parameters',
  domain: 'Min = Mout, Lout = L',
  functions: ['swappedParameters', 'spatialBlock'],
  tests: [],
  cases: (limits) => blockCases({ ...limits, widening: false, outputs: false }),
  sides(_, c) {
    const counter = costCounter();
    const G = c.L * c.Min;
    const primary = operands(counter, [G, c.Min, 1, 1], 'primary');
    const secondary = operands(counter, [G, c.L, ...c.kernel], 'secondary');
    const windows = { primary: unitWindow, secondary: c.window };
    spatialBlock(counter, operands(counter, [c.N, G, ...c.size]), primary, secondary, windows);
    return equalNumbers(
      [counter.parameters],
      [swappedParameters({ L: c.L, M: c.Min }, c.kernel[0] * c.kernel[1])],
    );
  },
};

interface ChainSizeCase {
  readonly S: number;
  readonly K: readonly number[];
}

/** IGCV2: the fewest parameters of a chain, and when. */
const chainCost: LawOn<ChainSizeCase> = {
  id: 'chain-parameters-are-bounded',
  equation: 'IGCV2',
  statement:
    'Q = C·(S·K₁ + K₂ + … + K_N) ≥ C·N·(S·C)^(1/N) where ∏K = C, with equality iff S·K₁ = K₂ = … = K_N; N = 2 is T',
  domain: 'all N, S, K',
  functions: ['chainParameters', 'chainBound', 'chainIsBalanced'],
  tests: [],
  cases: () => fc.record({ S: upTo(4), K: fc.array(upTo(6), { minLength: 1, maxLength: 4 }) }),
  sides(_, { S, K }) {
    const C = K.reduce((total, k) => total * k, 1);
    const Q = chainParameters(C, S, K);
    // Exactly, in integers: (Q/C)^N ≥ N^N·S·C, because Q/C is a sum of integers.
    const [n, q] = [BigInt(K.length), BigInt(Q / C)];
    const slack = q ** n - n ** n * BigInt(S * C);
    const bounded = Q >= chainBound(C, S, K.length) * (1 - 1e-12);
    const two = K.length === 2 ? [Q, igcParameters({ L: K[1]!, M: K[0]! }, S)] : [0, 0];
    return all([
      equalNumbers(
        [Number(slack >= 0n), Number(slack === 0n), Number(bounded)],
        [1, Number(chainIsBalanced(S, K)), 1],
      ),
      equalNumbers([two[0]!], [two[1]!]),
    ]);
  },
};

export const complexityLaws: readonly Law[] = [
  countedCost,
  parameterForms,
  wider,
  widest,
  swappedCost,
  chainCost,
];
