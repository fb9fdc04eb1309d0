import fc from 'fast-check';
import { tensor } from '../../../spec/00-notation.ts';
import { addBias } from '../../../spec/01-group-convolution.ts';
import { block } from '../../../spec/03-igc-block.ts';
import { type Layer, networkCounts, parameterTotals } from '../../../spec/09-network.ts';
import { type NetworkOptions, network } from '../../../spec/09a-architectures.ts';
import { batchNormalise, igcUnit, relu } from '../../../spec/09b-units.ts';
import { weightShapes } from '../../../spec/09c-forward.ts';
import { rational, rationals } from '../../algebras/rational.ts';
import { type BlockCase, blockCases, blockShapes, upTo } from '../cases.ts';
import { drawnRun } from '../draw.ts';
import { all, equal, equalNumbers, type Law, type LawOn } from '../law.ts';
import { specOperations } from '../operations.ts';

interface NetworkCase {
  readonly name: string;
  readonly options: NetworkOptions & { readonly depth: number };
}

const networkCases = (): fc.Arbitrary<NetworkCase> =>
  fc
    .record({
      family: fc.oneof(
        fc.record({ L: upTo(5), M: upTo(4) }),
        upTo(20).map((C) => ({ C })),
      ),
      dataset: fc.constantFrom('cifar', 'imagenet'),
      ident: fc.boolean(),
      units: upTo(3),
      classes: upTo(10),
      doublesL: fc.boolean(),
    })
    .map(({ family, dataset, ident, units, classes, doublesL }) => {
      const stages = dataset === 'cifar' ? 3 : 4;
      const depth = stages * units * (ident ? 2 : 1) + 2;
      const double = doublesL && 'M' in family && family.M % 2 === 0 ? 'L' : 'M';
      const name = 'C' in family ? `regconv-w${family.C}` : `igc-l${family.L}m${family.M}`;
      return { name, options: { dataset, depth, ident, classes, double } };
    });

/** Layers that have weights, those of shortcuts apart. */
const layersInDepth = (layers: readonly Layer[]): readonly Layer[] =>
  layers.flatMap((layer) => {
    if (layer.kind === 'residual') return layer.body;
    return layer.kind.endsWith('pool') ? [] : [layer];
  });

/** A network's counts are the sizes of its weights, its depth the number of its layers. */
const countsAreWeights: LawOn<NetworkCase> = {
  id: 'network-counts-are-its-weights',
  equation: 'Section 5 (#params)',
  statement:
    'the parameters of a network are the entries of its weights, D counts the layers that have any, and each layer takes what the one before gives',
  domain:
    'every network of the family; shortcuts have weights but do not count in D, running statistics are no parameters',
  functions: [
    'network',
    'networkCounts',
    'parameterTotals',
    'layerCounts',
    'weightShapes',
    'stemLayers',
    'stageLayers',
    'unitLayer',
    'residualUnitLayer',
    'convolutionLayer',
    'igcLayer',
    'residualLayer',
    'classifierLayer',
  ],
  tests: [],
  cases: networkCases,
  sides(_, { name, options }) {
    const { input, layers } = network(name, options);
    const entries = (roles: RegExp) =>
      [...weightShapes(layers)]
        .filter(([weight]) => roles.test(weight))
        .reduce((total, [, [a, b, c, d]]) => total + a * b * c * d, 0);
    const totals = parameterTotals(networkCounts(layers));
    const extents = [input, ...layers.map((layer) => layer.output)];
    return equalNumbers(
      [
        totals.convolutions,
        totals.withClassifier,
        totals.withNormalisation,
        layersInDepth(layers).length,
        ...layers.flatMap((layer) => [layer.input.C, layer.input.H, layer.input.W]),
      ],
      [
        entries(/\.(kernel|primary|secondary)$/),
        entries(/\.(kernel|primary|secondary|weight|bias)$/),
        entries(/\.(kernel|primary|secondary|weight|bias|gamma|beta)$/),
        options.depth,
        ...extents.slice(0, -1).flatMap(({ C, H, W }) => [C, H, W]),
      ],
    );
  },
};

/** Batch normalisation in its inference form only scales rows of Wᵈ and adds a bias. */
const normalisationFolds: LawOn<BlockCase> = {
  id: 'normalisation-folds-into-the-block',
  equation: 'Section 3 (IGC, batch normalisation, ReLU)',
  statement:
    'BN after the block is the block with row m′·Lout + l′ of Wᵈ times γ/σ of channel l′·Mout + m′, plus the bias β − γ·μ/σ',
  domain: 'inference form; every window; all L, M, Mout, Lout; over the rational numbers',
  functions: ['batchNormalise', 'igcUnit', 'relu', 'block', 'addBias'],
  tests: [],
  cases: blockCases,
  sides(_, c) {
    const F = rationals;
    const run = drawnRun(F, specOperations(F), (n) => rational(BigInt(n)), c);
    const shapes = blockShapes(c);
    const x = run.tensor('x', shapes.x);
    const primary = run.tensor('primary', shapes.primary);
    const secondary = run.tensor('secondary', shapes.secondary);
    const channels = c.Lout * c.Mout;
    const [gamma, beta, mean, roots] = ['gamma', 'beta', 'mean', 'sigma'].map((name) =>
      run.tensor(name, [channels, 1, 1, 1]),
    ) as [typeof x, typeof x, typeof x, typeof x];
    // σ is positive: 1 + s².
    const sigma = tensor(roots.shape, (o) => {
      const s = roots.at(o, 0, 0, 0);
      return F.add(F.one, F.mul(s, s));
    });
    const normalisation = { gamma, beta, mean, sigma };
    const scale = (o: number) => F.div(gamma.at(o, 0, 0, 0), sigma.at(o, 0, 0, 0));
    const scaled = tensor(secondary.shape, (row, l) => {
      const [m2, l2] = [Math.floor(row / c.Lout), row % c.Lout];
      return F.mul(scale(l2 * c.Mout + m2), secondary.at(row, l, 0, 0));
    });
    const shift = Array.from({ length: channels }, (_, o) =>
      F.add(beta.at(o, 0, 0, 0), F.neg(F.mul(scale(o), mean.at(o, 0, 0, 0)))),
    );
    const folded = addBias(F, block(F, x, primary, scaled, c.window), shift);
    const normalised = batchNormalise(F, block(F, x, primary, secondary, c.window), normalisation);
    return all([
      equal(F, normalised, folded),
      equal(F, igcUnit(F, x, primary, secondary, c.window, normalisation, true), relu(F, folded)),
    ]);
  },
};

export const networkLaws: readonly Law[] = [countsAreWeights, normalisationFolds];
