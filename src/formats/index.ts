/**
 * Array files: .npz, .npy and .safetensors, read strictly and written whole. `readArrays` and `writeArrays` work on
 * files, the others on the bytes of a file.
 *
 * Whatever is in a file, reading it ends in its arrays or in a FileError: no other error, no waiting, and no more
 * memory than the limits (2 GiB unless told otherwise: the file, one decompressed entry, 8 bytes a value) and 128 MiB
 * for headers. A file over the limit is refused before it is read, a decompressed entry before it is
 * inflated, an array before it is allocated. Names in a file are plain: no path in an archive, no control character.
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
export { writeText } from './text.ts';
export { type WriteOptions, writeArrays } from './write.ts';
