/**
 * The paper's networks by name, as lists of layers: RegConv-Wc and IGC-LlMm on CIFAR, with "+Ident." or without,
 * and the ImageNet networks.
 */
import { constrain } from './00-notation.ts';
import { width } from './05-complexity.ts';
import {
  averagePoolLayer,
  classifierLayer,
  convolutionLayer,
  type Extent,
  igcLayer,
  type Layer,
  maxPoolLayer,
  residualLayer,
} from './09-network.ts';

/** What the layers of a network are made of: regular convolutions of C channels, or blocks of L and M. */
export type Family =
  | { readonly kind: 'regular'; readonly C: number }
  | { readonly kind: 'igc'; readonly L: number; readonly M: number };

export type Dataset = 'cifar' | 'imagenet';

/** What a name leaves open; a missing entry takes the paper's value. */
export interface NetworkOptions {
  /** CIFAR: 32 × 32, three stages. ImageNet: 224 × 224, four stages. */
  readonly dataset?: Dataset | undefined;
  /** Layers: the stem, the blocks or convolutions, the classifier. 20 on CIFAR, 18 on ImageNet. */
  readonly depth?: number | undefined;
  /** 10 on CIFAR, 1000 on ImageNet. */
  readonly classes?: number | undefined;
  /** Identity mappings, as '+ident' in the name. */
  readonly ident?: boolean | undefined;
  /** What doubles when the feature maps shrink; M, but for igc-l100m2 on ImageNet. */
  readonly double?: 'M' | 'L' | undefined;
  /** Pixels along one side of the image. */
  readonly size?: number | undefined;
}

/** A network: what was asked for, spelt out, and its layers. */
export interface Network {
  readonly name: string;
  readonly family: Family;
  readonly dataset: Dataset;
  readonly depth: number;
  readonly classes: number;
  readonly ident: boolean;
  readonly double: 'M' | 'L';
  readonly input: Extent;
  readonly layers: readonly Layer[];
}

/** The networks that the paper names; any other L, M, or width in the same spelling is a network too. */
export const networkNames = [
  'regconv-w16',
  'regconv-w18',
  'igc-l4m8',
  'igc-l24m2',
  'igc-l16m32',
  'igc-l450m2',
  'igc-l32m26',
  'resnet18-c64',
  'resnet18-c69',
  'igc-l4m32+ident',
  'igc-l16m16+ident',
  'igc-l100m2+ident',
] as const;

const spellings = /^(?:igc-l([1-9]\d{0,4})m([1-9]\d{0,4})|(regconv-w|resnet18-c)([1-9]\d{0,4}))(\+ident)?$/;

/** The numbers of each data set: pixels, stages, classes, the usual depth. */
const datasets = {
  cifar: { size: 32, stages: 3, classes: 10, depth: 20 },
  imagenet: { size: 224, stages: 4, classes: 1000, depth: 18 },
} as const;

/** What a name says by itself. */
export interface NetworkName {
  readonly family: Family;
  readonly ident: boolean;
  /** Whether it is a ResNet of 18 layers: on ImageNet, with identity mappings. */
  readonly resnet: boolean;
}

/**
 * Reads a name: `igc-l<L>m<M>`, `regconv-w<C>` (each also with `+ident`) or `resnet18-c<C>` (C17).
 *
 * @paper Section 5 (networks): IGC-LlMm has l primary partitions of m channels in its first stage, RegConv-Wc has c
 * channels there, "+Ident." identity mappings; ResNet (C=64)
 */
export function networkName(name: string): NetworkName {
  const [whole, L, M, regular, C, plus] = spellings.exec(name) ?? [];
  constrain(whole !== undefined, 'network', 'C17', `one of ${networkNames.join(', ')}`, `'${name}'`);
  const resnet = regular === 'resnet18-c';
  return {
    family: regular ? { kind: 'regular', C: Number(C) } : { kind: 'igc', L: Number(L), M: Number(M) },
    ident: resnet || plus !== undefined,
    resnet,
  };
}

/**
 * The network of that name. Depth D = n·B + 2, with B units in each of the stages; n is the number of stages, twice
 * that where a unit has an identity mapping around two layers (C2, C17).
 *
 * @paper Section 5 (networks): stem, stages, global average pooling, classifier; D = 3B + 2 on CIFAR, 6B + 2 with
 * "+Ident.", 18 = 4·2·2 + 2 on ImageNet
 */
