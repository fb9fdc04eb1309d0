/** The assembler: functions written instruction by instruction, put together to a module. */
export { Encoder } from './encoder.ts';
export { type Features, features, wideOption } from './features.ts';
export { type Body, FunctionBuilder, type Local, type ValueType } from './function-builder.ts';
export { assemble, type ModuleOptions, maximumPages, pageBytes } from './module.ts';
export {
  engine,
  type WasmEngine,
  type WasmInstance,
  type WasmMemory,
  type WasmModule,
} from './web-assembly.ts';
