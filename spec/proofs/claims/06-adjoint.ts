import { formulas } from '../formulas.ts';
import { substitute } from '../language.ts';
import type { Section } from '../section.ts';

const { channel, interleave, deinterleave, position, hitRemainder, hitPosition } = formulas;

/** Claim 6: the adjoint identities ⟨g, A x⟩ = ⟨Aᵀ g, x⟩. */
export const adjointSections: readonly Section[] = [
  {
    id: 'convolution-adjoint',
    claim: 6,
    statement: '⟨g, W * x⟩ = ⟨∇x, x⟩ = ⟨∇W, W⟩ for a regular convolution, its input and its kernel adjoint',
    equation: 'adjoint of Eq. 1',
    inductions: ['exchange', 'single term'],
    argument:
      'A convolution is linear in x: y(o) = Σ_c A(o,c)·x(c), A(o,c) being the sum of the kernel’s entries whose tap ' +
      'reads c from o. Its adjoint adds up the same entries over the o: "exchange". A tap u reads pixel h from at ' +
      'most one output position, and the gather formula of the adjoint finds it: below. In the kernel it is linear ' +
      'in the same way, with A(o,w) = the pixel that weight w meets.',
    theorems: [
      {
        id: 'gather-finds-the-position',
        words:
          'position i reads pixel h with tap u: then the gather formula divides without remainder and gives i',
        over: 'integers',
        sizes: ['stride', 'dilation'],
        where: [`h = ${position}`],
        goals: [`${hitRemainder} = 0`, `${hitPosition} = i`],
        splits: [`${hitPosition} - i`],
      },
      {
        id: 'gather-finds-no-other',
        words: 'and where it divides without remainder, the position that it gives does read h',
        over: 'integers',
        sizes: ['stride', 'dilation'],
        where: [`${hitRemainder} = 0`],
        goals: [`h = ${substitute(position, { i: hitPosition })}`],
      },
      {
        id: 'factors-commute',
        words: 'weight and gradient may change places',
        over: 'commutative semiring',
        goals: ['g*(w*x) = (w*g)*x', 'g*(w*x) = (g*x)*w'],
      },
    ],
  },
  {
    id: 'group-adjoint',
    claim: 6,
    statement: 'The adjoint of a group convolution is the adjoint in each partition',
    equation: 'adjoint of Eq. 1',
    inductions: ['exchange', 'equal terms'],
    argument: '⟨g, y⟩ is the sum of ⟨g_l, y_l⟩ over the partitions, and each of these has its adjoint.',
    theorems: [],
  },
  {
    id: 'interleave-adjoint',
    claim: 6,
    statement: '⟨g, Pᵀ y⟩ = ⟨P g, y⟩: the adjoint of the interleave is the deinterleave',
    equation: 'adjoint of Eq. 2 and 4',
    inductions: ['row by row', 'exchange'],
    argument:
      'Left: the sum over channels m·L + l of g[m·L + l]·y[l·M + m]. Right: the same terms in the order l·M + m. ' +
      '"Row by row" (all factors 1) makes both a double sum, "exchange" (g = x = 1) makes them equal.',
    theorems: [
      {
        id: 'the-same-terms',
        words: '(Pᵀ y)[m·L + l] = y[l·M + m], (P g)[l·M + m] = g[m·L + l]',
        over: 'integers',
        sizes: ['L', 'M'],
        below: { l: 'L', m: 'M' },
        goals: [
          `${substitute(deinterleave, { c: 'm*L + l' })} = ${channel}`,
          `${substitute(interleave, { c: channel })} = m*L + l`,
        ],
        splits: ['m - div(m*L + l, L)', `l - div(${channel}, M)`],
      },
    ],
  },
  {
    id: 'block-adjoint',
    claim: 6,
    statement: '⟨g, P Wᵈ Pᵀ Wᵖ x⟩ = ⟨Wᵖᵀ P Wᵈᵀ Pᵀ g, x⟩',
    equation: 'adjoint of Eq. 5',
    argument:
      'The four adjoints above, one after the other: each step’s right side is the next one’s left side.',
    theorems: [
      {
        id: 'four-steps',
        words: 'equal to equal, four times',
        over: 'integers',
        where: ['a = b', 'b = c', 'c = d', 'd = e'],
        goals: ['a = e'],
      },
    ],
  },
];
