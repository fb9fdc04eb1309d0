/** Every way to spoil a certificate in one place. */

export type Tree = readonly unknown[];
export interface Tampered {
  readonly what: string;
  readonly trees: readonly unknown[];
}

type Json = readonly unknown[];

/**
 * With THOROUGH=1, as in .ci/run, an index is changed to every other, and a name to every other, not only to its
 * neighbours, and every change is tried, not only every third.
 */
export const thorough = process.env.THOROUGH === '1';

/** The list with entry i replaced, or removed, or followed by another. */
const replaced = (list: Json, i: number, by: unknown): Json => list.map((entry, j) => (j === i ? by : entry));
const removed = (list: Json, i: number): Json => list.filter((_, j) => j !== i);

/** All tamperings inside one tree; `names` are the variables of the theorem, `size` the number of its p ≥ 0. */
export function treeTamperings(tree: Tree, names: readonly string[], size: number): readonly Tampered[] {
  const original = JSON.stringify(tree);
  return ofTree(tree, names, size).filter((tampered) => JSON.stringify(tampered.trees) !== original);
}

/** All tamperings with the trees of a certificate as a whole. */
export function listTamperings(trees: readonly unknown[]): readonly Tampered[] {
  const found: Tampered[] = [];
  const add = (what: string, changed: Json) => found.push({ what, trees: changed });
  trees.forEach((tree, i) => {
    add('tree dropped', removed(trees, i));
    add('tree doubled', [...trees, tree]);
    add('tree emptied', replaced(trees, i, []));
    trees.forEach((other, j) => {
      if (j > i) add('trees swapped', replaced(replaced(trees, i, other), j, tree));
      if (j !== i) add('tree put in place of another', replaced(trees, i, other));
    });
  });
  const original = JSON.stringify(trees);
  return found.filter((tampered) => JSON.stringify(tampered.trees) !== original);
}

function ofTree(tree: Json, names: readonly string[], size: number): readonly Tampered[] {
  return tree.length === 4 ? ofSplit(tree, names, size) : ofLeaf(tree, names, size);
}

function ofSplit(tree: Json, names: readonly string[], size: number): readonly Tampered[] {
  const [f, below, zero, above] = tree as readonly [string, Json, Json, Json];
  const found: Tampered[] = [];
  const add = (what: string, trees: Json) => found.push({ what, trees });
  for (const other of [`${f} + 1`, `${f} - 1`, `-(${f})`, '0'])
    add('split changed', [other, below, zero, above]);
  for (const other of tokens(f, names)) add('split changed', [other, below, zero, above]);
  for (const [i, j] of [
    [1, 2],
    [1, 3],
    [2, 3],
  ] as const) {
    add('branches swapped', replaced(replaced(tree, i, tree[j]), j, tree[i]));
    add('branch put in place of another', replaced(tree, i, tree[j]));
    add('branch put in place of another', replaced(tree, j, tree[i]));
  }
  for (const child of [below, zero, above]) add('split removed', child);
  for (const i of [1, 2, 3]) add('branch dropped', removed(tree, i));
  for (const i of [1, 2, 3]) {
    for (const { what, trees } of ofTree(tree[i] as Json, names, size + 1))
      add(what, replaced(tree, i, trees));
  }
  return found;
}

function ofLeaf(tree: Json, names: readonly string[], size: number): readonly Tampered[] {
  const [terms, multiples, d] = tree as readonly [readonly Json[], readonly string[], string];
  const found: Tampered[] = [];
  const add = (what: string, trees: Json) => found.push({ what, trees });
  for (const other of coefficients(d)) add('d changed', [terms, multiples, other]);
  terms.forEach((term, i) => {
    const [c, indices, roots] = term as readonly [string, readonly number[], readonly string[]];
    const put = (what: string, changed: unknown) => add(what, [replaced(terms, i, changed), multiples, d]);
    for (const other of coefficients(c)) put('coefficient changed', [other, indices, roots]);
    indices.forEach((index, k) => {
      for (const other of thorough
        ? Array.from({ length: size + 3 }, (_, j) => j - 1)
        : [-1, index - 1, index + 1, size + 1]) {
        if (other !== index) put('index changed', [c, replaced(indices, k, other), roots]);
      }
      put('index dropped', [c, removed(indices, k), roots]);
      put('index doubled', [c, [...indices, index], roots]);
    });
    roots.forEach((root, k) => {
      put('square dropped', [c, indices, removed(roots, k)]);
      put('square doubled', [c, indices, [...roots, root]]);
      put('square changed', [c, indices, replaced(roots, k, `${root} + 1`)]);
    });
    put('member added', [c, indices, roots, '1']);
    put('member dropped', [c, indices]);
    add('term dropped', [removed(terms, i), multiples, d]);
    add('term doubled', [[...terms, term], multiples, d]);
  });
  multiples.forEach((k, i) => {
    const put = (what: string, other: unknown) => add(what, [terms, replaced(multiples, i, other), d]);
    for (const other of tokens(k, names)) put('multiplier changed', other);
    for (const other of [`${k} + 1`, `${k} - 1`, ...(k === '0' ? [] : [`-(${k})`, '0'])])
      put('multiplier changed', other);
    add('multiplier dropped', [terms, removed(multiples, i), d]);
    multiples.forEach((other, j) => {
      if (j > i) add('multipliers swapped', [terms, replaced(replaced(multiples, i, other), j, k), d]);
    });
  });
  add('multiplier added', [terms, [...multiples, '0'], d]);
  add('member added', [terms, multiples, d, '1']);
  add('member added', [...tree, []]);
  add('member dropped', [terms, multiples]);
  return found;
}

function coefficients(c: string): readonly string[] {
  const n = BigInt(c);
  return [`${n + 1n}`, `${n - 1n}`, `${-n}`];
}

function otherNames(name: string, names: readonly string[]): readonly string[] {
  return thorough
    ? names.filter((other) => other !== name)
    : [names[(names.indexOf(name) + 1) % names.length]!];
}

/** The text with one of its signs, numbers or names changed. */
export function tokens(text: string, names: readonly string[]): readonly string[] {
  const parts = text.match(/\d+|[A-Za-z]\w*|\S/g) ?? [];
  return parts.flatMap((part, i) => {
    const others = /^\d/.test(part)
      ? [`${BigInt(part) + 1n}`]
      : /^[A-Za-z]/.test(part)
        ? otherNames(part, names)
        : ['+', '-', '*'].filter((sign) => sign !== part && '+-*'.includes(part));
    return others.map((other) => replaced(parts, i, other).join(' '));
  });
}
