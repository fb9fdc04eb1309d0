/** `igc check --command` and `--one-shot`: programs in any language as something that can be asked. */
import { readFileSync, statSync } from 'node:fs';
import { FileError } from '../formats/index.ts';
import { reason } from '../formats/read.ts';
import { quotedForShell } from '../implementations/bundle.ts';
import { command } from '../implementations/command.ts';
import { NoObject, ProtocolError } from '../implementations/fields.ts';
import { oneShot } from '../implementations/one-shot.ts';
import { type Hello, readHello } from '../implementations/protocol.ts';
import { UsageError } from './frame.ts';
import type { Subject } from './live-subject.ts';

/** The options that name a program. */
export interface ProgramOptions {
  readonly command?: string;
  readonly oneShot?: string;
  readonly hello?: string;
}

/** The program that the options name, if they name one. */
export function programOf({ command: line, oneShot: template, hello }: ProgramOptions): Subject | undefined {
  if (line !== undefined && template !== undefined) {
    throw new UsageError('--one-shot: expected it or --command, got both');
  }
  if (template === undefined && hello !== undefined) {
    throw new UsageError('--hello: only for --one-shot; a command says hello itself');
  }
  if (line !== undefined) return commandSubject(line);
  if (template === undefined) return undefined;
  if (hello !== undefined) return oneShotSubject(template, hello);
  throw new UsageError(
    '--one-shot: expected --hello FILE too: what the program can do (docs/implementations.md)',
  );
}

function commandSubject(line: string): Subject {
  return {
    name: line,
    argument: `--command ${quotedForShell(line)}`,
    open: (options) => command(line, { ...options, startTimeout: options.startTimeout ?? options.timeout }),
  };
}

function oneShotSubject(template: string, file: string): Subject {
  return {
    name: template,
    argument: `--one-shot ${quotedForShell(template)} --hello ${quotedForShell(file)}`,
    open: async ({ timeout, precision, flushesSubnormals, composed, winograd, strassen }) => {
      const { abilities, name, version, format } = helloIn(file);
      return oneShot(template, {
        abilities: {
          ...abilities,
          precision: precision ?? abilities.precision,
          flushesSubnormals: flushesSubnormals ?? abilities.flushesSubnormals ?? false,
          composed: composed ?? abilities.composed ?? false,
          winograd: winograd ?? abilities.winograd,
          strassen: strassen ?? abilities.strassen,
        },
        name,
        version,
        format,
        timeout,
      });
    },
  };
}

/** What the file says of a program. Throws a FileError that names the field. */
function helloIn(file: string): Hello {
  try {
    if (statSync(file).size > 2 ** 16) throw new FileError(file, 'file: expected at most 64 KiB, got more');
    return readHello(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    if (cause instanceof ProtocolError) {
      throw new FileError(file, `${cause instanceof NoObject ? '' : 'field '}${cause.message}`, { cause });
    }
    throw new FileError(file, `file: expected what a program says of itself, got ${reason(cause)}`, {
      cause,
    });
  }
}
