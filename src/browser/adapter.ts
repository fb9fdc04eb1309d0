/** Implementations in a browser: judged in a page of their own, as those in a process are. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { hosted } from '../implementations/hosted.ts';
import { MissingError } from '../implementations/missing.ts';
import type { Declared } from '../implementations/module-question.ts';
import type { Adapter } from '../oracle/adapter.ts';
import { type ChromiumOptions, headlessChromium, type Launch } from './chromium.ts';
import { pagePlace } from './page-place.ts';
import { type PageKind, type PageName, pages, servedTo } from './pages.ts';

export interface BrowserOptions extends ChromiumOptions {
  /** What runs in the page. */
  readonly page: PageName;
  /** How it computes there, as 'webgpu'; default: the first of its providers. */
  readonly provider?: string | undefined;
  readonly declared?: Declared | undefined;
  /** Shows the page; default: Chromium without a window. A person's own browser: print the address. */
  readonly launch?: Launch | undefined;
  /** Milliseconds for one case; default 60 000. */
  readonly timeout?: number | undefined;
  /** Milliseconds until it is opened; default 60 000. */
  readonly startTimeout?: number | undefined;
  /** Where packages are looked for first; default: as all peers are. */
  readonly folder?: string | undefined;
}

/** Opens somebody's module in a page: it may import what lies in its folder and below. Rejects as browserAdapter does. */
export async function moduleInBrowser(
  file: string,
  { declared, timeout, startTimeout, launch, ...chromium }: Omit<BrowserOptions, 'page' | 'provider'>,
): Promise<Adapter> {
  if (!existsSync(file)) throw new MissingError(`${file}: expected a JavaScript module, got nothing there`);
  const path = realpathSync(file);
  const roots = new Map([...servedTo([]).roots, ['mine', dirname(path)] as const]);
  const place = await pagePlace(launch ?? headlessChromium(chromium), roots);
  return hosted(basename(file), place, {
    module: `files/dist/src/browser/page/module.js`,
    open: { ...declared, packages: { module: `files/mine/${basename(path)}` } },
    timeout,
    startTimeout,
  });
}

/**
 * Opens an implementation in a page. Rejects with a MissingError where the browser or a package isn't there, with an
 * ImplementationError where it doesn't start.
 */
export async function browserAdapter(options: BrowserOptions): Promise<Adapter> {
  const { page, declared, timeout, startTimeout, folder } = options;
  const kind: PageKind = pages[page];
  const provider = options.provider ?? kind.providers[0];
  const packages = [...kind.packages, ...((provider !== undefined && kind.more?.[provider]) || [])];
  const { roots, versions, addresses } = servedTo(packages, folder);
  const place = await pagePlace(options.launch ?? headlessChromium(options), roots);
  return hosted(provider === undefined ? page : `${page}, ${provider}`, place, {
    module: `files/dist/src/browser/page/${kind.module}`,
    open: { ...declared, provider, packages: addresses, versions: Object.fromEntries(versions) },
    timeout,
    startTimeout,
  });
}
