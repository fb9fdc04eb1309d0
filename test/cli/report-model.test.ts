/** What is written of a judged model: JUnit, a page, JSON that is documented. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toJson } from '../../src/cli/check-onnx.ts';
import { modelReport } from '../../src/cli/report-model.ts';
import { decodeOnnx } from '../../src/formats/onnx/index.ts';
import { caseModel } from '../../src/implementations/onnx/case-model.ts';
import { judgeModel } from '../../src/implementations/onnx/judge-model.ts';
import { html } from '../../src/reports/html.ts';
import { junit } from '../../src/reports/junit.ts';
import { blockCase } from '../implementations/cases.ts';
import { fakeRuntime } from '../implementations/onnx/fake-runtime.ts';

const bytes = caseModel(blockCase());
const judged = (isWrong: boolean) =>
  judgeModel(
    'a.onnx',
    { bytes, model: decodeOnnx(bytes, 'a.onnx') },
    fakeRuntime((node, output) =>
      isWrong && node.name === 'secondary'
        ? { ...output, data: Float32Array.from(output.data, (x) => x + 1) }
        : output,
    ),
  );

describe('a judged model', () => {
  it('is a test case a layer', async () => {
    const report = modelReport('a.onnx', await judged(false), 'igc check --onnx a.onnx', 2);
    expect(report.subjects.map(({ name, good }) => [name, good])).toEqual([
      ['a.onnx: primary', true],
      ['a.onnx: interleave_merge', true],
      ['a.onnx: secondary', true],
      ['a.onnx: deinterleave_merge', true],
      ['a.onnx: deinterleave_merge', true],
    ]);
    expect(junit(report)).not.toMatch(/<failure|<error/);
  });

  it('shows the layers that are wrong, and what asks again', async () => {
    const report = modelReport('a.onnx', await judged(true), 'igc check --onnx a.onnx', 2);
    const bad = report.subjects.filter(({ good }) => !good);
    expect(bad.map(({ name, outcome }) => [name, outcome])).toContainEqual(['a.onnx: secondary', 'FAIL']);
    const xml = junit(report);
    expect(xml).toMatch(/<failure/);
    expect(xml).toContain('replay: igc check --onnx a.onnx');
    expect(html(report)).toContain('secondary');
  });

  it('without layers is one that is not good', async () => {
    const empty = {
      ...(await judged(false)),
      layers: [],
      verdict: 'UNSUPPORTED',
      reason: 'nothing',
    } as const;
    expect(modelReport('a.onnx', empty, '', 1).subjects).toMatchObject([{ name: 'a.onnx', good: false }]);
  });

  it('has no field in JSON that docs/check-onnx-json.md and docs/check-json.md do not tell of', async () => {
    const text = ['onnx-', ''].map((kind) => readFileSync(`docs/check-${kind}json.md`, 'utf8')).join();
    const told = new Set([...text.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const report = await judged(true);
    const layers = report.layers.map(toJson);
    const fields = [report, ...layers, ...layers.flatMap(({ parts }) => parts)].flatMap(Object.keys);
    expect(fields.filter((field) => !told.has(field))).toEqual([]);
  });
});
