/** Imports gpu.js, when a GPU is asked for and not before. */
import { GpuError, inWords } from './errors.ts';
import { asLibrary, type Library } from './library.ts';

/** Rejects with a GpuError that says how to install it. */
export async function importLibrary(): Promise<Library> {
  // It puts itself in the place of the browser's own GPU.
  const own = Object.getOwnPropertyDescriptor(globalThis, 'GPU');
  try {
    return asLibrary(await import('gpu.js'));
  } catch (cause) {
    if (cause instanceof GpuError) throw cause;
    const how = 'npm install gpu.js; docs/gpu.md says how to leave out what it brings along';
    throw new GpuError('unavailable', `gpu.js doesn't load: ${inWords(cause)} (${how})`, { cause });
  } finally {
    if (own) Object.defineProperty(globalThis, 'GPU', own);
    else Reflect.deleteProperty(globalThis, 'GPU');
  }
}
