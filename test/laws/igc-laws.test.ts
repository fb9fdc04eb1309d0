/** The laws as a product: they accept what is right, catch what is wrong, and say what replays it. */
import { describe, expect, test } from 'vitest';
import * as right from '../../docs/examples/my-kernels.mjs';
import {
  type Array4,
  type BlockArguments,
  type Implementation,
  igcLaws,
  LawError,
  laws,
} from '../../src/laws/index.ts';

type GroupArguments = Parameters<typeof right.groupConvolution>[0];

const unit = { stride: [1, 1], dilation: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } } as const;

const implementation = (parts: object): Implementation => ({ name: 'mine', ...parts }) as Implementation;

type Permutation = (x: Array4, L: number, M: number) => Array4;

/** A block put together from the right parts, with one step replaced. */
function blockWith(change: {
  before?: (a: BlockArguments) => BlockArguments;
  first?: Permutation;
  second?: Permutation;
  between?: (value: number) => number;
}): Implementation {
  const block = (given: BlockArguments) => {
    const args = change.before?.(given) ?? given;
    const { x, primaryWeight, primaryBias, secondaryWeight, secondaryBias, ...window } = args;
    const L = secondaryWeight.shape[1]!;
    const M = primaryWeight.shape[0]! / L;
    const first = change.first ?? ((x) => right.interleave({ x, L, M }));
    const second = change.second ?? ((x) => right.interleave({ x, L: M, M: L }));
    const y = right.groupConvolution({ x, weight: primaryWeight, bias: primaryBias, groups: L, ...window });
    const between = change.between;
    const y2 = between ? { ...y, data: y.data.map(between) } : y;
    const weights = { weight: secondaryWeight, bias: secondaryBias, groups: M };
    const z = right.groupConvolution({ x: first(y2, L, M), ...weights, ...unit });
    return second(z, L, M);
  };
  return implementation({ block });
}

const flip = (args: BlockArguments): BlockArguments => {
  const { shape, data } = args.primaryWeight;
  const S = shape[2]! * shape[3]!;
  const flipped = data.map((_, i) => data[Math.floor(i / S) * S + (S - 1 - (i % S))]!);
  return { ...args, primaryWeight: { shape, data: flipped } };
};

const wrong: Readonly<Record<string, Implementation>> = {
  'the interleave left out': blockWith({ first: (y) => y }),
  'the deinterleave left out': blockWith({ second: (z) => z }),
  'L and M swapped in both permutations': blockWith({
    first: (x, L, M) => right.interleave({ x, L: M, M: L }),
    second: (x, L, M) => right.interleave({ x, L, M }),
  }),
  'ReLU between the convolutions': blockWith({ between: (value) => Math.max(value, 0) }),
  'the kernel flipped': blockWith({ before: flip }),
  'stride ignored': blockWith({ before: (args) => ({ ...args, stride: [1, 1] }) }),
  'height and width of the dilation exchanged': blockWith({
    before: (args) => ({ ...args, dilation: [args.dilation[1], args.dilation[0]] }),
  }),
  'symmetric padding only': blockWith({
    before: (args) => ({ ...args, padding: { ...args.padding, bottom: args.padding.top } }),
  }),
  'the secondary bias dropped': blockWith({
    before: ({ secondaryBias: _, ...args }) => args,
  }),
  'the inverse interleave': implementation({
    interleave: ({ x, L, M }: { x: Array4; L: number; M: number }) => right.interleave({ x, L: M, M: L }),
  }),
  'every group convolved with the first kernel': implementation({
    groupConvolution: (args: GroupArguments) => {
      const { shape, data } = args.weight;
      const part = data.length / args.groups;
      return right.groupConvolution({
        ...args,
        weight: { shape, data: data.map((_, i) => data[i % part]!) },
      });
    },
  }),
  'padding ignored': implementation({
    groupConvolution: (args: GroupArguments) => right.groupConvolution({ ...args, padding: unit.padding }),
  }),
  'the bias added twice': implementation({
    groupConvolution: ({ bias, ...args }: GroupArguments) => {
      const twice = bias && { ...bias, data: bias.data.map((b) => 2 * b) };
      return right.groupConvolution({ ...args, bias: twice });
    },
  }),
  'gradients that are the weights': implementation({
    blockGradients: ({ x, primaryWeight, secondaryWeight }: BlockArguments) => ({
      x,
      primaryWeight,
      secondaryWeight,
    }),
  }),
  'the gradient of the kernel flipped': implementation({
    groupConvolutionGradients: (args: GradientArguments) => {
      const gradients = convolutionGradients(args);
      const { shape, data } = gradients.weight;
      return { ...gradients, weight: { shape, data: data.toReversed() } };
    },
  }),
  'no gradient of the bias': implementation({
    groupConvolutionGradients: (args: GradientArguments) => {
      const { x, weight } = convolutionGradients(args);
      return { x, weight };
    },
  }),
  'an output of the wrong shape': implementation({
    interleave: ({ x }: { x: { data: Float32Array } }) => ({ shape: [1, 1, 1, 1], data: x.data }),
  }),
  'an exception': implementation({
    interleave: () => {
      throw new Error('not today');
    },
  }),
  'a NaN': blockWith({ between: (value) => (value === 2 ? Number.NaN : value) }),
};

