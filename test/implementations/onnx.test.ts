import { describe, expect, it } from 'vitest';
import { precisions } from '../../src/algebras/precision.ts';
import { decodeOnnx, encodeOnnx, type OnnxModel, type OnnxNode } from '../../src/formats/onnx/index.ts';
import { childPlace, ownModule } from '../../src/implementations/child/place.ts';
import { hosted } from '../../src/implementations/hosted.ts';
import { MissingError } from '../../src/implementations/missing.ts';
import { onnxAdapter } from '../../src/implementations/onnx/adapter.ts';
import { caseModel } from '../../src/implementations/onnx/case-model.ts';
import { needed, patches, some } from '../../src/implementations/onnx/crop.ts';
import { findLayers } from '../../src/implementations/onnx/find.ts';
import { judgeModel, ModelError, type ModelOptions } from '../../src/implementations/onnx/judge-model.ts';
import { layerOf } from '../../src/implementations/onnx/layer.ts';
import type { OnnxRuntime } from '../../src/implementations/onnx/runtime.ts';
import { importPeer, PeerError } from '../../src/implementations/peers.ts';
import type { Case } from '../../src/oracle/adapter.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import { families, probes } from '../../src/oracle/probes/index.ts';
import { roundTo } from '../../src/oracle/spacing.ts';
import type { Recorded } from '../../src/oracle/types.ts';
import { asked, blockCase, groupCase, interleaveCase } from './cases.ts';
import { type Bug, fakeRuntime } from './onnx/fake-runtime.ts';

const decoded = (question: Case): OnnxModel => decodeOnnx(caseModel(question), 'case');
const whole = (model: OnnxModel, bug?: Bug, options: ModelOptions = {}) => {
  const bytes = encodeOnnx(model);
  return judgeModel('a.onnx', { bytes, model: decodeOnnx(bytes, 'a.onnx') }, fakeRuntime(bug), options);
};
const withNodes = (
  model: OnnxModel,
  change: (nodes: readonly OnnxNode[]) => readonly OnnxNode[],
): OnnxModel => ({
  ...model,
  graph: { ...model.graph, nodes: change(model.graph.nodes) },
});
/** The last number of what this node gives is another. */
const wrongAt =
  (name: string): Bug =>
  (node, output) =>
    node.name === name
      ? {
          ...output,
          data: Float64Array.from(output.data, (x, i) => (i === output.data.length - 1 ? x + 1 : x)),
        }
      : output;

