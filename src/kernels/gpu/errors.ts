/** What can go wrong with a GPU, whoever asked: a wrong argument is a KernelError. */

export type GpuErrorKind =
  /** There is none that may be used. */
  | 'unavailable'
  /** There is one, and it gets known cases wrong. */
  | 'wrong'
  /** The device is gone, and with it all that was on it. */
  | 'lost'
  /** It reported an error, or something else ran than what was opened. */
  | 'failed';

export class GpuError extends Error {
  override readonly name = 'GpuError';
  readonly kind: GpuErrorKind;

  constructor(kind: GpuErrorKind, message: string, options?: ErrorOptions) {
    super(`gpu: ${message}`, options);
    this.kind = kind;
  }
}

/** An error in one line. */
export function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]!.slice(0, 300);
}

/** The same, within a GpuError that names the backend itself. */
export function reasonOf(error: unknown): string {
  return inWords(error).replace(/^gpu: /, '');
}
