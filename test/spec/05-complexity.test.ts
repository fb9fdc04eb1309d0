import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attainsWidthBound,
  bestChainLength,
  blockParameters,
  chainBound,
  chainIsBalanced,
  chainParameters,
  equalParameterWidth,
  fewestParameters,
  groupConvolutionParameters,
  igcParameters,
  igcParametersByWidth,
  igcParametersFactored,
  multiplyAdds,
  regularParameters,
  separatedParameters,
  swappedParameters,
  twoSpatialParameters,
  widerThanRegular,
  widerThanRegularInIntegers,
  width,
  widthBound,
  widthSlack,
  widthSlackSquare,
} from '../../spec/05-complexity.ts';

/** Fig. 3 (Table 1) of the paper: [L, M, G, T] under the budgets of about 4672 and 17536 parameters, S = 9. */
const figure3 = {
  4672: [
    [1, 23, 23, 4784],
    [2, 16, 32, 4672],
    [3, 13, 39, 4680],
    [5, 10, 50, 4750],
    [6, 9, 54, 4698],
    [12, 6, 72, 4752],
    [28, 3, 84, 4620],
    [40, 2, 80, 4640],
    [64, 1, 64, 4672],
  ],
  17536: [
    [1, 44, 44, 17468],
    [2, 31, 62, 17422],
    [4, 22, 88, 17776],
    [12, 12, 144, 17280],
    [14, 11, 154, 17402],
    [23, 8, 184, 17480],
    [28, 7, 196, 17836],
    [41, 5, 205, 17630],
    [64, 3, 192, 17472],
    [85, 2, 170, 17510],
    [128, 1, 128, 17536],
  ],
} as const;

const rows = [...figure3[4672], ...figure3[17536]];

const partitions = fc.record({ L: fc.integer({ min: 1, max: 500 }), M: fc.integer({ min: 1, max: 500 }) });
const taps = fc.integer({ min: 1, max: 49 });

describe('parameters', () => {
  test.each(rows)('Eq. 7: L = %i, M = %i has G = %i and T = %i', (L, M, G, T) => {
    expect(width({ L, M })).toBe(G);
    expect(igcParameters({ L, M }, 9)).toBe(T);
    expect(igcParametersFactored({ L, M }, 9)).toBe(T);
    expect(igcParametersByWidth({ L, M }, 9)).toBeCloseTo(T, 6);
  });

  test.each([
    [4, 8, 2432],
    [24, 2, 2016],
    [16, 32, 155648],
    [32, 26, 221312],
    [450, 2, 421200],
    [4, 32, 37376],
    [16, 16, 40960],
    [100, 2, 23600],
  ])('Eq. 7: the block of IGC-L%iM%i has %i parameters', (L, M, T) => {
    expect(igcParameters({ L, M }, 9)).toBe(T);
    expect(blockParameters({ L, Min: M, Mout: M, Lout: L }, 9)).toBe(T);
  });

  test('Eq. 7, down-sampling: L4, M from 8 to 16, is 4·8·16·9 + 16·4·4 = 4864', () => {
    expect(blockParameters({ L: 4, Min: 8, Mout: 16, Lout: 4 }, 9)).toBe(4864);
  });

  test('Eq. 7, depthwise separable: 6 channels to 10 is 6·9 + 6·10 = 114', () => {
    expect(blockParameters({ L: 6, Min: 1, Mout: 1, Lout: 10 }, 9)).toBe(114);
  });

  test('Eq. 8: 64 channels, 3 × 3, are 36864 parameters', () => {
    expect(regularParameters(64, 9)).toBe(36864);
  });

  test('Eq. 1: 4 groups from 8 to 12 channels are 4·2·3·9 = 216 parameters, 1 group 8·12·9', () => {
    expect(groupConvolutionParameters(8, 12, 4, 9)).toBe(216);
    expect(groupConvolutionParameters(8, 12, 1, 9)).toBe(864);
  });

  test('multiply-adds are the parameters at one position and 1024 times as many on 32 × 32', () => {
    expect(multiplyAdds(2016, [1, 1])).toBe(2016);
    expect(multiplyAdds(2016, [32, 32])).toBe(2064384);
    expect(multiplyAdds(10, [2, 3])).toBe(60);
  });
});

