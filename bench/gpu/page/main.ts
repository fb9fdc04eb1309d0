/** The page: opens each backend, has it checked, tries the pitfalls, times the block, and keeps what it found. */
import { inputsOf } from '../../../src/bench/inputs.ts';
import { loadGpuJs } from '../../../src/browser/page/gpu-js.ts';
import { engine } from '../../../src/implementations/engine.ts';
import { kernelsOf } from '../../../src/kernels/gpu/kernels.ts';
import type { Library } from '../../../src/kernels/gpu/library.ts';
import type { Backend } from '../../../src/kernels/gpu/types.ts';
import { type Endurance, endure, programs } from '../endurance.ts';
import { tryPitfalls } from '../pitfalls.ts';
import type { BackendResult, CaseResult, PageResult } from '../result.ts';
import type { Setup } from '../server.ts';
import type { Candidate } from './candidate.ts';
import { checked } from './check.ts';
import { around, byId } from './dom.ts';
import { ortCandidate } from './ort.ts';
import { cpuCandidate, gpuCandidate } from './ours.ts';
import { tfjsCandidate } from './tfjs.ts';
import { type Judge, timeCase } from './timing.ts';
import { conclusionOf, offerDownload, showBackends, showPitfalls, showStatus, showTimes } from './view.ts';

/** Those of a browser. */
const inPages: readonly Backend[] = ['webgpu', 'webgl2'];

const at = (what: string) => new URL(what, around.location.href);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const setup = (await (await fetch(at('setup'))).json()) as Setup;

/** To the person, and to the server's terminal. */
function say(what: string, part?: number): void {
  showStatus(what, part);
  void fetch(at('says'), { method: 'POST', body: what }).catch(() => {});
}

async function opened(library: Library, backend: Backend): Promise<BackendResult> {
  say(`Opening ${backend}…`);
  try {
    const gpu = await kernelsOf(library, { backend, allowSoftware: true, require: true });
    const { device } = gpu;
    await gpu.dispose();
    return { backend, device };
  } catch (error) {
    // Of one that was asked for by itself: the card names it.
    return { backend, unavailable: reasonOf(error).replace(/^gpu: no GPU can be used: \w+: /, '') };
  }
}

async function everything(): Promise<PageResult> {
  const folder = setup.packages['gpu.js'];
  if (folder === undefined) throw new Error('gpu.js isn’t installed: npm install gpu.js');
  const library = await loadGpuJs(folder);
  const results: BackendResult[] = inPages.map((backend) => ({ backend }));
  const update = (i: number, more: Partial<BackendResult>) => {
    results[i] = { ...results[i]!, ...more };
    showBackends(results);
  };
  for (const [i, backend] of inPages.entries()) update(i, await opened(library, backend));
  const here = [...inPages.entries()].filter(([i]) => results[i]!.device !== undefined);
  if (setup.wants.check) {
    for (const [i, backend] of here) update(i, await checked(backend, say));
  }
  const cases = setup.wants.times
    ? await times(
        library,
        here.map(([, backend]) => backend),
        results,
      )
    : [];
  if (setup.calls > 0) {
    for (const [i, backend] of here) update(i, { endurance: await endured(library, backend) });
  }
  if (setup.wants.pitfalls) {
    // Last, since they take the device away.
    for (const [i, backend] of here) {
      say(`${backend}: trying what gpu.js gets wrong…`);
      update(i, { pitfalls: await tryPitfalls(library, backend) });
      showPitfalls(results);
    }
  }
  const { versions } = setup;
  return { schema: 'igc-oracle/gpu-page/1', browser: engine(), versions, backends: results, cases };
}

async function endured(library: Library, backend: Backend): Promise<Endurance> {
  const gpu = await kernelsOf(library, { backend, allowSoftware: true, require: true, cache: programs });
  let looks = 0;
  const look = async () => say(`${backend}: ${setup.calls} calls over many shapes…`, looks++ / 10);
  try {
    return await endure(gpu, setup.calls, look);
  } finally {
    await gpu.dispose();
  }
}

async function times(
  library: Library,
  here: readonly Backend[],
  results: readonly BackendResult[],
): Promise<readonly CaseResult[]> {
  const isSoftware = results.some(({ device }) => device?.software === true);
  const cases: CaseResult[] = [];
  for (const question of setup.cases) {
    const { rounds } = setup;
    const inputs = inputsOf(question);
    const timed = await timeCase(question, inputs, candidatesOf(library, here), rounds, judge, say);
    cases.push({ id: question.id, ...timed });
    showTimes(cases, isSoftware);
  }
  return cases;
}

/** What reaches a GPU by a way that isn't there is left out. */
function candidatesOf(library: Library, here: readonly Backend[]): readonly Candidate[] {
  const { packages } = setup;
  const apis = here.map((backend) => (backend === 'webgpu' ? 'webgpu' : 'webgl'));
  const hasTfjs = '@tensorflow/tfjs' in packages && '@tensorflow/tfjs-backend-webgpu' in packages;
  const hasOrt = 'onnxruntime-web' in packages;
  return [
    ...here.map((backend) => gpuCandidate(library, backend)),
    cpuCandidate,
    ...(hasTfjs
      ? apis.flatMap((api) => [
          tfjsCandidate(api, 'groups split', packages),
          tfjsCandidate(api, 'dense kernels', packages),
        ])
      : []),
    ...(hasOrt ? [...apis, 'wasm' as const].map((api) => ortCandidate(api, packages)) : []),
  ];
}

const judge: Judge = async ({ id }, y) => {
  const body = new Uint8Array(y.buffer as ArrayBuffer, y.byteOffset, y.byteLength);
  const response = await fetch(at(`judge?case=${encodeURIComponent(id)}`), { method: 'POST', body });
  return (await response.json()) as Awaited<ReturnType<Judge>>;
};

async function start(): Promise<void> {
  byId('start').hidden = true;
  try {
    const result = await everything();
    say(conclusionOf(result.backends));
    offerDownload(result);
    await fetch(at('result'), { method: 'POST', body: JSON.stringify(result) });
  } catch (error) {
    say(`It failed: ${reasonOf(error)}`);
    byId('start').hidden = false;
    await fetch(at('failed'), { method: 'POST', body: reasonOf(error) });
  }
}

if (setup.isAutomatic) void start();
else byId('start').addEventListener('click', () => void start());
