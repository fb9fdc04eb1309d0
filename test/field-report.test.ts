/** docs/field-report.md is what its JSON says, and everything in it that is to be filed is confirmed. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type FieldReport, isConfirmed, withEntry } from '../docs/field-report/entry.ts';
import { rendered } from '../docs/field-report/render.ts';
import { onnxruntimeWebSnippet } from '../docs/field-report/snippets/onnxruntime-web.ts';
import { pytorchSnippet } from '../docs/field-report/snippets/pytorch.ts';
import { tfjsSnippet } from '../docs/field-report/snippets/tfjs.ts';
import { subjects } from '../docs/field-report/subjects.ts';
import { decodeOnnx } from '../src/formats/onnx/read.ts';
import type { Case } from '../src/oracle/adapter.ts';

const report = JSON.parse(readFileSync('docs/field-report.json', 'utf8')) as FieldReport;

test('docs/field-report.md is up to date (npm run generate)', () => {
  expect(rendered(report)).toBe(readFileSync('docs/field-report.md', 'utf8'));
});

test('reasons that differ in numbers alone are one line, with all their cases and an example', () => {
  const [entry] = report.entries;
  const unsupported = [3, 5, 7].map((depth) => ({ reason: `no depth ${depth}`, cases: depth, first: 'a/1' }));
  const others = [{ reason: 'no strides', cases: 2, first: 'a/2' }];
  const text = rendered({ ...report, entries: [{ ...entry!, unsupported: [...unsupported, ...others] }] });
  expect(text).toContain(`- ${entry!.id}: 15 × no depth 3 (and with 2 other sets of numbers)\n`);
  expect(text).toContain(`- ${entry!.id}: 2 × no strides\n`);
});

test('findings of one bug say so, each of them, and are filed once', () => {
  const webgpu = report.entries.find(({ id }) => id === 'onnxruntime-web-browser-webgpu')!;
  const [finding] = webgpu.findings!;
  const block = { ...finding!.smallest!.case, operation: 'block' } as const;
  const large = { ...finding!, smallest: { ...finding!.smallest!, case: block } };
  const text = rendered({ ...report, entries: [{ ...webgpu, findings: [finding!, finding!, large] }] });
  expect(text).toContain('3 kinds of failure were found, which come down to 1 cause.');
  for (const others of ['2 and 3', '1 and 3', '1 and 2']) {
    expect(text).toContain(`**The same bug as findings ${others}**`);
  }
  expect(text.split('To be filed upstream:')).toHaveLength(2);
  expect(text.split('For the same report upstream as finding 1:')).toHaveLength(3);
});

test('every subject has been judged, or says why not', () => {
  expect(report.entries.map(({ id }) => id)).toEqual(subjects.map(({ id }) => id));
});

test('every failure in it is confirmed by somebody else', () => {
  const findings = report.entries.flatMap((entry) => entry.findings ?? []);
  expect(findings.filter((finding) => !isConfirmed(finding))).toEqual([]);
});

test('a failure that nobody confirms is said not to be', () => {
  const [entry] = report.entries.filter(({ findings }) => (findings?.length ?? 0) > 0);
  const findings = entry!.findings!.map((finding) => ({
    ...finding,
    confirmations: finding.confirmations.map((one) => ({ ...one, verdict: 'FAIL' })),
  }));
  expect(rendered({ ...report, entries: [{ ...entry!, findings }] })).toContain('NOT CONFIRMED');
});

test('a program that is to be filed printed what was judged wrong', () => {
  expect(rendered(report)).not.toContain('When it was judged');
});

test('the report speaks of no path of a machine', () => {
  expect(rendered(report)).not.toMatch(/\/(tmp|home|work|root)\//);
});

test('judging one subject loses no entry of another, known here or not', () => {
  const of = (id: string, cases: number) => ({ id, command: `igc check ${id}`, cases });
  const before = { ...report, entries: [of('theirs', 1), of('b', 2), of('a', 3)] };
  expect(withEntry(before, of('b', 4), ['a', 'b', 'c']).entries).toEqual([
    of('a', 3),
    of('b', 4),
    of('theirs', 1),
  ]);
});

const array = (shape: readonly number[], data: readonly number[]) =>
  ({ shape, data, stored: 'float32' }) as const;
const question: Case = {
  id: 'integers/0',
  operation: 'group-convolution',
  inputs: new Map([
    ['x', array([1, 2, 1, 2], [1, -0, Number.NaN, Number.NEGATIVE_INFINITY])],
    ['weight', array([1, 2, 1, 2], [5, 6, 7, 8.5])],
  ]),
  window: { stride: [1, 2], dilation: [3, 1], padding: { top: 0, bottom: 0, left: 1, right: 0 } },
};

test('a failure in PyTorch is shown with conv2d, and pad where opposite sides differ', () => {
  const code = pytorchSnippet('bfloat16').code(question)!;
  expect(code).toContain(
    'torch.tensor([1.0, -0.0, float("nan"), -float("inf")]).reshape(1, 2, 1, 2).to(torch.bfloat16)',
  );
  expect(code).toContain('x = F.pad(x, (1, 0, 0, 0))');
  expect(code).toContain('stride=(1, 2), padding=0, dilation=(3, 1), groups=1');
});

test('a failure in tfjs is shown with channels last', () => {
  const code = tfjsSnippet('wasm').code(question)!;
  expect(code).toContain('tf.tensor4d([1, NaN, -0, -Infinity], [1, 1, 2, 2])');
  expect(code).toContain('tf.tensor4d([5, 7, 6, 8.5], [1, 2, 2, 1])');
  expect(code).toContain("[1, 2], [[0, 0], [0, 0], [1, 0], [0, 0]], 'NHWC', [3, 1]");
});

test('a failure in onnxruntime-web is shown with its model', () => {
  const code = onnxruntimeWebSnippet('webgpu').code(question)!;
  const model = Buffer.from(/atob\(`([^`]*)`/.exec(code)![1]!, 'base64');
  expect(decodeOnnx(model, 'model').graph.nodes.map(({ op }) => op)).toEqual(['Conv']);
});

test('what takes more than a call is shown by its arrays', () => {
  const gradients = {
    ...question,
    inputs: new Map([...question.inputs, ['grad_y', array([1, 1, 1, 1], [1])] as const]),
  };
  for (const snippet of [pytorchSnippet(), tfjsSnippet('wasm'), onnxruntimeWebSnippet('webgl')]) {
    expect(snippet.code(gradients)).toBeUndefined();
  }
});
