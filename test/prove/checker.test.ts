import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, type Implication } from '../../spec/proofs/checker.ts';

const accepts = (claim: Implication, trees: unknown): boolean => {
  try {
    check(claim, trees);
    return true;
  } catch {
    return false;
  }
};
/** x ≥ 1 implies x ≥ 0, and its certificate: (x − 1) + (−1 − x) + 2 ≡ 0. */
const claim: Implication = { over: 'integers', ge: ['x - 1'], eq: [], goals: [{ ge: 'x' }] };
const leaf = [
  [
    ['1', [0], []],
    ['1', [1], []],
  ],
  [],
  '2',
];

describe('what the checker accepts', () => {
  it('a hand-written certificate', () => {
    expect(() => check(claim, [leaf])).not.toThrow();
  });

  it('an equation that follows from another, times a polynomial', () => {
    const square: Implication = { over: 'integers', ge: [], eq: ['x - y'], goals: [{ eq: 'x*x - y*y' }] };
    const tree = (k: string) => [[['1', [0], []]], [k], '1'];
    expect(accepts(square, [tree('x + y'), tree('-(x + y)')])).toBe(true);
    expect(accepts(square, [tree('-(x + y)'), tree('x + y')])).toBe(false);
  });

  it('cases: x·x ≥ x for integers, not in an ordered ring', () => {
    const claim = { over: 'integers', ge: [], eq: [], goals: [{ ge: 'x*x - x' }] } as const;
    // o = -1 - x² + x; o + 3·(-1 - x) + (-1 - x)² + 3 ≡ 0; o + (x - 1)·x + 1 ≡ 0; o + (x - 1) + (x - 1)² + 1 ≡ 0.
    const below = [
      [
        ['1', [0], []],
        ['3', [1], []],
        ['1', [1, 1], []],
      ],
      [],
      '3',
    ];
    const zero = [[['1', [0], []]], ['x - 1'], '1'];
    const above = [
      [
        ['1', [0], []],
        ['1', [1], []],
        ['1', [1, 1], []],
      ],
      [],
      '1',
    ];
    const tree = ['x', below, zero, above];
    expect(accepts(claim, [tree])).toBe(true);
    expect(accepts({ ...claim, over: 'ordered ring' }, [tree])).toBe(false);
  });

  it('squares: x² + y² ≥ 2xy in an ordered ring', () => {
    const claim = { over: 'ordered ring', ge: [], eq: [], goals: [{ ge: 'x*x + y*y - 2*x*y' }] } as const;
    expect(accepts(claim, [[[['1', [], ['x - y']]], [], '1']])).toBe(true);
    expect(accepts(claim, [[[['1', [], ['x + y']]], [], '1']])).toBe(false);
  });

  it('nothing follows from nothing: a claim that is an identity, and one that is none', () => {
    const both = [[['1', [0], []]], [], '1'];
    const of = (p: string): Implication => ({ over: 'integers', ge: [], eq: [], goals: [{ eq: p }] });
    expect(accepts(of('(x + y)*(x - y) - x*x + y*y'), [both, both])).toBe(true);
    expect(accepts(of('(x + y)*(x - y) - x*x - y*y'), [both, both])).toBe(false);
  });
});

describe('what it rejects, with a reason', () => {
  const [terms, multiples, d] = leaf;
  it.each<[string, unknown, string]>([
    ['no list', {}, 'not such a list'],
    ['null', null, 'not such a list'],
    ['a text', 'proved', 'not such a list'],
    ['no tree', [], 'not such a list'],
    ['a tree too many', [leaf, leaf], 'not such a list'],
    ['an object for a tree', [{ terms, multiples, d }], 'not such a list'],
    ['a tree of two', [[terms, multiples]], 'not such a list'],
    ['a tree of five', [['x', leaf, leaf, leaf, leaf]], 'not such a list'],
    ['a tree of four, without a polynomial', [[terms, multiples, d, d]], 'not a polynomial'],
    ['a case that is null', [['x', leaf, leaf, null]], 'not such a list'],
    ['a term of two', [[[['1', [0]]], [], '2']], 'not such a list'],
    ['a term of four', [[[['1', [0], [], []]], [], '2']], 'not such a list'],
    ['a number for a coefficient', [[[[1, [0], []]], [], '2']], 'not a polynomial'],
    ['a list for a coefficient', [[[[['1'], [0], []]], [], '2']], 'not a polynomial'],
    ['coefficient 0', [[[['0', [0], []]], [], '2']], 'not positive'],
    ['coefficient -1', [[[['-1', [0], []]], [], '2']], 'not positive'],
    ['coefficient 01', [[[['01', [0], []]], [], '2']], 'not positive'],
    ['coefficient 1.5', [[[['1.5', [0], []]], [], '2']], 'not positive'],
    ['d = 0', [[terms, [], '0']], 'not positive'],
    ['d = -2', [[terms, [], '-2']], 'not positive'],
    ['d = null', [[terms, [], null]], 'not positive'],
    ['an index beyond', [[[['1', [2], []]], [], '2']], 'no such p'],
    ['an index before', [[[['1', [-1], []]], [], '2']], 'no such p'],
    ['an index in between', [[[['1', [0.5], []]], [], '2']], 'no such p'],
    ['a text for an index', [[[['1', ['0'], []]], [], '2']], 'no such p'],
    ['a property for an index', [[[['1', ['length'], []]], [], '2']], 'no such p'],
    ['a multiplier without an equation', [[terms, ['0'], '2']], 'not such a list'],
    ['an identity that does not hold', [[terms, [], '1']], 'not an identity'],
  ])('%s', (_, trees, reason) => {
    expect(() => check(claim, trees)).toThrow(reason);
  });

  it.each([
    '',
    ' ',
    '2x',
    'x y',
    '(x',
    'x)',
    '()',
    'x/2',
    'x^2',
    'x**2',
    'div(x, 2)',
    '1.5',
    '+',
    'x +',
    '*x',
    'é',
    '0x',
    'x\u0000',
    `x${' '.repeat(1000)}`,
  ])('%j is no polynomial', (text) => {
    const zero: Implication = { over: 'integers', ge: [], eq: ['x'], goals: [{ ge: '0 - 1 - x' }] };
    expect(() => check(zero, [[[], [text], '1']])).toThrow('not a polynomial');
  });
});

