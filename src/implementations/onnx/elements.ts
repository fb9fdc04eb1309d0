/** The element types of models that are judged, and what runtimes say of what they don't have. */
import type { PrecisionName } from '../../algebras/precision.ts';

/** Their names are those of our precisions too. */
export const floats = ['float32', 'float64', 'float16'] as const satisfies readonly PrecisionName[];

export type FloatType = (typeof floats)[number];

export function isFloat(type: string): type is FloatType {
  return floats.some((name) => name === type);
}

/** The type in which a model of this precision keeps its numbers; undefined: ONNX runtimes have none. */
export function elementFor(precision: PrecisionName): FloatType | undefined {
  return precision === 'tfloat32' ? 'float32' : isFloat(precision) ? precision : undefined;
}

/** Whether a runtime's message says that it hasn't what a model asks for. */
export function saysUnsupported(message: string): boolean {
  return /NOT_IMPLEMENTED|not implemented|not supported|Could not find an implementation/i.test(message);
}
