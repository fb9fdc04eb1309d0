/** The oracle: judges what an implementation computed. The other rooms have subpaths of their own. */
export { FileError, readArrays } from './formats/index.ts';
export { defaultOptions, evidenceFrom, type RecordingOptions } from './implementations/recording.ts';
export { judge } from './oracle/judge.ts';
export type { ArrayVerdict, Difference, Evidence, Stage, Verdict, VerdictKind } from './oracle/types.ts';
