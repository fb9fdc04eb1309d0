/** What all commands have in common. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wantsColour } from '../../src/cli/frame.ts';
import { igc } from './terminal.ts';

test('--version is the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await igc(['--version'])).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
});

test('colour: on a terminal, unless NO_COLOR is there and not empty (no-color.org)', () => {
  const seen = [undefined, '', '1', '0'].map((NO_COLOR) => wantsColour(true, { NO_COLOR }));
  expect(seen).toEqual([true, true, false, false]);
  expect(wantsColour(false, {})).toBe(false);
});

test('without a command: the help, on stderr, exit 2', async () => {
  const { code, out, err } = await igc([]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^Usage: igc/);
});

test.each([
  [['explian'], "igc: unknown command 'explian'\n(Did you mean explain?)\n"],
  [['explain'], "igc: required option '--L <n>' not specified\n"],
  [['network'], "igc: missing required argument 'name'\n"],
  [['design', '--parms', '5'], "igc: unknown option '--parms'\n(Did you mean --params?)\n"],
  [['check', '--comand', 'x', 'y.npz'], "igc: unknown option '--comand'\n(Did you mean --command?)\n"],
])('%j: one message on stderr that begins with our name, exit 2', async (args, err) => {
  expect(await igc(args)).toMatchObject({ code: 2, out: '', err });
});

test.each(['check', 'explain', 'design', 'network', 'gen', 'factor'])(
  '%s --help: on stdout, exit 0, with --json and examples; defaults as they would be typed',
  async (verb) => {
    const { code, out, err } = await igc([verb, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ {2}--json /m);
    expect(out).toMatch(/^Examples:$/m);
    expect(out).not.toMatch(/default: ["[]/);
  },
);

test.each(['check', 'explain', 'design', 'network', 'gen', 'factor', 'selftest'])(
  '%s --help fits into 80 columns',
  async (verb) => {
    const { lines } = await igc([verb, '--help']);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  },
);
