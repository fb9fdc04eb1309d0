import fc from 'fast-check';
import { type Partition, tensor, unitWindow, type Window } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import { block } from '../../../spec/03-igc-block.ts';
import {
  attainsWidthBound,
  bestChainLength,
  blockParameters,
  chainBound,
  chainIsBalanced,
  chainParameters,
  equalParameterWidth,
  fewestParameters,
  groupConvolutionParameters,
  igcParameters,
  igcParametersByWidth,
  igcParametersFactored,
  multiplyAdds,
  regularParameters,
  separatedParameters,
  swappedParameters,
  twoSpatialParameters,
  widerThanRegular,
  widerThanRegularInIntegers,
  width,
  widthBound,
  widthSlack,
  widthSlackSquare,
} from '../../../spec/05-complexity.ts';
import { separatedBlock, spatialBlock, swappedBlock } from '../../../spec/07-extensions.ts';
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

/** T in its three forms, and as the parameters of two group convolutions. */
const parameterForms: LawOn<SizeCase> = {
  id: 'parameters-in-three-forms',
  equation: 'Eq. 7',
  statement:
    'T = L·M·M·S + M·L·L = G·(M·S + L) = G²·(S/L + 1/M), the parameters of L and of M groups on G channels; one group has C·C·S',
  domain: 'all L, M, S; Mout = Min and Lout = L; the form with quotients up to their rounding',
  functions: [
    'width',
    'igcParameters',
    'igcParametersByWidth',
    'igcParametersFactored',
    'blockParameters',
    'groupConvolutionParameters',
    'regularParameters',
  ],
  tests: [],
  cases: sizeCases,
  sides(_, { L, M, S }) {
    const G = width({ L, M });
    const T = igcParameters({ L, M }, S);
    return equalNumbers(
      [
        igcParametersFactored({ L, M }, S),
        Math.round(igcParametersByWidth({ L, M }, S)),
        blockParameters({ L, Min: M, Mout: M, Lout: L }, S),
        groupConvolutionParameters(G, G, L, S) + groupConvolutionParameters(G, G, M, 1),
        groupConvolutionParameters(G, G, 1, S),
      ],
      [T, T, T, T, regularParameters(G, S)],
    );
  },
};

/** Wider than regular, in the paper's form, in integers, and by comparing the widths. */
const wider: LawOn<SizeCase> = {
  id: 'wider-than-regular-iff',
  equation: 'Eq. 8 and 9',
  statement: 'with as many parameters, G > C iff L/(L − 1) < M·S iff (L − 1)(M·S − 1) > 1',
  domain: 'all L, M, S; false for L = 1',
  functions: ['widerThanRegular', 'widerThanRegularInIntegers', 'regularParameters', 'equalParameterWidth'],
  tests: [],
  cases: sizeCases,
  sides(_, { L, M, S }) {
    // G > C iff a regular convolution of width G has more parameters than the block: T_rc is increasing in C.
    const T = igcParameters({ L, M }, S);
    const wider = regularParameters(L * M, S) > T;
    const forms = [
      L * M > equalParameterWidth(T, S),
      widerThanRegular({ L, M }, S),
      widerThanRegularInIntegers({ L, M }, S),
    ];
    return equalNumbers(
      forms.map(Number),
      forms.map(() => Number(wider)),
    );
  },
};

/** The width bound, as an exact identity. */
const widest: LawOn<SizeCase> = {
  id: 'widest-iff-L-is-MS',
  equation: 'Eq. 10 to 15',
  statement:
    'T² − 4·S·G³ = (G·(M·S − L))²; so T ≥ 2√S·G^(3/2) and G ≤ (T/(2√S))^(2/3), with equality iff L = M·S',
  domain: 'all L, M, S; the identity exactly, the roots up to rounding',
  functions: ['widthSlack', 'widthSlackSquare', 'attainsWidthBound', 'widthBound', 'fewestParameters'],
  tests: [],
  cases: sizeCases,
  sides(_, { L, M, S }) {
    const T = igcParameters({ L, M }, S);
    const widest = widthBound(T, S) / (L * M);
    const cheapest = T / fewestParameters(L * M, S);
    // Off the bound, the quotients differ from 1 by at least 1/(12·S·G): far more than rounding.
    const attained = Number(L === M * S);
    return equalNumbers(
      [
        Number(widthSlack({ L, M }, S) - widthSlackSquare({ L, M }, S)),
        Number(attainsWidthBound({ L, M }, S)),
        ...[widest, cheapest].flatMap((ratio) => [Number(ratio > 1 - 1e-12), Number(ratio < 1 + 1e-12)]),
      ],
      [0, attained, 1, attained, 1, attained],
    );
  },
};

