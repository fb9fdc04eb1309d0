import fc from 'fast-check';
import { bfloat16, decode16, float16 } from '../../src/formats/half.ts';
import { type ArrayFile, type DType, dtypes } from '../../src/formats/index.ts';
import { array } from './helpers.ts';

const bits16 = fc.nat(0xffff);
const wide = 2 ** 53;

/** Values that a dtype holds exactly. */
const values: { readonly [dtype in DType]: fc.Arbitrary<number> } = {
  float64: fc.double(),
  float32: fc.float(),
  float16: bits16.map((bits) => decode16(float16, bits)),
  bfloat16: bits16.map((bits) => decode16(bfloat16, bits)),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32768, max: 32767 }),
  int32: fc.integer(),
  int64: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-wide, wide)),
  uint8: fc.nat(255),
  uint16: fc.nat(65535),
  uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  uint64: fc.oneof(fc.maxSafeNat(), fc.constant(wide)),
  bool: fc.constantFrom(0, 1),
};

/** An array of up to four axes, some of them perhaps of size 0. */
export function anyArray(types: readonly DType[] = dtypes): fc.Arbitrary<ArrayFile> {
  return fc
    .tuple(fc.constantFrom(...types), fc.array(fc.nat(3), { maxLength: 4 }))
    .chain(([dtype, shape]) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return fc
        .array(values[dtype], { minLength: count, maxLength: count })
        .map((data) => array(dtype, shape, data));
    });
}

/** Up to five arrays; names that mean something to JavaScript are as likely as others. */
export function anyArrays(types: readonly DType[] = dtypes): fc.Arbitrary<Map<string, ArrayFile>> {
  const name = fc.oneof(
    fc.constantFrom('x', '__proto__', 'constructor', 'primary_weight', 'é', '雪'),
    fc.stringMatching(/^[a-z0-9_ ]{1,12}$/),
  );
  return fc.array(fc.tuple(name, anyArray(types)), { maxLength: 5 }).map((entries) => new Map(entries));
}
