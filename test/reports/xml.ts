/** A strict reader of the XML that reports are made of: whatever isn't well formed is an error. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const allowed = (code: number) =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 32 && code < 0xd800) ||
  (code > 0xdfff && code < 0xfffe) ||
  code > 0xffff;

/** Reads a document with one root element; no DTD, comment, CDATA or processing instruction but the first. */
export function parseXml(source: string): Element {
  for (const char of source) {
    if (!allowed(char.codePointAt(0)!))
      throw new Error(`a character that XML doesn't have: ${char.codePointAt(0)}`);
  }
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
  if (!source.startsWith(declaration)) throw new Error('no declaration');
  let at = declaration.length;
  const fail = (expected: string): never => {
    throw new Error(`at ${at}: expected ${expected}, got ${JSON.stringify(source.slice(at, at + 20))}`);
  };
  const take = (token: string) => {
    if (!source.startsWith(token, at)) fail(token);
    at += token.length;
  };
  const space = () => {
    while (' \n\t'.includes(source[at] ?? 'x')) at++;
  };
  const name = (): string => {
    const start = at;
    while (/[a-z]/.test(source[at] ?? '')) at++;
    return at > start ? source.slice(start, at) : fail('a name');
  };
  const until = (stops: string): string => {
    let text = '';
    while (at < source.length && !stops.includes(source[at]!)) {
      if (source[at] === '>' || source[at] === '"') fail('an escaped character');
      if (source[at] !== '&') {
        text += source[at++];
        continue;
      }
      take('&#');
      const end = source.indexOf(';', at);
      const digits = source.slice(at, end);
      if (!/^\d+$/.test(digits) || !allowed(Number(digits))) fail('a character reference');
      text += String.fromCodePoint(Number(digits));
      at = end + 1;
    }
    return text;
  };
  const element = (): Element => {
    take('<');
    const tag = name();
    const attributes: Record<string, string> = {};
    for (space(); source[at] !== '>' && source[at] !== '/'; space()) {
      const key = name();
      if (Object.hasOwn(attributes, key)) fail('another attribute');
      take('="');
      attributes[key] = until('"<');
      take('"');
    }
    if (source[at] === '/') {
      take('/>');
      return { name: tag, attributes, children: [], text: '' };
    }
    take('>');
    const children: Element[] = [];
    let text = until('<');
    while (!source.startsWith('</', at)) {
      children.push(element());
      text += until('<');
    }
    take(`</${tag}>`);
    return { name: tag, attributes, children, text };
  };
  space();
  const root = element();
  space();
  if (at !== source.length) fail('the end');
  return root;
}

/** All elements of a name, in document order. */
export function all(root: Element, name: string): readonly Element[] {
  const below = root.children.flatMap((child) => all(child, name));
  return root.name === name ? [root, ...below] : below;
}
