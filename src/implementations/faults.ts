/** Implementations that go wrong on purpose, run and judged: what `igc selftest` injects. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter, Case } from '../oracle/adapter.ts';
import { campaign } from '../oracle/campaign.ts';
import { tellingProbes } from '../oracle/probes/integers.ts';
import type { Fault } from '../oracle/selftest.ts';
import type { VerdictKind } from '../oracle/types.ts';
import { command } from './command.ts';
import { ImplementationError } from './error.ts';
import { type FaultProgram, faultHello, faultPrograms, neverReads, sourceOf } from './fault-programs.ts';
import { openModule } from './module.ts';
import { oneShot } from './one-shot.ts';
import { readHello } from './protocol.ts';

/** Milliseconds for an answer: of what never answers, and of everything else, on any machine. */
const patience = { short: 250, long: 60_000 } as const;

/** Every fault; each writes its program to a folder of its own, which is gone afterwards. */
export function injectedFaults(programs: readonly FaultProgram[] = faultPrograms): readonly Fault[] {
  const deaf: Fault = {
    id: 'command-never-reads',
    name: 'never reads',
    expected: ['TIMEOUT'],
    run: () =>
      judged(neverReads, (file) =>
        command([process.execPath, file], { timeout: patience.short, grace: 100 }),
      ),
  };
  const written = programs.map(
    (program): Fault => ({
      id: program.id,
      name: program.name,
      expected: program.expected,
      run: () => judged(sourceOf(program), (file) => opened(program, file)),
    }),
  );
  return [...written, deaf];
}

function opened({ kind, expected }: FaultProgram, file: string): Promise<Adapter> {
  const timeout = expected.includes('TIMEOUT') ? patience.short : patience.long;
  switch (kind) {
    case 'command':
      return command([process.execPath, file], { timeout, grace: 100 });
    case 'one-shot': {
      const { abilities, format } = readHello(faultHello);
      return oneShot([process.execPath, file, '{case}'], { abilities, format, timeout, grace: 100 });
    }
    case 'module':
      return openModule(file, { timeout });
  }
}

/** What the oracle says of a program. */
async function judged(source: string, open: (file: string) => Promise<Adapter>): Promise<VerdictKind> {
  const folder = mkdtempSync(join(tmpdir(), 'igc-fault-'));
  let adapter: Adapter | undefined;
  try {
    const file = join(folder, 'fault.mjs');
    writeFileSync(file, source);
    adapter = await open(file);
    const options = { level: 1, seed: 1, shrinking: false, cases: questions(adapter) } as const;
    return (await campaign(adapter, options)).verdict;
  } catch (error) {
    // It went wrong before it was asked.
    if (!(error instanceof ImplementationError) || error.kind === 'usage') throw error;
    return ({ crash: 'CRASH', timeout: 'TIMEOUT', garbage: 'GARBAGE' } as const)[error.kind];
  } finally {
    await adapter?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The interleave, twice: what it does after an answer is seen then. */
function questions(adapter: Adapter): readonly Case[] {
  const drawing = { level: 1, seed: 1 } as const;
  return [...tellingProbes(adapter, drawing), ...tellingProbes(adapter, { ...drawing, seed: 2 })];
}
