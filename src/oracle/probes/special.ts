/**
 * Special values. Subnormal numbers and signed zeros are finite: they are judged with the bound. With infinities and NaN
 * among the inputs (`judgeSpecial`) the sign and kind of each output follow from IEEE arithmetic in any order, but for
 * one thing: whether a tap in the padding multiplies its weight by zero. So no weight is infinite where there is
 * padding; and no secondary weight is infinite at all, for there the order of the stages matters.
 */
import { type Precision, precisions } from '../../algebras/precision.ts';
import { seededIntegers } from '../../laws/draw.ts';
import type { Abilities } from '../adapter.ts';
import { volume } from '../lookup.ts';
import { type Family, forOperations } from './family.ts';
import { integers, isSpatialWeight, seedFor } from './numbers.ts';
import { caseOf, type Fill, type Plan } from './plan.ts';
import { isStrassenPlan } from './strassen.ts';
import { diagnosing, fewTemplates, moreTemplates, template } from './templates.ts';
import { isWinogradPlan } from './winograd.ts';

export const specialProbes: Family = function* (abilities, { level, seed }) {
  const unpadded = template({ N: 2, L: 3, M: 2, kernel: [2, 3], size: [4, 5], stride: [1, 2] });
  const more = level === 1 ? fewTemplates.slice(1, 3) : moreTemplates.slice(0, 10);
  let i = 0;
  for (const plan of forOperations(abilities, [diagnosing, unpadded, ...more])) {
    const { top, bottom, left, right } = plan.window.padding;
    const isPadded = plan.operation !== 'interleave' && top + bottom + left + right > 0;
    for (const [kind, make] of Object.entries(kinds)) {
      // A tile of Winograd's that holds an infinity is NaN throughout.
      const isTiled = abilities.winograd && plan.operation !== 'interleave' && isWinogradPlan(plan);
      // And an infinite pixel makes sums of others infinite in Strassen's.
      const isMixed = abilities.strassen && isStrassenPlan(plan);
      if ((isTiled || isMixed) && kind !== 'zeros' && kind !== 'subnormal') continue;
      if (kind.startsWith('weight') && (isPadded || plan.operation === 'interleave')) continue;
      if (kind === 'subnormal' && (abilities.flushesSubnormals || plan.operation === 'interleave')) continue;
      const id = `special/${kind}-${i++}`;
      const own = seedFor(seed, id);
      const exact = integers({ ...plan, gradients: false }, abilities.precision, own, 3);
      yield caseOf(id, plan, abilities.precision, make(exact, own, abilities, plan));
    }
  }
};

type Make = (exact: Fill, seed: number, abilities: Abilities, plan: Plan) => Fill;

/** Some entries of x or of the spatial weights replaced, few enough that most outputs stay finite. */
const replaced =
  (where: (name: string) => boolean, values: readonly number[]): Make =>
  (exact, seed) =>
  (name, shape) => {
    const data = Array.from(exact(name, shape));
    if (!where(name)) return data;
    const count = Math.max(1, Math.min(4, Math.floor(data.length / 24)));
    const places = seededIntegers(seed, 2 ** 30)(`${name} places`, count);
    places.forEach((place, k) => {
      data[Math.abs(place) % data.length] = values[(k + (seed >>> 0)) % values.length]!;
    });
    return data;
  };

const isInput = (name: string) => name === 'x';
const infinity = Number.POSITIVE_INFINITY;

const kinds: Readonly<Record<string, Make>> = {
  zeros: (exact, seed) => (name, shape) => {
    const signs = seededIntegers(seed, 3)(`${name} signs`, volume(shape));
    return Array.from(exact(name, shape), (value, i) => (signs[i] === 0 ? -0 : signs[i] === 1 ? 0 : value));
  },
  // Products and sums of these are subnormal, or a little larger, and exact.
  subnormal: (exact, _, { precision, composed = false }) => {
    const format: Precision = precisions[precision];
    const { underflow, significand } = format.operands ?? format;
    const small = underflow * 2 ** Math.floor(significand / 2);
    // A composed kernel rounds the product of two weights: there the input is small instead.
    const isSmall = (name: string) =>
      name.endsWith('bias') || (composed ? isInput(name) : isSpatialWeight(name));
    return (name, shape) =>
      Array.from(exact(name, shape), (value) => (isSmall(name) ? value * small : value));
  },
  nan: replaced(isInput, [Number.NaN]),
  infinity: replaced(isInput, [infinity, -infinity]),
  mixed: replaced(isInput, [Number.NaN, infinity, -infinity, infinity]),
  'weight-infinity': replaced(isSpatialWeight, [infinity, -infinity]),
  'weight-nan': replaced(isSpatialWeight, [Number.NaN]),
};
