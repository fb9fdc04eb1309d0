/**
 * Pictures in characters: the pattern of a matrix as blocks or dots, and lines between two rows of channels.
 * Where the terminal has colour every partition has one of six.
 */
import type { Terminal } from './frame.ts';

/** Which entries are marked: the number of a partition, for its colour, or undefined where nothing is. */
export interface Pattern {
  readonly rows: number;
  readonly columns: number;
  mark(i: number, j: number): number | undefined;
}

/** Cyan, yellow, magenta, green, blue, red: foregrounds; a background is 10 more. */
const palette = [36, 33, 35, 32, 34, 31] as const;

/** The foreground of partition k; as escape parameters. */
function foreground(k: number): string {
  return `${palette[k % palette.length]}`;
}

/** Styled characters in a row, escapes only where the style changes. */
class Line {
  private text = '';
  private style = '';
  private readonly colour: boolean;

  constructor(terminal: Terminal) {
    this.colour = terminal.colour;
  }

  add(characters: string, style: string): void {
    // A blank looks the same in any foreground.
    const wanted = characters.trim() === '' && !style.includes(';') ? '' : style;
    if (this.colour && wanted !== this.style) {
      this.text += wanted === '' ? '\u001b[0m' : `\u001b[0;${wanted}m`;
      this.style = wanted;
    }
    this.text += characters;
  }

  toString(): string {
    return this.style === '' ? this.text : `${this.text}\u001b[0m`;
  }
}

/** The text in the colour of partition k. */
export function tint(terminal: Terminal, k: number, text: string): string {
  const line = new Line(terminal);
  line.add(text, foreground(k));
  return line.toString();
}

/** How a pattern is drawn: two columns an entry, a half character an entry, or a dot for scale × scale entries. */
export interface Style {
  readonly kind: 'cells' | 'halves' | 'dots';
  readonly scale: number;
}

/**
 * The most detailed style in which a side of `size` entries takes at most `width` characters; where dots are scaled,
 * by a divisor of the size if one is near.
 */
export function styleFor(size: number, width: number): Style {
  if (2 * size <= width) return { kind: 'cells', scale: 1 };
  if (size <= width) return { kind: 'halves', scale: 1 };
  const least = Math.ceil(size / (2 * width));
  const near = Array.from({ length: Math.ceil(least / 4) }, (_, k) => least + k);
  return { kind: 'dots', scale: near.find((scale) => size % scale === 0) ?? least };
}

/** The pattern as lines of equal visible width. */
export function drawPattern(terminal: Terminal, pattern: Pattern, style: Style): readonly string[] {
  if (style.kind === 'cells') return drawCells(terminal, pattern);
  if (style.kind === 'halves') return drawHalves(terminal, pattern);
  return drawDots(terminal, pattern, style.scale);
}

/** The visible width of that drawing. */
export function drawnWidth(pattern: Pattern, style: Style): number {
  if (style.kind === 'cells') return 2 * pattern.columns;
  return style.kind === 'halves' ? pattern.columns : Math.ceil(Math.ceil(pattern.columns / style.scale) / 2);
}

function drawCells(terminal: Terminal, { rows, columns, mark }: Pattern): string[] {
  return Array.from({ length: rows }, (_, i) => {
    const line = new Line(terminal);
    for (let j = 0; j < columns; j++) {
      const k = mark(i, j);
      if (k === undefined) line.add(' ·', '2');
      else line.add('██', foreground(k));
    }
    return line.toString();
  });
}

function drawHalves(terminal: Terminal, { rows, columns, mark }: Pattern): string[] {
  return Array.from({ length: Math.ceil(rows / 2) }, (_, i) => {
    const line = new Line(terminal);
    for (let j = 0; j < columns; j++) {
      const upper = mark(2 * i, j);
      const lower = 2 * i + 1 < rows ? mark(2 * i + 1, j) : undefined;
      if (upper === undefined && lower === undefined) line.add(' ', '');
      else if (lower === undefined) line.add('▀', foreground(upper!));
      else if (upper === undefined) line.add('▄', foreground(lower));
      else if (palette[upper % palette.length] === palette[lower % palette.length])
        line.add('█', foreground(upper));
      else line.add('▀', `${foreground(upper)};${palette[lower % palette.length]! + 10}`);
    }
    return line.toString();
  });
}

