/**
 * The language that formulas and theorems are written in: integers and names with + - *, brackets, and the
 * division with remainder of the specification, div(a, b) = ⌊a / b⌋ and mod(a, b) = a − b·⌊a / b⌋ for b ≥ 1.
 */

export type Expression =
  | { readonly kind: 'integer'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: Operation; readonly left: Expression; readonly right: Expression };
export type Operation = '+' | '-' | '*' | 'div' | 'mod';

/** A comparison, which theorems assume and conclude. */
export interface Relation {
  readonly left: Expression;
  readonly sign: '=' | '<=' | '<' | '>=' | '>';
  readonly right: Expression;
}

/** Reads a formula; throws a SyntaxError where it isn't one. */
export function readFormula(text: string): Expression {
  const tokens = text.match(/\d+|[A-Za-z]\w*|\S/g) ?? [];
  let at = 0;
  const expect = (sign: string): void => {
    if (tokens[at++] !== sign) throw new SyntaxError(`expected ${sign} as sign ${at} of ${text}`);
  };
  const factor = (): Expression => {
    const token = tokens[at++] ?? '';
    if (/^\d/.test(token)) return { kind: 'integer', text: token };
    if (token === 'div' || token === 'mod') {
      expect('(');
      const left = sum();
      expect(',');
      const right = sum();
      expect(')');
      return { kind: token, left, right };
    }
    if (/^[A-Za-z]/.test(token)) return { kind: 'name', text: token };
    if (token === '-') return { kind: '-', left: { kind: 'integer', text: '0' }, right: factor() };
    if (token !== '(') throw new SyntaxError(`unexpected ${token || 'end'} as sign ${at} of ${text}`);
    const inner = sum();
    expect(')');
    return inner;
  };
  const term = (): Expression => {
    let left = factor();
    while (tokens[at] === '*') {
      at++;
      left = { kind: '*', left, right: factor() };
    }
    return left;
  };
  const sum = (): Expression => {
    let left = term();
    for (let sign = tokens[at]; sign === '+' || sign === '-'; sign = tokens[at]) {
      at++;
      left = { kind: sign, left, right: term() };
    }
    return left;
  };
  const expression = sum();
  if (at !== tokens.length) throw new SyntaxError(`unexpected ${tokens[at]} as sign ${at + 1} of ${text}`);
  return expression;
}

/** Reads a comparison of two formulas, such as 'l*M + m < L*M'. */
export function readRelation(text: string): Relation {
  const [, left = '', sign = '', right = ''] = /^([^<>=]*)(<=|>=|<|>|=)([^<>=]*)$/.exec(text) ?? [];
  return { left: readFormula(left), sign: sign as Relation['sign'], right: readFormula(right) };
}

/** The formula with other formulas in place of some of its names, all at once. */
export function substitute(text: string, by: Readonly<Record<string, string>>): string {
  return text.replace(/[A-Za-z]\w*/g, (name) => {
    const formula = by[name];
    if (formula === undefined) return name;
    return /^\w+$/.test(formula) ? formula : `(${formula})`;
  });
}

/** The formula as a function of the values of its names. */
export function compile(text: string): (values: Readonly<Record<string, number>>) => number {
  return compiled(readFormula(text));
}

function compiled(e: Expression): (values: Readonly<Record<string, number>>) => number {
  if (e.kind === 'integer') return () => Number(e.text);
  if (e.kind === 'name') {
    return (values) => {
      const value = values[e.text];
      if (value === undefined) throw new RangeError(`no value for ${e.text}`);
      return value;
    };
  }
  const [left, right] = [compiled(e.left), compiled(e.right)];
  const operations: Record<Operation, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    div: (a, b) => Math.floor(a / b),
    mod: (a, b) => a - b * Math.floor(a / b),
  };
  const operation = operations[e.kind];
  return (values) => operation(left(values), right(values));
}
