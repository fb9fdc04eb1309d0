/** onnxruntime-web: the block as a model of group convolutions, reshapes and transpositions. */
import { recordedInputs, window } from '../../../src/bench/inputs.ts';
import { page } from '../../../src/browser/page/surroundings.ts';
import { caseModel } from '../../../src/implementations/onnx/case-model.ts';
import type { Candidate, Packages } from './candidate.ts';

interface Tensor {
  readonly data: Float32Array;
  getData?(): Promise<Float32Array>;
}

interface Ort {
  readonly env: { logLevel: string; wasm: { wasmPaths: string; numThreads: number } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{ run(feeds: { x: Tensor }): Promise<{ y: Tensor }>; release(): Promise<void> }>;
  };
}

/** The package has a build for each family of providers. */
const builds = {
  webgpu: 'ort.webgpu.min.mjs',
  webgl: 'ort.webgl.min.mjs',
  wasm: 'ort.wasm.min.mjs',
} as const;

export function ortCandidate(api: keyof typeof builds, packages: Packages): Candidate {
  return {
    name: `onnxruntime-web, ${api}`,
    api,
    isOurs: false,
    prepare: async (question, inputs) => {
      const folder = new URL(`${packages['onnxruntime-web']}dist/`, page.document.baseURI).href;
      const { default: ort } = (await import(folder + builds[api])) as { readonly default: Ort };
      ort.env.logLevel = 'fatal';
      ort.env.wasm.wasmPaths = folder;
      ort.env.wasm.numThreads = 1;
      const { id, L, M, size, N } = question;
      const model = caseModel({ id, operation: 'block', inputs: recordedInputs(question, inputs), window });
      const session = await ort.InferenceSession.create(model, { executionProviders: [api] });
      return {
        run: async () => {
          const { y } = await session.run({ x: new ort.Tensor('float32', inputs.x, [N, L * M, size, size]) });
          // Some providers give a view of their memory.
          return Float32Array.from(y.getData ? await y.getData() : y.data);
        },
        end: () => session.release(),
      };
    },
  };
}
