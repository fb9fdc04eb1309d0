/** Where this runs, told by what is there; typed here, so that neither Node's types nor a page's are needed. */
interface Surroundings {
  readonly process?: { readonly versions?: { readonly node?: string } };
}

/** Whether this is Node. That there is a Worker says nothing: code that Emscripten made puts Node's into a page's place. */
export function isNode(): boolean {
  return (globalThis as Surroundings).process?.versions?.node !== undefined;
}
