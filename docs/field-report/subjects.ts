/** What the field report judges: commands of `igc check`, and what a reader must know of each. */
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnxruntimeWebSnippet } from './snippets/onnxruntime-web.ts';
import { pytorchSnippet } from './snippets/pytorch.ts';
import type { Snippet } from './snippets/snippet.ts';
import { tfjsSnippet } from './snippets/tfjs.ts';
import type { MakeFiles } from './workplace.ts';

/** Whose code computes: a failure is confirmed by another family. */
export type Family =
  | 'numpy'
  | 'pytorch'
  | 'c'
  | 'onnxruntime-node'
  | 'onnxruntime-web'
  | 'tfjs'
  | 'gpu.js'
  | 'jax'
  | 'jax-js'
  | 'onnx'
  | 'onnx.js'
  | 'opencv'
  | 'scipy'
  | 'tensorflow'
  | 'own';

export interface Subject {
  /** As it is called on the command line of the report, and in its JSON. */
  readonly id: string;
  readonly family: Family;
  /** The arguments that name it. */
  readonly arguments: readonly string[];
  readonly level: 1 | 2;
  /** More options of the check. */
  readonly options?: readonly string[];
  /** Variables that are set for it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What has to be in the folder where it runs, which is a fresh one then. */
  readonly files?: MakeFiles;
  /** How a failure of it is shown without us. */
  readonly snippet?: Snippet;
}

/** Debian's, which has PyTorch and NumPy; that of packages/ is the first in the path, which has theirs. */
const python = '/usr/bin/python3';
const command = (line: string) => ['--command', line];

/** PyTorch's own convolution, asked in one of several ways. */
function pytorch(way: string, words: readonly string[], more: Partial<Subject> = {}): Subject {
  return {
    id: `pytorch-${way}`,
    family: 'pytorch',
    arguments: command([python, 'docs/examples/pytorch_block.py', ...words].join(' ')),
    level: 2,
    snippet: pytorchSnippet(),
    ...more,
  };
}
const [bfloat16, float16] = [
  ['--dtype', 'bfloat16'],
  ['--dtype', 'float16'],
];

/** The C example, as its first lines say that it's compiled and judged. */
const c: Subject = {
  id: 'c',
  family: 'c',
  arguments: [
    '--hello',
    'block.json',
    '--one-shot',
    './block {inputs} {outputs} {stride_h} {stride_w} {dilation_h} {dilation_w} {top} {bottom} {left} {right}',
  ],
  level: 2,
  files: (folder) => {
    copyFileSync('docs/examples/block.json', join(folder, 'block.json'));
    execFileSync('cc', ['-O2', '-o', join(folder, 'block'), 'docs/examples/block.c', '-lm']);
  },
};

const inProcesses: readonly Subject[] = [
  { id: 'numpy', family: 'numpy', arguments: command(`${python} docs/examples/numpy_block.py`), level: 2 },
  pytorch('f32', []),
  pytorch('f64', ['--dtype', 'float64'], { snippet: pytorchSnippet('float64') }),
  pytorch('channels-last', ['--channels-last']),
  pytorch('no-mkldnn', ['--no-mkldnn']),
  pytorch('two-threads', ['--threads', '2']),
  pytorch('bf16', bfloat16, { snippet: pytorchSnippet('bfloat16') }),
  pytorch('bf16-flushing', bfloat16, { options: ['--flush-subnormals'] }),
  pytorch('bf16-no-mkldnn', [...bfloat16, '--no-mkldnn']),
  pytorch('f16', float16, { snippet: pytorchSnippet('float16') }),
  c,
  { id: 'onnxruntime-node', family: 'onnxruntime-node', arguments: ['onnxruntime-node'], level: 2 },
  {
    id: 'onnxruntime-node-f16',
    family: 'onnxruntime-node',
    arguments: ['onnxruntime-node'],
    options: ['--precision', 'f16'],
    level: 2,
  },
  { id: 'onnxruntime-web', family: 'onnxruntime-web', arguments: ['onnxruntime-web'], level: 2 },
  { id: 'tfjs-cpu', family: 'tfjs', arguments: ['tfjs', '--provider', 'cpu'], level: 2 },
  {
    id: 'tfjs-wasm',
    family: 'tfjs',
    arguments: ['tfjs', '--provider', 'wasm'],
    level: 2,
    snippet: tfjsSnippet('wasm'),
  },
  { id: 'tensor-core', family: 'own', arguments: ['tensor-core'], level: 2 },
  { id: 'kernels', family: 'own', arguments: ['kernels'], level: 2 },
  { id: 'kernels-winograd', family: 'own', arguments: ['kernels', '--provider', 'winograd'], level: 2 },
  {
    id: 'gpu',
    family: 'gpu.js',
    arguments: ['gpu'],
    level: 2,
    environment: { VK_ICD_FILENAMES: '/usr/lib/chromium/vk_swiftshader_icd.json' },
  },
];

