/** A WebAssembly module from functions: sections of types, one imported memory, functions, exports and code. */
import { Encoder } from './encoder.ts';
import { type FunctionBuilder, type ValueType, valueTypes } from './function-builder.ts';

/** 65 536 pages of 64 KiB: all that a 32-bit address reaches. */
export const maximumPages = 65536;
export const pageBytes = 65536;

export interface ModuleOptions {
  /** Whether the imported memory is shared between threads; one that isn't can't be imported as if it were. */
  readonly shared?: boolean;
}

/** The bytes of a module that imports a memory as env.memory and exports these functions by their names. */
export function assemble(
  functions: Readonly<Record<string, FunctionBuilder>>,
  { shared = false }: ModuleOptions = {},
): Uint8Array<ArrayBuffer> {
  const all = Object.values(functions);
  const module = new Encoder().raw(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  const section = (id: number, content: (s: Encoder) => void) => module.raw(id).sized(content);
  const types = (s: Encoder, list: readonly ValueType[]) =>
    s.unsigned(list.length).append(list.map((type) => valueTypes[type]));

  section(1, (s) => {
    s.unsigned(all.length);
    for (const { parameters, results } of all) types(types(s.raw(0x60), parameters), results);
  });
  section(2, (s) => {
    s.unsigned(1)
      .name('env')
      .name('memory')
      .raw(0x02, shared ? 0x03 : 0x01);
    s.unsigned(0).unsigned(maximumPages);
  });
  section(3, (s) => {
    s.unsigned(all.length);
    for (const index of all.keys()) s.unsigned(index);
  });
  section(7, (s) => {
    s.unsigned(all.length);
    for (const [index, name] of Object.keys(functions).entries()) s.name(name).raw(0x00).unsigned(index);
  });
  section(10, (s) => {
    s.unsigned(all.length);
    for (const f of all) s.sized((body) => writeBody(body, f));
  });
  return module.bytes.slice();
}

/** Runs of locals of one type, the instructions, and the end. */
function writeBody(body: Encoder, { locals, code }: FunctionBuilder): void {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  body.unsigned(runs.length);
  for (const { type, count } of runs) body.unsigned(count).raw(valueTypes[type]);
  body.append(code).raw(0x0b);
}
