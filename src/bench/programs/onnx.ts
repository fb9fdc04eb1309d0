/** onnxruntime on one graph a way: the block as exporters write it, or the one convolution that it composes to. */
import { caseModel } from '../../implementations/onnx/case-model.ts';
import type { RuntimeName } from '../../implementations/onnx/open.ts';
import type { Case } from '../../oracle/adapter.ts';
import { type BenchCase, composes } from '../case.ts';
import { type BenchInputs, compositeKernel, recordedInputs, window } from '../inputs.ts';
import { peer } from '../peer.ts';
import type { Opened, Program } from '../program.ts';

interface Tensor {
  readonly data: Float32Array;
}

interface Session {
  run(feeds: object, fetches: object): Promise<Readonly<Record<string, Tensor>>>;
  release?(): Promise<void>;
}

/** What both packages export, as far as we use it. */
interface Ort {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
  readonly env: { logLevel?: string; readonly wasm?: { numThreads?: number } };
}

/** Of onnxruntime-node: each run takes fresh memory, which the system hands out slowly, until collected garbage is enough. */
const settles = 300;

/** A runtime with so many threads. */
export async function onnx(name: RuntimeName, threads: number): Promise<Program> {
  const { exports, version } = await peer(name);
  const ort = exports as unknown as Ort;
  const provider = name === 'onnxruntime-node' ? 'cpu' : 'wasm';
  ort.env.logLevel = 'error';
  if (ort.env.wasm) ort.env.wasm.numThreads = threads;
  return {
    about: `${name} ${version}, ${provider}`,
    ways: (question) => {
      if (question.operation !== 'block') return ['one Conv'];
      return composes(question) ? ['block graph', 'composed graph'] : ['block graph'];
    },
    open: async (question, inputs, way) => {
      const composed = way === 'composed graph';
      const model = caseModel(composed ? composedCase(question, inputs) : caseOf(question, inputs));
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [provider],
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        logSeverityLevel: 3,
      });
      return opened(ort, session, question, inputs, composed, name === 'onnxruntime-node');
    },
  };
}

/** `given`: whether it writes y to memory that it is given, and need not allocate. onnxruntime-web doesn't write there. */
function opened(
  ort: Ort,
  session: Session,
  question: BenchCase,
  { x }: BenchInputs,
  composed: boolean,
  given: boolean,
): Opened {
  const { N, L, M, size } = question;
  const dims = [N, L * M, size, size];
  const feeds = { x: new ort.Tensor('float32', x, dims) };
  let y = new ort.Tensor('float32', new Float32Array(x.length), dims);
  const fetches = given ? { y } : ['y'];
  return {
    run: async () => {
      y = (await session.run(feeds, fetches)).y!;
    },
    output: () => y.data,
    close: async () => session.release?.(),
    ...(given ? { settles } : {}),
    ...(composed ? { rounding: 'composed' } : {}),
  };
}

function caseOf(question: BenchCase, inputs: BenchInputs): Case {
  const { operation, id } = question;
  return { id, operation, inputs: recordedInputs(question, inputs), window };
}

function composedCase(question: BenchCase, inputs: BenchInputs): Case {
  const { N, L, M, size, id } = question;
  const G = L * M;
  const recorded = (shape: readonly number[], data: Float32Array) =>
    ({ shape, data, stored: 'float32' }) as const;
  const given = new Map([
    ['x', recorded([N, G, size, size], inputs.x)],
    ['weight', recorded([G, G, 3, 3], compositeKernel(question, inputs))],
  ]);
  return { id, operation: 'group-convolution', inputs: given, window };
}
