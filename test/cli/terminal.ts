import { readFileSync } from 'node:fs';
import type { ExitCode, Terminal } from '../../src/cli/frame.ts';
import { run } from '../../src/cli/run.ts';

/** What a command printed and how it ended. */
export interface Session {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  readonly lines: readonly string[];
}

/** Runs `igc` as on a terminal of 80 columns without colour. */
export async function igc(
  args: readonly string[],
  { colour = false, columns = 80, ...more }: Partial<Terminal> = {},
): Promise<Session> {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    colour,
    columns,
    ...more,
  });
  return { code, out, err, lines: out.split('\n') };
}

/** The keys of these objects that docs/check-live-json.md doesn't tell of. */
export function undocumented(...objects: readonly object[]): readonly string[] {
  const text = readFileSync('docs/check-live-json.md', 'utf8');
  const told = new Set([...text.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  return objects.flatMap(Object.keys).filter((key) => !told.has(key));
}

/** The text without colour escapes. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour escape starts with one
  return text.replace(/\u001b\[[\d;]*m/g, '');
}
