/**
 * `node dist/bench/false-alarms.js [--outputs N] [--seed S]`: correct implementations in every precision and order of
 * summation, judged. Exit code 1 where the judge finds anything wrong with N outputs (100 000) of them.
 */
import { parseArgs } from 'node:util';
import { type PrecisionName, precisions } from '../src/algebras/precision.ts';
import { judge } from '../src/oracle/judge.ts';
import { Random } from './fuzz/random.ts';
import { type OrderName, orderNames } from './orders.ts';
import { rightBlock } from './right-block.ts';

const names = Object.keys(precisions) as PrecisionName[];

interface Tally {
  outputs: number;
  cases: number;
  mistrusted: number;
  readonly alarms: string[];
}

/** Cases of one kind until so many outputs were judged. */
function judged(
  precision: PrecisionName,
  order: OrderName,
  flushes: boolean,
  outputs: number,
  seed: number,
): Tally {
  const tally: Tally = { outputs: 0, cases: 0, mistrusted: 0, alarms: [] };
  while (tally.outputs < outputs) {
    const evidence = rightBlock(new Random(seed + tally.cases), precision, order, flushes);
    const { kind, reason, arrays } = judge(evidence);
    tally.cases++;
    tally.outputs += arrays.reduce((total, { elements }) => total + elements, 0);
    if (kind === 'MISTRUSTED') tally.mistrusted++;
    else if (kind !== 'PASS') tally.alarms.push(`${kind} (seed ${seed + tally.cases - 1}): ${reason}`);
  }
  return tally;
}

function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { outputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
  });
  const kinds = names.flatMap((name) =>
    orderNames.flatMap((order) => [false, true].map((f) => ({ name, order, f }))),
  );
  const each = Math.ceil(Number(values.outputs) / kinds.length);
  const total = { outputs: 0, alarms: 0, mistrusted: 0, cases: 0 };
  for (const { name, order, f } of kinds) {
    const { outputs, alarms, mistrusted, cases } = judged(name, order, f, each, Number(values.seed));
    total.outputs += outputs;
    total.alarms += alarms.length;
    total.mistrusted += mistrusted;
    total.cases += cases;
    const head = `${name}, sums ${order}${f ? ', subnormal numbers become zero' : ''}`;
    for (const alarm of alarms) process.stdout.write(`${head}: ${alarm}\n`);
  }
  const { outputs, alarms, mistrusted, cases } = total;
  process.stdout.write(
    `${alarms} false alarms in ${outputs} outputs of ${cases} cases in ${names.length} precisions and ${orderNames.length} orders; ${mistrusted} cases mistrusted\n`,
  );
  return alarms > 0 || !(outputs > 0) ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