describe('a runtime on models of cases', () => {
  it('passes where it is right', async () => {
    const adapter = onnxAdapter(fakeRuntime());
    const all = [...probes(adapter, { level: 1, seed: 1, runs: 5 })];
    const cases = all.filter((_, i) => i % 8 === 0);
    const report = await campaign(adapter, { level: 1, seed: 1, cases });
    expect([report.verdict, report.failures]).toEqual(['PASS', []]);
  });

  it.each([blockCase(), groupCase(), interleaveCase()])(
    '$id: fails with one wrong number',
    async (question) => {
      const last = {
        block: 'deinterleave_merge',
        'group-convolution': 'convolution',
        interleave: 'interleave_merge',
      };
      expect(await asked(onnxAdapter(fakeRuntime()), question)).toMatch(/^PASS/);
      expect(await asked(onnxAdapter(fakeRuntime(wrongAt(last[question.operation]))), question)).toMatch(
        /^FAIL/,
      );
    },
  );

  it('names paddings in the cases that ask for it, and there a mistaken name fails', async () => {
    const cases = [...families['auto-pad'](onnxAdapter(fakeRuntime()), { level: 1, seed: 1 })];
    const named = cases.map((question) => {
      const { attributes } = decoded(question).graph.nodes[0]!;
      expect(attributes.has('pads')).toBe(!attributes.has('auto_pad'));
      const auto = attributes.get('auto_pad');
      return auto?.kind === 'string' ? auto.value : 'none';
    });
    expect(new Set(named)).toEqual(new Set(['SAME_UPPER', 'SAME_LOWER', 'VALID']));
    // The same paddings elsewhere are four numbers.
    const elsewhere = decoded({ ...cases[0]!, id: 'integers/0' }).graph.nodes[0]!;
    expect([elsewhere.attributes.has('pads'), elsewhere.attributes.has('auto_pad')]).toEqual([true, false]);
    // A runtime that takes SAME_LOWER for SAME_UPPER; the shapes agree.
    const confused: OnnxRuntime = {
      ...fakeRuntime(),
      load: (bytes) => {
        const model = withNodes(decodeOnnx(bytes, 'confused'), (nodes) =>
          nodes.map((node) => {
            const auto = node.attributes.get('auto_pad');
            if (auto?.kind !== 'string' || auto.value !== 'SAME_LOWER') return node;
            const value = { kind: 'string', value: 'SAME_UPPER' } as const;
            return { ...node, attributes: new Map(node.attributes).set('auto_pad', value) };
          }),
        );
        return fakeRuntime().load(encodeOnnx(model));
      },
    };
    for (const [i, question] of cases.entries()) {
      expect(await asked(onnxAdapter(fakeRuntime()), question)).toMatch(/^PASS/);
      const verdict = await asked(onnxAdapter(confused), question);
      expect([named[i], verdict.split(':')[0]]).toEqual([
        named[i],
        named[i] === 'SAME_LOWER' ? 'FAIL' : 'PASS',
      ]);
    }
  });

  it('that throws crashes; what it has not is unsupported', async () => {
    const failing = (message: string) =>
      onnxAdapter(
        fakeRuntime(() => {
          throw new Error(message);
        }),
      ).run(groupCase());
    expect(await failing('segment\u001b[2J')).toEqual({ kind: 'crash', reason: 'segment\ufffd[2J' });
    expect((await failing('NOT_IMPLEMENTED: x')).kind).toBe('unsupported');
    expect((await onnxAdapter(fakeRuntime()).run(blockCase({ gradients: true }))).kind).toBe('unsupported');
    const coarse = await onnxAdapter(fakeRuntime(), { precision: 'bfloat16' }).run(groupCase());
    expect(coarse.kind).toBe('unsupported');
  });
});

