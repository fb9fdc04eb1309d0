/** The laws of interleaved group convolution, for your own test runner. */
export type { Limits } from './cases.ts';
export { laws } from './catalogue.ts';
export * from './igc-laws.ts';
export type { Equation, Law, Mismatch, Run } from './law.ts';
export {
  describeFailure,
  type Failure,
  type Outcome,
  runLaw,
  type Sampling,
  type Subject,
} from './runner.ts';