describe('hostile certificates', () => {
  const fast = (claim: Implication, trees: unknown): string => {
    try {
      check(claim, trees);
      return 'accepted';
    } catch (error) {
      return String(error);
    }
  };
  const big = '(a+b+c+d+e+f+g+h)*'.repeat(40);
  it.each<[string, unknown]>([
    ['a product of a million hypotheses', [[[['1', new Array(1_000_000).fill(0), []]], [], '2']]],
    ['a million terms', [[new Array(1_000_000).fill(['1', [0, 1, 0, 1], []]), [], '2']]],
    ['a power of a long sum', [[[['1', [], [`${big}x`]]], [], '2']]],
    ['many squares', [[[['1', [], new Array(100_000).fill('x + y + z')]], [], '2']]],
  ])('%s', (_, trees) => {
    expect(fast(claim, trees)).toMatch(/too much work/);
  });

  it('cases without end', () => {
    let tree: unknown = leaf;
    for (let depth = 0; depth < 100_000; depth++) tree = ['x', tree, tree, tree];
    expect(fast(claim, [tree])).toMatch(/Error/);
  });

  it('and the next certificate is judged as ever', () => {
    expect(accepts(claim, [leaf])).toBe(true);
  });
});

/** False claims about integers x and y. */
const falseClaims: readonly Implication[] = [
  { over: 'integers', ge: ['x'], eq: [], goals: [{ ge: 'x - 1' }] },
  { over: 'integers', ge: ['x', 'y'], eq: [], goals: [{ ge: 'x*y - x' }] },
  { over: 'integers', ge: ['x'], eq: ['x - y'], goals: [{ ge: '0 - y' }] },
  { over: 'integers', ge: ['x - 1'], eq: ['x*y'], goals: [{ ge: 'y - 1' }] },
  { over: 'integers', ge: ['x', '1 - x'], eq: [], goals: [{ ge: 'x*x - 1' }] },
  { over: 'ordered ring', ge: ['x'], eq: [], goals: [{ ge: 'x*x - x' }] },
  { over: 'ordered ring', ge: ['x', 'y'], eq: [], goals: [{ ge: 'x - y' }] },
  { over: 'ordered ring', ge: ['x'], eq: ['x*y'], goals: [{ ge: 'y' }] },
];

describe('a false claim', () => {
  it('is proved by no small certificate: all of them tried', () => {
    let count = 0;
    for (const falseClaim of falseClaims) {
      const products = [[], [0], [1], [2], [0, 0], [0, 1], [1, 1], [0, 2], [1, 2]];
      const multipliers = falseClaim.eq.map(() => ['0', '1', '-1', 'x', '-x', 'y', '-y']);
      const choices = [undefined, '1', '2'];
      const most = 3;
      const extend = (from: number, terms: readonly unknown[]) => {
        for (const k of multipliers[0] ?? ['']) {
          for (const d of ['1', '2']) {
            count++;
            expect(accepts(falseClaim, [[terms, multipliers.length ? [k] : [], d]])).toBe(false);
          }
        }
        if (terms.length === most) return;
        for (let i = from; i < products.length; i++) {
          for (const c of choices) if (c) extend(i + 1, [...terms, [c, products[i], []]]);
        }
      };
      extend(0, []);
    }
    expect(count).toBeGreaterThan(10_000);
  });

  it('is proved by no random certificate, with cases and squares', () => {
    const polynomial = fc.constantFrom('x', 'y', '-x', 'x - y', 'x + 1', 'x - 1', '1', '0', 'x*y', 'x*x - y');
    const index = fc.integer({ min: 0, max: 3 });
    const term = fc.tuple(
      fc.constantFrom('1', '2', '3'),
      fc.array(index, { maxLength: 3 }),
      fc.array(polynomial, { maxLength: 1 }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        fc.tuple(
          fc.array(term, { maxLength: 4 }),
          fc.array(polynomial, { maxLength: 2 }),
          fc.constantFrom('1', '2'),
        ),
        fc.tuple(polynomial, tie('tree'), tie('tree'), tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(
        fc.constantFrom(...falseClaims),
        fc.array(tree, { minLength: 1, maxLength: 1 }),
        (falseClaim, trees) => {
          expect(accepts(falseClaim, trees)).toBe(false);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('is proved by no random JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...falseClaims), fc.jsonValue(), (falseClaim, json) => {
        expect(accepts(falseClaim, json)).toBe(false);
        expect(accepts(falseClaim, [json])).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });
});

it('is shorter than 100 lines and imports nothing', async () => {
  const { readFileSync } = await import('node:fs');
  const { proofFile } = await import('../../src/prove/files.ts');
  const source = readFileSync(proofFile('checker.ts'), 'utf8');
  expect(source.split('\n').length).toBeLessThan(100);
  expect(source).not.toMatch(/\bimport\b|\brequire\b/);
});
