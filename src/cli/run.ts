import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { ConstraintError } from '../../spec/00-notation.ts';
import { FileError } from '../formats/index.ts';
import { ImplementationError } from '../implementations/error.ts';
import { MissingError } from '../implementations/missing.ts';
import { benchVerb } from './bench.ts';
import { checkVerb } from './check.ts';
import { designVerb } from './design.ts';
import { explainVerb } from './explain.ts';
import { factorVerb } from './factor.ts';
import { type ExitCode, exitCode, outputTo, type Terminal, UsageError, type Verb } from './frame.ts';
import { genVerb } from './gen.ts';
import { mergeVerb } from './merge.ts';
import { networkVerb } from './network.ts';
import { selftestVerb } from './selftest.ts';

const verbs: Verb[] = [
  checkVerb,
  mergeVerb,
  explainVerb,
  designVerb,
  networkVerb,
  genVerb,
  factorVerb,
  selftestVerb,
  benchVerb,
];

const { version } = createRequire(import.meta.url)('igc-oracle/package.json') as { version: string };

/** Runs `igc` with these arguments and says how it ended. Never throws for what a user typed. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCode.pass;
  const program = new Command('igc')
    .description(
      'The executable specification of interleaved group convolution, and a judge of implementations.',
    )
    .exitOverride()
    .configureOutput(outputTo(terminal))
    .version(version, '--version', 'print the version')
    .configureHelp({ helpWidth: terminal.columns });
  for (const verb of verbs) {
    program.addCommand(
      verb(terminal, (ended) => {
        code = ended;
      }),
    );
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, terminal);
  }
}

function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.pass : exitCode.usage;
  if (error instanceof UsageError || error instanceof ConstraintError) {
    terminal.err(`igc: ${error.message}\n`);
    return exitCode.usage;
  }
  if (error instanceof FileError) {
    terminal.err(`igc: ${error.message}\n`);
    return exitCode.unreadable;
  }
  if (error instanceof MissingError) {
    terminal.err(`igc: UNSUPPORTED: ${error.message}\n`);
    return exitCode.undecided;
  }
  if (error instanceof ImplementationError) {
    terminal.err(`igc: ${error.message}\n`);
    return error.kind === 'usage' ? exitCode.usage : exitCode.fail;
  }
  throw error;
}
