/** Whose output agrees: right ones in every rounding, and no wrong one. */
import { describe, expect, test } from 'vitest';
import { judgeOf } from '../../src/bench/agreement.ts';
import { casesNamed } from '../../src/bench/case.ts';
import { inputsOf } from '../../src/bench/inputs.ts';
import type { Program } from '../../src/bench/program.ts';
import { loops } from '../../src/bench/programs/loops.ts';
import { ours } from '../../src/bench/programs/ours.ts';

async function outputOf(program: Program, name: string) {
  const question = casesNamed(name)[0]!;
  const [way] = program.ways(question);
  const opened = await program.open(question, inputsOf(question), way!);
  await opened.run();
  const y = Float32Array.from(opened.output!());
  await opened.close();
  return { question, y, rounding: opened.rounding ?? 'convolutions' } as const;
}

describe.each(['L1M1@1', 'L2M3@4x3', 'dense3@5x2', 'depthwise6@4', 'L2M8@6'])('%s', (name) => {
  test('plain loops and the kernels are right', async () => {
    for (const program of [await loops(), await ours(1, 'copied'), await ours(1, 'in place')]) {
      const { question, y, rounding } = await outputOf(program, name);
      const { problem, worstRatio } = judgeOf(question)(y, question.N, rounding);
      expect(problem).toBeUndefined();
      expect(worstRatio).toBeLessThan(1);
    }
  });

  test('one wrong number anywhere is seen', async () => {
    const { question, y } = await outputOf(await loops(), name);
    const judge = judgeOf(question);
    for (let i = 0; i < y.length; i += 7) {
      const wrong = y.with(i, y[i]! * 1.01);
      expect(judge(wrong, question.N, 'convolutions').problem, `element ${i}`).toMatch(
        /^1 of \d+ numbers of sample/,
      );
    }
    expect(judge(y.slice(1), question.N, 'convolutions').problem).toMatch(/numbers, expected/);
    expect(judge(y.with(0, Number.NaN), question.N, 'convolutions').problem).toContain('NaN');
  });
});

test('one pixel has a bound in every rounding', () => {
  const judge = judgeOf(casesNamed('L1M1@1')[0]!);
  for (const rounding of ['convolutions', 'composed', 'Winograd'] as const) {
    expect(judge(new Float32Array(1), 1, rounding).problem).toMatch(/^1 of 1 numbers .* within \d\S*$/);
  }
});

test('a composed kernel has a wider bound than two convolutions, Winograd another', () => {
  const judge = judgeOf(casesNamed('L2M8@6')[0]!);
  const y = new Float32Array(16 * 36);
  const errors = (['convolutions', 'composed', 'Winograd'] as const).map(
    (rounding) => judge(y, 1, rounding).worstRatio,
  );
  expect(errors[1]).toBeLessThan(errors[0]!);
  expect(errors[2]).toBeLessThan(errors[0]!);
});
