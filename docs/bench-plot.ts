/** docs/benchmarks.svg: how many times as fast as onnxruntime-node everybody is, a line a case, on one thread. */
import { baseline, speed } from '../src/bench/analysis.ts';
import type { BenchReport, CaseResult } from '../src/bench/result.ts';
import { markup } from '../src/reports/escape.ts';

interface Mark {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly shape: 'circle' | 'diamond' | 'square' | 'triangle' | 'cross' | 'ring';
}

/** Colours and shapes both tell them apart. */
const marks: readonly Mark[] = [
  { id: 'ours', name: 'this library', colour: '#c52b45', shape: 'circle' },
  { id: 'ours-in-place', name: 'this library, in place', colour: '#c52b45', shape: 'ring' },
  { id: 'torch', name: 'PyTorch', colour: '#b36b00', shape: 'diamond' },
  { id: 'ort-web', name: 'onnxruntime-web', colour: '#2a6df4', shape: 'square' },
  { id: 'tfjs', name: 'tfjs wasm', colour: '#2b8a3e', shape: 'triangle' },
  { id: 'loops', name: 'plain loops', colour: '#5a6470', shape: 'cross' },
];

const left = 150;
const panel = 380;
const gap = 30;
const top = 96;
const line = 24;
const ink = '#1d2530';
const grid = '#d5dbe1';

/** Where the axis begins and ends, and what is written on it. */
const axis = { from: 1 / 64, to: 12, ticks: [1 / 64, 1 / 16, 1 / 4, 1 / 2, 1, 2, 4, 8] } as const;

export function benchPlot({ cases }: BenchReport): string {
  const panels = [1, 16].map((N) => cases.filter((of) => of.N === N)).filter((own) => own.length > 0);
  const rows = [...new Set(cases.map(rowOf))];
  const width = left + panels.length * (panel + gap) + 10;
  const height = top + rows.length * line + 46;
  const present = marks.filter(({ id }) => cases.some((of) => speed(of, id, baseline)));
  const content = [
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(14, 26, 'How many times as fast as onnxruntime-node, one thread', { size: 16, weight: 600 }),
    legend(present),
    ...rows.map((row, i) => text(left - 10, rowY(i) + 4, row, { anchor: 'end' })),
    ...panels.map((own, i) => panelOf(own, rows, present, left + i * (panel + gap))),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Speed relative to onnxruntime-node, by case">\n${content.join('\n')}\n</svg>\n`;
}

/** A case and its batch share a row. */
const rowOf = ({ family, size }: CaseResult) => `${family} at ${size}`;
const rowY = (row: number) => top + row * line + line / 2;
const place = (value: number) =>
  (panel * Math.log(Math.min(Math.max(value, axis.from), axis.to) / axis.from)) /
  Math.log(axis.to / axis.from);
const n = (value: number) => String(Math.round(10 * value) / 10);

function panelOf(
  own: readonly CaseResult[],
  rows: readonly string[],
  present: readonly Mark[],
  x: number,
): string {
  const bottom = top + rows.length * line;
  const lines = axis.ticks.map((tick) => {
    const at = n(x + place(tick));
    const label = tick < 1 ? `1/${1 / tick}` : String(tick);
    const stroke = tick === 1 ? ink : grid;
    return `<path d="M${at} ${top}V${bottom}" stroke="${stroke}"/>${text(Number(at), bottom + 16, label, { anchor: 'middle' })}`;
  });
  const title = own[0]!.N === 1 ? 'one sample' : `a batch of ${own[0]!.N}`;
  const dots = own.map((of) =>
    // What is drawn last lies on top: this library.
    present
      .toReversed()
      .map((mark) => dot(of, mark, x, rowY(rows.indexOf(rowOf(of)))))
      .join(''),
  );
  return [
    ...lines,
    text(x + panel / 2, bottom + 36, title, { anchor: 'middle', weight: 600 }),
    ...rows.map(
      (_, row) => `<path d="M${x} ${n(rowY(row))}h${panel}" stroke="${grid}" stroke-dasharray="1 3"/>`,
    ),
    ...dots,
  ].join('\n');
}

function dot(of: CaseResult, mark: Mark, x: number, y: number): string {
  const measured = speed(of, mark.id, baseline);
  if (!measured) return '';
  const { median, min, max } = measured;
  const bar =
    mark.id === 'ours'
      ? `<path d="M${n(x + place(min))} ${n(y)}H${n(x + place(max))}" stroke="${mark.colour}" stroke-width="2"/>`
      : '';
  return `${bar}<g>${symbol(mark, x + place(median), y)}<title>${markup(`${of.id}, ${mark.name}: ${median.toFixed(2)}`)}</title></g>`;
}

function symbol({ shape, colour }: Mark, x: number, y: number): string {
  const path = (d: string, style = `fill="${colour}"`) => `<path d="${d}" ${style}/>`;
  switch (shape) {
    case 'circle':
      return `<circle cx="${n(x)}" cy="${n(y)}" r="5.5" fill="${colour}"/>`;
    case 'ring':
      return `<circle cx="${n(x)}" cy="${n(y)}" r="5" fill="#fff" stroke="${colour}" stroke-width="1.8"/>`;
    case 'square':
      return path(`M${n(x - 4)} ${n(y - 4)}h8v8h-8z`);
    case 'diamond':
      return path(`M${n(x)} ${n(y - 6)}l6 6l-6 6l-6 -6z`);
    case 'triangle':
      return path(`M${n(x)} ${n(y - 5.5)}l5.5 10h-11z`);
    case 'cross':
      return path(`M${n(x - 4)} ${n(y - 4)}l8 8m0 -8l-8 8`, `stroke="${colour}" stroke-width="1.8"`);
  }
}

function legend(present: readonly Mark[]): string {
  let x = 20;
  const entries = present.map((mark) => {
    const entry = `${symbol(mark, x, 52)}${text(x + 12, 56, mark.name, {})}`;
    x += 12 + 7 * mark.name.length + 22;
    return entry;
  });
  const note = text(14, 80, 'right of 1: faster; the bar is the spread of this library over the rounds', {
    colour: '#5a6470',
  });
  return `${entries.join('\n')}\n${note}`;
}

interface Style {
  readonly anchor?: 'middle' | 'end';
  readonly size?: number;
  readonly weight?: number;
  readonly colour?: string;
}

function text(x: number, y: number, content: string, { anchor, size, weight, colour = ink }: Style): string {
  const attributes = [
    `x="${n(x)}" y="${n(y)}" fill="${colour}"`,
    ...(anchor ? [`text-anchor="${anchor}"`] : []),
    ...(size ? [`font-size="${size}"`] : []),
    ...(weight ? [`font-weight="${weight}"`] : []),
  ];
  return `<text ${attributes.join(' ')}>${markup(content)}</text>`;
}
