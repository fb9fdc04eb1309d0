import { Option } from 'commander';
import { ConstraintError } from '../../spec/00-notation.ts';
import {
  type Counts,
  type Layer,
  layerCounts,
  networkCounts,
  parameterTotals,
  showExtent,
} from '../../spec/09-network.ts';
import {
  type Dataset,
  type Network,
  network,
  networkName,
  networkNames,
} from '../../spec/09a-architectures.ts';
import {
  exitCode,
  json,
  paint,
  positiveInteger,
  type Terminal,
  UsageError,
  type Verb,
  verb,
} from './frame.ts';
import { suggestions } from './suggest.ts';
import { grouped, table } from './table.ts';

interface Options {
  readonly depth?: number;
  readonly classes?: number;
  readonly ident?: true;
  readonly dataset?: Dataset;
  readonly double?: 'm' | 'l';
  readonly json?: true;
}

const deepest = 10_000;
const mostClasses = 1_000_000;

export const networkVerb: Verb = (terminal, done) =>
  verb('network', 'list the layers of a network with their parameters and multiply-adds', terminal)
    .argument('<name>', 'igc-l<L>m<M>, regconv-w<C> or resnet18-c<C>, as igc-l24m2; +ident may follow')
    .option(
      '--depth <D>',
      'layers: 3B + 2, with identity mappings 6B + 2 (default: 20; ImageNet: 18)',
      positiveInteger('--depth'),
    )
    .option(
      '--classes <n>',
      'outputs of the classifier (default: 10; ImageNet: 1000)',
      positiveInteger('--classes'),
    )
    .option('--ident', 'identity mappings ("+Ident.")')
    .addOption(
      new Option('--dataset <name>', 'cifar (32×32) or imagenet (224×224)').choices(['cifar', 'imagenet']),
    )
    .addOption(
      new Option(
        '--double <m|l>',
        'what doubles at a down-sampling (default: m; l for igc-l100m2 on ImageNet)',
      ).choices(['m', 'l']),
    )
    .addHelpText(
      'after',
      `
Networks of the paper:
  ${networkNames.slice(0, 4).join(', ')}
  ${networkNames.slice(4, 9).join(', ')}
  ${networkNames.slice(9).join(', ')}
Any other L, M or width in the same spelling works too.

Examples:
  igc network igc-l24m2 --depth 20
  igc network igc-l32m26 --classes 100          24.1M parameters in Table 7
  igc network igc-l100m2+ident --dataset imagenet
  igc network regconv-w16 --depth 38 --json`,
    )
    .action((name: string, options: Options) => {
      const built = build(name.toLowerCase(), options);
      const counts = networkCounts(built.layers);
      if (options.json) json(terminal, 'network/1', result(built, counts));
      else print(terminal, built, counts);
      done(exitCode.pass);
    });

function build(name: string, options: Options): Network {
  atMost('--depth', options.depth, deepest);
  atMost('--classes', options.classes, mostClasses);
  try {
    networkName(name);
  } catch (error) {
    throw error instanceof ConstraintError ? new UsageError(unknown(name)) : error;
  }
  const double = options.double === undefined ? undefined : options.double === 'l' ? 'L' : 'M';
  return network(name, { ...options, double });
}

function atMost(option: string, value: number | undefined, most: number): void {
  if (value !== undefined && value > most) {
    throw new UsageError(`${option}: expected at most ${most}, got ${value}`);
  }
}

function unknown(name: string): string {
  const near = suggestions(name, networkNames);
  const question = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '.';
  return `name: no network is called '${name}'${question}
Networks: ${networkNames.join(', ')};
any igc-l<L>m<M>, regconv-w<C> or resnet18-c<C>, also with +ident.`;
}

/** The layers in the order of the table, a residual unit before those inside it. */
function flatten(layers: readonly Layer[], depth = 0): readonly { layer: Layer; depth: number }[] {
  return layers.flatMap((layer) => [
    { layer, depth },
    ...(layer.kind === 'residual' ? flatten([...layer.body, ...layer.shortcut], depth + 1) : []),
  ]);
}

