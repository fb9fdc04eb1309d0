import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ArraySource, type DType, writeArrays } from '../../src/formats/index.ts';
import { random } from '../algebras/cases.ts';
import { type Arrays, type Bug, compute, inputs, type Sizes, summations } from '../oracle/plain.ts';
import { igc } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'igc check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sizes: Sizes = {
  N: 1,
  L: 3,
  M: 2,
  Mout: 2,
  size: [3, 4],
  kernel: [3, 3],
  window: { stride: [1, 1], dilation: [1, 1], padding: { top: 1, bottom: 1, left: 1, right: 1 } },
};

function block(bug?: Bug, round = Math.fround): Arrays {
  const next = random(1);
  const given = inputs(sizes, () => round(next() * 2 - 1));
  return compute(given, sizes, summations.forward!, round, bug);
}

function save(name: string, arrays: Arrays, dtype: DType = 'float32'): string {
  const path = join(folder, name);
  const sources = [...arrays].map(([key, array]): [string, ArraySource] => [key, { dtype, ...array }]);
  writeArrays(path, new Map(sources), { overwrite: true });
  return path;
}

function edited(arrays: Arrays, name: string, change: (x: number, i: number) => number): Arrays {
  const { shape, data } = arrays.get(name)!;
  return new Map([...arrays, [name, { shape, data: data.map(change) }]]);
}

const zeros: Arrays = new Map(
  [...block()].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }]),
);
const files = {
  right: save('right.npz', block()),
  wrong: save('wrong.npz', block('interleave left out')),
  garbage: save('garbage.npz', block('a cell not written')),
  mistrusted: save('zeros.npz', zeros),
  unsupported: save(
    'infinite.npz',
    edited(block(), 'x', () => Infinity),
  ),
  unreadable: join(folder, 'text.npz'),
};
writeFileSync(files.unreadable, 'this is no archive');

describe('exit codes', () => {
  it.each<[string, (keyof typeof files)[], number]>([
    ['all pass', ['right', 'right'], 0],
    ['one fails', ['right', 'wrong'], 1],
    ['garbage', ['garbage'], 1],
    ['unreadable', ['right', 'unreadable'], 3],
    ['mistrusted', ['right', 'mistrusted'], 4],
    ['unsupported', ['unsupported'], 4],
    ['a failure outranks an unreadable file', ['unreadable', 'wrong', 'mistrusted'], 1],
    ['an unreadable file outranks an undecided one', ['mistrusted', 'unreadable'], 3],
  ])('%s: %j exit %i', async (_, names, code) => {
    const session = await igc(['check', ...names.map((name) => files[name])]);
    expect(session.code).toBe(code);
    const kinds = { right: 'PASS', wrong: 'FAIL', garbage: 'GARBAGE', unreadable: 'UNREADABLE' } as Record<
      string,
      string
    >;
    for (const name of names) {
      const kind = kinds[name] ?? name.toUpperCase();
      expect(
        session.lines.some((line) => line.startsWith(`${kind} `)),
        session.out,
      ).toBe(true);
    }
    if (names.length > 1) {
      const passing = names.filter((name) => name === 'right').length;
      expect(session.out).toContain(`${passing} of ${names.length} recordings pass`);
    }
    expect(session.err).toBe('');
  });

  it('a name that is misspelt: the message says what may have been meant', async () => {
    const { code, out } = await igc(['check', 'onxruntime-node']);
    expect(code).toBe(3);
    expect(out.replace(/\s+/g, ' ')).toContain('did you mean onnxruntime-node?');
  });

  it('nothing to judge is a usage error', async () => {
    const session = await igc(['check']);
    expect(session).toMatchObject({ code: 2, out: '' });
    expect(session.err).toContain('expected something to judge: recordings, a module such as ./mine.mjs');
  });

  it.each([
    ['block.c', 'build it, and judge the program with --command or --one-shot'],
    ['model.onnx', 'a model is judged with igc check --onnx'],
    ['report.json', 'reports are joined by igc merge, a failure bundle is asked again with --replay'],
    ['notes.txt', 'judged are recordings (.npz, .safetensors), modules (.mjs, .js, .ts), programs'],
  ])('%s is no recording: what to type instead', async (name, next) => {
    const file = join(folder, name);
    writeFileSync(file, 'this is something else');
    const { code, out } = await igc(['check', file], { columns: 1000 });
    expect([code, out]).toEqual([3, expect.stringContaining(`; ${next}`)]);
  });

  it('a failure bundle, and the folder that bundles are in', async () => {
    const bundles = join(folder, 'bundles');
    mkdirSync(join(bundles, 'mine-FAIL'), { recursive: true });
    writeFileSync(join(bundles, 'mine-FAIL', 'case.json'), '{"implementation":"./its.mjs"}');
    const one = await igc(['check', join(bundles, 'mine-FAIL')], { columns: 1000 });
    expect(one.out).toContain(
      `; it is a failure bundle: igc check --replay '${join(bundles, 'mine-FAIL')}' ./its.mjs`,
    );
    const several = await igc(['check', '--replay', bundles, 'docs/examples/my-kernels.mjs']);
    expect([several.code, several.err]).toEqual([
      3,
      expect.stringContaining(`got the folder of several; did you mean ${join(bundles, 'mine-FAIL')}?`),
    ]);
  });

  it('a folder and a missing file are unreadable, each said so', async () => {
    const session = await igc(['check', folder, join(folder, 'none.npz'), files.right]);
    expect(session.code).toBe(3);
    expect(session.out).toContain('expected a regular file, got a folder');
    expect(session.out).toContain('no such file');
    expect(session.out).toContain('1 of 3 recordings pass');
  });
});