describe('wider than a regular convolution', () => {
  test.each([
    [4672, 22.78],
    [17536, 44.14],
    [2432, 16.44],
    [2016, 14.97],
  ])('Eq. 8: %i parameters are a regular 3 × 3 convolution of width %f', (T, C) => {
    expect(equalParameterWidth(T, 9)).toBeCloseTo(C, 2);
  });

  test.each(rows)('Eq. 9: for S = 9, L = %i, M = %i is wider iff L > 1', (L, M) => {
    expect(widerThanRegular({ L, M }, 9)).toBe(L > 1);
    expect(widerThanRegularInIntegers({ L, M }, 9)).toBe(L > 1);
  });

  test.each([
    [2, 2, 1, false],
    [2, 1, 2, false],
    [3, 2, 1, true],
    [2, 3, 1, true],
    [9, 1, 1, false],
    [1, 1, 1, false],
    [1, 500, 49, false],
  ])('Eq. 9 at its edge: L = %i, M = %i, S = %i is %s', (L, M, S, wider) => {
    expect(widerThanRegular({ L, M }, S)).toBe(wider);
    expect(widerThanRegularInIntegers({ L, M }, S)).toBe(wider);
  });

  test('Eq. 9: both forms say whether G² · S > T', () => {
    fc.assert(
      fc.property(partitions, taps, (partition, S) => {
        const wider = width(partition) ** 2 * S > igcParameters(partition, S);
        expect(widerThanRegular(partition, S)).toBe(wider);
        expect(widerThanRegularInIntegers(partition, S)).toBe(wider);
      }),
    );
  });
});

describe('the width bound', () => {
  test.each([
    [4672, 84.638],
    [17536, 204.418],
  ])('Eq. 15: %i parameters allow at most %f channels', (T, bound) => {
    expect(widthBound(T, 9)).toBeCloseTo(bound, 3);
  });

  test.each(rows)('Eq. 15: L = %i, M = %i has G = %i within the bound for T = %i', (_L, _M, G, T) => {
    expect(G).toBeLessThanOrEqual(widthBound(T, 9));
    expect(T).toBeGreaterThanOrEqual(fewestParameters(G, 9));
  });

  test('Eq. 12 to 15: L = 9, M = 1, S = 9 attains it: T = 162 = 2·3·9^1.5, G = 9', () => {
    expect(igcParameters({ L: 9, M: 1 }, 9)).toBe(162);
    expect(fewestParameters(9, 9)).toBe(162);
    expect(widthBound(162, 9)).toBeCloseTo(9, 12);
    expect(attainsWidthBound({ L: 9, M: 1 }, 9)).toBe(true);
  });

  test('Eq. 15: by one channel away from L = M·S it is missed', () => {
    expect(attainsWidthBound({ L: 27, M: 3 }, 9)).toBe(true);
    expect(attainsWidthBound({ L: 28, M: 3 }, 9)).toBe(false);
    expect(attainsWidthBound({ L: 26, M: 3 }, 9)).toBe(false);
  });

  test('T² − 4·S·G³ = (G·(M·S − L))²: L = 28, M = 3 has 4620² − 36·84³ = 84²', () => {
    expect(widthSlack({ L: 28, M: 3 }, 9)).toBe(7056n);
    expect(widthSlackSquare({ L: 28, M: 3 }, 9)).toBe(7056n);
  });

  test('Eq. 15: equality iff L = M·S, beyond the range of doubles too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.nat({ max: 2 }), taps, (M, off, S) => {
        const partition = { L: M * S + off, M };
        expect(widthSlack(partition, S)).toBe(widthSlackSquare(partition, S));
        expect(attainsWidthBound(partition, S)).toBe(off === 0);
      }),
    );
  });
});

describe('extensions', () => {
  test('swapped kernels: L = 4, M = 3, S = 9 is 12·(3 + 36) = 468', () => {
    expect(swappedParameters({ L: 4, M: 3 }, 9)).toBe(468);
    expect(twoSpatialParameters({ L: 4, M: 3 }, 1, 9)).toBe(468);
  });

  test('1 × 3 with 3 × 1: L = 4, M = 3 is 12·(9 + 12) = 252; 1 × 5 with 3 × 1 is 12·(15 + 12)', () => {
    expect(separatedParameters({ L: 4, M: 3 }, [3, 3])).toBe(252);
    expect(separatedParameters({ L: 4, M: 3 }, [3, 5])).toBe(324);
    expect(twoSpatialParameters({ L: 4, M: 3 }, 5, 3)).toBe(324);
  });

  test('a 1 × 1 secondary is the block itself', () => {
    expect(twoSpatialParameters({ L: 28, M: 3 }, 9, 1)).toBe(4620);
  });
});

