/**
 * `npm run false-alarms -- [--outputs N] [--seed S]`: correct implementations in every precision and order of summation,
 * in two stages, composed and by Winograd's, judged. Exit code 1 where the judge finds anything wrong with N outputs (100 000) of them;
 * where it calls the data too weak, it says why.
 */
import { parseArgs } from 'node:util';
import { type PrecisionName, precisions } from '../src/algebras/precision.ts';
import { closePoints, lavinGray, type WinogradPoints } from '../src/algebras/winograd.ts';
import { judge } from '../src/oracle/judge.ts';
import { Random } from './fuzz/random.ts';
import { type OrderName, orderNames } from './orders.ts';
import { rightBlock } from './right-block.ts';

const names = Object.keys(precisions) as PrecisionName[];

/** What is correct in its way, and says so. */
interface Kind {
  readonly precision: PrecisionName;
  readonly order: OrderName;
  readonly flushes: boolean;
  readonly composed: boolean;
  readonly winograd?: WinogradPoints;
}

const kinds: readonly Kind[] = names.flatMap((precision) =>
  orderNames.flatMap((order) =>
    [
      { flushes: false, composed: false },
      { flushes: true, composed: false },
      { flushes: false, composed: true },
      // In fewer bits than these its bound says nothing.
      ...(precisions[precision].unit <= precisions.float32.unit
        ? [
            { flushes: false, composed: false, winograd: lavinGray },
            { flushes: true, composed: false, winograd: closePoints },
          ]
        : []),
    ].map((declared) => ({ precision, order, ...declared })),
  ),
);

const inWords = ({ precision, order, flushes, composed, winograd }: Kind): string =>
  [
    `${precision}, sums ${order}`,
    ...(flushes ? ['subnormal numbers become zero'] : []),
    ...(composed ? ['composed'] : []),
    ...(winograd ? [`Winograd's with the points ±${winograd.join(', ±')}`] : []),
  ].join(', ');

interface Tally {
  outputs: number;
  cases: number;
  readonly alarms: string[];
  readonly mistrusted: string[];
}

/** Cases of one kind until so many outputs were judged. */
function judged(kind: Kind, outputs: number, seed: number): Tally {
  const { precision, order, flushes, composed, winograd } = kind;
  const tally: Tally = { outputs: 0, cases: 0, alarms: [], mistrusted: [] };
  while (tally.outputs < outputs) {
    const own = seed + tally.cases;
    const evidence = rightBlock(new Random(own), precision, order, flushes, composed, winograd);
    const { kind: verdict, reason, arrays } = judge(evidence);
    tally.cases++;
    tally.outputs += arrays.reduce((total, { elements }) => total + elements, 0);
    if (verdict === 'MISTRUSTED') tally.mistrusted.push(`seed ${own}: ${reason}`);
    else if (verdict !== 'PASS') tally.alarms.push(`seed ${own}: ${verdict}, ${reason}`);
  }
  return tally;
}

function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { outputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
  });
  const each = Math.ceil(Number(values.outputs) / kinds.length);
  const total = { outputs: 0, alarms: 0, mistrusted: 0, cases: 0 };
  for (const kind of kinds) {
    const { outputs, alarms, mistrusted, cases } = judged(kind, each, Number(values.seed));
    total.outputs += outputs;
    total.alarms += alarms.length;
    total.mistrusted += mistrusted.length;
    total.cases += cases;
    for (const alarm of alarms) process.stdout.write(`${inWords(kind)}: false alarm, ${alarm}\n`);
    for (const why of mistrusted) process.stdout.write(`${inWords(kind)}: mistrusted, ${why}\n`);
  }
  const { outputs, alarms, mistrusted, cases } = total;
  process.stdout.write(
    `${alarms} false alarms in ${outputs} outputs of ${cases} cases in ${names.length} precisions and ${orderNames.length} orders, two-stage, composed and by Winograd's; ${mistrusted} cases mistrusted\n`,
  );
  return alarms > 0 || !(outputs > 0) ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
