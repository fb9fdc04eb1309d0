/** The engine's WebAssembly, typed here: the types of Node 20 and of the language leave it out. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** Adds pages of 64 KiB; views on the old buffer of an unshared memory are empty from then on. */
  grow(pages: number): number;
}

/** Compiled code; can be sent to a worker. */
export type WasmModule = object;

export interface WasmInstance {
  readonly exports: Readonly<Record<string, (...values: number[]) => number | undefined>>;
}

export interface WasmEngine {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => WasmInstance;
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared?: boolean;
  }) => WasmMemory;
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** Throws an Error where there is none, as in Node under --jitless. */
export function engine(): WasmEngine {
  const { WebAssembly } = globalThis as { readonly WebAssembly?: WasmEngine };
  if (WebAssembly === undefined) throw new Error('kernels: this JavaScript engine has no WebAssembly');
  return WebAssembly;
}
