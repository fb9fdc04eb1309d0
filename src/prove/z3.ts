import { createRequire } from 'node:module';

export interface Answer {
  readonly result: 'sat' | 'unsat' | 'unknown';
  /** Where it is sat: values by name, as SMT-LIB text. */
  readonly model: ReadonlyMap<string, string>;
}

/** The z3 of the npm package z3-solver. */
export interface Z3 {
  readonly version: string;
  /** Decides SMT-LIB declarations and assertions, within so many steps of z3's own count. */
  solve(assertions: string, rlimit: number): Promise<Answer>;
  /** Ends its worker threads, which would keep the process alive. */
  close(): void;
}

/** A pointer into z3. */
type Handle = { readonly opaque: unique symbol };

/** What is used of the package. Its own types would make the compiler need it; it is a development dependency. */
interface Z3Package {
  init(): Promise<{
    readonly Z3: {
      get_full_version(): string;
      mk_config(): Handle;
      mk_context(config: Handle): Handle;
      del_context(context: Handle): void;
      del_config(config: Handle): void;
      mk_solver(context: Handle): Handle;
      solver_inc_ref(context: Handle, solver: Handle): void;
      mk_params(context: Handle): Handle;
      params_inc_ref(context: Handle, params: Handle): void;
      mk_string_symbol(context: Handle, name: string): Handle;
      params_set_uint(context: Handle, params: Handle, name: Handle, value: number): void;
      solver_set_params(context: Handle, solver: Handle, params: Handle): void;
      solver_from_string(context: Handle, solver: Handle, text: string): void;
      solver_check(context: Handle, solver: Handle): Promise<number>;
      solver_get_model(context: Handle, solver: Handle): Handle;
      model_to_string(context: Handle, model: Handle): string;
    };
    readonly em: { readonly PThread: { terminateAllThreads(): void } };
  }>;
}

/** Starts z3, or says why it can't be had. */
export async function startZ3(): Promise<Z3 | { readonly reason: string }> {
  let library: Z3Package;
  try {
    // CommonJS, and 34 MB: loaded where it is used and nowhere else.
    library = createRequire(import.meta.url)('z3-solver') as Z3Package;
  } catch {
    return { reason: "the npm package z3-solver isn't installed" };
  }
  const { Z3, em } = await library.init();
  return {
    version: /\d+(\.\d+)+/.exec(Z3.get_full_version())?.[0] ?? 'of unknown version',
    // Not eval_smtlib2_string: version 5.2.0 hands its text to a thread and frees it before the thread has read it.
    async solve(assertions, rlimit) {
      const config = Z3.mk_config();
      const context = Z3.mk_context(config);
      try {
        const solver = Z3.mk_solver(context);
        Z3.solver_inc_ref(context, solver);
        const params = Z3.mk_params(context);
        Z3.params_inc_ref(context, params);
        Z3.params_set_uint(context, params, Z3.mk_string_symbol(context, 'rlimit'), rlimit);
        Z3.solver_set_params(context, solver, params);
        Z3.solver_from_string(context, solver, assertions);
        const result = (await Z3.solver_check(context, solver)) as -1 | 0 | 1;
        if (result !== 1) return { result: result === -1 ? 'unsat' : 'unknown', model: new Map() };
        const model = Z3.model_to_string(context, Z3.solver_get_model(context, solver));
        const values = [...model.matchAll(/^(\w+) -> (.*)$/gm)].map((m) => [m[1]!, m[2]!] as const);
        return { result: 'sat', model: new Map(values) };
      } finally {
        Z3.del_context(context);
        Z3.del_config(config);
      }
    },
    close: () => em.PThread.terminateAllThreads(),
  };
}
