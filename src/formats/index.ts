/**
 * Array files: .npz, .npy and .safetensors, read strictly and written whole. `readArrays` and `writeArrays` work on
 * files, the others on bytes. What is wrong with a file is always a FileError.
 */
export {
  type ArrayFile,
  type ArraySource,
  type DType,
  dtypes,
  type NamedArrays,
} from './array.ts';
export { FileError } from './error.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { decodeNpy, encodeNpy } from './npy.ts';
export { decodeNpz, encodeNpz, type NpzOptions } from './npz.ts';
export { readArrays } from './read.ts';
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.ts';
export { type WriteOptions, writeArrays } from './write.ts';
