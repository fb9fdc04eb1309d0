/** What is said between us and the place where an implementation runs: a process of its own, or a page in a browser. */
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import type { Declared } from './module-question.ts';

/** What an implementation is opened with; whatever it is, it can be cloned. */
export interface OpenOptions extends Declared {
  /** Of a runtime that has several ways to compute, as 'webgpu'. */
  readonly provider?: string | undefined;
  /** In a process: the folder in which packages are looked for first. */
  readonly folder?: string | undefined;
  /** In a page: where the files of packages are served, by package, each ending in a slash. */
  readonly packages?: Readonly<Record<string, string>> | undefined;
  /** In a page: the versions of the packages. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
}

/** A module that can be hosted: imports nothing that isn't where it runs, and gives an adapter. */
export interface HostedModule {
  open(options: OpenOptions): Promise<Adapter>;
}

/** What an implementation says of itself. */
export interface Description {
  readonly name: string;
  readonly about?: string | undefined;
  readonly abilities: Abilities;
}

export type ToHost =
  | { readonly kind: 'open'; readonly module: string; readonly options: OpenOptions }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Case };

export type FromHost =
  | { readonly kind: 'opened'; readonly description: Description }
  /** It could not be opened; `isMissing`: a package that isn't installed, or something that isn't there. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isMissing: boolean }
  | { readonly kind: 'outcome'; readonly id: number; readonly outcome: Outcome };

/** What else is asked of a process: one function of a module, called once with the argument. */
export interface Call {
  readonly kind: 'call';
  readonly module: string;
  readonly options: OpenOptions;
  /** It can be cloned. */
  readonly argument: unknown;
}

export type Called =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly reason: string; readonly isMissing: boolean };

/** A module that can be called so. */
export interface CallableModule {
  call(options: OpenOptions, argument: never): Promise<unknown>;
}
