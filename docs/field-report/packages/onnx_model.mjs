// Runtimes of npm that read ONNX, each given the model of the case: node onnx_model.mjs onnxjs-cpu | onnxjs-wasm
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { peer, versionOf } from './peer.mjs';

/** How a runtime loads the file and runs it on x; gives shape and numbers of y. */
const runtimes = {
  'onnxjs-cpu': ['onnxjs', () => onnxjs('cpu')],
  'onnxjs-wasm': ['onnxjs', () => onnxjs('wasm')],
};

async function onnxjs(hint) {
  // Where there is a fetch it takes itself to be in a page, and files for addresses.
  globalThis.fetch = undefined;
  const { InferenceSession, Tensor } = peer('onnxjs');
  return async (file, { shape, data }) => {
    const session = new InferenceSession({ backendHint: hint });
    await session.loadModel(file);
    const outputs = await session.run([new Tensor(data, 'float32', shape)]);
    const y = outputs.get('y');
    return { shape: [...y.dims], data: Float32Array.from(y.data) };
  };
}

function readX(path) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const { shape, data_offsets } = JSON.parse(bytes.subarray(8, start).toString()).x;
  const [from, to] = data_offsets;
  return { shape, data: new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer) };
}

function writeY(path, { shape, data }) {
  const header = JSON.stringify({ y: { dtype: 'F32', shape, data_offsets: [0, data.byteLength] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.from(data.buffer)]));
}

const [name, open] = runtimes[process.argv[2]];
const hello = {
  igc: 1,
  name: process.argv[2],
  version: versionOf(name),
  format: 'safetensors',
  precision: 'float32',
  operations: ['block', 'group-convolution', 'interleave'],
  models: true,
  bias: true,
  outputs: true,
};
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
console.log = console.error; // what a package prints is no answer
const run = await open();
for await (const line of createInterface({ input: process.stdin })) {
  const { id, model, inputs, outputs } = JSON.parse(line);
  if (id === undefined) {
    say(hello);
    continue;
  }
  try {
    writeY(outputs, await run(model, readX(inputs)));
    say({ id, ok: true });
  } catch (error) {
    say({ id, error: String(error?.message ?? error) });
  }
}
