// A command that is right about the interleave, or goes wrong in the way that its argument or the case names.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';

const mode = process.argv[2] ?? 'right';
const say = (object) => {
  process.stdout.write(`${JSON.stringify(object)}\n`);
};
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const forever = () => setInterval(() => {}, 1000);
const hello = {
  igc: 1,
  name: `faulty: ${mode}`,
  version: '1',
  precision: 'float32',
  operations: ['interleave'],
  format: 'safetensors',
};

function read(path) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { shape, data_offsets } = JSON.parse(bytes.subarray(8, start)).x;
  const data = Float32Array.from({ length: (data_offsets[1] - data_offsets[0]) / 4 }, (_, i) =>
    bytes.readFloatLE(start + data_offsets[0] + 4 * i),
  );
  return { shape, data };
}

function encode(arrays) {
  let at = 0;
  const entries = Object.entries(arrays).map(([name, { shape, data, dtype = 'F32' }]) => {
    const begin = at;
    at += data.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, at] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const parts = Object.values(arrays).map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  return Buffer.concat([length, header, ...parts]);
}

function interleave({ shape, data }, { L, M }) {
  const [N, C, H, W] = shape;
  const y = new Float32Array(data.length).fill(Number.NaN);
  for (let n = 0; n < N; n++)
    for (let l = 0; l < L; l++)
      for (let m = 0; m < M; m++)
        for (let p = 0; p < H * W; p++)
          y[(n * C + m * L + l) * H * W + p] = data[(n * C + l * M + m) * H * W + p];
  return { shape, data: y };
}

/** A process that outlives us if nobody kills it; `escaped` leaves our group. Its number goes to standard error. */
function grandchild(escaped) {
  const idle = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', idle], { stdio: 'inherit', detached: escaped });
  process.stderr.write(`grandchild ${child.pid}\n`);
  child.unref();
}

const flood = (stream, text) => {
  const more = () => {
    while (stream.write(text));
    stream.once('drain', more);
  };
  more();
};

// What goes wrong when asked: each does its worst, and returns true where the right answer is still to come.
const faults = {
  right: () => true,
  hangs: forever,
  'ignores SIGTERM': () => {
    process.on('SIGTERM', () => {});
    forever();
  },
  'crashes with SIGSEGV': () => process.kill(process.pid, 'SIGSEGV'),
  'crashes with SIGKILL': () => process.kill(process.pid, 'SIGKILL'),
  throws: () => {
    throw new RangeError('index 7 is out of bounds');
  },
  'exits with 0': () => process.exit(0),
  'exits with 3': () => process.exit(3),
  'crashes once': () => {
    const memory = process.argv[3];
    if (existsSync(memory)) return true;
    writeFileSync(memory, '');
    process.kill(process.pid, 'SIGABRT');
    return false;
  },
  'answers, then exits': ({ id, outputs }, y) => {
    writeFileSync(outputs, encode({ y }));
    process.stdout.write(`${JSON.stringify({ id, ok: true })}\n`, () => process.exit(0));
  },
  'floods standard output when asked': () => flood(process.stdout, 'x'.repeat(4096)),
  'floods standard output with lines': () => flood(process.stdout, 'x\n'.repeat(4096)),
  'floods standard error': async () => {
    for (let i = 0; i < 100; i++) {
      const whole = process.stderr.write(`${'e'.repeat(200)}\n`.repeat(1000));
      if (!whole) await new Promise((resolve) => process.stderr.once('drain', resolve));
    }
    return true;
  },
  'answers half a line': () => {
    process.stdout.write('{"id": "1');
  },
  'answers half a line and exits': () => {
    process.stdout.write('{"id": "1', () => process.exit(0));
  },
  'answers half an object': () => {
    process.stdout.write('{"id": "1\n');
  },
  'answers a list': ({ id }) => say([id, true]),
  'answers with a wrong id': ({ outputs }, y) => {
    writeFileSync(outputs, encode({ y }));
    say({ id: '1', ok: true });
  },
  'answers ok: false': ({ id }) => say({ id, ok: false }),
  'answers twice': ({ id, outputs }, y) => {
    writeFileSync(outputs, encode({ y }));
    process.stdout.write(`${JSON.stringify({ id, ok: true })}\n${JSON.stringify({ id, ok: true })}\n`);
  },
  'answers more than was asked': ({ id, outputs }, y) => {
    writeFileSync(outputs, encode({ y }));
    say({ id, ok: true, error: 'none' });
  },
  'closes standard output': async () => {
    process.stdout.destroy();
    const { closeSync } = await import('node:fs');
    closeSync(1);
    forever();
  },
  'throws not implemented': () => {
    throw new Error('dilation is not implemented');
  },
  'reports not implemented': ({ id }) => say({ id, error: 'NotImplementedError: dilation' }),
  'reports an error': ({ id }) => say({ id, error: 'CUDA out of memory' }),
  'says unsupported': ({ id }) => say({ id, unsupported: 'no interleave of 6 channels' }),
  'writes no output': ({ id }) => say({ id, ok: true }),
  'writes another name': ({ id, outputs }, y) => {
    writeFileSync(outputs.replace('outputs', 'result'), encode({ y }));
    say({ id, ok: true });
  },
  'writes half of its output': ({ id, outputs }, y) => {
    const whole = encode({ y });
    writeFileSync(outputs, whole.subarray(0, whole.length - 5));
    say({ id, ok: true });
  },
  'writes an empty output': ({ id, outputs }) => {
    writeFileSync(outputs, '');
    say({ id, ok: true });
  },
  'lies about its shape': ({ id, outputs }, y) => {
    writeFileSync(outputs, encode({ y: { ...y, shape: [2 ** 20, 2 ** 20, 2 ** 10, 1] } }));
    say({ id, ok: true });
  },
  'writes a bomb': ({ id, outputs }, y) => {
    writeFileSync(outputs, encode({ y }));
    truncateSync(outputs, 2 ** 40);
    say({ id, ok: true });
  },
  'writes a pipe': async ({ id, outputs }) => {
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [outputs]);
    say({ id, ok: true });
  },
  'writes integers': ({ id, outputs }, { shape, data }) => {
    writeFileSync(outputs, encode({ y: { shape, dtype: 'I32', data: Int32Array.from(data) } }));
    say({ id, ok: true });
  },
  'writes in half precision': ({ id, outputs }, { shape, data }) => {
    writeFileSync(outputs, encode({ y: { shape, dtype: 'F16', data: new Uint16Array(data.length) } }));
    say({ id, ok: true });
  },
  'writes an input as its output': ({ id, outputs }, y) => {
    writeFileSync(outputs, encode({ y, x: y }));
    say({ id, ok: true });
  },
  'writes without y': ({ id, outputs }) => {
    writeFileSync(outputs, encode({}));
    say({ id, ok: true });
  },
  'writes NaN': ({ id, outputs }, y) => {
    y.data[1] = Number.NaN;
    writeFileSync(outputs, encode({ y }));
    say({ id, ok: true });
  },
  'writes another shape': ({ id, outputs }, y) => {
    writeFileSync(outputs, encode({ y: { ...y, shape: [y.data.length, 1, 1, 1] } }));
    say({ id, ok: true });
  },
  'swaps L and M': (question, _, x) => {
    writeFileSync(question.outputs, encode({ y: interleave(x, { L: question.M, M: question.L }) }));
    say({ id: question.id, ok: true });
  },
  'writes to its inputs': ({ inputs }) => {
    const bytes = readFileSync(inputs);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(inputs, bytes);
    return true;
  },
  'deletes its inputs': ({ inputs }) => {
    rmSync(inputs);
    return true;
  },
  'deletes the folder': ({ inputs, id }) => {
    const folder = dirname(dirname(inputs));
    if (basename(folder).startsWith('igc-')) rmSync(folder, { recursive: true });
    say({ id, ok: true });
  },
  'leaves a child behind': () => {
    grandchild(false);
    return true;
  },
  'leaves a child behind and crashes': () => {
    grandchild(false);
    process.kill(process.pid, 'SIGSEGV');
  },
  'leaves an escaped child behind and crashes': () => {
    grandchild(true);
    process.kill(process.pid, 'SIGSEGV');
  },
  'is slow but right': async () => {
    await wait(300);
    return true;
  },
};

async function main() {
  if (mode === 'never reads') {
    say(hello);
    forever();
    return;
  }
  if (mode === 'closes standard input') {
    process.stdin.destroy();
    const { closeSync } = await import('node:fs');
    closeSync(0);
    say(hello);
    forever();
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    if (question.igc) {
      say(hello);
      if (mode === 'answers before it is asked') say({ id: '0', ok: true });
      continue;
    }
    const x = read(question.inputs);
    const y = interleave(x, question);
    const wrong = faults[question.case] ?? faults[mode] ?? faults.right;
    if ((await wrong(question, y, x)) !== true) continue;
    writeFileSync(question.outputs, encode({ y }));
    say({ id: question.id, ok: true });
  }
}

await main();
