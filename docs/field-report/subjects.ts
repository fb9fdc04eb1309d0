/** What the field report judges: commands of `igc check`, and what a reader must know of each. */

/** Whose code computes: a failure is confirmed by another family. */
export type Family =
  | 'numpy'
  | 'pytorch'
  | 'c'
  | 'onnxruntime-node'
  | 'onnxruntime-web'
  | 'tfjs'
  | 'gpu.js'
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
}

/** Debian's, which has PyTorch and NumPy. */
const python = '/usr/bin/python3';
const command = (line: string) => ['--command', line];
const torch = (...words: string[]) => command([python, 'docs/field-report/pytorch.py', ...words].join(' '));
const browser = (name: string, provider: string) => [name, '--browser', '--provider', provider];

const inProcesses: readonly Subject[] = [
  { id: 'numpy', family: 'numpy', arguments: command(`${python} docs/examples/numpy_block.py`), level: 2 },
  { id: 'pytorch-f32', family: 'pytorch', arguments: torch(), level: 2 },
  { id: 'pytorch-f64', family: 'pytorch', arguments: torch('--dtype', 'float64'), level: 2 },
  { id: 'pytorch-channels-last', family: 'pytorch', arguments: torch('--channels-last'), level: 2 },
  { id: 'pytorch-no-mkldnn', family: 'pytorch', arguments: torch('--no-mkldnn'), level: 2 },
  { id: 'pytorch-two-threads', family: 'pytorch', arguments: torch('--threads', '2'), level: 1 },
  { id: 'pytorch-bf16', family: 'pytorch', arguments: torch('--dtype', 'bfloat16'), level: 1 },
  {
    id: 'pytorch-bf16-flushing',
    family: 'pytorch',
    arguments: torch('--dtype', 'bfloat16'),
    level: 1,
    options: ['--flush-subnormals'],
  },
  {
    id: 'pytorch-bf16-no-mkldnn',
    family: 'pytorch',
    arguments: torch('--dtype', 'bfloat16', '--no-mkldnn'),
    level: 1,
  },
  { id: 'pytorch-f16', family: 'pytorch', arguments: torch('--dtype', 'float16'), level: 1 },
  {
    id: 'c',
    family: 'c',
    arguments: [
      '--hello',
      'docs/examples/block.json',
      '--one-shot',
      '/tmp/igc-field-report-block {inputs} {outputs} {stride_h} {stride_w} {dilation_h} {dilation_w} {top} {bottom} {left} {right}',
    ],
    level: 1,
  },
  { id: 'onnxruntime-node', family: 'onnxruntime-node', arguments: ['onnxruntime-node'], level: 2 },
  { id: 'onnxruntime-web', family: 'onnxruntime-web', arguments: ['onnxruntime-web'], level: 2 },
  { id: 'tfjs-cpu', family: 'tfjs', arguments: ['tfjs', '--provider', 'cpu'], level: 2 },
  { id: 'tfjs-wasm', family: 'tfjs', arguments: ['tfjs', '--provider', 'wasm'], level: 2 },
  { id: 'tensor-core', family: 'own', arguments: ['tensor-core'], level: 2 },
  { id: 'kernels', family: 'own', arguments: ['kernels'], level: 2 },
];

/** In Chromium; what is drawn there is drawn by SwiftShader, on the processor. */
const inPages: readonly Subject[] = [
  { id: 'kernels-browser', family: 'own', arguments: ['kernels', '--browser'], level: 1 },
  ...(['wasm', 'webgl', 'webgpu'] as const).map(
    (provider): Subject => ({
      id: `onnxruntime-web-browser-${provider}`,
      family: 'onnxruntime-web',
      arguments: browser('onnxruntime-web', provider),
      level: 1,
    }),
  ),
  ...(['cpu', 'wasm', 'webgl', 'webgpu'] as const).map(
    (provider): Subject => ({
      id: `tfjs-browser-${provider}`,
      family: 'tfjs',
      arguments: browser('tfjs', provider),
      level: 1,
    }),
  ),
  ...(['webgl2', 'webgpu'] as const).map(
    (provider): Subject => ({
      id: `gpu-browser-${provider}`,
      family: 'gpu.js',
      arguments: browser('gpu', provider),
      level: 1,
    }),
  ),
];

export const subjects: readonly Subject[] = [...inProcesses, ...inPages];
