/** What is read beside the picture: something other than zeros, or another pixel. */
import { tensor } from '../../../spec/00-notation.ts';
import { convolutions, type Mutant } from './mutant.ts';
import type { Wrong } from './rules.ts';
import { placesRead } from './shape.ts';
import { right } from './steps.ts';

/** The pixel that is read at a place, of a picture of these sizes; undefined: zero. */
type Rule = (h: number, w: number, H: number, W: number) => readonly [number, number] | undefined;

const inside: Rule = (h, w, H, W) => (h >= 0 && h < H && w >= 0 && w < W ? [h, w] : undefined);

/** A rule of each axis. */
const each =
  (along: (i: number, size: number) => number): Rule =>
  (h, w, H, W) => [along(h, H), along(w, W)];

/** i modulo n, never negative. */
const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** The picture framed by hand and convolved without padding: it shows where a tap comes to a place that differs. */
function framed(rule: Rule): Wrong {
  return {
    steps: {
      primary: (A, c) => {
        const { padding } = c.window;
        const [N, C, H, W] = c.x.shape;
        const size = [H + padding.top + padding.bottom, W + padding.left + padding.right] as const;
        const x = tensor([N, C, ...size], (n, channel, h, w) => {
          const from = rule(h - padding.top, w - padding.left, H, W);
          return from === undefined ? A.zero : c.x.at(n, channel, ...from);
        });
        const window = { ...c.window, padding: { top: 0, bottom: 0, left: 0, right: 0 } };
        return right.primary(A, { ...c, x, window });
      },
    },
    invisible: (shape) => {
      const [H, W] = shape.size;
      return placesRead(shape).every(([h, w]) => `${rule(h, w, H, W)}` === `${inside(h, w, H, W)}`);
    },
  };
}

const shared = { stage: 'primary', operations: convolutions } as const;

export const borderMutants: readonly Mutant[] = [
  {
    id: 'padding-one-less',
    name: 'the padding before is one pixel less than it should be, at the top and on the left',
    advice: 'read row i*sh + u*dh - top and column j*sw + v*dw - left, with top and left as given',
    seen: 'symmetric pads against TensorFlow, where a stride of 2 leaves 0 before and 1 after',
    ...shared,
    ...framed((h, w, H, W) => inside(h + 1, w + 1, H, W)),
  },
  {
    id: 'padding-one-more',
    name: 'the padding before is one pixel more than it should be, at the top and on the left',
    advice: 'read row i*sh + u*dh - top and column j*sw + v*dw - left, with top and left as given',
    seen: 'symmetric pads against TensorFlow',
    ...shared,
    ...framed((h, w, H, W) => inside(h - 1, w - 1, H, W)),
  },
  {
    id: 'padding-edge',
    name: 'the picture is padded with its nearest pixels instead of zeros',
    advice: 'pad with zeros',
    seen: 'clamped texture reads on GPUs',
    ...shared,
    ...framed(each((i, size) => Math.min(Math.max(i, 0), size - 1))),
  },
  {
    id: 'padding-reflect',
    name: 'the picture is padded with its reflection instead of zeros',
    advice: 'pad with zeros',
    seen: 'the default of image libraries',
    ...shared,
    ...framed(
      each((i, size) => {
        const place = modulo(i, Math.max(2 * size - 2, 1));
        return Math.min(place, Math.max(2 * size - 2, 1) - place);
      }),
    ),
  },
  {
    id: 'padding-circular',
    name: 'the picture goes on around its edges instead of ending in zeros',
    advice: 'pad with zeros',
    seen: 'convolutions by Fourier transform; repeating texture reads on GPUs',
    ...shared,
    ...framed(each(modulo)),
  },
  {
    id: 'row-wrap',
    name: 'a tap that leaves a row at its end reads the next row: columns are not checked',
    advice: 'check the column as well as the row before reading',
    seen: 'flat indices in hand-written kernels',
    ...shared,
    ...framed((h, w, H, W) => {
      const flat = h * W + w;
      const isRow = h >= 0 && h < H && flat >= 0 && flat < H * W;
      return isRow ? [Math.floor(flat / W), flat % W] : undefined;
    }),
  },
];
