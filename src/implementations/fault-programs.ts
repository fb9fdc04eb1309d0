/**
 * Programs that go wrong, each in its own way, to see whether the oracle says so: data, written out and run by
 * `injectedFaults`. They interleave, rightly but for the fault.
 */
import type { VerdictKind } from '../oracle/types.ts';

/** How a program is asked. */
export type FaultKind = 'command' | 'one-shot' | 'module';

/** A program that goes wrong when it's asked. */
export interface FaultProgram {
  readonly id: string;
  /** To follow 'an implementation that'. */
  readonly name: string;
  readonly kind: FaultKind;
  readonly expected: readonly VerdictKind[];
  /** What it does when it's asked, in place of the right answer. */
  readonly body: string;
}

const fault = (
  kind: FaultKind,
  id: string,
  name: string,
  expected: VerdictKind | readonly VerdictKind[],
  body: string,
): FaultProgram => ({ kind, id: `${kind}-${id}`, name, body, expected: [expected].flat() });

/** Reads a case, writes an answer: what `body` may use is x, y, question, write(arrays), done() and flood(stream, text). */
const files = `
import { closeSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';

const forever = () => setInterval(() => {}, 1000);
const flood = (stream, text) => {
  const more = () => { while (stream.write(text)); stream.once('drain', more); };
  more();
};

function read(path) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { shape, data_offsets: [from, to] } = JSON.parse(bytes.subarray(8, start)).x;
  const data = Float32Array.from({ length: (to - from) / 4 }, (_, i) => bytes.readFloatLE(start + from + 4 * i));
  return { shape, data };
}

function encode(arrays) {
  let at = 0;
  const header = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(arrays).map(
    ([name, { shape, data }]) => [name, { dtype: 'F32', shape, data_offsets: [at, (at += data.byteLength)] }],
  ))));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const parts = Object.values(arrays).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, header, ...parts]);
}

function interleave({ shape, data }, L, M) {
  const [N, C, H, W] = shape;
  const y = new Float32Array(data.length);
  for (let n = 0; n < N; n++)
    for (let c = 0; c < C; c++)
      for (let p = 0; p < H * W; p++)
        y[(n * C + (c % M) * L + Math.floor(c / M)) * H * W + p] = data[(n * C + c) * H * W + p];
  return { shape, data: y };
}

async function answer(question, done) {
  const { inputs, outputs, L, M } = question;
  const x = read(inputs);
  const y = interleave(x, L, M);
  const write = (arrays) => writeFileSync(outputs, encode(arrays));
  /* the fault */
}
`;

const abilities = {
  igc: 1,
  name: 'fault',
  format: 'safetensors',
  precision: 'float32',
  operations: ['interleave'],
};

/** What a one-shot program can do, as a hello. */
export const faultHello = JSON.stringify(abilities);

/** The text of the program. */
export function sourceOf({ kind, body }: FaultProgram): string {
  const own = () => body;
  switch (kind) {
    case 'module':
      return `export const name = 'fault';\nexport function interleave({ x, L, M, out }) {\n${rightModule}\n${body}\n}\n`;
    case 'one-shot':
      return `${files.replace('/* the fault */', own)}\nawait answer(JSON.parse(readFileSync(process.argv[2], 'utf8')), () => {});\n`;
    case 'command':
      return `${files.replace('/* the fault */', own)}
import { createInterface } from 'node:readline';
const say = (object) => process.stdout.write(JSON.stringify(object) + '\\n');
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if (question.igc) say(${faultHello});
  else await answer(question, (more = {}) => say({ id: question.id, ok: true, ...more }));
}
`;
  }
}

const rightModule = `
  const [N, C, H, W] = x.shape;
  const y = { shape: x.shape, data: new Float32Array(x.data.length) };
  for (let n = 0; n < N; n++)
    for (let c = 0; c < C; c++)
      for (let p = 0; p < H * W; p++)
        y.data[(n * C + (c % M) * L + Math.floor(c / M)) * H * W + p] = x.data[(n * C + c) * H * W + p];
`;

/** None goes wrong: what is right must pass, or the others would prove nothing. */
const right = [
  fault('command', 'right', 'is right', 'PASS', 'write({ y }); done();'),
  fault('one-shot', 'right', 'is right', 'PASS', 'write({ y });'),
  fault('module', 'right', 'is right', 'PASS', 'return y;'),
];

