/** How wide a text is on the screen: its characters without colour escapes. */
export function visibleWidth(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour escape starts with one
  return [...text.replace(/\u001b\[[\d;]*m/g, '')].length;
}

/** The text with spaces on its right (`'left'`), left (`'right'`) or both sides, up to a width. */
export function pad(text: string, width: number, align: 'left' | 'right' | 'centre' = 'left'): string {
  const room = Math.max(0, width - visibleWidth(text));
  const before = align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2);
  return ' '.repeat(before) + text + ' '.repeat(room - before);
}

/** Rows of cells as lines, each column as wide as its widest cell, two spaces between; nothing trails. */
export function table(
  rows: readonly (readonly string[])[],
  aligns: readonly ('left' | 'right')[],
): readonly string[] {
  const widths = aligns.map((_, k) => Math.max(0, ...rows.map((row) => visibleWidth(row[k] ?? ''))));
  return rows.map((row) =>
    aligns
      .map((align, k) => pad(row[k] ?? '', widths[k]!, align))
      .join('  ')
      .trimEnd(),
  );
}

/** A count with its thousands apart: 4672 is 4,672. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
