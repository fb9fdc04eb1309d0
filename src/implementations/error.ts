import type { Outcome } from '../oracle/adapter.ts';

/**
 * An implementation that could not be brought to a question. `kind` says what is to blame: how it was written
 * down (usage), or what it did. Message: the implementation, then what happened.
 */
export class ImplementationError extends Error {
  readonly kind: 'usage' | 'crash' | 'timeout' | 'garbage';

  constructor(name: string, kind: ImplementationError['kind'], what: string, options?: ErrorOptions) {
    super(`${name}: ${what}`, options);
    this.name = 'ImplementationError';
    this.kind = kind;
  }

  /** As the outcome of a case. */
  get outcome(): Outcome {
    return { kind: this.kind === 'usage' ? 'crash' : this.kind, reason: this.message };
  }
}