export function network(name: string, options: NetworkOptions = {}): Network {
  const { family, resnet, ...named } = networkName(name);
  const dataset = options.dataset ?? (resnet ? 'imagenet' : 'cifar');
  const ident = named.ident || options.ident === true;
  const standard = datasets[dataset];
  const depth = options.depth ?? standard.depth;
  const layersPerUnit = standard.stages * (ident ? 2 : 1);
  const units = (depth - 2) / layersPerUnit;
  constrain(
    Number.isSafeInteger(units) && units > 0 && !(resnet && (depth !== 18 || dataset !== 'imagenet')),
    'network',
    'C17',
    resnet ? 'ImageNet and depth 18 for resnet18' : `a depth of ${layersPerUnit}·B + 2, B ≥ 1`,
    `depth ${depth} on ${dataset}`,
  );
  const doublesL = family.kind === 'igc' && family.L === 100 && family.M === 2 && dataset === 'imagenet';
  const double = options.double ?? (doublesL ? 'L' : 'M');
  constrain(
    double === 'M' || (family.kind === 'igc' && family.M % 2 === 0),
    'network',
    'C17',
    'an IGC network with an even M to double L',
    `'${name}'`,
  );
  const classes = options.classes ?? standard.classes;
  const size = options.size ?? standard.size;
  constrain(Number.isSafeInteger(size) && size > 0, 'network', 'C2', 'size ≥ 1', `${size}`);
  const input = { C: 3, H: size, W: size };
  const layers = stemLayers(dataset, input, stemWidth(family, dataset, double));
  const end = () => layers.at(-1)!.output;
  for (let s = 0; s < standard.stages; s++) {
    const members = stageFamily(family, s, double);
    layers.push(...stageLayers(`stage${s + 1}`, end(), members, units, ident, s > 0 ? 2 : 1));
  }
  layers.push(averagePoolLayer('pool', end()));
  layers.push(classifierLayer('classifier', end(), classes));
  return { name, family, dataset, depth, classes, ident, double, input, layers };
}

/**
 * The channels behind the stem: those of the first stage, but half of them where an ImageNet network doubles L,
 * whose first stage doubles already (100 to 200 in IGC-L100M2).
 *
 * @paper Section 5 (networks): the stem has width G; released graph of IGC-L100M2+Ident.: 100, then 200, 400, 800, 1600
 */
export function stemWidth(family: Family, dataset: Dataset, double: 'M' | 'L'): number {
  const G = family.kind === 'igc' ? width(family) : family.C;
  return dataset === 'imagenet' && double === 'L' ? G / 2 : G;
}

/**
 * The layers before the first stage.
 *
 * @paper Section 5 (networks): 3 × 3 on CIFAR; 7 × 7 with stride 2, then 3 × 3 max pooling with stride 2, on ImageNet
 */
export function stemLayers(dataset: Dataset, input: Extent, G: number): Layer[] {
  if (dataset === 'cifar') return [convolutionLayer('stem', input, G, [3, 3], 1, 1, true)];
  const stem = convolutionLayer('stem', input, G, [7, 7], 2, 1, true);
  return [stem, maxPoolLayer('stem.pool', stem.output, [3, 3], 2)];
}

/**
 * What the s-th stage is made of, from s = 0.
 *
 * @paper Section 5 (down-sampling): the number of channels doubles, by M and keeping L, or by L and keeping M
 */
export function stageFamily(family: Family, s: number, double: 'M' | 'L'): Family {
  const factor = 2 ** s;
  if (family.kind === 'regular') return { kind: 'regular', C: family.C * factor };
  const { L, M } = family;
  return double === 'M' ? { kind: 'igc', L, M: M * factor } : { kind: 'igc', L: L * factor, M };
}

/**
 * A stage: `units` units, the first with the stride.
 *
 * @paper Section 5 (networks): B layers, or B residual units of two layers ("+Ident.")
 */
export function stageLayers(
  name: string,
  input: Extent,
  family: Family,
  units: number,
  ident: boolean,
  stride: number,
): Layer[] {
  const layers: Layer[] = [];
  for (let b = 0; b < units; b++) {
    const unit = ident ? residualUnitLayer : unitLayer;
    layers.push(unit(`${name}.${b + 1}`, layers.at(-1)?.output ?? input, family, b === 0 ? stride : 1, true));
  }
  return layers;
}

/**
 * One 3 × 3 convolution or one block, whose input may be narrower than the stage: L of the stage, and as many
 * input channels to a partition as there are.
 *
 * @paper Section 5 (down-sampling): the first primary convolution of a stage goes from Min to Mout channels, with stride
 * 2, and the secondary has as many partitions as the new M
 */
export function unitLayer(
  name: string,
  input: Extent,
  family: Family,
  stride: number,
  activation: boolean,
): Layer {
  if (family.kind === 'regular') {
    return convolutionLayer(name, input, family.C, [3, 3], stride, 1, activation);
  }
  const { L, M } = family;
  return igcLayer(name, input, { L, Min: input.C / L, Mout: M, Lout: L }, [3, 3], stride, activation);
}

/**
 * Two units around which the input is added; where the width changes it goes through a 1 × 1 convolution with as
 * many groups as there are primary partitions, and batch normalisation.
 *
 * @paper Section 5 (identity mapping, "+Ident."): ReLU(f₂(f₁(x)) + x), f₂ without ReLU
 */
export function residualUnitLayer(name: string, input: Extent, family: Family, stride: number): Layer {
  const first = unitLayer(`${name}.a`, input, family, stride, true);
  const second = unitLayer(`${name}.b`, first.output, family, 1, false);
  const { C } = second.output;
  const groups = family.kind === 'igc' ? family.L : 1;
  const projection = () => convolutionLayer(`${name}.shortcut`, input, C, [1, 1], stride, groups, false);
  return residualLayer(name, input, [first, second], input.C === C ? [] : [projection()]);
}
