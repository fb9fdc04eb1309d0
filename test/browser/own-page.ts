/** A page without a browser: plays its part with fetch, in this process, well or badly. */
import type { Browser, Launch } from '../../src/browser/chromium.ts';
import { decodeMessage, encodeMessage } from '../../src/browser/wire.ts';
import type { FromHost, ToHost } from '../../src/implementations/hosted-messages.ts';

/** What the page does with a message: its answer, bytes that may be none, or nothing ever. */
export type Part = (message: ToHost, visit: Visit) => FromHost | Uint8Array<ArrayBuffer> | undefined;

export interface Visit {
  /** How many pages were opened before this one. */
  readonly count: number;
  /** As if its tab crashed. */
  vanish(): void;
}

/** Shows pages that play this part; the browser ends when `stop` is called, or with the words that `ends` gives. */
export function playing(part: Part): Launch & { readonly opened: () => number } {
  let opened = 0;
  const launch: Launch = async (address): Promise<Browser> => {
    const count = opened++;
    const control = new AbortController();
    const { signal } = control;
    const at = (what: string) => new URL(`${what}?page=own-page-${count}`, address);
    const visit = { count, vanish: () => control.abort() };
    const loop = async () => {
      const living = await fetch(at('alive'), { signal });
      void living.text().catch(() => {});
      for (;;) {
        const next = await fetch(at('next'), { signal });
        if (next.status === 204) continue;
        if (next.status !== 200) return;
        const message = decodeMessage(new Uint8Array(await next.arrayBuffer())) as ToHost;
        const said = part(message, visit);
        if (said === undefined) return;
        const body = said instanceof Uint8Array ? said : encodeMessage(said);
        await fetch(at('said'), { method: 'POST', body, signal });
      }
    };
    void loop().catch(() => {});
    return {
      ended: new Promise((resolve) => signal.addEventListener('abort', () => resolve('ended'))),
      stop: async () => control.abort(),
    };
  };
  return Object.assign(launch, { opened: () => opened });
}
