/**
 * The bridge between Coq and the code that ships: the definitions that the Coq proofs are about are read out of
 * Formulas.v and run against the functions of the specification. Change either side, and this breaks.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as spec from '../../spec/index.ts';
import { type Semiring, Tensor, tensor, unitWindow } from '../../spec/index.ts';
import { definitions } from './gallina.ts';

const formulas = new Map(
  definitions(readFileSync('spec/proofs/coq/Formulas.v', 'utf8')).map((d) => [d.name, d]),
);
const catalogue = JSON.parse(readFileSync('spec/proofs/coq/theorems.json', 'utf8')) as {
  formulas: Readonly<Record<string, string | null>>;
};

const tested = new Set<string>();
const coq = (name: string) => {
  tested.add(name);
  return formulas.get(name)!.run;
};

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const below = (n: number) => Array.from({ length: n }, (_, i) => i);
/** All pairs of sizes up to n. */
const pairs = (n: number) => upTo(n).flatMap((a) => upTo(n).map((b) => [a, b] as const));

/** The numbers 0, 1, 2, … as a tensor: what comes out says where it was read. */
const numbered = (...shape: [number, number, number, number]) => {
  let i = 0;
  return tensor(shape, () => i++);
};

/** Multiplication that keeps both factors: an entry of a product says which entries it came from. */
const marks: Semiring<string> = {
  zero: '',
  one: '1',
  add: (a, b) => (a === '' ? b : b === '' ? a : `${a} + ${b}`),
  mul: (a, b) => (a === '' || b === '' ? '' : `${a}·${b}`),
};
const marked = (name: string, ...shape: [number, number, number, number]) =>
  tensor(shape, (...at) => `${name}[${at}]`);

test('interleave and deinterleave, for all L, M ≤ 64', () => {
  const [index, back] = [coq('interleave_index'), coq('deinterleave_index')];
  const [source, backSource] = [coq('interleave_source'), coq('deinterleave_source')];
  for (const [L, M] of pairs(64)) {
    const channels = below(L * M);
    const y = new Tensor([1, L * M, 1, 1], channels);
    const [there, again] = [spec.interleave(y, { L, M }).data, spec.deinterleave(y, { L, M }).data];
    for (const c of channels) {
      const right =
        index(L, M, c) === spec.interleaveIndex({ L, M }, c) &&
        back(L, M, c) === spec.deinterleaveIndex({ L, M }, c) &&
        source(L, M, c) === there[c] &&
        backSource(L, M, c) === again[c];
      if (!right) expect.fail(`L ${L}, M ${M}, channel ${c}`);
    }
  }
});

test('partitions: channel l·I + m, for all sizes ≤ 64', () => {
  for (const [groups, I] of pairs(64)) {
    const x = numbered(1, groups * I, 1, 1);
    const l = groups - 1;
    expect(spec.partition(x, 1, groups, l).data).toEqual(
      below(I).map((m) => coq('partition_channel')(I, l, m)),
    );
  }
});

test('block-diagonal kernels', () => {
  for (const [O, I] of pairs(6)) {
    const kernel = marked('w', 3 * O, I, 1, 1);
    const wide = spec.blockDiagonal(marks, kernel, 3);
    const expected = tensor(wide.shape, (o, c) =>
      coq('same_group')(O, I, o, c) ? `w[${o},${coq('block_diagonal_column')(I, c)},0,0]` : '',
    );
    expect(wide.data).toEqual(expected.data);
  }
});

test('the entries of the composite kernel', () => {
  const composite = (L: number, Min: number, Mout: number, Lout: number) => {
    const W = spec.compositeKernel(
      marks,
      marked('p', L * Mout, Min, 1, 1),
      marked('d', Mout * Lout, L, 1, 1),
    );
    const expected = tensor(W.shape, (out, input) => {
      const d = [
        coq('composite_secondary_row')(Lout, Mout, out),
        coq('composite_secondary_column')(Min, input),
      ];
      const p = [
        coq('composite_primary_row')(Min, Mout, out, input),
        coq('composite_primary_column')(Min, input),
      ];
      return `d[${d},0,0]·p[${p},0,0]`;
    });
    expect(W.data).toEqual(expected.data);
  };
  // Each formula sees all pairs of its own sizes; all four vary together in a smaller box.
  for (const [a, b] of pairs(24)) {
    composite(1, 1, a, b);
    composite(a, b, 1, 1);
  }
  for (const [L, Min] of pairs(4)) for (const [Mout, Lout] of pairs(4)) composite(L, Min, Mout, Lout);
});

test('the rows of the kernels and the channels of the output invert the composite indices', () => {
  for (const [Lout, Mout] of pairs(64)) {
    const out = coq('output_channel')(Mout, Lout - 1, Mout - 1);
    expect(coq('composite_secondary_row')(Lout, Mout, out)).toBe(
      coq('secondary_row')(Lout, Mout - 1, Lout - 1),
    );
    const input = coq('partition_channel')(3, Lout - 1, 2);
    const primary = coq('composite_primary_row')(3, Mout, out, input);
    expect(primary).toBe(coq('primary_row')(Mout, Lout - 1, Mout - 1));
  }
});

