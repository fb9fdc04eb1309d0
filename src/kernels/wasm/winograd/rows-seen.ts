/** Which rows of the picture the rows of tiles see: known when the code is emitted, so that no zeros are read. */
import type { Geometry } from '../../geometry.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { tileReach, tileSize } from './layout.ts';

/** Of the six rows of the input under a row of tiles, those that exist: from `first` to before `end`; the others are zeros. */
export interface RowsSeen {
  /** The row of the input that the tiles begin with; negative in the padding. */
  readonly row: number;
  readonly first: number;
  readonly end: number;
}

/** The rows of tiles at a border, each by itself; the last one stands for all those that see six rows. */
export function rowsSeen({ height, rows, window }: Geometry): readonly RowsSeen[] {
  const all = Array.from({ length: Math.ceil(rows / tileSize) }, (_, t): RowsSeen => {
    const row = t * tileSize - window.padding.top;
    return { row, first: Math.max(0, -row), end: Math.min(tileReach, height - row) };
  });
  const isInside = ({ first, end }: RowsSeen) => first === 0 && end === tileReach;
  return [...all.filter((seen) => !isInside(seen)), ...all.filter(isInside).slice(0, 1)];
}

/** Emits what is done for each case, the last being the one that is left when no other is met. */
export function caseByCase(
  f: FunctionBuilder,
  row: Local,
  [seen, ...others]: readonly RowsSeen[],
  tileRow: (seen: RowsSeen) => void,
): void {
  if (others.length === 0) tileRow(seen!);
  else
    f.get(row)
      .i32Const(seen!.row)
      .i32Eq()
      .if(
        () => tileRow(seen!),
        () => caseByCase(f, row, others, tileRow),
      );
}
