/** What WebAssembly can do here: multiply-adds on vectors of four floats, in registers, with nothing in the way. */
import {
  assemble,
  engine,
  FunctionBuilder,
  features,
  type Local,
  maximumPages,
} from '../../kernels/wasm/assembler.ts';
import type { Opened, Program, Way } from '../program.ts';
import { Refusal } from '../refusal.ts';

const lanes = 4;

/** Products of 2 numbers with 4 vectors: 8 sums, 4 vectors, 2 numbers and a product fit 16 registers. */
const [numbers, vectors] = [2, 4];

const steps = 4096;

type MultiplyAdd = (f: FunctionBuilder, sum: Local, a: Local, b: Local) => FunctionBuilder;

const ways: Readonly<Record<Way, MultiplyAdd>> = {
  'mul and add': (f, sum, a, b) => f.get(a).get(b).f32x4Mul().get(sum).f32x4Add().set(sum),
  'relaxed madd': (f, sum, a, b) => f.get(a).get(b).get(sum).f32x4RelaxedMadd().set(sum),
};

export async function wasmLimit(): Promise<Program> {
  const { simd, relaxed } = features();
  if (!simd) throw new Refusal('this engine has no WebAssembly SIMD');
  return {
    about: `WebAssembly SIMD, Node ${process.version}`,
    ways: () => Object.keys(ways).filter((way) => relaxed || way !== 'relaxed madd'),
    open: async (_question, _inputs, way) => opened(ways[way]!),
  };
}

function opened(multiplyAdd: MultiplyAdd): Opened {
  const { Module, Instance, Memory } = engine();
  const memory = new Memory({ initial: 1, maximum: maximumPages });
  const module = new Module(assemble({ run: loop(multiplyAdd) }));
  const { run } = new Instance(module, { env: { memory } }).exports;
  return {
    run: () => void run!(),
    close: () => {},
    multiplyAdds: steps * numbers * vectors * lanes,
  };
}

function loop(multiplyAdd: MultiplyAdd): FunctionBuilder {
  const f = new FunctionBuilder();
  const step = f.local('i32');
  const sums = f.several('v128', numbers * vectors);
  const features = f.several('v128', vectors);
  const weights = f.several('v128', numbers);
  for (const [i, feature] of features.entries())
    f.i32Const(0)
      .v128Load(16 * i)
      .set(feature);
  f.countUp(step, 0, steps, 1, () => {
    // Read anew in each step: a product that is always the same would be worked out once.
    for (const [i, weight] of weights.entries())
      f.i32Const(0)
        .v128Load32Splat(256 + 4 * i)
        .set(weight);
    for (const [i, sum] of sums.entries()) {
      multiplyAdd(f, sum, weights[Math.floor(i / vectors)]!, features[i % vectors]!);
    }
  });
  // Unused sums would not be worked out at all.
  for (const [i, sum] of sums.entries())
    f.i32Const(0)
      .get(sum)
      .v128Store(512 + 16 * i);
  return f;
}
