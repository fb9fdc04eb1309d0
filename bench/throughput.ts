/**
 * `node dist/bench/throughput.js [--seconds N]`: small cases asked twice and judged, a second: in process and through a
 * command. Exit code 1 where the verdicts disagree with what is known; a rate below its limit is printed and changes
 * nothing, since time depends on the machine.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
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

interface Rate {
  readonly cases: number;
  /** Of this process's processor time, and of the clock. */
  readonly perProcessorSecond: number;
  readonly perSecond: number;
}

/** Goes through the cases again and again until so much time is over. */
async function rate(adapter: Adapter, cases: readonly Case[], seconds: number): Promise<Rate> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  let count = 0;
  while (performance.now() - start < seconds * 1000) {
    await ask(adapter, cases[count % cases.length]!);
    count++;
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    cases: count,
    perProcessorSecond: count / ((user + system) / 1e6),
    perSecond: count / ((performance.now() - start) / 1000),
  };
}

/** The verdicts that aren't PASS, and a warm-up. */
async function disagreements(adapter: Adapter, cases: readonly Case[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const question of cases) {
    const { verdict } = await ask(adapter, question);
    if (verdict.kind !== 'PASS') wrong.push(`${question.id}: ${verdict.kind}, ${verdict.reason}`);
  }
  return wrong;
}

async function measure(adapter: Adapter, what: string, atLeast: number, seconds: number): Promise<boolean> {
  try {
    const cases = smallCases(adapter, 150);
    const wrong = await disagreements(adapter, cases);
    if (wrong.length > 0) {
      process.stderr.write(`throughput: ${what}: ${wrong[0]}\n`);
      return false;
    }
    const { perSecond, perProcessorSecond } = await rate(adapter, cases, seconds);
    const verdict = perSecond >= atLeast ? 'PASS' : 'under';
    process.stdout.write(
      `${what}: ${perSecond.toFixed(0)} small cases a second (${perProcessorSecond.toFixed(0)} a second of processor time), each asked twice and judged; all ${cases.length} pass  ${verdict} (at least ${atLeast})\n`,
    );
    return true;
  } finally {
    await adapter.close();
  }
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { seconds: { type: 'string', default: '3' } } });
  const seconds = Number(values.seconds);
  const served = fileURLToPath(new URL('throughput-command.js', import.meta.url));
  const inProcess = await measure(tensorCore(), 'in process', 300, seconds);
  const through = await measure(await command([process.execPath, served]), 'through a command', 60, seconds);
  return inProcess && through ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