test('patches', () => {
  for (const [kh, kw] of pairs(5)) {
    const x = marked('x', 1, 3, kh, kw);
    const column = spec.patch(marks, x, [kh, kw], unitWindow, 0, 0, 0);
    for (const row of below(3 * kh * kw)) {
      const at = [
        coq('patch_channel')(kh, kw, row),
        coq('patch_u')(kh, kw, row),
        coq('patch_v')(kw, row),
      ] as const;
      expect(column.at(row, 0)).toBe(`x[0,${at}]`);
      expect(coq('patch_row')(kh, kw, ...at)).toBe(row);
    }
  }
});

test('output sizes and same padding', () => {
  for (const [size, kernel] of pairs(9))
    for (const [stride, dilation] of pairs(3))
      for (const before of below(3))
        for (const after of below(3)) {
          if (size + before + after < coq('span')(kernel, dilation)) continue;
          const here = coq('output_size')(size, kernel, stride, dilation, before, after);
          expect(here).toBe(spec.outputSize(size, kernel, stride, dilation, before, after));
        }
  for (const [kernel, dilation] of pairs(64)) {
    const { top, bottom } = spec.samePadding([kernel, 1], [dilation, 1]);
    expect([coq('same_before')(kernel, dilation), coq('same_after')(kernel, dilation)]).toEqual([
      top,
      bottom,
    ]);
  }
});

test('parameters, for all L, M ≤ 64', () => {
  for (const [L, M] of pairs(64)) {
    const shape = { L, Min: M, Mout: 3, Lout: 5 };
    expect(coq('block_parameters')(L, M, 3, 5, 9)).toBe(spec.blockParameters(shape, 9));
    expect(coq('regular_parameters')(M, M, L)).toBe(spec.regularParameters(M, L));
    expect(coq('swapped_parameters')(L, M, 9)).toBe(spec.swappedParameters({ L, M }, 9));
  }
});

test('a regular convolution as a block', () => {
  for (const [K, Min] of pairs(3))
    for (const Mout of upTo(3)) {
      const { primary, secondary } = spec.regularAsBlock(marks, marked('w', K * Mout, K * Min, 1, 1), K);
      const wp = tensor(primary.shape, (r, m) => {
        const at = [coq('split_kernel_row')(K, Mout, r), coq('split_kernel_column')(K, Min, Mout, r, m)];
        return `w[${at},0,0]`;
      });
      expect(primary.data).toEqual(wp.data);
      const weight = coq('split_secondary_weight');
      const wd = tensor(secondary.shape, (row, l) => (weight(K, row % (K * K), l) ? '1' : ''));
      expect(secondary.data).toEqual(wd.data);
      const x = numbered(1, K * Min, 1, 1);
      const repeated = spec.repeatChannels(x, K).data;
      expect(repeated).toEqual(below(K * K * Min).map((c) => coq('split_channel')(K, Min, c)));
    }
});

test('which pixel a tap reads, which output a pixel reaches, and what is inside', () => {
  const x = marked('x', 1, 1, 7, 1);
  for (const [kernel, stride] of pairs(3))
    for (const dilation of upTo(2))
      for (const before of below(3)) {
        const window = {
          stride: [stride, 1],
          dilation: [dilation, 1],
          padding: { top: before, bottom: 0, left: 0, right: 0 },
        } as const;
        const y = spec.convolution(marks, x, marked('w', 1, 1, kernel, 1), window);
        const taps = below(kernel);
        const reads = below(y.shape[2]).map((i) =>
          taps
            .map((u) => [u, coq('input_position')(i, stride, u, dilation, before)] as const)
            .filter(([, h]) => coq('inside')(7, 1, h, 0))
            .map(([u, h]) => `w[0,0,${u},0]·x[0,0,${h},0]`)
            .join(' + '),
        );
        expect(y.data).toEqual(reads);
        const g = marked('g', 1, 1, y.shape[2], 1);
        const back = spec.convolutionInputAdjoint(marks, g, marked('w', 1, 1, kernel, 1), window, [7, 1]);
        const reached = below(7).map((h) =>
          taps
            .filter((u) => coq('is_output_position')(h, stride, u, dilation, before))
            .map((u) => [u, coq('output_position')(h, stride, u, dilation, before)] as const)
            .filter(([, i]) => coq('inside')(y.shape[2], 1, i, 0))
            .map(([u, i]) => `w[0,0,${u},0]·g[0,0,${i},0]`)
            .join(' + '),
        );
        expect(back.data).toEqual(reached);
      }
});

test('every formula that stands in the specification was run', () => {
  expect([...formulas.keys()].sort()).toEqual(Object.keys(catalogue.formulas).sort());
  const standing = Object.entries(catalogue.formulas).filter(([, name]) => name !== null);
  expect(standing.map(([name]) => name).filter((name) => !tested.has(name))).toEqual([]);
  for (const [, name] of standing) expect(spec).toHaveProperty(name!);
});
