/** The whole specification, in the paper's order. */
export * from './00-notation.ts';
export * from './01-group-convolution.ts';
export * from './02-interleave.ts';
export * from './03-igc-block.ts';
export * from './04-composite-kernel.ts';
export * from './04a-factor.ts';
export * from './05-complexity.ts';
export * from './06-special-cases.ts';
export * from './07-extensions.ts';
export * from './08-adjoint.ts';
export * from './09-network.ts';
export * from './09a-architectures.ts';
export * from './09b-units.ts';
export * from './09c-forward.ts';
