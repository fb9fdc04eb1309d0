/** Numbers and packages in JavaScript. */

/** The folder of node_modules with what is judged. */
export const packages = (): string => process.env.IGC_PEERS ?? '.';

export const list = (numbers: readonly number[]): string =>
  `[${numbers.map((value) => (Object.is(value, -0) ? '-0' : `${value}`)).join(', ')}]`;