function groupsOf(layer: Layer): readonly number[] {
  if (layer.kind === 'igc') return [layer.block.L, layer.block.Mout];
  return layer.kind === 'convolution' ? [layer.groups] : [];
}

function result(built: Network, counts: Counts): object {
  const { layers, ...asked } = built;
  return {
    ...asked,
    layers: flatten(layers).map(({ layer }) => {
      const { convolution, classifier, normalisation, multiplyAdds } = layerCounts(layer);
      return {
        name: layer.name,
        kind: layer.kind,
        ...('kernel' in layer ? { kernel: layer.kernel, stride: layer.window.stride } : {}),
        ...('block' in layer ? { block: layer.block } : {}),
        groups: groupsOf(layer),
        input: layer.input,
        output: layer.output,
        parameters: convolution + classifier,
        normalisation,
        multiplyAdds,
      };
    }),
    parameters: parameterTotals(counts),
    multiplyAdds: counts.multiplyAdds,
  };
}

function kindOf(layer: Layer): string {
  const stride = 'window' in layer && layer.window.stride[0] > 1 ? ` /${layer.window.stride[0]}` : '';
  const kernel = 'kernel' in layer ? ` ${layer.kernel.join('×')}${stride}` : '';
  const names = {
    convolution: 'conv',
    igc: 'IGC',
    'max-pool': 'max pool',
    'average-pool': 'average pool',
    classifier: 'classifier',
  } as const;
  if (layer.kind === 'residual') return layer.shortcut.length === 0 ? 'identity + b' : 'shortcut + b';
  return names[layer.kind] + kernel;
}

function print(terminal: Terminal, built: Network, counts: Counts): void {
  const totals = parameterTotals(counts);
  const head = ['layer', 'kind', 'output', 'groups', 'parameters', 'multiply-adds'];
  const rows = flatten(built.layers).map(({ layer, depth }) => {
    const inner = depth > 0 ? `  ${layer.name.slice(layer.name.lastIndexOf('.') + 1)}` : layer.name;
    const { convolution, classifier, multiplyAdds } = layerCounts(layer);
    const figures =
      layer.kind === 'residual' || multiplyAdds === 0
        ? ['', '']
        : [grouped(convolution + classifier), grouped(multiplyAdds)];
    const cells = [inner, kindOf(layer), showExtent(layer.output), groupsOf(layer).join(', '), ...figures];
    return layer.kind === 'residual'
      ? cells.map((cell) => (cell ? paint(terminal, 'dim', cell) : ''))
      : cells;
  });
  const lines = table(
    [head.map((title) => paint(terminal, 'bold', title)), ...rows],
    ['left', 'left', 'right', 'right', 'right', 'right'],
  );
  const sums = table(
    [
      ['parameters', 'convolutions', grouped(totals.convolutions), ''],
      ['', '+ classifier', paint(terminal, 'bold', grouped(totals.withClassifier)), "the paper's #params"],
      ['', '+ γ, β of BN', grouped(totals.withNormalisation), ''],
      [
        'multiply-adds',
        'one image',
        paint(terminal, 'bold', grouped(counts.multiplyAdds)),
        "the paper's FLOPs",
      ],
    ],
    ['left', 'left', 'right', 'left'],
  );
  terminal.out([title(built), '', ...lines, '', ...sums, ''].join('\n'));
}

function title(built: Network): string {
  const { name, dataset, depth, classes, ident, double, family, input } = built;
  const said = name.endsWith('+ident') || name.startsWith('resnet');
  const parts = [
    ident && !said ? `${name}+ident` : name,
    `depth ${depth}`,
    `${dataset === 'cifar' ? 'CIFAR' : 'ImageNet'} ${showExtent(input)}`,
    `${grouped(classes)} classes`,
    ...(family.kind === 'igc' ? [`${double} doubles`] : []),
  ];
  return parts.join(' · ');
}