describe('layers of a model', () => {
  it('are found: two convolutions, two interleaves, the block of them', () => {
    expect(findLayers(decoded(blockCase()).graph).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'convolution primary',
      'interleave interleave_merge',
      'convolution secondary',
      'interleave deinterleave_merge',
      'block deinterleave_merge',
    ]);
  });

  it('are judged, whole', async () => {
    const report = await whole(decoded(blockCase()));
    expect(report.layers.map(({ verdict, part }) => [verdict, part])).toEqual(
      Array(5).fill(['PASS', undefined]),
    );
    expect([report.verdict, report.reason]).toEqual(['PASS', '5 of 5 layers agree with the specification']);
  });

  it.each([
    ['primary', ['primary', 'deinterleave_merge']],
    ['interleave_merge', ['interleave_merge', 'deinterleave_merge']],
    ['secondary', ['secondary', 'deinterleave_merge']],
  ])('a wrong %s is named', async (name, wrong) => {
    const { layers, verdict, reason } = await whole(decoded(blockCase()), wrongAt(name));
    expect(layers.filter((layer) => layer.verdict === 'FAIL').map(({ node }) => node)).toEqual(wrong);
    expect([verdict, reason]).toEqual(['FAIL', expect.stringContaining(name)]);
  });

  it('are judged in part where all would be too much, the last pixel of the last channel too', async () => {
    const options = { products: 200 };
    const good = await whole(decoded(groupCase()), undefined, options);
    expect(good.layers[0]).toMatchObject({
      verdict: 'PASS',
      part: expect.stringMatching(/of 1 of 2 samples/),
    });
    const bad = await whole(decoded(groupCase()), wrongAt('convolution'), options);
    expect(bad.verdict).toBe('FAIL');
    const block = await whole(decoded(blockCase()), wrongAt('deinterleave_merge'), options);
    expect(block.layers.map(({ node, op, verdict }) => [node, op, verdict]).at(-1)).toEqual([
      'deinterleave_merge',
      'Conv-interleave-Conv-interleave',
      'FAIL',
    ]);
  });

  it('auto_pad is what ONNX says of it, in every opset; another word is skipped', async () => {
    const padded = (value: string, opset: number) => ({
      ...withNodes(decoded(groupCase()), (nodes) =>
        nodes.map((node) => {
          const attributes = new Map(node.attributes).set('auto_pad', { kind: 'string', value });
          if (value !== 'NOTSET') attributes.delete('pads');
          return { ...node, attributes };
        }),
      ),
      opsets: new Map([['', opset]]),
    });
    const shapes = new Set<string>();
    for (const [value, opset] of [
      ['SAME_LOWER', 1],
      ['SAME_UPPER', 11],
      ['VALID', 13],
      ['NOTSET', 22],
    ] as const) {
      const report = await whole(padded(value, opset));
      expect([value, report.verdict, report.opset]).toEqual([value, 'PASS', opset]);
      shapes.add(`${report.layers[0]!.verdicts[0]!.arrays[0]!.elements}`);
    }
    expect(shapes.size).toBeGreaterThan(1);
    expect((await whole(padded('SAME', 13))).layers[0]).toMatchObject({
      verdict: 'SKIPPED',
      reason: 'auto_pad is SAME',
    });
  });

  it.each(['float64', 'float16'] as const)('of %s are judged in it', async (type) => {
    const model = decodeOnnx(caseModel(blockCase({ bias: false }), type), 'case');
    const good = await whole(model);
    expect([good.verdict, good.layers.map(({ verdict }) => verdict)]).toEqual([
      'PASS',
      Array(5).fill('PASS'),
    ]);
    for (const { precision } of good.layers.flatMap(({ verdicts }) => verdicts)) expect(precision).toBe(type);
    expect((await whole(model, wrongAt('secondary'))).verdict).toBe('FAIL');
    // Numbers of float32 are none of float64.
    const coarse: Bug = (node, output) =>
      node.op === 'Conv' ? { ...output, data: Float64Array.from(output.data, Math.fround) } : output;
    expect((await whole(model, coarse)).verdict).toBe(type === 'float64' ? 'FAIL' : 'PASS');
  });

  it('of float16 may have been made from what was not rounded yet, but from nothing else', async () => {
    const model = decodeOnnx(caseModel(blockCase({ bias: false }), 'float16'), 'case');
    // The second layer goes on with numbers that lie up to half a place beside those that are shown.
    const fused =
      (places: number): Bug =>
      (node, output) => {
        if (node.name !== 'secondary') return output;
        const moved = Float64Array.from(output.data, (x) =>
          roundTo(x * (1 + places * 2 ** -12), precisions.float16),
        );
        return { ...output, data: moved };
      };
    expect((await whole(model, fused(1))).verdict).toBe('PASS');
    expect((await whole(model, fused(512))).verdict).toBe('FAIL');
  });

  it('are unsupported where the runtime has them not: no failure', async () => {
    const { verdict, reason, layers } = await whole(decoded(groupCase()), () => {
      throw new Error('Could not find an implementation for Conv(11) node');
    });
    expect([verdict, layers]).toEqual(['UNSUPPORTED', []]);
    expect(reason).toBe("fake doesn't run it: Could not find an implementation for Conv(11) node");
  });

  it('what is no convolution of ONNX in two dimensions is skipped, and why', async () => {
    const other = withNodes(decoded(groupCase()), (nodes) =>
      nodes.map((node) => ({ ...node, domain: 'mine' })),
    );
    const { layers, verdict } = await whole(other);
    expect(verdict).toBe('UNSUPPORTED');
    expect(layers).toMatchObject([{ verdict: 'SKIPPED', reason: 'only Conv of ONNX itself is judged' }]);
  });

  it('are not judged where the runtime refuses the model', async () => {
    const refusing = whole(decoded(groupCase()), () => {
      throw new Error('bad\nmodel');
    });
    await expect(refusing).rejects.toThrow(ModelError);
  });

  it('a convolution in one dimension is skipped', () => {
    const [found] = findLayers(decoded(groupCase()).graph);
    const options = { products: 1, isGiven: () => true };
    const line: Recorded = { shape: [1, 6, 4], data: new Float64Array(24), stored: 'float32' };
    expect(() => layerOf(found!, () => line, options)).toThrow(
      '1-dimensional, the specification has two dimensions',
    );
    expect(() => layerOf(found!, () => undefined, options)).toThrow(
      'gave no x as numbers of float32, float64, float16',
    );
  });

  it('inputs without a size need one', async () => {
    const model = decoded(groupCase());
    const open = {
      ...model,
      graph: {
        ...model.graph,
        inputs: [{ name: 'x', type: 'float32' as const, dims: [2, 6, 'h', undefined] }],
      },
    };
    const shown = await whole(open, undefined, { sizes: new Map([['x', [2, 6, 9, 7]]]) });
    expect([shown.verdict, shown.inputs]).toEqual(['PASS', { x: [2, 6, 9, 7] }]);
    await expect(whole(open, undefined, { sizes: new Map([['x', [2, 5, 9, 7]]]) })).rejects.toThrow(
      /expected 2x6x\?x\?/,
    );
    await expect(whole(open, undefined, { sizes: new Map([['z', [1]]]) })).rejects.toThrow(
      /expected one of x, got z/,
    );
  });
});

