/** Pages that answer, hang, crash, lie: whatever they do, there is an outcome, and the next case has a fresh page. */
import { afterEach, describe, expect, it } from 'vitest';
import { pagePlace } from '../../src/browser/page-place.ts';
import { hosted } from '../../src/implementations/hosted.ts';
import type { FromHost, ToHost } from '../../src/implementations/hosted-messages.ts';
import { MissingError } from '../../src/implementations/missing.ts';
import type { Adapter, Case } from '../../src/oracle/adapter.ts';
import { type Part, playing } from './own-page.ts';

const one = { shape: [1, 1, 1, 1], data: Float32Array.of(5), stored: 'float32' } as const;
const question: Case = {
  id: 'one',
  operation: 'interleave',
  inputs: new Map([['x', one]]),
  window: { stride: [1, 1], dilation: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } },
  partition: { L: 1, M: 1 },
};

const opened: FromHost = {
  kind: 'opened',
  description: {
    name: 'a page',
    about: 'plays\u001b[31m its part',
    abilities: { operations: ['interleave'], precision: 'float32' },
  },
};
const right = (message: ToHost): FromHost =>
  message.kind === 'open'
    ? opened
    : {
        kind: 'outcome',
        id: message.id,
        outcome: { kind: 'answer', arrays: new Map([['y', message.question.inputs.get('x')!]]) },
      };

const adapters: Adapter[] = [];
afterEach(async () => {
  await Promise.all(adapters.splice(0).map((adapter) => adapter.close()));
});

async function open(part: Part, timeout = 60_000, restarts = 100) {
  const launch = playing(part);
  const place = await pagePlace(launch, new Map());
  const adapter = await hosted('a page', place, { module: 'none', timeout, restarts });
  adapters.push(adapter);
  return { adapter, launch };
}

describe('a page', () => {
  it('that answers is judged by its answers', async () => {
    const { adapter, launch } = await open(right);
    expect(adapter).toMatchObject({
      name: 'a page',
      about: 'plays\u{fffd}[31m its part',
      operations: ['interleave'],
    });
    for (let i = 0; i < 3; i++) {
      expect(await adapter.run(question)).toEqual({ kind: 'answer', arrays: new Map([['y', one]]) });
    }
    expect(launch.opened()).toBe(1);
  });

  /** The first page fails so at its first case; the second is right. */
  const once =
    (fault: Part): Part =>
    (message, visit) =>
      message.kind === 'ask' && visit.count === 0 ? fault(message, visit) : right(message);
  const answering = (arrays: unknown) => (message: ToHost) =>
    ({
      kind: 'outcome',
      id: (message as { id: number }).id,
      outcome: { kind: 'answer', arrays },
    }) as FromHost;
  const y = (array: object) => answering(new Map([['y', { ...one, ...array }]]));
  it.each<[string, Part, string, RegExp]>([
    [
      'crashes',
      (_, visit) => void visit.vanish(),
      'crash',
      /the page crashed or was closed|the browser ended/,
    ],
    ['answers bytes that are none', () => new Uint8Array(9), 'garbage', /expected a head/],
    ['answers another question', () => ({ ...right(ask(99)) }), 'garbage', /another question/],
    ['answers to opening', () => opened, 'garbage', /another question/],
    [
      'sends no message',
      () => ({ kind: 'evil' }) as unknown as FromHost,
      'garbage',
      /a message that is none/,
    ],
    ['sends too few numbers', y({ shape: [1, 2] }), 'garbage', /y has 1 numbers for the shape \[1, 2\]/],
    ['sends no shape', y({ shape: [-1] }), 'garbage', /y has no shape/],
    [
      'sends an unknown precision',
      y({ stored: 'int3' as 'float32' }),
      'garbage',
      /no precision that is known/,
    ],
  ])('that %s', async (_, fault, kind, reason) => {
    const { adapter, launch } = await open(once(fault));
    expect(await adapter.run(question)).toEqual({ kind, reason: expect.stringMatching(reason) });
    expect(await adapter.run(question)).toMatchObject({ kind: 'answer' });
    expect(launch.opened()).toBe(2);
  });

  it('that hangs is given up in time', async () => {
    const { adapter } = await open(
      once(() => undefined),
      200,
    );
    expect(await adapter.run(question)).toEqual({ kind: 'timeout', reason: 'no answer within 200 ms' });
  });

  it('that fails again and again is not opened forever', async () => {
    const { adapter, launch } = await open(
      (message) => (message.kind === 'ask' ? opened : right(message)),
      1000,
      2,
    );
    for (let i = 0; i < 5; i++) await adapter.run(question);
    expect(launch.opened()).toBe(3);
    expect(await adapter.run(question)).toMatchObject({ kind: 'crash', reason: /started again 2 times/ });
  });

  it.each<[FromHost, RegExp]>([
    [
      { kind: 'failed', reason: 'no such device', isMissing: false },
      /a page: can't be opened: no such device/,
    ],
    [{ kind: 'outcome', id: 0, outcome: { kind: 'crash', reason: '' } }, /did not say what it can do/],
    [{ ...opened, description: { ...opened.description, name: 3 as unknown as string } }, /did not say/],
  ])('that does not open says why', async (message, reason) => {
    await expect(open(() => message)).rejects.toThrow(reason);
  });

  it('that needs what is not there says so', async () => {
    const missing = open(() => ({ kind: 'failed', reason: 'no WebGPU here', isMissing: true }));
    await expect(missing).rejects.toThrow(MissingError);
  });

  function ask(id: number): ToHost {
    return { kind: 'ask', id, question };
  }
});
