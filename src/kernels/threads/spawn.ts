/** Starting a thread, in Node and in a page. */
import { isNode } from '../surroundings.ts';
import type { Reply, Start } from './messages.ts';

export interface Thread {
  /** Ends it, whatever it does. */
  terminate(): void;
}

/** Told when it is ready, and when it ended unasked. */
export interface ThreadEvents {
  ready(): void;
  lost(reason: string): void;
}

interface PageWorker {
  onmessage: ((event: { readonly data: Reply }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(start: Start): void;
  terminate(): void;
}

interface PageScope {
  readonly Worker: new (url: URL, options: { type: 'module' }) => PageWorker;
}

/** The worker's own file; beside the sources the built one. */
const file = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/src/kernels/threads/worker.js', import.meta.url)
  : new URL('./worker.js', import.meta.url);

/** Starts a thread. In Node a program ends although its threads are there. */
export async function spawn(start: Start, { ready, lost }: ThreadEvents): Promise<Thread> {
  if (!isNode()) {
    const { Worker } = globalThis as unknown as PageScope;
    const worker = new Worker(file, { type: 'module' });
    worker.onmessage = ready;
    worker.onerror = ({ message }) => lost(message ?? 'its script could not be loaded');
    worker.postMessage(start);
    return worker;
  }
  const { Worker } = await import('node:worker_threads');
  // The program's own flags, as how its text came in, are not the thread's.
  const worker = new Worker(file, { execArgv: [] });
  worker.once('message', () => {
    worker.unref();
    ready();
  });
  worker.once('error', (error) => lost(error.message));
  worker.once('exit', (code) => lost(`it ended with exit code ${code}`));
  worker.postMessage(start);
  return { terminate: () => void worker.terminate() };
}
