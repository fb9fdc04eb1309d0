/** Wrong specifications, each one expression away from the shipped one: data. */

/** One wrong specification. */
export interface Mutant {
  readonly name: string;
  /** The file of spec/ without its ending. */
  readonly file: string;
  /** What stands there exactly once, in the source and in what tsc makes of it. */
  readonly from: string;
  readonly to: string;
}

const of = (file: string, mutants: readonly (readonly [name: string, from: string, to: string])[]) =>
  mutants.map(([name, from, to]): Mutant => ({ name, file, from, to }));

const tap = 'A.mul(kernel.at(o, c, u, v), padded(A, x, n, c, i * sh + u * dh - top, j * sw + v * dw - left))';
const tapOf = (tap: string, h: string) =>
  `A.mul(kernel.at(${tap}), padded(A, x, n, c, ${h}, j * sw + v * dw - left))`;
const primaryBias = 'addBias(A, groupConvolution(A, x, primaryKernel, L, window), bias.primary)';

/** The mutants, in the order of the specification. */
export const mutants: readonly Mutant[] = [
  ...of('01-group-convolution', [
    ['output size one too large', '((padded - span) / stride) + 1', '((padded - span) / stride) + 2'],
    ['output size rounded up', 'Math.floor((padded - span)', 'Math.ceil((padded - span)'],
    ['span of the kernel one dilation too long', 'dilation * (kernel - 1) + 1;', 'dilation * kernel;'],
    ['SAME padding takes no notice of the dilation', '[dilation[0] * (kernel[0] - 1),', '[kernel[0] - 1,'],
    ['first row of the picture taken for padding', 'h >= 0 && h < x.shape[2]', 'h > 0 && h < x.shape[2]'],
    ['one row beyond the picture taken for a pixel', 'h < x.shape[2] &&', 'h <= x.shape[2] &&'],
    ['stride missing in the window', tap, tapOf('o, c, u, v', 'i + u * dh - top')],
    ['dilation missing in the window', tap, tapOf('o, c, u, v', 'i * sh + u - top')],
    ['padding missing in the window', tap, tapOf('o, c, u, v', 'i * sh + u * dh')],
    ['padding added instead of subtracted', tap, tapOf('o, c, u, v', 'i * sh + u * dh + top')],
    ['stride of the columns used for the rows', tap, tapOf('o, c, u, v', 'i * sw + u * dh - top')],
    ['kernel flipped', tap, tapOf('o, c, kh - 1 - u, v', 'i * sh + u * dh - top')],
    ['every group has the first kernel', 't.at(l * part + o, i, u, v)', 't.at(o, i, u, v)'],
    ['every group has the first channels', 't.at(n, l * part + m, h, w)', 't.at(n, m, h, w)'],
    ['groups take every L-th channel', 't.at(n, l * part + m, h, w)', 't.at(n, m * groups + l, h, w)'],
    ['diagonal blocks off by one channel', '=== Math.floor(c / I)', '=== Math.floor((c + 1) / I)'],
    ['bias of the next channel', 'bias[c]', 'bias[(c + 1) % bias.length]'],
    ['patch in the order of the columns', 'Math.floor((row % S) / kw)', 'row % kh'],
  ]),
  ...of('02-interleave', [
    ['interleave does nothing', 'y.at(n, l * M + m, h, w)', 'y.at(n, c, h, w)'],
    [
      'interleave with L and M swapped',
      'y.at(n, l * M + m, h, w)',
      'y.at(n, (c % M) * L + Math.floor(c / M), h, w)',
    ],
    ['deinterleave does nothing', 'z.at(n, m * L + l, h, w)', 'z.at(n, c, h, w)'],
    ['index of the interleave is the identity', 'return m * L + l;', 'return l * M + m;'],
    ['index of the deinterleave off by one', 'return l * M + m;', 'return (l * M + m + 1) % (L * M);'],
    [
      'interleave matrix transposed',
      'row === interleaveIndex({ L, M }, column)',
      'column === interleaveIndex({ L, M }, row)',
    ],
  ]),
  ...of('03-igc-block', [
    ['Pᵀ missing', 'interleave(primary, { L, M: Mout })', 'primary'],
    [
      'Pᵀ with L and M swapped',
      'interleave(primary, { L, M: Mout })',
      'interleave(primary, { L: Mout, M: L })',
    ],
    ['P missing', 'deinterleave(secondary, { L: Lout, M: Mout })', 'secondary'],
    [
      'Pᵀ again instead of P',
      'deinterleave(secondary, { L: Lout, M: Mout })',
      'interleave(secondary, { L: Lout, M: Mout })',
    ],
    [
      'stride and padding in both convolutions',
      'secondaryKernel, Mout, unitWindow',
      'secondaryKernel, Mout, window',
    ],
    [
      'primary bias in the order of the interleave',
      primaryBias,
      primaryBias.replace(
        'bias.primary)',
        'bias.primary?.map((_, c, b) => b[(c % Mout) * L + Math.floor(c / Mout)]))',
      ),
    ],
    [
      'secondary bias added before the secondary convolution',
      'groupConvolution(A, interleaved, secondaryKernel',
      'groupConvolution(A, addBias(A, interleaved, bias.primary), secondaryKernel',
    ],
  ]),
  ...of('04-composite-kernel', [
    [
      'composite: secondary row l′·Mout + m′',
      'A.mul(secondaryKernel.at(m2 * Lout + l2, l, 0, 0), primaryKernel',
      'A.mul(secondaryKernel.at(out, l, 0, 0), primaryKernel',
    ],
    [
      'composite: primary row m′·L + l',
      'primaryKernel.at(l * Mout + m2, m, u, v)',
      'primaryKernel.at(m2 * L + l, m, u, v)',
    ],
    ['composite: input channel read as m·L + l', 'Math.floor(input / Min)', 'input % L'],
    [
      'composite matrix without P',
      'product(A, P, product(A, Wd, product(A, Pt, Wp)))',
      'product(A, Wd, product(A, Pt, Wp))',
    ],
    ['composite bias: primary bias in the order of the interleave', 'bp[l * Mout + m2]', 'bp[m2 * L + l]'],
    ['composite bias: secondary bias not deinterleaved', 'bd[m2 * Lout + l2]', 'bd[out]'],
  ]),
  ...of('04a-factor', [
    [
      'slice read in the order of the secondary convolution',
      'W.at(l2 * Mout + m2, l * Min + m',
      'W.at(m2 * Lout + l2, l * Min + m',
    ],
  ]),
  ...of('05-complexity', [
    ['secondary kernel counted once', '+ Mout * L * Lout;', '+ L * Lout;'],
    ['L taken for L − 1', '(L - 1) * (M * S - 1) > 1', 'L * (M * S - 1) > 1'],
    ['widest at M = L·S', '(m * s - l)', '(m - l * s)'],
  ]),
  ...of('06-special-cases', [
    ['cross-summation adds up output splits', 'Math.floor(l / K) === (row', 'l % K === (row'],
    [
      'input and output split swapped',
      'kernel.at(a * Mout + (row % Mout), b * Min + m, u, v)',
      'kernel.at(b * Mout + (row % Mout), a * Min + m, u, v)',
    ],
    ['channels repeated one by one', 'x.at(n, c % C, h, w)', 'x.at(n, Math.floor(c / K), h, w)'],
  ]),
  ...of('07-extensions', [
    [
      'spatial composite without the stride',
      '(p - u2 * step[0]) / dilation[0]',
      '(p - u2 * windows.secondary.dilation[0]) / dilation[0]',
    ],
    ['spatial block without P', 'return deinterleave(z, { L: Lout, M: Mout });', 'return z;'],
    [
      'linear secondary with Λ transposed',
      'lambda.at(row % lambda.rows, l)',
      'lambda.at(l % lambda.rows, (row % lambda.rows) % lambda.columns)',
    ],
    [
      'chain with its interleaves the other way',
      'interleaveIndex({ L: C / k, M: k }, c)',
      'interleaveIndex({ L: k, M: C / k }, c)',
    ],
  ]),
  ...of('08-adjoint', [
    ['adjoint reads the mirrored tap', '(h + top - u * dh) / sh', '(h - top + u * dh) / sh'],
    [
      'kernel gradient without the stride',
      'padded(A, x, n, c, i * sh + u * dh - top,',
      'padded(A, x, n, c, i + u * dh - top,',
    ],
    [
      'adjoint without Pᵀ',
      'const gSecondary = interleave(g, { L: Lout, M: Mout });',
      'const gSecondary = g;',
    ],
    [
      'adjoint without P',
      'const gPrimary = deinterleave(gInterleaved, { L, M: Mout });',
      'const gPrimary = gInterleaved;',
    ],
    [
      'gradient of the primary bias in the order of the interleave',
      'biasAdjoint(A, gPrimary)',
      'biasAdjoint(A, gInterleaved)',
    ],
    [
      'gradient of the secondary kernel with the output as it is',
      'groupKernelAdjoint(A, gSecondary,',
      'groupKernelAdjoint(A, g,',
    ],
  ]),
];
