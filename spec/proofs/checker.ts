/**
 * The certificate checker: all that the certificates are trusted for is on this page. A proof is an exact
 * identity of polynomials. To prove that hypotheses p ≥ 0 and q = 0 imply g ≥ 0 over the integers, the checker
 * writes down the opposite itself, o = -1 - g ≥ 0, as one more p; the certificate shows it absurd by an identity
 *
 *     Σ c · (a product of some p) · (squares)  +  Σ k · q  +  d  ≡  0     with integers c > 0 and d > 0,
 *
 * whose left side is at least d. Above such identities may stand a tree of cases: f ≤ -1, f = 0, f ≥ 1.
 * In an ordered ring no number is next to 0: there o = -g > 0, the last summand is d·o, and a case is f ≤ 0 or f ≥ 0.
 * An equation that holds for all integers, without hypotheses, is an identity: it holds in every commutative ring.
 */

/** For all values of the variables: every `ge` at least 0 and every `eq` equal to 0 imply all the goals. */
export interface Implication {
  readonly over: 'integers' | 'ordered ring';
  readonly ge: readonly string[];
  readonly eq: readonly string[];
  readonly goals: readonly ({ readonly ge: string } | { readonly eq: string })[];
}
/** The coefficient, never 0, of each monomial: ' x x y' is x·x·y, and '' is 1. */
type Polynomial = ReadonlyMap<string, bigint>;
let work = 0; // how much is left: a certificate, however huge, is rejected before it takes a second

const constant = (c: bigint): Polynomial => new Map(c === 0n ? [] : [['', c]]);
const minus = (a: Polynomial, b: Polynomial): Polynomial => add(a, mul(constant(-1n), b));
const opposite = (g: Polynomial, step: Polynomial): Polynomial => minus(minus(constant(0n), step), g);
function add(a: Polynomial, b: Polynomial): Polynomial {
  const sum = new Map(a);
  for (const [x, c] of b) if (!sum.set(x, (sum.get(x) ?? 0n) + c).get(x)) sum.delete(x);
  return sum;
}
function mul(a: Polynomial, b: Polynomial): Polynomial {
  let product = constant(0n);
  const times = (x: string, y: string) => (x && y ? (x + y).split(' ').sort().join(' ') : x + y);
  for (const [x, c] of a) {
    work -= 1 + product.size + b.size;
    if (work < 0) reject('too much work');
    product = add(product, new Map([...b].map(([y, d]) => [times(x, y), c * d])));
  }
  return product;
}
/** Integers and names with + - * and brackets. */
function parse(text: unknown): Polynomial {
  const tokens = (typeof text === 'string' && text.length < 1000 && text.match(/\d+|[a-z]\w*|\S/gi)) || [];
  const next = (sign: string) => tokens[0] === sign && tokens.shift() === sign;
  const factor = (): Polynomial => {
    const token = tokens.shift() ?? '';
    if (/^\d/.test(token)) return constant(BigInt(token));
    if (/^[a-z]/i.test(token)) return new Map([[` ${token}`, 1n]]);
    if (token === '-') return minus(constant(0n), factor());
    const inner = token === '(' ? sum() : reject('not a polynomial');
    return next(')') ? inner : reject('not a polynomial');
  };
  const term = (p = factor()): Polynomial => (next('*') ? term(mul(p, factor())) : p);
  const sum = (p = term()): Polynomial => (next('+') || tokens[0] === '-' ? sum(add(p, term())) : p); // a - b = a + -b
  const polynomial = sum();
  return tokens.length === 0 ? polynomial : reject('not a polynomial');
}
function reject(reason: string): never {
  throw new Error(reason);
}
function list(json: unknown, length?: number): unknown[] {
  return Array.isArray(json) && json.length === (length ?? json.length) ? json : reject('not such a list');
}
const positive = (c: unknown): Polynomial => (/^[1-9]\d*$/.test(`${c}`) ? parse(c) : reject('not positive'));

/** A tree is [f, tree, tree, tree] or [[[c, [index of p, …], [square root, …]], …], [k of each q], d]. */
function refute(ge: Polynomial[], eq: Polynomial[], last: Polynomial, step: Polynomial, tree: unknown): void {
  const [first, second, third, fourth] = list(tree);
  if (fourth !== undefined) {
    const f = parse(list(tree, 4)[0]);
    refute([...ge, opposite(f, step)], eq, last, step, second);
    refute(ge, [...eq, f], last, step, third);
    refute([...ge, minus(f, step)], eq, last, step, fourth);
    return;
  }
  let total = mul(positive(list(tree, 3)[2]), last);
  for (const term of list(first)) {
    const [c, indices, roots] = list(term, 3);
    const factors = list(indices).map((i) => (typeof i === 'number' && ge[i]) || reject('no such p'));
    for (const root of list(roots)) factors.push(parse(root), parse(root));
    total = add(total, factors.reduce(mul, positive(c)));
  }
  for (const [i, k] of list(second, eq.length).entries()) total = add(total, mul(parse(k), eq[i]!));
  if (total.size > 0) reject('not an identity');
}
/** Throws, with the reason, unless `trees` (one for each goal ≥ 0, two for each goal = 0) prove the claim. */
export function check({ over, ge, eq, goals }: Implication, trees: unknown): void {
  work = 300_000;
  const step = constant(over === 'integers' ? 1n : 0n);
  const [p, q] = [ge.map(parse), eq.map(parse)];
  const sides = goals.flatMap((goal) => ('ge' in goal ? [goal.ge] : [goal.eq, `-(${goal.eq})`]));
  for (const [i, tree] of list(trees, sides.length).entries()) {
    const o = opposite(parse(sides[i]), step);
    refute([...p, o], q, step.size ? step : o, step, tree);
  }
}
