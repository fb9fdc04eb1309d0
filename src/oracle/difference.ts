/**
 * Numbers α_i and γ_j whose differences lie in given intervals, as nearly as can be: the exact answer to "are there
 * factors?", because the logarithm of a product of factors is a sum.
 */

/** One interval for each cell of a matrix: −κ·below ≤ residual + α_row − γ_column ≤ κ·above. */
export interface Differences {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. NaN: this cell asks for nothing. */
  readonly residual: Float64Array;
  /** Infinite: this cell has no lower end. */
  readonly below: Float64Array;
  readonly above: Float64Array;
}

/** The least κ with a solution, and a solution there. */
export interface Fit {
  /** Infinite where no κ has a solution. */
  readonly kappa: number;
  readonly alpha: Float64Array;
  readonly gamma: Float64Array;
  /** The cells of a cycle that no smaller κ satisfies, in its order: why κ is no smaller. Empty where κ is 0. */
  readonly witness: readonly number[];
}

/**
 * The least κ. A system of differences has a solution iff no cycle of its constraints has a negative sum (Bellman and
 * Ford); a cycle that has one says how large κ must be at least, and that is tried next (the method of Newton and
 * Dinkelbach for the least ratio: each κ is a lower bound, and the last one suffices).
 *
 * An improvement below `tolerance` isn't one, so that rounding ends nothing and starts nothing: each constraint holds up
 * to it. Where κ is known to exceed `limit` the answer is such a lower bound.
 */
export function leastFit(system: Differences, limit = Number.POSITIVE_INFINITY): Fit {
  const tolerance = 1e-7 + largestResidual(system) * 2 ** -40;
  let kappa = 0;
  let witness: readonly number[] = [];
  for (;;) {
    const { alpha, gamma, cycle } = relax(system, kappa, tolerance);
    if (cycle === undefined) return { kappa, alpha, gamma, witness };
    const { constant, slope, cells } = lengthOf(system, cycle);
    witness = cells;
    if (slope <= 0) return { kappa: Number.POSITIVE_INFINITY, alpha, gamma, witness };
    kappa = Math.max(-constant / slope, kappa + tolerance);
    if (kappa > limit) return { kappa, alpha, gamma, witness };
  }
}

/** Of what may bind: where there is no lower end, a very negative residual doesn't. */
function largestResidual({ residual, below }: Differences): number {
  let largest = 0;
  residual.forEach((r, k) => {
    const size = below[k] === Number.POSITIVE_INFINITY ? r : Math.abs(r);
    if (size > largest) largest = size;
  });
  return largest;
}

interface Relaxed {
  readonly alpha: Float64Array;
  readonly gamma: Float64Array;
  /** Nodes, each the predecessor of the one before it: a negative cycle. Rows first, then columns. */
  readonly cycle?: readonly number[];
}

function relax(
  { rows, columns, residual, below, above }: Differences,
  kappa: number,
  tolerance: number,
): Relaxed {
  const alpha = new Float64Array(rows);
  const gamma = new Float64Array(columns);
  const before = new Int32Array(rows + columns).fill(-1);
  for (;;) {
    let changed = false;
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, k++) {
        const r = residual[k]!;
        // A cell that asks for nothing has NaN here, and NaN is less than nothing.
        const most = gamma[j]! + kappa * above[k]! - r;
        if (most < alpha[i]! - tolerance) {
          alpha[i] = most;
          before[i] = rows + j;
          changed = true;
        }
        if (below[k] === Number.POSITIVE_INFINITY) continue;
        const highest = alpha[i]! + kappa * below[k]! + r;
        if (highest < gamma[j]! - tolerance) {
          gamma[j] = highest;
          before[rows + j] = i;
          changed = true;
        }
      }
    }
    if (!changed) return { alpha, gamma };
    const cycle = cycleIn(before);
    if (cycle) return { alpha, gamma, cycle };
  }
}

/** A cycle in a graph in which each node has at most one predecessor (−1: none). */
function cycleIn(before: Int32Array): readonly number[] | undefined {
  const seen = new Int32Array(before.length).fill(-1);
  for (let start = 0; start < before.length; start++) {
    let node = start;
    while (node >= 0 && seen[node] === -1) {
      seen[node] = start;
      node = before[node]!;
    }
    if (node < 0 || seen[node] !== start) continue;
    const cycle = [node];
    for (let at = before[node]!; at !== node; at = before[at]!) cycle.push(at);
    return cycle;
  }
  return undefined;
}

/** The sum around a cycle is constant + κ·slope. */
function lengthOf({ rows, columns, residual, below, above }: Differences, cycle: readonly number[]) {
  let [constant, slope] = [0, 0];
  const cells: number[] = [];
  cycle.forEach((node, at) => {
    const from = cycle[(at + 1) % cycle.length]!;
    const isRow = node < rows;
    const cell = isRow ? node * columns + (from - rows) : from * columns + (node - rows);
    constant += isRow ? -residual[cell]! : residual[cell]!;
    slope += isRow ? above[cell]! : below[cell]!;
    cells.push(cell);
  });
  return { constant, slope, cells };
}
