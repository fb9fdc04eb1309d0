/** The programs that are Node's, by the id of their candidate */
import type { Program } from '../program.ts';
import { loops } from './loops.ts';
import { onnx } from './onnx.ts';
import { ours } from './ours.ts';
import { tfjsWasm } from './tfjs.ts';
import { wasmLimit } from './wasm-limit.ts';

export const programs: Readonly<Record<string, () => Promise<Program>>> = {
  ours: () => ours(1, 'copied'),
  'ours-in-place': () => ours(1, 'in place'),
  'ours-wide': () => ours(1, 'copied'),
  'ours-2': () => ours(2, 'copied'),
  ort: () => onnx('onnxruntime-node', 1),
  'ort-2': () => onnx('onnxruntime-node', 2),
  'ort-web': () => onnx('onnxruntime-web', 1),
  'ort-web-2': () => onnx('onnxruntime-web', 2),
  tfjs: tfjsWasm,
  loops,
  'wasm-limit': wasmLimit,
};