const commands = [
  ['hangs', 'never answers', 'TIMEOUT', 'forever(); await new Promise(() => {});'],
  ['stubborn', 'never answers and ignores SIGTERM', 'TIMEOUT', "process.on('SIGTERM', () => {}); for (;;);"],
  ['half-line', 'stops in the middle of its answer', 'TIMEOUT', 'process.stdout.write(\'{"id": "\');'],
  ['segfault', 'is killed by SIGSEGV', 'CRASH', "process.kill(process.pid, 'SIGSEGV'); forever();"],
  ['killed', 'is killed by SIGKILL', 'CRASH', "process.kill(process.pid, 'SIGKILL'); forever();"],
  ['throws', 'throws', 'CRASH', "throw new RangeError('index 7 is out of bounds');"],
  ['exits', 'exits with 0 before it answers', 'CRASH', 'process.exit(0);'],
  [
    'dies-later',
    'exits with 3 when it has answered',
    'CRASH',
    'write({ y }); done(); setTimeout(() => process.exit(3), 1); await new Promise(() => {});',
  ],
  [
    'error',
    'reports an error',
    'CRASH',
    "process.stdout.write(JSON.stringify({ id: question.id, error: 'no memory' }) + '\\n');",
  ],
  ['prose', 'prints prose', 'GARBAGE', "console.log('step 1 of 7'); write({ y }); done();"],
  ['flood', 'floods standard output', 'GARBAGE', "flood(process.stdout, 'x'.repeat(4096));"],
  [
    'noisy',
    'floods standard error, and is right',
    'PASS',
    "for (let i = 0; i < 20; i++) process.stderr.write('e'.repeat(65536)); write({ y }); done();",
  ],
  ['wrong-id', 'answers another question', 'GARBAGE', "write({ y }); done({ id: '1' });"],
  ['twice', 'answers twice', 'GARBAGE', 'write({ y }); done(); done();'],
  [
    'deaf',
    'closes its standard output',
    ['GARBAGE', 'CRASH'],
    'process.stdout.destroy(); closeSync(1); forever(); await new Promise(() => {});',
  ],
  ['no-output', 'writes nothing', 'GARBAGE', 'done();'],
  [
    'partial',
    'writes half of its output',
    'GARBAGE',
    'const whole = encode({ y }); writeFileSync(outputs, whole.subarray(0, whole.length - 5)); done();',
  ],
  ['bomb', 'writes a file of a tebibyte', 'GARBAGE', 'write({ y }); truncateSync(outputs, 2 ** 40); done();'],
  [
    'liar',
    'lies about its shape',
    'GARBAGE',
    'write({ y: { ...y, shape: [2 ** 20, 2 ** 20, 2 ** 10, 1] } }); done();',
  ],
  ['folder', 'makes a folder of its output', 'GARBAGE', 'mkdirSync(outputs); done();'],
  ['nan', 'leaves one element unwritten', 'GARBAGE', 'y.data[1] = NaN; write({ y }); done();'],
  [
    'shape',
    'gives another shape',
    'GARBAGE',
    'write({ y: { ...y, shape: [y.data.length, 1, 1, 1] } }); done();',
  ],
  [
    'overwrites',
    'writes to its inputs',
    'GARBAGE',
    'const bytes = readFileSync(inputs); bytes[bytes.length - 1] ^= 1; writeFileSync(inputs, bytes); write({ y }); done();',
  ],
  ['deletes', 'deletes its inputs', 'GARBAGE', 'rmSync(inputs); write({ y }); done();'],
  ['echo', 'gives its input back as it is', 'FAIL', 'write({ y: x }); done();'],
  ['fickle', 'never gives the same twice', 'FAIL', 'y.data[0] = Math.random(); write({ y }); done();'],
  [
    'modest',
    'says that it can do nothing',
    'UNSUPPORTED',
    "process.stdout.write(JSON.stringify({ id: question.id, unsupported: 'no' }) + '\\n');",
  ],
] as const;

const oneShots = [
  ['hangs', 'never ends', 'TIMEOUT', 'forever();'],
  [
    'segfault',
    'is killed by SIGSEGV',
    'CRASH',
    "process.kill(process.pid, 'SIGSEGV'); forever(); await new Promise(() => {});",
  ],
  ['fails', 'ends with exit code 3 though it has answered', 'CRASH', 'write({ y }); process.exit(3);'],
  ['silent', 'ends with 0 and writes nothing', 'GARBAGE', ''],
  [
    'partial',
    'writes half of its output',
    'GARBAGE',
    'const whole = encode({ y }); writeFileSync(outputs, whole.subarray(0, 40));',
  ],
  ['overwrites', 'writes to its inputs', 'GARBAGE', 'write({ y }); writeFileSync(inputs, encode({ x: y }));'],
  ['floods', 'floods standard output without end', 'TIMEOUT', "flood(process.stdout, 'x'.repeat(65536));"],
] as const;

const modules = [
  ['hangs', 'never returns', 'TIMEOUT', 'for (;;);'],
  ['segfault', 'is killed by SIGSEGV', 'CRASH', "process.kill(process.pid, 'SIGSEGV'); for (;;);"],
  ['exits', 'exits with 0', 'CRASH', 'process.exit(0);'],
  ['throws', 'throws', 'CRASH', 'return x.y.z;'],
  ['nothing', 'gives nothing and writes nothing', 'GARBAGE', ''],
  ['partial', 'leaves one element unwritten', 'GARBAGE', 'out.data.set(y.data); out.data[1] = NaN;'],
  ['shape', 'gives another shape', 'GARBAGE', 'return { shape: [1, 1, 1, 1], data: [1] };'],
  ['overwrites', 'writes to its inputs', 'GARBAGE', 'x.data[0]++; return y;'],
  [
    'forges',
    'sends an answer of its own',
    ['CRASH', 'GARBAGE', 'FAIL'],
    "process.send?.({ kind: 'loaded' }); return x;",
  ],
  ['fickle', 'never gives the same twice', 'FAIL', 'y.data[0] = Math.random(); return y;'],
] as const;

export const faultPrograms: readonly FaultProgram[] = [
  ...right,
  ...commands.map(([id, name, expected, body]) => fault('command', id, name, expected, body)),
  ...oneShots.map(([id, name, expected, body]) => fault('one-shot', id, name, expected, body)),
  ...modules.map(([id, name, expected, body]) => fault('module', id, name, expected, body)),
];

/** A command that says hello and never reads: it has no `answer`. */
export const neverReads = `process.stdout.write(${JSON.stringify(`${faultHello}\n`)}); setInterval(() => {}, 1000);\n`;
