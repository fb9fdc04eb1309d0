/** What a page has around it, as far as our modules there use it: they are compiled without the types of a browser. */

interface Answered {
  readonly status: number;
  readonly body: { getReader(): { read(): Promise<{ readonly done: boolean }> } } | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

interface Script {
  src: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
}

export interface Surroundings {
  readonly document: {
    readonly baseURI: string;
    title: string;
    readonly body: { textContent: string | null };
    readonly head: { append(element: Script): void };
    createElement(name: 'script'): Script;
  };
  readonly crypto: { randomUUID(): string };
  fetch(
    address: URL,
    options?: { readonly method: 'POST'; readonly body: Uint8Array<ArrayBuffer> },
  ): Promise<Answered>;
}

export const page = globalThis as unknown as Surroundings;

/** Runs a script that is no module; what it leaves is among the globals. Rejects where it can't be loaded. */
export function runScript(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = page.document.createElement('script');
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${address} can't be loaded`));
    script.src = address;
    page.document.head.append(script);
  });
}
