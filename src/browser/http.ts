/** What our servers for pages share: who may ask, files, and what is sent. */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileAt, type Roots } from './files.ts';

/** Whether it was asked of this machine: a name that somebody else points to it isn't ours. */
export function isAskedHere({ headers }: IncomingMessage): boolean {
  return /^(?:127\.0\.0\.1|localhost):\d+$/.test(headers.host ?? '');
}

/** Sends the file at an address, or 404 where a page may have none there. */
export function sendFile(response: ServerResponse, address: string, roots: Roots): void {
  const file = fileAt(address, roots);
  if (!file) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.size });
  const stream = createReadStream(file.path);
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}

/** What was sent; undefined where it is longer than so many bytes. */
export async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
