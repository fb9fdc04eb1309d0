/** Has a backend checked: the server asks it in a frame of this page, and says how that goes. */
import type { Backend } from '../../../src/kernels/gpu/types.ts';
import type { CheckMessage } from '../check.ts';
import type { BackendResult } from '../result.ts';
import { around, byId, element, type Node } from './dom.ts';

export async function checked(
  backend: Backend,
  say: (what: string, part?: number) => void,
): Promise<Pick<BackendResult, 'checked' | 'unavailable'>> {
  say(`${backend}: the oracle is asking…`, 0);
  let frame: Node | undefined;
  const hear = (message: CheckMessage): Pick<BackendResult, 'checked' | 'unavailable'> | undefined => {
    switch (message.kind) {
      case 'frame':
        frame?.remove();
        frame = undefined;
        if (message.address === undefined) return undefined;
        frame = element('iframe', { src: message.address, title: `${backend}, being asked` });
        byId('frames').append(frame);
        return undefined;
      case 'progress': {
        const failed = message.failures === 0 ? '' : `, ${message.failures} failed`;
        say(`${backend}: ${message.cases} cases${failed}`, message.cases / aboutSoMany);
        return undefined;
      }
      case 'checked':
        return { checked: message.checked };
      case 'failed':
        return { checked: { verdict: 'CRASH', reason: message.reason, cases: 0, seconds: 0 } };
    }
  };
  const response = await fetch(new URL(`check?backend=${backend}`, around.location.href), { method: 'POST' });
  let outcome: Pick<BackendResult, 'checked' | 'unavailable'> = {};
  for await (const line of linesOf(response)) outcome = hear(JSON.parse(line) as CheckMessage) ?? outcome;
  frame?.remove();
  return outcome;
}

/** Level 1 has a few more or less: for the bar alone. */
const aboutSoMany = 190;

async function* linesOf(response: Response): AsyncGenerator<string> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}