describe('IGCV2', () => {
  test('a chain of two, K = (M, L), is the block: 84·(27 + 28) = 4620', () => {
    expect(chainParameters(84, 9, [3, 28])).toBe(4620);
  });

  test('depthwise 3 × 3 and two of K = 8 on 64 channels: 64·(9 + 8 + 8) = 1600', () => {
    expect(chainParameters(64, 9, [1, 8, 8])).toBe(1600);
  });

  test('a regular convolution is a chain of one', () => {
    expect(chainParameters(64, 9, [64])).toBe(36864);
    expect(chainBound(64, 9, 1)).toBe(36864);
    expect(chainIsBalanced(9, [64])).toBe(true);
  });

  test('balance: S·K₁ = K₂ = K₃, 81 channels in K = (1, 9, 9), attains C·N·(SC)^(1/N) = 81·3·9', () => {
    expect(chainIsBalanced(9, [1, 9, 9])).toBe(true);
    expect(chainParameters(81, 9, [1, 9, 9])).toBe(2187);
    expect(chainBound(81, 9, 3)).toBeCloseTo(2187, 8);
  });

  test('no balance: K = (1, 27, 3) on 81 channels has 81·39 parameters, more than the bound', () => {
    expect(chainIsBalanced(9, [1, 27, 3])).toBe(false);
    expect(chainParameters(81, 9, [1, 27, 3])).toBe(3159);
  });

  test('a chain of two is balanced iff the block attains the width bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat({ max: 2 }), taps, (M, off, S) => {
        const L = M * S + off;
        expect(chainIsBalanced(S, [M, L])).toBe(attainsWidthBound({ L, M }, S));
      }),
    );
  });

  test('no chain beats its bound', () => {
    const K = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(K, taps, (K, S) => {
        const C = K.reduce((product, k) => product * k, 1);
        expect(chainParameters(C, S, K)).toBeGreaterThanOrEqual(chainBound(C, S, K.length) * (1 - 1e-12));
      }),
    );
  });

  test('the bound is least at N = ln(SC): for C = 64, S = 9 that is 6.36', () => {
    const N = bestChainLength(64, 9);
    expect(N).toBeCloseTo(6.356, 3);
    for (const other of [5, 7, 8]) expect(chainBound(64, 9, 6)).toBeLessThan(chainBound(64, 9, other));
  });
});

describe('C2: a size is a positive integer', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d is refused', (bad) => {
    const calls: readonly (() => unknown)[] = [
      () => width({ L: bad, M: 1 }),
      () => blockParameters({ L: 1, Min: bad, Mout: 1, Lout: 1 }, 9),
      () => igcParameters({ L: 1, M: bad }, 9),
      () => igcParametersByWidth({ L: 1, M: 1 }, bad),
      () => igcParametersFactored({ L: 1, M: 1 }, bad),
      () => regularParameters(bad, 9),
      () => groupConvolutionParameters(4, 4, bad, 9),
      () => multiplyAdds(1, [bad, 1]),
      () => equalParameterWidth(bad, 9),
      () => widerThanRegular({ L: 1, M: 1 }, bad),
      () => widerThanRegularInIntegers({ L: bad, M: 1 }, 9),
      () => fewestParameters(bad, 9),
      () => widthBound(1, bad),
      () => widthSlack({ L: bad, M: 1 }, 9),
      () => widthSlackSquare({ L: 1, M: bad }, 9),
      () => attainsWidthBound({ L: 1, M: 1 }, bad),
      () => twoSpatialParameters({ L: 1, M: 1 }, 1, bad),
      () => swappedParameters({ L: bad, M: 1 }, 9),
      () => separatedParameters({ L: 1, M: 1 }, [bad, 1]),
      () => chainParameters(4, 9, [2, bad]),
      () => chainBound(4, 9, bad),
      () => chainIsBalanced(9, [bad]),
      () => bestChainLength(bad, 9),
    ];
    for (const call of calls) expect(call).toThrow(/C2 .*got/);
  });

  test('the message names the operation and the size', () => {
    expect(() => widthBound(0, 9)).toThrow(
      'widthBound: C2 (a size is a positive integer): expected T ≥ 1, got 0',
    );
    expect(() => chainParameters(8, 9, [2, 0])).toThrow(
      'chainParameters: C2 (a size is a positive integer): expected K2 ≥ 1, got 0',
    );
  });

  test('a chain has at least one convolution', () => {
    expect(() => chainParameters(8, 9, [])).toThrow('expected N ≥ 1, got 0');
    expect(() => chainIsBalanced(9, [])).toThrow('expected N ≥ 1, got 0');
  });

  test('C6: groups divide the channels', () => {
    expect(() => groupConvolutionParameters(8, 12, 3, 9)).toThrow(/C6 .*divisor of 8 and 12, got 3/);
    expect(() => groupConvolutionParameters(9, 8, 3, 9)).toThrow(/C6/);
  });
});
