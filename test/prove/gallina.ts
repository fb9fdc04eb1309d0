/** Reads the one-line definitions of Formulas.v: enough of Coq's language to run them as functions on integers. */

export interface Definition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly run: (...values: number[]) => number;
}

type Scope = 'nat' | 'Z';
/** A formula on the values of its parameters, in their order. */
type Compiled = (values: readonly number[]) => number;

/** Every definition of the file, in order. Throws a SyntaxError on anything that it doesn't know. */
export function definitions(source: string): readonly Definition[] {
  const text = source.replace(/\(\*[\s\S]*?\*\)/g, '');
  const found: Definition[] = [];
  let scope: Scope | undefined;
  for (const sentence of text.split(/\.(?:\s+|$)/).map((s) => s.trim())) {
    const opened = /^Local Open Scope (nat|Z)_scope$/.exec(sentence);
    if (opened) scope = opened[1] as Scope;
    else if (sentence.startsWith('Definition')) found.push(definition(sentence, scope!));
    else if (sentence !== '' && !sentence.startsWith('From Coq Require Import')) {
      throw new SyntaxError(`unexpected sentence: ${sentence}`);
    }
  }
  return found;
}

function definition(sentence: string, scope: Scope): Definition {
  const match = /^Definition (\w+) \(([\w ]+) : (?:nat|Z)\) : (?:nat|Z|bool) :=\s+([\s\S]*)$/.exec(sentence);
  if (!match) throw new SyntaxError(`no definition of a formula: ${sentence}`);
  const [, name, parameters, body] = match as unknown as [string, string, string, string];
  const names = parameters.split(' ');
  const compiled = parse(body, names, scope);
  return { name, parameters: names, run: (...values) => compiled(values) };
}

const floorDivision = (a: number, b: number) => (b === 0 ? 0 : Math.floor(a / b));
const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '*': (a, b) => a * b,
  '/': floorDivision,
  mod: (a, b) => a - b * floorDivision(a, b),
  '=?': (a, b) => Number(a === b),
  '<?': (a, b) => Number(a < b),
  '<=?': (a, b) => Number(a <= b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
};

/** Operators from loosest to tightest; all associate to the left. */
const levels = [['&&'], ['=?', '<?', '<=?'], ['+', '-'], ['*', '/', 'mod']];

function parse(text: string, parameters: readonly string[], scope: Scope): Compiled {
  const tokens = text.match(/\d+|\w+|=\?|<=\?|<\?|&&|\S/g) ?? [];
  let at = 0;
  const expect = (token: string) => {
    if (tokens[at++] !== token) throw new SyntaxError(`expected ${token} in: ${text}`);
  };
  // Natural numbers have no negative ones: there, subtraction stops at zero.
  const minus = (a: number, b: number) => (scope === 'nat' ? Math.max(a - b, 0) : a - b);
  const level = (depth: number): Compiled => {
    if (depth === levels.length) return atom();
    let left = level(depth + 1);
    while (levels[depth]!.includes(tokens[at]!)) {
      const token = tokens[at++]!;
      const operator = token === '-' ? minus : operators[token]!;
      const [a, b] = [left, level(depth + 1)];
      left = (values) => operator(a(values), b(values));
    }
    return left;
  };
  const atom = (): Compiled => {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const inner = level(0);
      expect(')');
      return inner;
    }
    if (token === 'if') {
      const condition = level(0);
      expect('then');
      const yes = level(0);
      expect('else');
      const no = level(0);
      return (values) => (condition(values) ? yes(values) : no(values));
    }
    if (/^\d+$/.test(token)) return () => Number(token);
    const parameter = parameters.indexOf(token);
    if (parameter >= 0) return (values) => values[parameter]!;
    throw new SyntaxError(`unexpected '${token}' in: ${text}`);
  };
  const whole = level(0);
  if (at !== tokens.length) throw new SyntaxError(`unexpected '${tokens[at]}' in: ${text}`);
  return whole;
}
