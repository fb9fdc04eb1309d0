/** Subjects of reports, with names that would do harm if they weren't text. */

import { errorMaps } from '../../src/oracle/error-map.ts';
import { judge } from '../../src/oracle/judge.ts';
import { type Evidence, type VerdictKind, verdictKinds } from '../../src/oracle/types.ts';
import type { Subject } from '../../src/reports/model.ts';
import { random } from '../algebras/cases.ts';
import { type Arrays, compute, evidenceOf, inputs, type Sizes, summations } from '../oracle/plain.ts';

export const hostile = [
  '<script>alert(1)</script>',
  ']]>',
  '" onload="alert(1)',
  "'><img src=http://evil/>",
  '::error title=x::y',
  '\n::set-output name=a::b',
  '##[add-mask]a',
  '\u001b[31mred\u001b[0m',
  '\u0000\u0007\ufffe\ud800',
  '\u202eltr',
  '| a | b |\n|---|---|',
  '`x` **y** [z](http://evil) @everyone &amp; &#60;',
  'a\r\nb\tc',
  '%0A::error::x',
] as const;

export const counts = (some: Partial<Record<VerdictKind, number>>): Record<VerdictKind, number> => ({
  ...(Object.fromEntries(verdictKinds.map((kind) => [kind, 0])) as Record<VerdictKind, number>),
  ...some,
});

export function subject(more: Partial<Subject> = {}): Subject {
  return {
    kind: 'implementation',
    name: 'mine',
    outcome: 'PASS',
    reason: 'all agree',
    good: true,
    facts: [],
    findings: [],
    families: [],
    unsupported: [],
    mistrusted: [],
    seconds: 1.5,
    ...more,
  };
}

/** A subject in which every text is this one. */
export function everywhere(text: string): Subject {
  const { maps, evidence } = example((y) => y.map((value, i) => (i % 2 ? value + 1 : value)));
  const arrays = judge(evidence).arrays.map(({ first: _, ...array }) => ({
    ...array,
    array: text,
    from: text,
    problem: text,
    first: { where: text, index: [0], expected: 1, got: 2, bound: 0 },
  }));
  return subject({
    name: text,
    file: text,
    title: text,
    outcome: 'FAIL',
    reason: text,
    good: false,
    expected: text,
    facts: [[text, text]],
    findings: [
      {
        title: text,
        family: 'integers',
        outcome: 'FAIL',
        stage: 'output',
        reason: text,
        arrays,
        diagnosis: { sentence: text, suspects: [{ name: text, advice: text }] },
        maps: maps.map((map) => ({ ...map, array: text, from: text })),
        replay: text,
      },
    ],
    families: [{ family: 'integers', counts: counts({ FAIL: 1 }), worstRatio: 0 }],
    unsupported: [{ reason: text, cases: 1, first: text }],
    mistrusted: [{ reason: text, cases: 1, first: text }],
  });
}

export const sizes: Sizes = {
  N: 2,
  L: 3,
  M: 2,
  Mout: 2,
  size: [4, 5],
  kernel: [3, 3],
  window: { stride: [1, 1], dilation: [1, 1], padding: { top: 1, bottom: 1, left: 1, right: 1 } },
};

/** A right block of small integers but for what becomes of y, and where it is wrong then. */
export function example(change: (y: readonly number[]) => number[]) {
  const next = random(3);
  const given = inputs(sizes, () => Math.round(next() * 8 - 4));
  const found: Arrays = compute(given, sizes, summations.forward!, Math.fround);
  for (const name of ['primary', 'interleaved', 'secondary']) found.delete(name);
  const y = found.get('y')!;
  found.set('y', { shape: y.shape, data: change(y.data) });
  const evidence: Evidence = evidenceOf(found, sizes.window);
  const maps = errorMaps(evidence, judge(evidence));
  return { evidence, maps, map: maps[0]! };
}
