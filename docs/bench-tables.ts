/** The generated parts of docs/benchmarks.md, from docs/benchmarks.json. */
import {
  best,
  type FloorResult,
  floors,
  furtherFloors,
  meanFloor,
  meanSpeed,
  measuredFloors,
  speed,
  standing,
  threadsFloor,
} from '../src/bench/analysis.ts';
import type { BenchReport, CaseResult, Participant } from '../src/bench/result.ts';
import { geometricMean, type Spread, spread } from '../src/bench/spread.ts';

/** By the names of the markers in the document. */
export function benchParts(report: BenchReport): Readonly<Record<string, string>> {
  return {
    'bench-machine': machine(report),
    'bench-floors': expected(report),
    'bench-single': times(report, 1),
    'bench-batch': times(report, 16),
    'bench-limits': limits(report),
    'bench-threads': threads(report),
    'bench-calls': calls(report),
    'bench-losses': losses(report),
  };
}

export const milliseconds = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
export const ratio = (value: number) => value.toFixed(2);
const percent = (value: number) => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;
export const range = ({ min, max }: Spread, format: (value: number) => string) =>
  `[${format(min)}, ${format(max)}]`;
const million = (value: number) => `${(value / 1e6).toPrecision(3)} M`;

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

const took = ({ candidates }: BenchReport) =>
  candidates.filter(({ skipped, kind }) => skipped === undefined && kind !== 'limit');

function machine({ machine, date, rounds, sample, candidates }: BenchReport): string {
  const { cpu, cores, platform, node } = machine;
  const head = `${cpu}, ${cores} processors, ${platform}, Node ${node}, ${date}; ${rounds} rounds, samples of ${sample} ms.`;
  const cell = ({ about, skipped }: Participant) => about ?? `skipped: ${skipped}`;
  const rows = candidates.map((one) => [one.name, String(one.threads), cell(one), one.tensors]);
  return `${head}\n\n${table(['candidate', 'threads', 'version', 'tensors'], rows)}`;
}

function expected({ cases }: BenchReport): string {
  const found = measuredFloors(cases, floors);
  const names: Readonly<Record<string, string>> = {
    'ours-in-place': ', in place',
    'wasm-limit': ', of the limit of WebAssembly SIMD',
  };
  const rows = [...found, ...measuredFloors(cases, furtherFloors)].map(
    ({ case: id, candidate, against, atLeast, measured, isMet }: FloorResult) => [
      `${id}${names[candidate] ?? ''}${names[against] ?? ''}`,
      String(atLeast),
      ratio(measured.median),
      range(measured, ratio),
      isMet ? 'yes' : 'no',
    ],
  );
  const mean = meanSpeed(found);
  const verdict =
    mean === undefined
      ? []
      : [
          [
            'geometric mean of the first ten',
            String(meanFloor),
            ratio(mean),
            '',
            mean >= meanFloor ? 'yes' : 'no',
          ],
        ];
  return table(['case', 'at least', 'measured', 'over the rounds', 'met'], [...rows, ...verdict]);
}

function times(report: BenchReport, batch: number): string {
  const cases = report.cases.filter(({ N }) => N === batch);
  if (cases.length === 0) return 'Not measured.';
  const present = took(report);
  const rows = cases.map((of) => {
    const one = present.map(({ id }) => best(of, id));
    const medians = one.map((result) => (result ? spread(result.times).median : Number.POSITIVE_INFINITY));
    const single = medians.filter((_, i) => present[i]!.threads === 1);
    const cells = medians.map((median, i) => {
      if (!Number.isFinite(median)) return '';
      const text = milliseconds(median);
      const isBest = present[i]!.threads === 1 && median === Math.min(...single);
      return isBest ? `**${text}**` : text;
    });
    return [of.id, ...cells];
  });
  const note = 'Milliseconds a run, the fastest way of each; in bold the fastest on one thread.';
  return `${note}\n\n${table(['case', ...present.map(({ name }) => name)], rows)}`;
}

function limits({ cases }: BenchReport): string {
  const rows = cases.flatMap((of) => {
    const own = standing(of, 'ours');
    if (!own) return [];
    const peer = standing(of, 'ort');
    const place = standing(of, 'ours-in-place');
    return [
      [
        of.id,
        million(of.multiplyAdds),
        own.ofWasm ? percent(own.ofWasm.median) : '',
        place?.ofWasm ? percent(place.ofWasm.median) : '',
        own.ofNative ? percent(own.ofNative.median) : '',
        peer?.ofNative ? percent(peer.ofNative.median) : '',
        own.result.rounding ?? '',
        own.result.plan ?? '',
      ],
    ];
  });
  const header = [
    'case',
    'multiply-adds',
    'of WebAssembly SIMD',
    'the same in place',
    'of native SIMD',
    'onnxruntime-node of native SIMD',
    'algorithm',
    'plan',
  ];
  return `${peaks(cases)}This library's share of what the vectors could do, one thread, copies included, beside onnxruntime-node's.\n\n${table(header, rows)}`;
}

