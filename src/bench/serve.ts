/** `node serve.js CANDIDATE`: the process of one candidate. Questions come on stdin, answers go to stdout. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BenchCase } from './case.ts';
import type { BenchInputs } from './inputs.ts';
import type { Hello, OpenAnswer, Question, SampleAnswer, WaysAnswer } from './messages.ts';
import type { Opened, Program, Way } from './program.ts';
import { programs } from './programs/index.ts';
import { Refusal } from './refusal.ts';
import { lapsOf, sampleOf } from './stopwatch.ts';

// Stdout is for answers; what a package has to say goes to stderr.
console.log = console.error;
console.info = console.error;
console.warn = console.error;

const say = (answer: Hello | WaysAnswer | OpenAnswer | SampleAnswer | object) =>
  process.stdout.write(`${JSON.stringify(answer)}\n`);

interface Ready {
  readonly opened: Opened;
  /** Runs between two looks at the clock. */
  readonly lap: number;
}

const float32 = (path: string): Float32Array => {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
};

async function open(
  program: Program,
  question: Extract<Question, { ask: 'open' }>,
): Promise<Ready & { readonly answer: OpenAnswer }> {
  const file = (name: string) => float32(join(question.folder, name));
  const inputs: BenchInputs = { x: file('x'), primary: file('primary'), secondary: file('secondary') };
  const start = performance.now();
  const opened = await program.open(question.case, inputs, question.way);
  await opened.run();
  const first = performance.now() - start;
  if (opened.output) writeFileSync(question.output, opened.output());
  const lap = await lapsOf(opened.run, question.warmUp, first, opened.settles);
  const { rounding, plan, spent, multiplyAdds } = opened;
  const told = { rounding, plan, spent, multiplyAdds };
  return { opened, lap, answer: { first, ...JSON.parse(JSON.stringify(told)) } };
}

function waysOf(program: Program, question: BenchCase): WaysAnswer {
  try {
    return { ways: program.ways(question) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ways: [], why: error.message };
  }
}

async function serve(program: Program): Promise<void> {
  const ready = new Map<Way, Ready>();
  say({ about: program.about });
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line) as Question;
    switch (question.ask) {
      case 'ways':
        say(waysOf(program, question.case));
        break;
      case 'open':
        try {
          const { answer, ...rest } = await open(program, question);
          ready.set(question.way, rest);
          say(answer);
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          say({ cannot: error.message.split('\n')[0] });
        }
        break;
      case 'sample': {
        const { opened, lap } = ready.get(question.way)!;
        say({ milliseconds: await sampleOf(opened.run, lap, question.milliseconds) });
        break;
      }
      case 'close':
        for (const { opened } of ready.values()) await opened.close();
        ready.clear();
        // Its tensors are garbage now: not in the middle of the next sample.
        globalThis.gc?.();
        say({});
        break;
    }
  }
}

try {
  await serve(await programs[process.argv[2]!]!());
  process.exit(0);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say({ missing: error.message });
}