/** Spatial kernels in the secondary, counted: they mix partitions of L channels. */
const swappedCost: LawOn<BlockCase> = {
  id: 'counted-cost-of-the-swapped-block',
  equation: 'extensions of Eq. 7',
  statement:
    'with the 1 × 1 convolution first the block has G·(M + L·S) parameters, with 1 × kw and kh × 1 G·(M·kw + L·kh), with kernels of Sp and Sd taps G·(M·Sp + L·Sd)',
  domain: 'Min = Mout, Lout = L; every window of the secondary',
  functions: [
    'swappedParameters',
    'separatedParameters',
    'twoSpatialParameters',
    'swappedBlock',
    'separatedBlock',
    'spatialBlock',
  ],
  tests: [],
  cases: (limits) => blockCases({ ...limits, widening: false, outputs: false }),
  sides(_, c) {
    const { L, Min: M, window } = c;
    const [kh, kw] = c.kernel;
    const counted = (
      first: readonly [number, number],
      second: readonly [number, number],
      run: typeof swappedBlock,
    ) => {
      const counter = costCounter();
      const primary = operands(counter, [L * M, M, ...first], 'primary');
      const secondary = operands(counter, [L * M, L, ...second], 'secondary');
      run(counter, operands(counter, [c.N, L * M, ...c.size]), primary, secondary, window);
      return counter.parameters;
    };
    // One row of padding: room for two taps on any picture.
    const padded: Window = { ...unitWindow, padding: { ...unitWindow.padding, top: 1 } };
    const twice: typeof swappedBlock = (A, x, primary, secondary, first) =>
      spatialBlock(A, x, primary, secondary, { primary: first, secondary: padded });
    return equalNumbers(
      [
        counted([1, 1], [kh, kw], swappedBlock),
        counted([1, kw], [kh, 1], separatedBlock),
        counted([kh, kw], [2, 1], twice),
      ],
      [
        swappedParameters({ L, M }, kh * kw),
        separatedParameters({ L, M }, [kh, kw]),
        twoSpatialParameters({ L, M }, kh * kw, 2),
      ],
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
    'Q = C·(S·K₁ + K₂ + … + K_N) ≥ C·N·(S·C)^(1/N) where ∏K = C, with equality iff S·K₁ = K₂ = … = K_N; N = 2 is T; the bound falls up to N = ln(S·C) and rises after',
  domain: 'all N, S, K; the bound up to rounding',
  functions: ['chainParameters', 'chainBound', 'chainIsBalanced', 'bestChainLength'],
  tests: [],
  cases: () => fc.record({ S: upTo(4), K: fc.array(upTo(6), { minLength: 1, maxLength: 4 }) }),
  sides(_, { S, K }) {
    const C = K.reduce((total, k) => total * k, 1);
    const Q = chainParameters(C, S, K);
    // Exactly, in integers: (Q/C)^N ≥ N^N·S·C, because Q/C is a sum of integers.
    const [n, q] = [BigInt(K.length), BigInt(Q / C)];
    const slack = q ** n - n ** n * BigInt(S * C);
    const bounded = Q >= chainBound(C, S, K.length) * (1 - 1e-12);
    // Between two lengths on one side of the best, the bound is nearer to it at the nearer length.
    const best = bestChainLength(C, S);
    const [here, next] = [chainBound(C, S, K.length), chainBound(C, S, K.length + 1)];
    const falls = K.length + 1 > best || next <= here * (1 + 1e-12);
    const rises = K.length < best || next >= here * (1 - 1e-12);
    const two = K.length === 2 ? [Q, igcParameters({ L: K[1]!, M: K[0]! }, S)] : [0, 0];
    return all([
      equalNumbers(
        [Number(slack >= 0n), Number(slack === 0n), Number(bounded), Number(falls), Number(rises)],
        [1, Number(chainIsBalanced(S, K)), 1, 1, 1],
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