type GradientArguments = GroupArguments & { gradOutput: Array4 };

/** The gradients of a group convolution by scattering: each product of the convolution, once for each factor. */
function convolutionGradients(args: GradientArguments) {
  const { gradOutput, x, weight, groups, stride, dilation, padding } = args;
  const [, C, H, W] = x.shape as [number, number, number, number];
  const [O, I, kh, kw] = weight.shape as [number, number, number, number];
  const [, , rows, columns] = gradOutput.shape as [number, number, number, number];
  const gradients = {
    x: { shape: [...x.shape], data: new Float32Array(x.data.length) },
    weight: { shape: [...weight.shape], data: new Float32Array(weight.data.length) },
    bias: { shape: [O], data: new Float32Array(O) },
  };
  gradOutput.data.forEach((g, at) => {
    const [j, i] = [at % columns, Math.floor(at / columns) % rows];
    const [o, n] = [Math.floor(at / (rows * columns)) % O, Math.floor(at / (rows * columns * O))];
    gradients.bias.data[o]! += g;
    for (let tap = 0; tap < I * kh * kw; tap++) {
      const [c, u, v] = [Math.floor(tap / (kh * kw)), Math.floor(tap / kw) % kh, tap % kw];
      const h = i * stride[0] + u * dilation[0] - padding.top;
      const w = j * stride[1] + v * dilation[1] - padding.left;
      if (h < 0 || h >= H || w < 0 || w >= W) continue;
      const channel = Math.floor(o / (O / groups)) * I + c;
      const pixel = ((n * C + channel) * H + h) * W + w;
      gradients.x.data[pixel]! += g * weight.data[o * I * kh * kw + tap]!;
      gradients.weight.data[o * I * kh * kw + tap]! += g * x.data[pixel]!;
    }
  });
  return gradients;
}

async function failures(mine: Implementation): Promise<readonly string[]> {
  const results = igcLaws(mine, { runs: 40 })
    .filter(({ skip }) => skip === undefined)
    .map((law) => law.run().then(() => '', String));
  return (await Promise.all(results)).filter((message) => message !== '');
}

test('a right implementation obeys every law that it can be asked', async () => {
  const mine = implementation({ ...right, groupConvolutionGradients: convolutionGradients });
  expect(await failures(mine)).toEqual([]);
  const skipped = igcLaws(mine).filter(({ skip }) => skip);
  expect(skipped.map(({ id, skip }) => `${id}: ${skip}`)).toEqual([
    'block-gradients-definition: it needs blockGradients',
  ]);
});

/** The laws that some wrong implementation broke. */
const caught = new Set<string>();

describe('wrong implementations are caught', () => {
  test.each(Object.keys(wrong))('%s', async (name) => {
    const found = await failures(wrong[name]!);
    expect(found.length).toBeGreaterThan(0);
    for (const message of found) {
      const broken = /^LawError: mine: law '([\w-]+)' \(.*\) does not hold/.exec(message);
      expect(broken, message).not.toBeNull();
      caught.add(broken![1]!);
    }
  });
});

test('every law that tests an implementation is broken by one of them', () => {
  const testing = laws.filter(({ tests }) => tests.length > 0).map(({ id }) => id);
  expect(testing.filter((id) => !caught.has(id))).toEqual([]);
});

