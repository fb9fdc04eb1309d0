/** A thread: compiles what it hasn't met yet from the memory that all share, and takes part in the rounds for which it comes in time. */
import { chunksOf } from '../chunks.ts';
import { type Runnable, runChunk } from '../job.ts';
import { engine, type WasmInstance, type WasmMemory } from '../wasm/assembler.ts';
import { Board, type Round, type SentJob } from './board.ts';
import { itemsOf, runItem } from './items.ts';
import type { Reply, Start } from './messages.ts';
import { slotOf } from './slots.ts';

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
  const workOn = (job: Runnable, round: Round) => {
    if (round.kind === 'slots') {
      for (let taken = board.take(); taken !== undefined; taken = board.take()) {
        const slot = slotOf(job, taken);
        const chunk = job.chunks[board.chunkIn(slot)]!;
        runChunk(job, chunk, { copied: round.copied, slot, thread });
        board.finish(slot);
      }
      return;
    }
    const last = itemsOf(job, round, threads) - 1;
    while (board.take() !== undefined) runItem(job, round, last - board.countFromEnd(), thread, threads);
  };
  const instances = new Map<number, WasmInstance>();
  let job: Runnable | undefined;
  while (board.wait()) {
    board.enter((id, round) => {
      if (job?.id !== id) job = runnable(board.read(), memory, instances);
      workOn(job, round);
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
  return { ...job, chunks: chunksOf(job, job.cut), code: { instance } };
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