describe('options that make no sense', () => {
  it.each<[string[], string]>([
    [['--stride', '0'], "--stride: expected N or h,w, got '0'"],
    [['--stride', '1,2,3'], '--stride: expected N or h,w'],
    [['--stride', 'two'], '--stride: expected N or h,w'],
    [['--dilation', '-1'], '--dilation: expected N or h,w'],
    [['--padding', '1,2'], '--padding: expected N, top,bottom,left,right, or same'],
    [['--padding', 'full'], '--padding: expected N, top,bottom,left,right, or same'],
    [['--precision', 'f8'], '--precision: expected f64, f32, tf32, bf16, f16'],
    [['--op', 'shuffle'], '--op: expected block, group-convolution, interleave'],
    [['--op', 'interleave'], '--op interleave: expected --L or --M'],
    [['--op', 'interleave', '--L', 'x'], '--L: expected a positive integer'],
    [['--op', 'interleave', '--L', '3', '--stride', '2'], '--stride: only for a convolution'],
    [['--op', 'group-convolution', '--composed'], '--composed: only for --op block'],
    [['--L', '3'], '--L: only for --op interleave'],
    [['--map', 'x'], "--map: expected OURS=THEIRS, got 'x'"],
    [['--map', ''], "--map: expected OURS=THEIRS, got ''"],
    [['--map', 'x='], '--map: expected OURS=THEIRS'],
    [['--map', 'z=a'], '--map: expected one of our names (x, primary_weight,'],
    [['--map', 'x=a', '--map', 'x=b'], '--map: x is mapped twice'],
    [['--map', 'x=a,x=a'], '--map: x is mapped twice'],
    [['--nonsense'], "unknown option '--nonsense'"],
  ])('%j', async (options, message) => {
    const session = await igc(['check', files.right, ...options]);
    expect(session).toMatchObject({ code: 2, out: '' });
    expect(session.err).toContain(message);
  });
});