describe('parts of an output', () => {
  it('depend on as much input as the window says', () => {
    expect(needed([0, 2], 10, 3, 2, 1, 1)).toEqual({ inputs: [0, 4], before: 1, after: 0 });
    expect(needed([4, 5], 10, 3, 2, 2, 1)).toEqual({ inputs: [7, 10], before: 0, after: 2 });
    expect(needed([0, 1], 10, 1, 1, 1, 3)).toBeUndefined();
  });

  it('are both corners and the middle, within the output', () => {
    const corners = patches([7, 9], 12);
    expect(corners.map(({ rows, columns }) => [...rows, ...columns])).toEqual([
      [0, 2, 0, 2],
      [2, 4, 3, 5],
      [5, 7, 7, 9],
    ]);
    expect(patches([2, 2], 4)).toHaveLength(1);
    expect([some(9, 3), some(9, 1), some(2, 5)]).toEqual([[0, 4, 8], [8], [0, 1]]);
  });
});

describe('peers', () => {
  it('that are not installed are said to be, and how to install them', async () => {
    await expect(importPeer('onnxruntime-node', '/nonexistent')).rejects.toThrow(PeerError);
    await expect(importPeer('onnxruntime-node', '/nonexistent')).rejects.toThrow(
      'npm install onnxruntime-node --ignore-scripts',
    );
  });

  const names = ['onnxruntime-node', 'onnxruntime-web', 'tfjs'] as const;
  it.for(names)('%s agrees with the specification', { timeout: 300_000 }, async (name, { skip }) => {
    const opened = hosted(name, childPlace(), { module: ownModule(`implementations/child/${name}.js`) });
    const adapter = await opened.catch((error: unknown) => {
      if (error instanceof MissingError) return error;
      throw error;
    });
    if (adapter instanceof MissingError) {
      console.log(`skipped: ${adapter.message} (IGC_PEERS names the folder where peers are)`);
      return skip(adapter.message);
    }
    const report = await campaign(adapter, { level: 1, seed: 1, runs: 5 });
    await adapter.close();
    expect(report.failures).toEqual([]);
    expect([report.verdict, report.reason]).toEqual(['PASS', expect.any(String)]);
  });
});
