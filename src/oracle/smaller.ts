/** The cases that are a little smaller than one: fewer of everything, a step alone, simpler windows, simpler numbers. */
import type { Padding, Window } from '../../spec/00-notation.ts';
import type { Abilities, Case } from './adapter.ts';
import { type Axis, axesOf, range, select } from './axes.ts';
import { sizesOf } from './report.ts';
import { steps } from './steps.ts';

/**
 * Candidates, each smaller than what `current` gives when it's made. Whoever asks lets `current` give a candidate from
 * then on, if it will do. Ends after a round of which none did.
 */
export function* smaller(abilities: Abilities, current: () => Case): Generator<Case> {
  for (;;) {
    const before = current();
    yield* withoutExtras(current);
    for (const axis of axesOf[before.operation]) yield* fewer(axis, abilities, current);
    yield* aStep(abilities, current);
    yield* simplerWindows(abilities, current);
    // Numbers are worth a look when nothing else can go; a zero may let a channel go.
    yield* simplerNumbers(current);
    if (current() === before) return;
  }
}

/** Without the gradients, without the biases. */
function* withoutExtras(current: () => Case): Generator<Case> {
  for (const names of [
    ['grad_y'],
    ['primary_bias', 'secondary_bias', 'bias'],
    ['primary_bias'],
    ['secondary_bias'],
  ]) {
    const { inputs } = current();
    const rest = new Map([...inputs].filter(([name]) => !names.includes(name)));
    if (rest.size < inputs.size) yield { ...current(), inputs: rest };
  }
}

/** A step instead of the block. */
function* aStep(abilities: Abilities, current: () => Case): Generator<Case> {
  const before = current();
  for (const step of steps(abilities, before)) {
    yield step;
    if (current() !== before) return;
  }
}

/** How many parts of one size are tried in a row without success. */
const patience = { indices: 16, numbers: 48 } as const;

/** With one index of an axis, or without a part of them: halves first, then ever smaller parts. */
function* fewer(axis: Axis, abilities: Abilities, current: () => Case): Generator<Case> {
  const length = () => sizesOf(current())[axis];
  const keeping = (kept: readonly number[]) =>
    select(current(), Object.fromEntries(coupled(axis, abilities).map((name) => [name, kept])));
  for (const only of [0, length() - 1]) {
    if (length() === 1) return;
    const candidate = keeping([only]);
    if (candidate) yield candidate;
  }
  for (let part = Math.ceil(length() / 2); ; part = Math.ceil(part / 2)) {
    for (let start = 0, vain = 0; start < length() && length() > 1 && vain < patience.indices; ) {
      const kept = range(length()).filter((i) => i < start || i >= start + part);
      const candidate = kept.length > 0 ? keeping(kept) : undefined;
      const before = current();
      if (candidate) yield candidate;
      if (current() === before) {
        start += part;
        vain++;
      } else vain = 0;
    }
    if (part <= 1) return;
  }
}

/** The axes that have to stay alike. */
function coupled(axis: Axis, { widening = true, outputs = false }: Abilities): readonly Axis[] {
  if (!outputs && (axis === 'L' || axis === 'Lout')) return ['L', 'Lout'];
  if (!widening && (axis === 'Min' || axis === 'Mout')) return ['Min', 'Mout'];
  return [axis];
}

function* simplerWindows({ padding = 'any' }: Abilities, current: () => Case): Generator<Case> {
  if (current().operation === 'interleave') return;
  const tried = function* (change: (window: Window) => Window): Generator<Case> {
    const { window } = current();
    const simpler = change(window);
    if (JSON.stringify(simpler) === JSON.stringify(window)) return;
    const candidate = select(current(), {}, simpler);
    if (candidate) yield candidate;
  };
  for (const axis of ['stride', 'dilation'] as const) {
    for (const place of [0, 1] as const) {
      for (const least of [1, 2]) {
        yield* tried((window) => {
          const pair: [number, number] = [...window[axis]];
          pair[place] = Math.min(least, pair[place]);
          return { ...window, [axis]: pair };
        });
      }
    }
  }
  const sides: readonly (readonly (keyof Padding)[])[] =
    padding === 'symmetric'
      ? [
          ['top', 'bottom'],
          ['left', 'right'],
        ]
      : [['top'], ['bottom'], ['left'], ['right']];
  for (const pair of sides) {
    const padded = (change: (n: number) => number) => (window: Window) => {
      const changed = Object.fromEntries(pair.map((side) => [side, change(window.padding[side])]));
      return { ...window, padding: { ...window.padding, ...changed } };
    };
    yield* tried(padded(() => 0));
    for (let before: Case | undefined; before !== current(); ) {
      before = current();
      yield* tried(padded((n) => Math.max(0, n - 1)));
    }
  }
}

/** Weights first: what isn't multiplied isn't looked at. */
const order = [
  'weight',
  'primary_weight',
  'secondary_weight',
  'bias',
  'primary_bias',
  'secondary_bias',
  'grad_y',
  'x',
];

/** Which numbers are made what: each only ever once, so that there's an end. */
const simplifications: readonly (readonly [(value: number) => boolean, (value: number) => number])[] = [
  [(value) => value !== 0, () => 0],
  [(value) => value !== 0 && value !== 1, () => 1],
  [(value) => value !== 0 && Math.abs(value) !== 1, (value) => Math.sign(value) || 1],
  [(value) => Number.isFinite(value) && !Number.isInteger(value), Math.round],
  [(value) => Number.isInteger(value) && Math.abs(value) > 1, (value) => Math.trunc(value / 2)],
];

function* simplerNumbers(current: () => Case): Generator<Case> {
  for (const name of order) {
    if (!current().inputs.has(name)) continue;
    for (const [complicated, simple] of simplifications) yield* parts(name, current, complicated, simple);
  }
}

/** With the numbers of an array that can be simpler changed: all of them, halves, ever smaller parts. */
function* parts(
  name: string,
  current: () => Case,
  complicated: (value: number) => boolean,
  simple: (value: number) => number,
): Generator<Case> {
  const places = () => {
    const { data } = current().inputs.get(name)!;
    return range(data.length).filter((i) => complicated(data[i]!));
  };
  let rest = places();
  for (let part = rest.length; part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let start = 0, vain = 0; start < rest.length && vain < patience.numbers; ) {
      const changed = new Set(rest.slice(start, start + part));
      const before = current();
      const array = before.inputs.get(name)!;
      const data = Array.from(array.data, (value, i) => (changed.has(i) ? simple(value) : value));
      yield { ...before, inputs: new Map(before.inputs).set(name, { ...array, data }) };
      if (current() === before) {
        start += part;
        vain++;
      } else {
        rest = rest.filter((i) => !changed.has(i));
        vain = 0;
      }
    }
  }
}
