/** The few elements of SVG that the pictures need. Colours are classes; the attributes hold where styles are blocked. */
import { markup } from './escape.ts';
import { type Level, levels } from './grid.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly level: Level;
}

/** The colours of the levels where no style sheet is: light. */
export const palette: Readonly<Record<Level, string>> = {
  0: '#dbe5e0',
  1: '#fbd77b',
  2: '#f8a540',
  3: '#ea6a32',
  4: '#c52b45',
  5: '#6d1450',
  6: '#2a6df4',
};

/** A drawing of its own; `title` says what it shows to who can't see it. */
export function svg(width: number, height: number, title: string, content: readonly string[]): string {
  const [w, h] = [width.toFixed(1), height.toFixed(1)];
  const name = title === '' ? 'aria-hidden="true"' : `role="img" aria-label="${markup(title)}"`;
  return `<svg width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" ${name}>${content.join('')}</svg>`;
}

/** A rectangle in cells, in pixels. */
export function place(
  { x, y, width, height, level }: Rectangle,
  left: number,
  top: number,
  size: number,
): Rectangle {
  return { x: left + x * size, y: top + y * size, width: width * size, height: height * size, level };
}

/** All rectangles, one path a level. */
export function cells(rectangles: readonly Rectangle[]): string {
  return levels
    .map((level) => {
      const own = rectangles.filter((rectangle) => rectangle.level === level);
      if (own.length === 0) return '';
      return `<path class="e${level}" fill="${palette[level]}" d="${own.map(boxOf).join('')}"/>`;
    })
    .join('');
}

/** A rectangle of which a share is wrong, from 0 to 1. */
export interface Shaded extends Omit<Rectangle, 'level'> {
  readonly share: number;
}

/** Shares as one colour, in steps of a tenth; what has none is as what is right. */
export function shades(rectangles: readonly Shaded[]): string {
  const steps = Array.from({ length: 11 }, (_, tenths) => {
    const own = rectangles.filter(({ share }) => Math.ceil(10 * share) === tenths);
    if (own.length === 0) return '';
    const d = own.map(boxOf).join('');
    if (tenths === 0) return `<path class="e0" fill="${palette[0]}" d="${d}"/>`;
    return `<path class="share" fill="${palette[4]}" fill-opacity="${n(0.1 + 0.09 * tenths)}" d="${d}"/>`;
  });
  return steps.join('');
}

const boxOf = ({ x, y, width, height }: Omit<Rectangle, 'level'>) =>
  `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;

const n = (x: number) => String(Math.round(100 * x) / 100);

/** A text at a point. */
export function label(x: number, y: number, text: string, anchor: 'middle' | 'end'): string {
  return `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" font-size="11">${markup(text)}</text>`;
}
