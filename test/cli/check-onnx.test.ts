import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { caseModel } from '../../src/implementations/onnx/case-model.ts';
import { importPeer } from '../../src/implementations/peers.ts';
import { blockCase } from '../implementations/cases.ts';
import { igc } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'igc-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const model = file('block.onnx', caseModel(blockCase()));
const broken = file('broken.onnx', caseModel(blockCase()).subarray(0, 200));
const isInstalled = await importPeer('onnxruntime-node').then(
  () => true,
  () => false,
);

describe('igc check by name', () => {
  it('judges our own tensor core', async () => {
    const { code, out, err } = await igc(['check', 'tensor-core', '--op', 'interleave', '--runs', '1']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^PASS {8}tensor-core\n/);
  });

  it.skipIf(isInstalled)('says how to install what is not there: 4', async () => {
    const { code, err } = await igc(['check', 'onnxruntime-node']);
    const message =
      "igc: UNSUPPORTED: onnxruntime-node isn't installed: npm install onnxruntime-node --ignore-scripts\n";
    expect([code, err]).toEqual([4, message]);
    expect((await igc(['check', '--onnx', model])).code).toBe(4);
  });

  it('a file of that name is ./tensor-core', async () => {
    expect((await igc(['check', './tensor-core'])).code).toBe(3);
  });
});

describe('igc check --onnx', () => {
  it.each<[string[], number, RegExp]>([
    [['--onnx', broken], 3, /broken\.onnx: length at byte \d+: expected at most/],
    [['--onnx', join(folder, 'none.onnx')], 3, /none\.onnx: file: expected a readable file/],
    [['--onnx', model, 'a.npz'], 2, /expected nothing beside it, got a\.npz/],
    [['--onnx', model, '--runtime', 'torch'], 2, /--runtime: expected onnxruntime-node or/],
    [['--onnx', model, '--precision', 'f8'], 2, /--precision: expected f64, f32/],
    [['--onnx', model, '--input', 'x=1xa'], 2, /--input: expected NAME=1x3x64x64, got 'x=1xa'/],
    [['--onnx', model, '--stride', '2'], 2, /--stride: not for a model/],
    [['--input', 'x=1', 'a.npz'], 2, /--input: only for a model/],
  ])('%j: exit code %i', async (args, expected, message) => {
    const { code, err } = await igc(['check', ...args]);
    expect([code, err]).toEqual([expected, expect.stringMatching(message)]);
  });

  it.runIf(isInstalled)('a type that the runtime has no kernels of is unsupported: 4', async () => {
    const question = blockCase();
    const doubles = file('doubles.onnx', caseModel(question, 'float64'));
    const { code, out } = await igc(['check', '--onnx', doubles]);
    expect([code, out]).toEqual([4, expect.stringMatching(/UNSUPPORTED.*doesn't run it: .*Conv/)]);
    const halves = file('halves.onnx', caseModel(question, 'float16'));
    for (const more of [[], ['--precision', 'f32']]) {
      expect((await igc(['check', '--onnx', halves, ...more])).code).toBe(0);
    }
  });

  it.runIf(isInstalled)('prints a table of layers', async () => {
    const { code, out } = await igc(['check', '--onnx', model]);
    expect(code, out).toBe(0);
    expect(out).toMatch(/^node +op +shapes +verdict +worst +judged\n/);
    expect(out).toContain('Conv-interleave-Conv-interleave');
  });
});
