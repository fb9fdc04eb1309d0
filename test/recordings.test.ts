/** Real recordings: every one gets the verdict that its manifest expects, and no small change to a right one passes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOptions, type WrittenOptions } from '../src/cli/recording-options.ts';
import { type ArrayFile, type NamedArrays, readArrays } from '../src/formats/index.ts';
import { evidenceFrom } from '../src/implementations/recording.ts';
import { judge } from '../src/oracle/judge.ts';
import { random } from './algebras/cases.ts';
import { igc } from './cli/terminal.ts';

const folder = 'test/recordings';

interface Entry {
  readonly file: string;
  readonly options: WrittenOptions;
  readonly expect: { readonly verdict: string; readonly stage?: string };
}

const manifest: { recordings: Entry[] } = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'));
const { code, out } = await igc(['check', '--manifest', `${folder}/manifest.json`, '--json']);
const judged: { recordings: { file: string; verdict: string; stage?: string; asExpected: boolean }[] } =
  JSON.parse(out);

describe('the manifest', () => {
  it.each(manifest.recordings.map((entry, i) => [entry.file, entry, judged.recordings[i]!] as const))(
    '%s',
    (file, { expect: expected }, found) => {
      expect(found.file).toBe(`${folder}/${file}`);
      expect([found.verdict, found.stage]).toEqual([expected.verdict, expected.stage]);
      expect(found.asExpected).toBe(true);
    },
  );

  it('lists right ones and wrong ones, and all are as expected: exit code 0', () => {
    const verdicts = manifest.recordings.map((entry) => entry.expect.verdict);
    expect(verdicts.filter((verdict) => verdict === 'PASS').length).toBeGreaterThan(15);
    expect(verdicts.filter((verdict) => verdict !== 'PASS').length).toBeGreaterThan(10);
    expect(judged.recordings).toHaveLength(manifest.recordings.length);
    expect(code).toBe(0);
  });
});

/** Where a change of each array shows first, with every step on record. */
const stages: Readonly<Record<string, string>> = {
  x: 'primary',
  primary_weight: 'primary',
  primary: 'primary',
  interleaved: 'interleave',
  secondary_weight: 'secondary',
  secondary: 'secondary',
  y: 'deinterleave',
  grad_y: 'grad_x',
  grad_x: 'grad_x',
  grad_primary_weight: 'grad_primary_weight',
  grad_secondary_weight: 'grad_secondary_weight',
};

describe.each([
  ['l3m2-same-lower.npz', 8],
  ['l3m5-float64.npz', 1],
] as const)('%s', (file, flips) => {
  const options = readOptions(manifest.recordings.find((entry) => entry.file === file)!.options);
  const arrays = readArrays(`${folder}/${file}`);
  const verdictOn = (changed: NamedArrays) => {
    const { kind, stage } = judge(evidenceFrom(file, changed, options));
    return [kind, stage];
  };
  const withData = (name: string, change: (data: Float64Array, array: ArrayFile) => void): NamedArrays => {
    const array = arrays.get(name)!;
    const data = array.data.slice();
    change(data, array);
    return new Map([...arrays, [name, { ...array, data }]]);
  };

  it('is right', () => expect(verdictOn(arrays)).toEqual(['PASS', undefined]));

  it.each(Object.entries(stages).filter(([name]) => arrays.has(name)))(
    'one element of %s that is off by one part in 2^10 shows at %s',
    (name, stage) => {
      const { data } = arrays.get(name)!;
      // The larger half: so small a part of a small number can be rounding, in float32.
      const sizes = [...data].map(Math.abs);
      const halfway = sizes.toSorted((a, b) => a - b)[data.length >> 1]!;
      const large = [...data.keys()].filter((i) => sizes[i]! >= halfway);
      const next = random(data.length);
      for (let chosen = 0; chosen < flips; chosen++) {
        const i = large[Math.floor(next() * large.length)]!;
        const changed = withData(name, (copy) => {
          copy[i]! *= 1 + (chosen % 2 === 0 ? 2 ** -10 : -(2 ** -10));
        });
        expect(verdictOn(changed), `${name}[${i}]`).toEqual(['FAIL', stage]);
      }
    },
  );

  it('two channels of y that changed places show at deinterleave', () => {
    const [, C, H, W] = arrays.get('y')!.shape as [number, number, number, number];
    for (const [a, b] of [
      [0, 1],
      [1, C - 1],
      [C - 2, C - 1],
    ] as const) {
      const changed = withData('y', (copy, { data }) => {
        copy.set(data.subarray(a * H * W, (a + 1) * H * W), b * H * W);
        copy.set(data.subarray(b * H * W, (b + 1) * H * W), a * H * W);
      });
      expect(verdictOn(changed), `${a} and ${b}`).toEqual(['FAIL', 'deinterleave']);
    }
  });
});
