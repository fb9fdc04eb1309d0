/**
 * The orders in which other libraries keep the axes; converted at the edge, by views. A layout's name is its
 * definition: the letters say where each axis is.
 */
import ndarray from 'ndarray';
import { demand, type Site } from './constraints.ts';
import { type FloatArray, type FloatData, freeze } from './view.ts';

const featureLayouts = ['NCHW', 'NHWC'] as const;
const kernelLayouts = ['OIHW', 'OHWI', 'HWIO'] as const;

/** NCHW: ONNX, PyTorch. NHWC: TensorFlow, channels-last. */
export type FeatureLayout = (typeof featureLayouts)[number];

/** OIHW: ONNX, PyTorch. OHWI: TensorFlow Lite, channels-last. HWIO: TensorFlow, JAX. O counts all groups' outputs. */
export type KernelLayout = (typeof kernelLayouts)[number];

/** Throws where the layout isn't one of feature maps (T9). */
export function demandFeatureLayout(site: Site, layout: FeatureLayout): void {
  demand(featureLayouts.includes(layout), site, 'T9', featureLayouts.join(' or '), `${layout}`);
}

/** Throws where the layout isn't one of kernels (T9). */
export function demandKernelLayout(site: Site, layout: KernelLayout): void {
  demand(kernelLayouts.includes(layout), site, 'T9', kernelLayouts.join(' or '), `${layout}`);
}

/** For each axis of `to`, the axis of `from` that has the same letter: the argument of a transposition. */
export function axes(from: string, to: string): number[] {
  return [...to].map((letter) => from.indexOf(letter));
}

/**
 * The same array with one axis cut in two, frozen: index i becomes (⌊i / minor⌋, i mod minor). The axis has
 * major · minor entries.
 */
export function splitAxis(array: FloatArray, axis: number, major: number, minor: number): FloatArray {
  const step = array.stride[axis]!;
  const shape = array.shape.toSpliced(axis, 1, major, minor);
  const stride = array.stride.toSpliced(axis, 1, minor * step, step);
  return freeze(ndarray<FloatData>(array.data, shape, stride, array.offset));
}

/** The same array with axes `axis` and `axis + 1` as one; undefined where no single stride walks both. */
export function mergeAxes(array: FloatArray, axis: number): FloatArray | undefined {
  const [major, minor] = array.shape.slice(axis) as [number, number];
  const [majorStep, minorStep] = array.stride.slice(axis) as [number, number];
  const walks = major === 1 || minor === 1 || majorStep === minor * minorStep;
  if (!walks) return undefined;
  const shape = array.shape.toSpliced(axis, 2, major * minor);
  const stride = array.stride.toSpliced(axis, 2, minor === 1 ? majorStep : minorStep);
  return ndarray<FloatData>(array.data, shape, stride, array.offset);
}