/** Multiply-adds a nanosecond, over all cases. */
function peaks(cases: readonly CaseResult[]): string {
  const rate = (limit: string) => {
    const rates = cases.flatMap((of) => {
      const found = best(of, limit);
      return found ? [of.multiplyAdds / spread(found.times).median / 1e6] : [];
    });
    return rates.length === 0 ? undefined : spread(rates).median;
  };
  const [wasm, native] = [rate('wasm-limit'), rate('native-limit')];
  if (wasm === undefined || native === undefined) return '';
  const [w, n, times] = [wasm, native, native / wasm].map((value) => value.toFixed(1));
  return `The limits here are ${w} multiply-adds a nanosecond for WebAssembly's vectors and ${n} for native ones, ${times} times as many.\n\n`;
}

function threads({ cases }: BenchReport): string {
  const rows = cases.flatMap((of) => {
    const gain = speed(of, 'ours-2', 'ours');
    const own = best(of, 'ours');
    if (!gain || !own) return [];
    const peer = speed(of, 'ort-2', 'ort');
    const median = spread(own.times).median;
    const cells = [
      milliseconds(median),
      ratio(gain.median),
      range(gain, ratio),
      peer ? ratio(peer.median) : '',
    ];
    return [{ median, gain: gain.median, row: [of.id, ...cells] }];
  });
  if (rows.length === 0) return 'Not measured.';
  const long = rows.filter(({ median }) => median > 1);
  const reached = long.filter(({ gain }) => gain >= threadsFloor);
  const verdict =
    long.length === 0
      ? ''
      : `Of the ${long.length} cases that take one thread more than a millisecond, ${reached.length} gain at least ${threadsFloor}; the geometric mean of the ${long.length} is ${ratio(geometricMean(long.map(({ gain }) => gain)))}.\n\n`;
  const header = ['case', 'one thread, ms', 'gain', 'over the rounds', 'onnxruntime-node gains'];
  return `${verdict}${table(
    header,
    rows.map(({ row }) => row),
  )}`;
}

function calls(report: BenchReport): string {
  const { call, cases } = report;
  const first = cases.find(({ id }) => id === 'L24M2@32');
  const rows = took(report).flatMap(({ id, name }) => {
    const least = call && best(call, id);
    const opened = first && best(first, id);
    if (!least && !opened) return [];
    const micro = least ? (1000 * spread(least.times).median).toPrecision(3) : '';
    return [[name, micro, opened ? milliseconds(opened.first) : '', opened?.spent ?? '']];
  });
  return `A call: microseconds of a run of the smallest block, L1M1 on one pixel. The first one: milliseconds from weights to the first output of L24M2@32, the process's first work: building the graph or emitting the code, compiling, packing weights, running.\n\n${table(['candidate', 'a call, µs', 'the first, ms', 'of that'], rows)}`;
}

/** The cases of which this library isn't the fastest on one thread. */
function losses(report: BenchReport): string {
  const peers = took(report).filter(({ kind, threads }) => kind === 'peer' && threads === 1);
  const rows = report.cases.flatMap((of) => {
    const ahead = peers
      .flatMap(({ id, name }) => {
        const against = speed(of, 'ours', id);
        return against && against.median < 1 ? [{ id, name, against: against.median }] : [];
      })
      .toSorted((a, b) => a.against - b.against);
    return ahead.map(({ id, name, against }) => rowOf(of, id, name, against));
  });
  const header = [
    'case',
    'multiply-adds',
    'ahead',
    "this library's speed beside it",
    'its way',
    'its share of native SIMD',
    "this library's of WebAssembly SIMD",
  ];
  const none = 'Nowhere in these tables, on one thread.';
  return rows.length === 0 ? none : table(header, rows);
}

function rowOf(of: CaseResult, id: string, name: string, against: number): readonly string[] {
  const [own, its] = [standing(of, 'ours')!, standing(of, id)!];
  return [
    of.id,
    million(of.multiplyAdds),
    name,
    ratio(against),
    its.result.way,
    its.ofNative ? percent(its.ofNative.median) : '',
    own.ofWasm ? percent(own.ofWasm.median) : '',
  ];
}
