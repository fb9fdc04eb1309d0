/** gpu.js in a page: a script that leaves itself where the browser has its own GPU. */
import { asLibrary, type Library } from '../../kernels/gpu/library.ts';
import { page, runScript } from './surroundings.ts';

/** `folder`: where the package is served, ending in a slash. Rejects where it can't be loaded. */
export async function loadGpuJs(folder: string): Promise<Library> {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'GPU');
  await runScript(new URL(`${folder}dist/gpu-browser.min.js`, page.document.baseURI).href);
  const library = asLibrary((globalThis as unknown as { readonly GPU: unknown }).GPU);
  if (own) Object.defineProperty(globalThis, 'GPU', own);
  return library;
}
