import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileError, readArrays } from '../../src/formats/index.ts';
import { bundleFiles, readBundle, writeBundle } from '../../src/implementations/bundle.ts';
import type { Adapter, Case } from '../../src/oracle/adapter.ts';
import { type Asked, ask } from '../../src/oracle/ask.ts';
import { families } from '../../src/oracle/probes/index.ts';
import { igc } from '../cli/terminal.ts';
import { specAdapter } from './spec-adapter.ts';

const folder = mkdtempSync(join(tmpdir(), 'igc-bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const fresh = () => join(folder, `${count++}`);

/** The specification with the first number of y one too large. */
function wrong(adapter: Adapter): Adapter {
  return {
    ...adapter,
    run: async (question) => {
      const outcome = await adapter.run(question);
      if (outcome.kind !== 'answer') return outcome;
      const y = outcome.arrays.get('y')!;
      const data = Array.from(y.data, (value, i) => (i === 0 ? value + 1 : value));
      return { kind: 'answer', arrays: new Map(outcome.arrays).set('y', { ...y, data }) };
    },
  };
}

async function failing(adapter: Adapter, question: Case) {
  const asked: Asked = await ask(wrong(adapter), question);
  return { question, asked, implementation: `--command 'python3 mine.py'`, abilities: adapter };
}

const anyCases = (adapter: Adapter) => [
  ...families.diagnosing(adapter, { level: 1, seed: 1 }),
  [...families.gradients(adapter, { level: 1, seed: 1 })][3]!,
];

describe('a bundle', () => {
  it.each(['float32', 'float64', 'bfloat16', 'float16'] as const)(
    'in %s gives the case back',
    async (precision) => {
      const adapter = specAdapter({ precision });
      for (const question of anyCases(adapter)) {
        const path = writeBundle(fresh(), 'mine', await failing(adapter, question));
        const { verdict, ...read } = readBundle(path);
        expect(read).toMatchObject({ precision, composed: false, flushesSubnormals: false });
        expect(verdict).toBe('FAIL');
        const plain = ({ inputs, ...rest }: Case) => ({
          ...rest,
          inputs: [...inputs].map(([name, { shape, data, stored }]) => [
            name,
            [...shape],
            Array.from(data),
            stored,
          ]),
        });
        expect(plain(read.question)).toEqual(plain(question));
        expect(readBundle(join(path, 'case.json'))).toEqual(readBundle(path));
      }
    },
  );

  it('holds infinities and NaN', async () => {
    const adapter = specAdapter();
    const special = [...families.special(adapter, { level: 1, seed: 1 })];
    for (const question of special.filter(({ id }) => /nan|infinity|mixed/.test(id)).slice(0, 12)) {
      const path = writeBundle(fresh(), 'mine', await failing(adapter, question));
      const { inputs } = readBundle(path).question;
      expect([...inputs].map(([, { data }]) => Array.from(data))).toEqual(
        [...question.inputs].map(([, { data }]) => Array.from(data)),
      );
    }
  });

  it('has what was expected beside what came', async () => {
    const adapter = specAdapter();
    const contents = await failing(adapter, anyCases(adapter)[2]!);
    const path = writeBundle(fresh(), 'mine', contents);
    expect(readdirSync(path).sort()).toEqual(Object.values(bundleFiles).sort());
    const [got, expected] = [bundleFiles.recording, bundleFiles.expected].map(
      (file) => readArrays(join(path, file)).get('y')!.data,
    );
    expect(got![0]).toBe(expected![0]! + 1);
    expect(got!.slice(1)).toEqual(expected!.slice(1));
  });

  it('names the command that judges what came, and it gives the same verdict', async () => {
    const adapter = specAdapter();
    for (const question of anyCases(adapter)) {
      const path = writeBundle(fresh(), 'mine', await failing(adapter, question));
      const { judge, replay } = JSON.parse(readFileSync(join(path, bundleFiles.description), 'utf8'));
      const { code, out } = await igc(judge.split(' ').slice(1));
      expect([code, out.split(' ')[0]]).toEqual([1, 'FAIL']);
      expect(replay).toBe(`igc check --replay ${path} --command 'python3 mine.py'`);
    }
  });

  it('of a crash has no answer, and says only how to replay it', async () => {
    const adapter: Adapter = { ...specAdapter(), run: async () => ({ kind: 'crash', reason: 'no' }) };
    const question = anyCases(adapter)[1]!;
    const asked = await ask(adapter, question);
    const path = writeBundle(fresh(), 'mine', {
      question,
      asked,
      implementation: 'm.mjs',
      abilities: adapter,
    });
    const description = JSON.parse(readFileSync(join(path, bundleFiles.description), 'utf8'));
    expect(description).toMatchObject({ verdict: 'CRASH', replay: `igc check --replay ${path} m.mjs` });
    expect(description.judge).toBeUndefined();
    expect(readBundle(path).verdict).toBe('CRASH');
  });

  it('never takes the place of another', async () => {
    const adapter = specAdapter();
    const parent = fresh();
    const contents = await failing(adapter, anyCases(adapter)[0]!);
    const paths = [1, 2, 3].map(() => writeBundle(parent, 'mine', contents));
    expect(paths).toEqual(['mine', 'mine-2', 'mine-3'].map((name) => join(parent, name)));
    expect(readdirSync(parent).sort()).toEqual(['mine', 'mine-2', 'mine-3']);
  });

  it('that cannot be written leaves nothing behind', async () => {
    const adapter = specAdapter();
    const parent = fresh();
    const { asked, ...rest } = await failing(adapter, anyCases(adapter)[0]!);
    const y = { shape: [2], data: [1], stored: 'float32' as const };
    const spoilt = { ...rest, asked: { ...asked, arrays: new Map([['y', y]]) } };
    expect(() => writeBundle(parent, 'mine', spoilt)).toThrow(FileError);
    expect(readdirSync(parent)).toEqual([]);
    const file = fresh();
    writeFileSync(file, 'a file');
    expect(() => writeBundle(file, 'mine', { ...rest, asked })).toThrow(/expected a place for a bundle/);
    expect(readFileSync(file, 'utf8')).toBe('a file');
  });
});

describe('a bundle that is none', () => {
  const spoil = async (change: (path: string) => void) => {
    const adapter = specAdapter();
    const path = writeBundle(fresh(), 'mine', await failing(adapter, anyCases(adapter)[2]!));
    change(path);
    return path;
  };
  const edit = (change: (text: string) => string) => (path: string) => {
    const file = join(path, bundleFiles.description);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };
  it.each<[string, (path: string) => void, RegExp]>([
    ['is not there', (path) => rmSync(path, { recursive: true }), /expected a failure bundle/],
    [
      'has no recording',
      (path) => rmSync(join(path, bundleFiles.recording)),
      /recording.safetensors: .*no such file/,
    ],
    ['is cut off', edit((text) => text.slice(0, 200)), /case.json: /],
    [
      'is of another kind',
      edit((text) => text.replace('bundle/1', 'bundle/9')),
      /"schema": expected .*bundle\/1/,
    ],
    [
      'has a strange operation',
      edit((text) => text.replace('"block"', '"__proto__"')),
      /"operation": expected/,
    ],
    [
      'has a strange stride',
      edit((text) => text.replace(/"stride": \[\s*1/, '"stride": [-1')),
      /"stride": expected/,
    ],
    ['has no stride at all', edit((text) => text.replace('"stride"', '"slide"')), /"stride": expected/],
    ['has a stride of zero', edit((text) => text.replace(/"stride": \[\s*1/, '"stride": [0')), /stride/],
    ['lacks an input', edit((text) => text.replace('"primary_weight",', '')), /primary_weight/],
    [
      'has a strange precision',
      edit((text) => text.replace('"float32"', '"float31"')),
      /"precision": expected/,
    ],
  ])('%s: a FileError', async (_, change, message) => {
    const path = await spoil(change);
    expect(() => readBundle(path)).toThrow(FileError);
    expect(() => readBundle(path)).toThrow(message);
    const { code } = await igc(['check', '--replay', path, 'docs/examples/my-kernels.mjs']);
    expect(code).toBe(3);
  });
});

it('no bundle is in the working folder because of these tests', () => {
  expect(existsSync('igc-failures')).toBe(false);
});
