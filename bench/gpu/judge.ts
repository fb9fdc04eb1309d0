/** What the oracle says of an output that the page computed. */
import { type Judge, judgeOf } from '../../src/bench/agreement.ts';
import type { BenchCase } from '../../src/bench/case.ts';
import { inputsOf } from '../../src/bench/inputs.ts';
import { plainBlock } from '../../src/bench/plain-loops.ts';
import type { CandidateResult } from './result.ts';

interface Known {
  readonly judge: Judge;
  /** In doubles. */
  readonly reference: Float64Array;
}

const known = new Map<string, Known>();

/** `bytes`: the output as float32, little-endian. */
export function judgeNumbers(
  question: BenchCase,
  bytes: Uint8Array,
): Pick<CandidateResult, 'worstRatio' | 'error' | 'problem'> {
  const y = new Float32Array(bytes.slice().buffer);
  const { judge, reference } = known.get(question.id) ?? remember(question);
  const { worstRatio, problem } = judge(y, question.N, 'convolutions');
  if (problem !== undefined) return { problem };
  let [largest, error] = [0, 0];
  reference.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value));
    error = Math.max(error, Math.abs(value - y[i]!));
  });
  return { worstRatio, error: error / largest };
}

function remember(question: BenchCase): Known {
  const { L, M, size } = question;
  const { x, primary, secondary } = inputsOf(question);
  const [a, b, c] = [x, primary, secondary].map((numbers) => Float64Array.from(numbers));
  const made = {
    judge: judgeOf(question),
    reference: plainBlock(a!, b!, c!, { L, M, H: size, W: size }),
  };
  known.set(question.id, made);
  return made;
}
