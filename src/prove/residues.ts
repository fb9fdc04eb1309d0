/** Residues for Schwartz–Zippel: uniform, independent, and the same again from the same seed. */
import { createHash, randomBytes } from 'node:crypto';

/** A fresh seed: the chance of a false pass is about draws that nobody could foresee. */
export function freshSeed(): string {
  return randomBytes(16).toString('hex');
}

/** `count` numbers from 0 to p − 1, p ≤ 2³², by rejection from the bits of SHAKE256(seed, name). */
export function residues(seed: string, name: string, p: number, count: number): readonly number[] {
  const mask = 2 ** Math.ceil(Math.log2(p)) - 1;
  const drawn: number[] = [];
  for (let part = 0; drawn.length < count; part++) {
    // Half of the bits survive at worst; one part is enough almost always.
    const bytes = createHash('shake256', { outputLength: 4 * (2 * count + 16) })
      .update(`${seed} ${name} ${part}`)
      .digest();
    for (let at = 0; at < bytes.length && drawn.length < count; at += 4) {
      const candidate = (bytes.readUInt32LE(at) & mask) >>> 0;
      if (candidate < p) drawn.push(candidate);
    }
  }
  return drawn;
}
