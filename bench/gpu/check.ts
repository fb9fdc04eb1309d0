/** Level 1 of the oracle on a backend of the page's browser: the page opens a frame, in which it is asked. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { browserAdapter } from '../../src/browser/adapter.ts';
import type { Browser } from '../../src/browser/chromium.ts';
import type { Backend } from '../../src/kernels/gpu/types.ts';
import { defaultSeed } from '../../src/laws/runner.ts';
import type { Adapter } from '../../src/oracle/adapter.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import type { Shard } from '../../src/oracle/shard.ts';
import type { Checked } from './result.ts';

/** What is said to the page, a line of JSON each. */
export type CheckMessage =
  /** Open a frame at this address; or close it. */
  | { readonly kind: 'frame'; readonly address: string | undefined }
  | { readonly kind: 'progress'; readonly cases: number; readonly failures: number }
  | { readonly kind: 'checked'; readonly checked: Checked }
  | { readonly kind: 'failed'; readonly reason: string };

export async function checkInFrame(
  backend: Backend,
  shard: Shard | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const say = (message: CheckMessage) => response.write(`${JSON.stringify(message)}\n`);
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  request.resume();
  const gone = new Promise<string>((resolve) => response.on('close', () => resolve('page was closed')));
  const launch = async (address: string): Promise<Browser> => {
    say({ kind: 'frame', address });
    return {
      ended: gone,
      stop: async () => {
        say({ kind: 'frame', address: undefined });
      },
    };
  };
  let adapter: Adapter | undefined;
  try {
    adapter = await browserAdapter({ page: 'gpu', provider: backend, launch });
    const started = performance.now();
    let last = 0;
    const { verdict, reason, cases } = await campaign(adapter, {
      ...{ level: 1, seed: defaultSeed, keepGoing: true, shrinking: false, shard },
      progress: (now) => {
        if (performance.now() - last < 200) return;
        last = performance.now();
        say({ kind: 'progress', cases: now.cases, failures: now.failures });
      },
    });
    const seconds = (performance.now() - started) / 1000;
    say({ kind: 'checked', checked: { verdict, reason, cases, seconds } });
  } catch (error) {
    say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  } finally {
    await adapter?.close();
    response.end();
  }
}
