/** What runs this, in a word or two: 'Node v22.1.0', 'HeadlessChrome/156.0.0.0'. Runs everywhere. */
export function engine(): string {
  const { process: node, navigator } = globalThis as {
    readonly process?: { readonly version?: string };
    readonly navigator?: { readonly userAgent?: string };
  };
  if (node?.version !== undefined) return `Node ${node.version}`;
  const known = /(?:Firefox|Edg|HeadlessChrome|Chrome|Version)\/[\d.]+/;
  return known.exec(navigator?.userAgent ?? '')?.[0] ?? 'an unknown engine';
}
