import { ImplementationError } from './error.ts';

/**
 * Splits a command line into words as a POSIX shell does, and does nothing else that a shell does: blanks separate,
 * '…' is literal, "…" knows \" and \\, a backslash takes the next character as it is. What a shell would act on ($, `,
 * |, &, ;, <, >, parentheses) is refused unless it's quoted: it would not mean what it seems to.
 */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const close = line.indexOf("'", at + 1);
      if (close < 0) throw refusal(line, `the ' at ${at + 1} has no end`);
      word = (word ?? '') + line.slice(at + 1, close);
      at = close;
    } else if (char === '"') {
      const [text, close] = doubleQuoted(line, at);
      word = (word ?? '') + text;
      at = close;
    } else if (char === '\\') {
      if (at + 1 === line.length) throw refusal(line, 'nothing follows the backslash at its end');
      word = (word ?? '') + line[++at]!;
    } else {
      if ('$`|&;<>()'.includes(char)) throw shellOnly(line, char, at);
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw refusal(line, 'expected a program and its arguments, got nothing');
  return words;
}

/** The text of a "…" that opens at a position, and where it closes. */
function doubleQuoted(line: string, open: number): [text: string, close: number] {
  let text = '';
  for (let at = open + 1; at < line.length; at++) {
    const char = line[at]!;
    if (char === '"') return [text, at];
    if (char === '\\' && '"\\$`'.includes(line[at + 1] ?? ' ')) text += line[++at]!;
    else if (char === '$' || char === '`') throw shellOnly(line, char, at);
    else text += char;
  }
  throw refusal(line, `the " at ${open + 1} has no end`);
}

function shellOnly(line: string, char: string, at: number): ImplementationError {
  return refusal(line, `no shell runs it: quote the ${char} at ${at + 1}, or write sh -c '…'`);
}

function refusal(line: string, what: string): ImplementationError {
  return new ImplementationError(`command ${JSON.stringify(line)}`, 'usage', what);
}
