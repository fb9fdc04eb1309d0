/** The tensor core as a command: what `throughput` asks through the line protocol, one JSON object a line. */
import { createInterface } from 'node:readline';
import { readArrays, writeArrays } from '../src/formats/index.ts';
import { tensorCore } from '../src/implementations/tensor-core.ts';
import type { OperationName, Recorded } from '../src/oracle/types.ts';

interface Question {
  readonly id: string;
  readonly operation: OperationName;
  readonly inputs: string;
  readonly outputs: string;
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly L: number;
  readonly M: number;
}

const core = tensorCore();
const say = (object: object) => process.stdout.write(`${JSON.stringify(object)}\n`);

async function answer({ id, operation, inputs, outputs, stride, dilation, padding, L, M }: Question) {
  const [top, bottom, left, right] = padding;
  const given = [...readArrays(inputs)].map(([name, { shape, data }]): [string, Recorded] => [
    name,
    { shape, data, stored: 'float32' },
  ]);
  const window = { stride, dilation, padding: { top, bottom, left, right } };
  const partition = operation === 'interleave' ? { L, M } : undefined;
  const outcome = await core.run({ id, operation, inputs: new Map(given), window, partition });
  if (outcome.kind !== 'answer') return say({ id, error: outcome.reason });
  const arrays = [...outcome.arrays].map(
    ([name, { shape, data }]) => [name, { dtype: 'float32', shape, data }] as const,
  );
  writeArrays(outputs, new Map(arrays));
  return say({ id, ok: true });
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as Question | { readonly hello: string };
  if ('id' in message) {
    await answer(message);
    continue;
  }
  const { operations, precision, bias, outputs } = core;
  say({ igc: 1, name: core.name, precision, operations, bias, outputs, format: 'safetensors' });
}
