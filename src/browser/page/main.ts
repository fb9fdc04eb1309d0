/** The page: fetches what it's asked, answers, and asks for more. Its only window to us is the address it came from. */
import { hosting } from '../../implementations/host.ts';
import type { FromHost, ToHost } from '../../implementations/hosted-messages.ts';
import { decodeMessage, encodeMessage } from '../wire.ts';
import { page } from './surroundings.ts';

const name = page.crypto.randomUUID();
const at = (what: string) => new URL(`${what}?page=${name}`, page.document.baseURI);
const show = (text: string) => {
  page.document.body.textContent = text;
};

/** Held open as long as the page lives: that it breaks off is how its end is noticed. */
async function live(): Promise<void> {
  const { body } = await page.fetch(at('alive'));
  const reader = body!.getReader();
  while (!(await reader.read()).done);
  show('The oracle has ended. This page can be closed.');
}

const answer = hosting((module) => import(new URL(module, page.document.baseURI).href));
void live().catch(() => show('The oracle has ended. This page can be closed.'));
let count = 0;
for (;;) {
  const response = await page.fetch(at('next'));
  // Nothing for now.
  if (response.status === 204) continue;
  if (response.status !== 200) break;
  const message = decodeMessage(new Uint8Array(await response.arrayBuffer())) as ToHost;
  const said: FromHost = await answer(message);
  await page.fetch(at('said'), { method: 'POST', body: encodeMessage(said) });
  if (said.kind === 'opened') show(`${said.description.name}: ${said.description.about ?? ''}`);
  else if (said.kind === 'failed') show(said.reason);
  else if (++count % 10 === 0) page.document.title = `igc: ${count} answers`;
}