describe('--map', () => {
  const renamed = save(
    'renamed.safetensors',
    new Map([...block()].map(([name, array]) => [name === 'x' ? 'in=put' : `net.${name}`, array])),
  );
  const names = ['y', 'primary_weight', 'secondary_weight', 'primary_bias', 'secondary_bias'];
  const map = names.map((name) => `${name}=net.${name}`).join(',');

  it('finds arrays under their names; absent optional ones are ignored', async () => {
    const session = await igc(['check', renamed, '--map', map, '--map', 'x=in=put,grad_y=nowhere']);
    expect(session.code).toBe(0);
    expect(session.out).toContain('not asked about: net.primary, net.interleaved, net.secondary');
  });

  it('a required array that is missing: what the file has, and how to name it', async () => {
    const session = await igc(['check', renamed, '--map', map]);
    expect(session.code).toBe(3);
    const message = session.lines.map((line) => line.trim()).join(' ');
    expect(message).toContain(
      'array "x": expected it, for --op block; the file has "in=put", "net.primary_weight"',
    );
    expect(message).toContain('--map x=NAME says under which name it is');
  });
});

describe('file names', () => {
  it.each(['-dash.npz', 'with a space.npz', '~tilde.npz', 'ünï.npz'])('%s', async (name) => {
    const path = save(name, block());
    const here = process.cwd();
    process.chdir(folder);
    try {
      for (const form of [path, name]) {
        const session = await igc(['check', '--', form]);
        expect(session.code).toBe(0);
        expect(session.lines[0]).toBe(`PASS        ${form}`);
      }
    } finally {
      process.chdir(here);
    }
  });

  it('what a terminal would obey is escaped', async () => {
    const session = await igc(['check', join(folder, 'a\u001b[2Jb\u202e.npz')]);
    expect(session.out).toContain('a\\u{1b}[2Jb\\u{202e}.npz');
    expect(session.out).not.toContain('\u001b');
  });
});

