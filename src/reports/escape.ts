/** What an implementation prints, or a file is called, as mere text in another language. */

/** A character that no report shows as it is: control, format (bidirectional overrides), separators, lone surrogates. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

const code = (char: string) => char.codePointAt(0)!;

/** With invisible characters written out, as \u{1b}. With `lines` newlines stay. */
export function visible(text: string, lines = false): string {
  return text.replace(invisible, (char) =>
    lines && char === '\n' ? char : `\\u{${code(char).toString(16)}}`,
  );
}

/** Text in XML or HTML, also in an attribute in double quotes. Newlines stay as character references. */
export function markup(text: string): string {
  return visible(text, true).replace(/[<>&"'\n]/g, (char) => `&#${code(char)};`);
}

/** Text between tags, its newlines as they are. */
export function content(text: string): string {
  return markup(text).replaceAll('&#10;', '\n');
}

/** Text in Markdown (and the HTML in it): whatever could be markup is a character reference. On one line. */
export function markdown(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} ,;]/gu, (char) => `&#${code(char)};`);
}

/** The message of a workflow command. */
export function commandData(text: string): string {
  return visible(text, true).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of a workflow command. */
export function commandProperty(text: string): string {
  return commandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
