/** Somebody's module in a page: asked as in a process. */
import type { OpenOptions } from '../../implementations/hosted-messages.ts';
import { inProcess } from '../../implementations/in-process.ts';
import type { Adapter } from '../../oracle/adapter.ts';
import { page } from './surroundings.ts';

export async function open({ packages, ...declared }: OpenOptions): Promise<Adapter> {
  const exports = (await import(new URL(packages!.module!, page.document.baseURI).href)) as object;
  return inProcess(exports, declared);
}
