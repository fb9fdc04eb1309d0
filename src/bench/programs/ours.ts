/** This library's kernels: copying tensors in and out, or with tensors where the code reads and writes them. */
import { createKernels, type Kernels, type Prepared } from '../../kernels/index.ts';
import type { BenchCase } from '../case.ts';
import { type BenchInputs, window } from '../inputs.ts';
import type { Opened, Program } from '../program.ts';

export async function ours(threads: number, tensors: 'copied' | 'in place'): Promise<Program> {
  const kernels = createKernels({ threads });
  await kernels.ready;
  return {
    about: `Node ${process.version}`,
    ways: () => ['kernels'],
    open: async (question, inputs) => opened(prepare(kernels, question, inputs), inputs.x, tensors),
  };
}

function prepare(
  kernels: Kernels,
  { operation, L, M, size, N }: BenchCase,
  { primary, secondary }: BenchInputs,
): Prepared {
  const common = { N, height: size, width: size, kernel: [3, 3], window } as const;
  if (operation === 'group-convolution') {
    return kernels.convolution({ ...common, groups: L, inputs: M, outputs: M }, { weight: primary });
  }
  return kernels.block({ ...common, L, Min: M }, { primaryWeight: primary, secondaryWeight: secondary });
}

function roundingOf(algorithm: Prepared['plan']['algorithm']): Pick<Opened, 'rounding'> {
  if (algorithm === 'sum') return {};
  return { rounding: algorithm === 'winograd' ? 'Winograd' : 'Strassen' };
}

function opened(prepared: Prepared, x: Float32Array, tensors: 'copied' | 'in place'): Opened {
  const { strategy, algorithm, stripRows, codeBytes, compileMs, packMs } = prepared.plan;
  const y = new Float32Array(x.length);
  if (tensors === 'in place') prepared.input.set(x);
  return {
    run: tensors === 'copied' ? () => void prepared.run(x, y) : () => void prepared.run(),
    output: () => (tensors === 'copied' ? y : prepared.output),
    close: () => prepared.dispose(),
    plan: `${strategy}, ${stripRows} rows at a time, ${codeBytes} bytes of code`,
    spent: `${compileMs.toFixed(1)} emitting and compiling, ${packMs.toFixed(1)} packing weights`,
    ...roundingOf(algorithm),
  };
}
