/** The little of a browser's document that the page uses: it is compiled without the types of a browser. */

export interface Node {
  textContent: string | null;
  className: string;
  hidden: boolean;
  append(...children: (Node | string)[]): void;
  replaceChildren(...children: (Node | string)[]): void;
  remove(): void;
  setAttribute(name: string, value: string): void;
  addEventListener(event: 'click', listener: () => void): void;
}

interface Around {
  readonly document: { createElement(tag: string): Node; getElementById(id: string): Node };
  readonly location: { readonly href: string };
  readonly Blob: new (parts: readonly string[], options: { type: string }) => object;
  readonly URL: { createObjectURL(blob: object): string };
}

export const around = globalThis as unknown as Around;

export const byId = (id: string): Node => around.document.getElementById(id);

/** An element with attributes and children. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): Node {
  const made = around.document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
