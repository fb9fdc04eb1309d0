/** A thread: compiles what it hasn't met yet from the memory that all share, and works wherever a gate is open. */
import type { Runnable } from '../job.ts';
import { engine, type WasmInstance, type WasmMemory } from '../wasm/assembler.ts';
import { Board, type SentJob } from './board.ts';
import { workOn } from './items.ts';
import type { Reply, Start } from './messages.ts';

/** The browser's side of a worker, typed here: the types of Node leave it out. */
interface WorkerScope {
  onmessage: ((event: { readonly data: Start }) => void) | null;
  postMessage(reply: Reply): void;
  close(): void;
}

/** Compiled code that is kept. */
const mostCode = 64;

function serve({ memory, board: buffer, thread, threads }: Start): void {
  const board = new Board(buffer);
  const instances = new Map<number, WasmInstance>();
  let job: Runnable | undefined;
  let gate: number | undefined = 0;
  for (;;) {
    gate = board.wait(gate);
    if (gate === undefined) return;
    board.enter(gate, (id, round) => {
      if (job?.id !== id) job = runnable(board.read(), memory, instances);
      workOn(job, round, thread, threads, () => board.take());
    });
  }
}

function runnable(job: SentJob, memory: WasmMemory, instances: Map<number, WasmInstance>): Runnable {
  const { id, address, bytes } = job.text;
  let instance = instances.get(id);
  instances.delete(id);
  if (!instance) {
    const { Module, Instance } = engine();
    // A copy: engines compile nothing that others can write to.
    const code = new Uint8Array(new Uint8Array(memory.buffer, address, bytes));
    instance = new Instance(new Module(code), { env: { memory } });
  }
  instances.set(id, instance);
  if (instances.size > mostCode) instances.delete(instances.keys().next().value!);
  return { ...job, code: { instance } };
}

if ('WorkerGlobalScope' in globalThis) {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => {
    scope.postMessage('ready');
    serve(data);
    scope.close();
  };
} else {
  const { parentPort } = await import('node:worker_threads');
  parentPort!.once('message', (start: Start) => {
    parentPort!.postMessage('ready' satisfies Reply);
    serve(start);
  });
}
