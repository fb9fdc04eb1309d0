/** Paddings that have a name in the models of some runtimes (ONNX's auto_pad). */

/** The ids of the cases that ask for them begin so: a runtime's padding is named there, and four numbers elsewhere. */
export const autoPadFamily = 'auto-pad';

/** The names, as our own windows have them. */
export const autoPads = ['same-upper', 'same-lower', 'valid'] as const;
