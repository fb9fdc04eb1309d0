/** The pattern of what is wrong, in words: which channels, which positions, which samples. */
import type { Layout, Margins } from './layout.ts';

/** As 'in 4 of 6 channels (1, 2, 3, 4), only in the last row'; empty of a single element. */
export function patternOf(layout: Layout, margins: Margins): string {
  const parts = [channelsOf(layout, margins), positionsOf(layout, margins), samplesOf(margins)];
  return parts.filter((part) => part !== undefined).join(', ');
}

const wrongOf = (counts: Float64Array): number[] => [...counts.keys()].filter((i) => counts[i]! > 0);

function channelsOf({ rows, columns, rowName, columnName }: Layout, { tiles }: Margins): string | undefined {
  if (tiles.length === 1) return undefined;
  const what = columnName === 'input' ? 'pairs of row and input' : 'channels';
  const wrong = wrongOf(tiles);
  if (wrong.length === tiles.length) return `in all ${tiles.length} ${what}`;
  const along = (name: string, size: number, indexOf: (tile: number) => number) => {
    const seen = [...new Set(wrong.map(indexOf))];
    const whole = wrong.length === seen.length * (tiles.length / size);
    return whole && seen.length < size ? `where ${name} is ${listed(seen)}` : undefined;
  };
  return (
    along(rowName, rows, (tile) => Math.floor(tile / columns)) ??
    along(columnName, columns, (tile) => tile % columns) ??
    `in ${wrong.length} of ${tiles.length} ${what}${wrong.length <= 12 ? ` (${listed(wrong)})` : ''}`
  );
}

function positionsOf({ height, width }: Layout, { positions }: Margins): string | undefined {
  if (positions.length === 1) return undefined;
  const wrong = wrongOf(positions);
  if (wrong.length === positions.length) return 'at every position';
  const at = wrong.map((i) => [Math.floor(i / width), i % width] as const);
  const rows = [...new Set(at.map(([h]) => h))];
  const columns = [...new Set(at.map(([, w]) => w))];
  if (rows.length === 1 && height > 1) return `only in ${line('row', rows[0]!, height)}`;
  if (columns.length === 1 && width > 1) return `only in ${line('column', columns[0]!, width)}`;
  const isEdge = ([h, w]: readonly [number, number]) =>
    h === 0 || w === 0 || h === height - 1 || w === width - 1;
  if (height > 2 && width > 2 && at.every(isEdge)) return 'only at the border';
  return `at ${wrong.length} of ${positions.length} positions`;
}

function line(name: string, at: number, size: number): string {
  if (at === 0) return `the first ${name}`;
  return at === size - 1 ? `the last ${name}` : `${name} ${at}`;
}

function samplesOf({ blocks }: Margins): string | undefined {
  const wrong = wrongOf(blocks);
  return wrong.length === blocks.length ? undefined : `only where n is ${listed(wrong)}`;
}

function listed(numbers: readonly number[]): string {
  const few = numbers.slice(0, 12).join(', ');
  return numbers.length > 12 ? `${few}, …` : few;
}
