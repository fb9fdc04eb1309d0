/**
 * Small cases asked twice and judged, a second: in process and through a command. Reports what is wrong where the
 * verdicts disagree with what is known; a rate below its limit is reported and changes nothing, since time depends on the
 * machine.
 */
import { fileURLToPath } from 'node:url';
import { command } from '../src/implementations/command.ts';
import { tensorCore } from '../src/implementations/tensor-core.ts';
import type { Adapter, Case } from '../src/oracle/adapter.ts';
import { ask } from '../src/oracle/ask.ts';
import { probes } from '../src/oracle/probes/index.ts';

/** Elements in all arrays that are given, at most. */
const small = 2000;

function smallCases(adapter: Adapter, most: number): readonly Case[] {
  const cases: Case[] = [];
  for (const question of probes({ ...adapter, gradients: false }, { level: 1, seed: 1 })) {
    const elements = [...question.inputs.values()].reduce((total, { data }) => total + data.length, 0);
    if (elements <= small) cases.push(question);
    if (cases.length === most) break;
  }
  return cases;
}

export interface Throughput {
  readonly name: 'in process' | 'through a command';
  /** Different cases; each passed. */
  readonly cases: number;
  /** Cases a second of this process's processor time, and of the clock. */
  readonly perProcessorSecond: number;
  readonly perSecond: number;
  readonly atLeast: number;
  readonly verdict: 'PASS' | 'under';
}

/** Both rates, each measured for so many seconds; or what is wrong. */
export async function throughput(seconds: number): Promise<readonly Throughput[] | string> {
  const served = fileURLToPath(new URL('throughput-command.js', import.meta.url));
  const inProcess = await measure(tensorCore(), 'in process', 300, seconds);
  if (typeof inProcess === 'string') return inProcess;
  const program = await command([process.execPath, served]);
  const throughCommand = await measure(program, 'through a command', 60, seconds);
  return typeof throughCommand === 'string' ? throughCommand : [inProcess, throughCommand];
}

async function measure(
  adapter: Adapter,
  name: Throughput['name'],
  atLeast: number,
  seconds: number,
): Promise<Throughput | string> {
  try {
    const cases = smallCases(adapter, 150);
    const wrong = await disagreement(adapter, cases);
    if (wrong !== undefined) return `${name}: ${wrong}`;
    const rates = await rate(adapter, cases, seconds);
    const verdict = rates.perSecond >= atLeast ? 'PASS' : 'under';
    return { name, cases: cases.length, ...rates, atLeast, verdict };
  } finally {
    await adapter.close();
  }
}

/** The first verdict that isn't PASS; a warm-up too. */
async function disagreement(adapter: Adapter, cases: readonly Case[]): Promise<string | undefined> {
  for (const question of cases) {
    const { verdict } = await ask(adapter, question);
    if (verdict.kind !== 'PASS') return `${question.id}: ${verdict.kind}, ${verdict.reason}`;
  }
  return undefined;
}

/** Goes through the cases again and again until so much time is over. */
async function rate(
  adapter: Adapter,
  cases: readonly Case[],
  seconds: number,
): Promise<Pick<Throughput, 'perProcessorSecond' | 'perSecond'>> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  let count = 0;
  while (performance.now() - start < seconds * 1000) {
    await ask(adapter, cases[count % cases.length]!);
    count++;
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    perProcessorSecond: count / ((user + system) / 1e6),
    perSecond: count / ((performance.now() - start) / 1000),
  };
}

export function throughputText(found: readonly Throughput[]): string {
  const lines = found.map(({ name, cases, perProcessorSecond, perSecond, atLeast, verdict }) => {
    const rates = `${perSecond.toFixed(0)} (${perProcessorSecond.toFixed(0)} a second of processor time)`;
    return `  ${name.padEnd(18)}${rates}, all ${cases} pass  ${verdict} (at least ${atLeast})`;
  });
  return `\nthroughput: small cases a second, each asked twice and judged\n${lines.join('\n')}\n`;
}
