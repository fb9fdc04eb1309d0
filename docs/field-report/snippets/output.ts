/** What a program prints. */
import { execFile } from 'node:child_process';

/** Milliseconds for a program of a few lines. */
const patience = 120_000;

/** The last line on its standard output, or why there is none. */
export function output(program: string, args: readonly string[], folder?: string): Promise<string> {
  return new Promise((done) => {
    execFile(program, args, { cwd: folder, timeout: patience }, (error, out, err) => {
      const said = (text: string) => text.trim().split('\n').at(-1) ?? '';
      done(error ? `it failed: ${said(err) || error.message}` : said(out));
    });
  });
}
