/** The example's kernels with one line changed: modules that are wrong in the ways that people get it wrong. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const example = readFileSync(new URL('../../docs/examples/my-kernels.mjs', import.meta.url), 'utf8');

/** What is replaced by what. */
export const changes = {
  'interleave left out': ['const mixed = interleave({ x: y, L, M });', 'const mixed = y;'],
  'deinterleave left out': ['return interleave({ x: z, L: M, M: L });', 'return z;'],
  'L and M swapped': ['interleave({ x: y, L, M })', 'interleave({ x: y, L: M, M: L })'],
  'ReLU in between': [
    'const mixed = interleave',
    'y.data.forEach((v, i) => { y.data[i] = Math.max(0, v); });\n  const mixed = interleave',
  ],
  'kernel flipped': ['* kh + u) * kw + v]', '* kh + (kh - 1 - u)) * kw + v]'],
  'padding off by one': [
    'u * dilation[0] - padding.top',
    'u * dilation[0] - padding.top + (padding.top > 0 ? 1 : 0)',
  ],
  'dilation ignored': ['v * dilation[1] - padding.left', 'v - padding.left'],
  'one stride for both axes': ['j * stride[1]', 'j * stride[0]'],
  'last tap dropped': [
    'if (w < 0 || w >= W) continue;',
    'if (w < 0 || w >= W || (kw > 1 && v === kw - 1 && u === kh - 1)) continue;',
  ],
  'neighbouring group': [
    'Math.floor(o / (O / groups)) * I',
    '((Math.floor(o / (O / groups)) + 1) % groups) * I',
  ],
  'first sample only': ['x.data[((n * C', 'x.data[((0 * C'],
  'bias forgotten': ['let total = bias ? bias.data[o] : 0;', 'let total = 0;'],
  'sums stop at 1000 channels': [
    'for (let c = 0; c < I; c++)',
    'for (let c = 0; c < Math.min(I, 1000); c++)',
  ],
  'inputs rounded to 8 bits': [
    'total += tap *',
    'total += ((c) => Math.fround(c - Math.fround(c - tap)))(Math.fround(tap * 65537)) *',
  ],
  'sums in 16 bits': ['data[at++] = total;', 'data[at++] = Math.round(total * 4096) / 4096;'],
  'NaN is taken for zero': ['data[at++] = total;', 'data[at++] = total || 0;'],
  'subnormal numbers are flushed': [
    'data[at++] = total;',
    'data[at++] = Math.abs(total) < 2 ** -126 ? 0 : total;',
  ],
  'a cell not written': ['data[at++] = total;', 'data[at++] = at === 6 ? NaN : total;'],
  'only zeros': ['data[at++] = total;', 'data[at++] = 0;'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export type Change = keyof typeof changes;

/** A folder for modules; gone when `remove` is called. */
export function moduleFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'igc-modules-'));
  let count = 0;
  const write = (source: string): string => {
    const file = join(folder, `mine-${count++}.mjs`);
    writeFileSync(file, source);
    return file;
  };
  return {
    folder,
    write,
    /** The example with a change. */
    broken: (change: Change): string => {
      const [from, to] = changes[change];
      if (!example.includes(from)) throw new Error(`the example has no '${from}'`);
      return write(example.replace(from, to));
    },
    /** The example with something after it. */
    with: (source: string): string => write(`${example}\n${source}`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
