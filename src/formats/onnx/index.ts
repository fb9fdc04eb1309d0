/** ONNX: models read strictly and written, without a library. */
export type {
  ElementType,
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from './model.ts';
export { decodeOnnx, type OnnxFile, readOnnx } from './read.ts';
export { encodeOnnx, withOutputs } from './write.ts';