describe('what people read', () => {
  it('names the first wrong stage, what each array is like, and an element', async () => {
    const { out } = await igc(['check', files.wrong], { columns: 100 });
    expect(out).toContain("the first wrong stage is interleave: interleaved isn't what follows from primary");
    expect(out).toMatch(/PASS {2}primary from x, primary_weight, primary_bias/);
    expect(out).toMatch(/FAIL {2}interleaved from primary: \d+ of 72 wrong/);
    expect(out).toMatch(
      /first wrong element: n 0, l \d, m \d, h \d, w \d \(channel \d\)\n +expected \S+\n +got +\S+/,
    );
  });

  it('says in which precision sums were taken to be, and which one would do', async () => {
    const coarse = save('half.npz', block('inputs in half precision'));
    const { out } = await igc(['check', coarse]);
    expect(out).toContain('the first wrong stage is primary');
    expect(out).toContain('it is within the bound of tfloat32');
    expect((await igc(['check', coarse, '--precision', 'tf32'])).out).toContain('5 judgements in tfloat32');
    expect((await igc(['check', files.wrong])).out).not.toContain('within the bound');
  });

  it.each(Object.keys(files) as (keyof typeof files)[])(
    '%s: ASCII, at most 80 columns, colour only where wanted',
    async (name) => {
      const plain = await igc(['check', relative('.', files[name])]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
      expect(plain.out).toMatch(/^[\x00-\x7f]*$/);
      for (const line of plain.lines) expect(line.length, line).toBeLessThanOrEqual(80);
      const coloured = await igc(['check', relative('.', files[name])], { colour: true });
      expect(plain.out).not.toContain('\u001b');
      expect(coloured.out).toContain('\u001b');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour escape starts with one
      expect(coloured.out.replace(/\u001b\[\d+m/g, '')).toBe(plain.out);
    },
  );
});

describe('--json', () => {
  it('has the documented fields and no others, and nothing else on stdout', async () => {
    const session = await igc(['check', '--json', ...Object.values(files)]);
    expect(session.code).toBe(1);
    expect(session.err).toBe('');
    const result = JSON.parse(session.out) as { schema: string; recordings: Record<string, unknown>[] };
    expect(result.schema).toBe('igc-oracle/check/1');
    expect(result.recordings.map(({ verdict }) => verdict)).toEqual([
      'PASS',
      'FAIL',
      'GARBAGE',
      'MISTRUSTED',
      'UNSUPPORTED',
      null,
    ]);
    const documented = [...readFileSync('docs/check-json.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(
      ([, field]) => field!,
    );
    const found = new Set<string>();
    JSON.parse(session.out, function (this: unknown, key: string, value: unknown) {
      if (!Array.isArray(this) && key !== '') found.add(key);
      return value;
    });
    for (const field of found) expect(documented).toContain(field);
    const seldom = ['title', 'expect', 'asExpected', 'within', 'problem'];
    expect(documented.filter((field) => !found.has(field) && !seldom.includes(field))).toEqual([]);
  });

  it('numbers that JSON does not have are strings', async () => {
    const { out } = await igc(['check', '--json', files.garbage]);
    const [{ arrays }] = JSON.parse(out).recordings;
    const { first } = arrays.find(({ stage }: { stage: string }) => stage === 'deinterleave');
    expect(first).toMatchObject({ got: 'NaN', bound: 0, index: [0, 3, 0, 0] });
  });
});

describe('--flush-subnormals', () => {
  it('allows zeros for what would be subnormal', async () => {
    const flush = (x: number) => (Math.abs(x) < 2 ** -126 ? 0 : Math.fround(x));
    const tiny = edited(block(), 'x', (x) => Math.fround(x * 2 ** -126));
    const given = new Map([...tiny].filter(([name]) => !name.endsWith('_bias')));
    const path = save('tiny.npz', compute(given, sizes, summations.forward!, flush));
    expect((await igc(['check', path])).out).toMatch(/^FAIL /);
    // With so little left nothing can be told apart: not wrong, and not trusted.
    expect((await igc(['check', path, '--flush-subnormals'])).out).toMatch(/^MISTRUSTED /);
  });
});

describe('--manifest', () => {
  const manifest = (content: unknown): string => {
    const path = join(folder, 'manifest.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const listing = (...recordings: unknown[]) => manifest({ recordings });
  const entry = { file: 'right.npz', expect: { verdict: 'PASS' } };

  it('the files lie beside it, or where an absolute path says', async () => {
    mkdirSync(join(folder, 'more'), { recursive: true });
    save('more/wrong.npz', block('ReLU in between'));
    const path = listing(
      entry,
      { file: files.right, title: 'by its full name', expect: { verdict: 'PASS' } },
      { file: 'more/wrong.npz', expect: { verdict: 'FAIL', stage: 'interleave' } },
      { file: 'wrong.npz', expect: { verdict: 'FAIL' } },
      {
        file: 'zeros.npz',
        options: { precision: 'f32', composed: false },
        expect: { verdict: 'MISTRUSTED' },
      },
    );
    const session = await igc(['check', '--manifest', path]);
    expect(session.out).toContain('5 of 5 verdicts are the expected ones');
    expect(session.out).toContain('by its full name');
    expect(session.code).toBe(0);
  });

  it.each<[string, unknown, string]>([
    ['another verdict', { file: 'wrong.npz', expect: { verdict: 'PASS' } }, 'expected PASS'],
    [
      'another stage',
      { file: 'wrong.npz', expect: { verdict: 'FAIL', stage: 'primary' } },
      'expected FAIL at primary',
    ],
    ['an unreadable file', { file: 'none.npz', expect: { verdict: 'PASS' } }, 'UNREADABLE'],
  ])('%s than expected: exit 1, said so', async (_, recording, message) => {
    const session = await igc(['check', '--manifest', listing(entry, recording)]);
    expect(session.code).toBe(1);
    expect(session.out).toContain(message);
    expect(session.out).toContain('1 of 2 verdicts are the expected ones');
  });

  it.each<[unknown, string]>([
    ['{', 'expected a JSON manifest'],
    ['null', 'manifest: expected an object, got null'],
    [[], 'manifest: expected an object, got []'],
    [{}, 'recordings: expected a list of at least one recording'],
    [{ recordings: [] }, 'recordings: expected a list'],
    [{ recordings: {} }, 'recordings: expected a list'],
    [{ recordings: [null] }, 'recordings[0]: entry: expected an object, got null'],
    [{ recordings: [entry, 'right.npz'] }, 'recordings[1]: entry: expected an object, got "right.npz"'],
    [{ recordings: [{ ...entry, file: 7 }] }, 'recordings[0]: file: expected a string, got 7'],
    [{ recordings: [{ expect: entry.expect }] }, 'recordings[0]: file: expected a string, got nothing'],
    [{ recordings: [{ ...entry, title: [] }] }, 'title: expected a string, got []'],
    [{ recordings: [{ file: 'a' }] }, 'expect: expected an object, got nothing'],
    [{ recordings: [{ ...entry, expect: 'PASS' }] }, 'expect: expected an object, got "PASS"'],
    [{ recordings: [{ ...entry, expect: { verdict: 'OK' } }] }, 'expect.verdict: expected PASS, FAIL,'],
    [
      { recordings: [{ ...entry, expect: { verdict: 'FAIL', stage: 1 } }] },
      'expect.stage: expected a string, got 1',
    ],
    [
      { recordings: [{ ...entry, expect: { verdict: 'FAIL', stag: 'y' } }] },
      'expect: expected only verdict, stage, got "stag"',
    ],
    [{ recordings: [{ ...entry, options: [] }] }, 'options: expected an object, got []'],
    [{ recordings: [{ ...entry, options: { foo: 1 } }] }, 'options: expected only op, stride,'],
    [{ recordings: [{ ...entry, options: { stride: 2 } }] }, 'options.stride: expected a string, got 2'],
    [
      { recordings: [{ ...entry, options: { stride: '0' } }] },
      "recordings[0]: --stride: expected N or h,w, got '0'",
    ],
    [{ recordings: [{ ...entry, options: { L: '3' } }] }, '--L: only for --op interleave'],
    [
      { recordings: [{ ...entry, options: { map: ['x', 1] } }] },
      'options.map: expected a string or a list of strings',
    ],
    [
      { recordings: [{ ...entry, options: { composed: 'yes' } }] },
      'options.composed: expected a boolean, got "yes"',
    ],
    [
      { recordings: [{ ...entry, options: { op: 'interleave', L: 1.5 } }] },
      '--L: expected a positive integer',
    ],
  ])('%j is refused: %s', async (content, message) => {
    const session = await igc(['check', '--manifest', manifest(content)]);
    expect(session).toMatchObject({ code: 3, out: '' });
    expect(session.err).toContain(`manifest.json: `);
    expect(session.err).toContain(message);
  });

  it('a manifest that is not there or is a folder is unreadable', async () => {
    for (const path of [join(folder, 'none.json'), folder]) {
      expect(await igc(['check', '--manifest', path])).toMatchObject({ code: 3, out: '' });
    }
  });

  it('takes neither files nor options beside it', async () => {
    const path = listing(entry);
    for (const more of [[files.right], ['--stride', '2'], ['--composed']]) {
      const session = await igc(['check', '--manifest', path, ...more]);
      expect(session).toMatchObject({ code: 2, out: '' });
      expect(session.err).toContain('the manifest says which files and options');
    }
  });

  it('--json says what was expected', async () => {
    const path = listing(
      { ...entry, title: 'one' },
      { file: 'wrong.npz', expect: { verdict: 'FAIL', stage: 'primary' } },
    );
    const { recordings } = JSON.parse((await igc(['check', '--json', '--manifest', path])).out);
    expect(recordings[0]).toMatchObject({ title: 'one', expect: { verdict: 'PASS' }, asExpected: true });
    expect(recordings[1]).toMatchObject({ expect: { verdict: 'FAIL', stage: 'primary' }, asExpected: false });
  });
});

it('--help explains the exit codes and fits the terminal where words do', async () => {
  const { code, out } = await igc(['check', '--help']);
  expect(code).toBe(0);
  expect(out).toContain('Exit code: 0 all PASS; 1 FAIL, CRASH, TIMEOUT or GARBAGE; 2 usage; 3 unreadable');
});
