/** Loops in plain JavaScript, as somebody would write them by hand for this block. */
import { type BenchCase, refuseMoreThan } from '../case.ts';
import type { BenchInputs } from '../inputs.ts';
import { plainBlock, plainPrimary } from '../plain-loops.ts';
import type { Opened, Program } from '../program.ts';

export async function loops(): Promise<Program> {
  return {
    about: `loops in float32, Node ${process.version}`,
    ways: (question) => {
      refuseMoreThan(1e9, question);
      return ['loops'];
    },
    open: async (question, inputs) => opened(question, inputs),
  };
}

function opened({ operation, L, M, size, N }: BenchCase, { x, primary, secondary }: BenchInputs): Opened {
  const shape = { L, M, H: size, W: size };
  const length = x.length / N;
  const y = new Float32Array(x.length);
  const one = (sample: Float32Array) =>
    operation === 'block'
      ? plainBlock(sample, primary, secondary, shape)
      : plainPrimary(sample, primary, shape);
  return {
    run: () => {
      for (let n = 0; n < N; n++) y.set(one(x.subarray(n * length, (n + 1) * length)), n * length);
    },
    output: () => y,
    close: () => {},
  };
}