/** In Chromium; what is drawn there is drawn by SwiftShader, on the processor. */
const inPages: readonly Subject[] = [
  { id: 'kernels-browser', family: 'own', arguments: ['kernels', '--browser'], level: 2 },
  inPage('onnxruntime-web', 'wasm'),
  inPage('onnxruntime-web', 'webgl', { snippet: onnxruntimeWebSnippet('webgl') }),
  inPage('onnxruntime-web', 'webgpu', { snippet: onnxruntimeWebSnippet('webgpu') }),
  ...['cpu', 'wasm', 'webgl', 'webgpu'].map((provider) =>
    inPage('tfjs', provider, { snippet: tfjsSnippet(provider) }),
  ),
  ...['webgl2', 'webgpu'].map((provider) => inPage('gpu', provider)),
];

function inPage(
  name: 'onnxruntime-web' | 'tfjs' | 'gpu',
  provider: string,
  more: Partial<Subject> = {},
): Subject {
  return {
    id: `${name}-browser-${provider}`,
    family: name === 'gpu' ? 'gpu.js' : name,
    arguments: [name, '--browser', '--provider', provider],
    level: 2,
    ...more,
  };
}

/** Packages that aren't known by name: each by an adapter such as its users would write (packages/). */
const byAdapters: readonly Subject[] = [
  adapter('jax', 'jax', 'jax_lax.py', ['--flush-subnormals']),
  {
    id: 'jax-js',
    family: 'jax-js',
    arguments: ['docs/field-report/packages/jax_js.mjs'],
    level: 2,
  },
  adapter('tensorflow-conv2d', 'tensorflow', 'tensorflow_nn.py conv2d', ['--flush-subnormals']),
  {
    ...adapter('tensorflow-conv2d-no-onednn', 'tensorflow', 'tensorflow_nn.py conv2d', [
      '--flush-subnormals',
    ]),
    environment: { TF_ENABLE_ONEDNN_OPTS: '0' },
  },
  adapter('tensorflow-depthwise', 'tensorflow', 'tensorflow_nn.py depthwise', ['--flush-subnormals']),
  adapter('scipy', 'scipy', 'scipy_signal.py'),
  adapter('onnxruntime-python', 'onnxruntime-node', 'onnx_model.py onnxruntime'),
  adapter('onnx-reference', 'onnx', 'onnx_model.py reference'),
  adapter('opencv', 'opencv', 'onnx_model.py opencv'),
  ...['cpu', 'wasm'].map(
    (backend): Subject => ({
      id: `onnxjs-${backend}`,
      family: 'onnx.js',
      arguments: command(`node docs/field-report/packages/onnx_model.mjs onnxjs-${backend}`),
      level: 2,
    }),
  ),
];

function adapter(id: string, family: Family, line: string, options: readonly string[] = []): Subject {
  return { id, family, arguments: command(`python3 docs/field-report/packages/${line}`), options, level: 2 };
}

export const subjects: readonly Subject[] = [...inProcesses, ...inPages, ...byAdapters];