test('a failure shrinks, shows both sides and replays', async () => {
  const broken = wrong['the interleave left out']!;
  const law = igcLaws(broken, { only: ['block-definition'] })[0]!;
  const error = await law.run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LawError);
  const { message } = error as LawError;
  // The smallest shape on which a missing interleave shows: L = 2, Mout = 2, one pixel, one tap.
  expect(message).toContain('size 1×1, kernel 1×1, stride 1×1');
  expect(message).toMatch(/L 2, Lout 2, Min 1, Mout 2, N 1/);
  const [, seed, path] = /seed: (\d+), path: '([\d:]+)'/.exec(message)!;
  const options = { only: ['block-definition'], seed: Number(seed), path: path! };
  const again = await igcLaws(broken, options)[0]!
    .run()
    .catch((thrown: Error) => thrown.message);
  const upToShrinks = (text: string) => text.replace(/after \d+ shrinks/, '');
  expect(upToShrinks(again as string)).toBe(upToShrinks(message));
});

test('the limits keep cases away that an implementation can not do', async () => {
  const narrow = implementation({
    ...right,
    block: (args: BlockArguments) => {
      const { padding, dilation, stride, primaryBias } = args;
      if (dilation[0] !== 1 || stride[0] !== 1 || primaryBias) throw new Error('unsupported');
      if (padding.top !== padding.bottom) throw new Error('unsupported');
      if (args.primaryWeight.shape[0] !== args.primaryWeight.shape[1]! * args.secondaryWeight.shape[1]!) {
        throw new Error('unsupported');
      }
      return right.block(args);
    },
    limits: { stride: 1, dilation: 1, padding: 'symmetric', bias: false, widening: false },
  });
  expect(await failures(narrow)).toEqual([]);
  expect((await failures({ ...narrow, limits: {} })).length).toBeGreaterThan(0);
});

test('no law asks for more partitions or channels of one than the limit says', async () => {
  const small = implementation({
    groupConvolution: (args: GroupArguments) => {
      expect(args.weight.shape[1]! * (args.groups > 1 ? 1 : 1 / 4)).toBeLessThanOrEqual(2);
      return right.groupConvolution(args);
    },
    interleave: (args: { x: Array4; L: number; M: number }) => {
      expect(Math.max(args.L, args.M)).toBeLessThanOrEqual(2);
      return right.interleave(args);
    },
    block: (args: BlockArguments) => {
      expect(args.secondaryWeight.shape[1]).toBeLessThanOrEqual(2);
      return right.block(args);
    },
    limits: { partitions: 2 },
  });
  expect(await failures(small)).toEqual([]);
});

test('an asynchronous implementation in double precision is as good', async () => {
  const later = implementation({
    precision: 'float64',
    interleave: async ({ x, L, M }: { x: Array4; L: number; M: number }) => {
      expect(x.data).toBeInstanceOf(Float64Array);
      return right.interleave({ x, L, M });
    },
  });
  expect(await failures(later)).toEqual([]);
});

test('wrong arguments get an error that says what was expected', () => {
  expect(() => igcLaws(implementation({ conv: () => {} }))).toThrow(
    'igcLaws: expected an implementation with at least one of groupConvolution, interleave, block, groupConvolutionGradients, blockGradients, got { name, conv }',
  );
  expect(() => igcLaws(null as never)).toThrow('got null');
  expect(() => igcLaws(implementation(right), { only: ['nope'] })).toThrow(
    'no law is called nope; the laws: ',
  );
  expect(() => igcLaws(implementation(right), { seed: 0.5 })).toThrow('expected an integer seed');
  expect(() => igcLaws(implementation(right), { runs: 0 })).toThrow('at least one run');
  const limited = (limits: object) => () => igcLaws(implementation({ ...right, limits }));
  expect(limited({ dilatation: 1 })).toThrow('expected one of stride, dilation, kernel, padding, ');
  expect(limited({ stride: 0 })).toThrow('igcLaws: limits: expected a positive integer, got stride 0');
  expect(limited({ padding: 'same' })).toThrow('expected any, symmetric, none, got padding same');
  expect(limited({ bias: 0 })).toThrow('expected true or false, got bias 0');
});

test('a skipped law does not pass when it is run all the same', async () => {
  const law = igcLaws(implementation({ interleave: right.interleave })).find(
    ({ id }) => id === 'block-definition',
  )!;
  expect(law.skip).toBe('it needs block');
  await expect(law.run()).rejects.toThrow("law 'block-definition' can't be run on mine: it needs block");
});
