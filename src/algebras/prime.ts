/** Miller–Rabin with the first 13 primes as bases has no liar below this number (Sorenson and Webster, 2015). */
const decided = 3_317_044_064_679_887_385_961_981n;
const bases = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n];

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

/**
 * Whether n is a prime, with certainty (deterministic Miller–Rabin). Throws a RangeError from about 3.3·10²⁴ on,
 * where that isn't known.
 */
export function isPrime(n: bigint): boolean {
  if (n >= decided) throw new RangeError(`isPrime: expected a number below ${decided}, got ${n}`);
  if (n < 2n) return false;
  if (bases.some((base) => n % base === 0n)) return bases.includes(n);
  let odd = n - 1n;
  let halvings = 0;
  for (; odd % 2n === 0n; odd /= 2n) halvings++;
  return bases.every((base) => {
    let x = power(base, odd, n);
    if (x === 1n) return true;
    // x runs through base^(odd·2^i), i < halvings: a prime has a −1 among them.
    for (let i = 1; i < halvings && x !== n - 1n; i++) x = (x * x) % n;
    return x === n - 1n;
  });
}
