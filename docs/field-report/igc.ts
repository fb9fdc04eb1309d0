/** The built igc, as a reader of the report would call it. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { quotedForShell } from '../../src/implementations/bundle.ts';

/** Milliseconds for one call. */
const patience = 3_600_000;

const program = resolve('dist/src/cli/main.js');

export interface Ran {
  readonly out: string;
  readonly err: string;
}

/** Where and how it is called. */
export interface Surroundings {
  /** Where it is started; default: here. */
  readonly folder?: string | undefined;
  /** Variables that are set for it. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** Runs igc; what it prints, whatever its exit code. */
export function igc(args: readonly string[], { folder, environment }: Surroundings = {}): Promise<Ran> {
  const options = {
    cwd: folder,
    // A relative folder of peers is meant from here.
    env: {
      ...process.env,
      ...(process.env.IGC_PEERS ? { IGC_PEERS: resolve(process.env.IGC_PEERS) } : {}),
      ...environment,
    },
    maxBuffer: 2 ** 28,
    timeout: patience,
  };
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], options, (_, out, err) => done({ out, err }));
  });
}

/** As it is typed. */
export function typed(args: readonly string[], environment: Surroundings['environment'] = {}): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${quotedForShell(value)}`);
  return [...variables, 'igc', ...args.map(quotedForShell)].join(' ');
}

/** Why a call gave nothing. */
export const lastLine = ({ err }: Ran): string => err.trim().split('\n').at(-1) || 'it printed nothing';