function drawDots(terminal: Terminal, pattern: Pattern, scale: number): string[] {
  const canvas = dotted(pattern, scale);
  return canvas.lines(terminal, spreadThin(pattern, { kind: 'dots', scale }) ? '░' : undefined);
}

function dotted(pattern: Pattern, scale: number): Canvas {
  const canvas = new Canvas(Math.ceil(pattern.columns / scale), Math.ceil(pattern.rows / scale));
  for (let i = 0; i < pattern.rows; i++) {
    for (let j = 0; j < pattern.columns; j++) {
      const k = pattern.mark(i, j);
      if (k !== undefined) canvas.dot(Math.floor(j / scale), Math.floor(i / scale), k);
    }
  }
  return canvas;
}

/**
 * Whether dots would mislead: most of them are set although fewer than a twentieth of the entries are marked. The
 * picture is shaded then.
 */
export function spreadThin(pattern: Pattern, { kind, scale }: Style): boolean {
  if (kind !== 'dots') return false;
  const dots = Math.ceil(pattern.columns / scale) * Math.ceil(pattern.rows / scale);
  let marked = 0;
  for (let i = 0; i < pattern.rows; i++)
    for (let j = 0; j < pattern.columns; j++) if (pattern.mark(i, j) !== undefined) marked++;
  return marked < (pattern.rows * pattern.columns) / 20 && dotted(pattern, scale).count() > 0.6 * dots;
}

/**
 * Dots, two across and four down a character (braille). A character has the colour of at least half of the marks
 * under it; where there is none it has no colour.
 */
export class Canvas {
  private readonly across: number;
  private readonly down: number;
  private readonly bits: Uint8Array;
  /** For each character, how often each colour was marked. */
  private readonly marks: Uint32Array;

  constructor(width: number, height: number) {
    this.across = Math.ceil(width / 2);
    this.down = Math.ceil(height / 4);
    this.bits = new Uint8Array(this.across * this.down);
    this.marks = new Uint32Array(this.across * this.down * palette.length);
  }

  dot(x: number, y: number, k: number): void {
    const cell = Math.floor(y / 4) * this.across + Math.floor(x / 2);
    this.bits[cell]! |= dots[y % 4]![x % 2]!;
    this.marks[cell * palette.length + (k % palette.length)]! += 1;
  }

  private style(cell: number): string {
    const counts = [...this.marks.subarray(cell * palette.length, (cell + 1) * palette.length)];
    const all = counts.reduce((total, count) => total + count, 0);
    const k = counts.findIndex((count) => 2 * count >= all);
    return k < 0 ? '' : foreground(k);
  }

  /** The number of dots that are set. */
  count(): number {
    return [...this.bits].reduce((total, bits) => total + bits.toString(2).replaceAll('0', '').length, 0);
  }

  /** The picture; every character that has a dot is the `shade`, if one is given. */
  lines(terminal: Terminal, shade?: string): string[] {
    return Array.from({ length: this.down }, (_, i) => {
      const line = new Line(terminal);
      for (let j = 0; j < this.across; j++) {
        const bits = this.bits[i * this.across + j]!;
        const character = bits === 0 ? ' ' : (shade ?? String.fromCodePoint(0x2800 + bits));
        line.add(character, this.style(i * this.across + j));
      }
      return line.toString();
    });
  }
}

/** The bit of each dot of a braille character, by row and column. */
const dots = [
  [1, 8],
  [2, 16],
  [4, 32],
  [64, 128],
] as const;

/** Straight lines from characters in a row above to characters in a row below, `height` rows apart. */
export function drawLines(
  terminal: Terminal,
  width: number,
  height: number,
  connections: readonly { readonly from: number; readonly to: number; readonly mark: number }[],
): readonly string[] {
  const canvas = new Canvas(2 * width, 4 * height);
  // Enough points that no dot is left out, even of a line all across.
  const steps = 2 * (2 * width + 4 * height);
  for (const { from, to, mark } of connections) {
    for (let step = 0; step <= steps; step++) {
      const t = step / steps;
      const x = 2 * (from + (to - from) * t);
      const y = t * (4 * height - 1);
      canvas.dot(Math.round(x), Math.round(y), mark);
    }
  }
  return canvas.lines(terminal);
}
