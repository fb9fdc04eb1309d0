/** Somebody else's words, made fit to be shown. */

/** The text without what a terminal would obey; lines stay lines. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}

/** The text, cut to this many characters. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** The text in one line, safe to print. */
export function inOneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ');
}
