/** `igc check onnxruntime-node`: implementations that are known by name. A file of such a name is ./onnxruntime-node. */
import { browserAdapter, moduleInBrowser } from '../browser/adapter.ts';
import { type PageName, pages } from '../browser/pages.ts';
import { inShell } from '../implementations/bundle.ts';
import { childPlace, ownModule } from '../implementations/child/place.ts';
import { hosted } from '../implementations/hosted.ts';
import { tensorCore } from '../implementations/tensor-core.ts';
import { UsageError } from './frame.ts';
import type { Opening, Subject } from './live-subject.ts';

/** Where and how something runs. */
export interface PlaceOptions {
  readonly browser?: boolean;
  readonly provider?: string;
}

interface Named {
  /** Of our own: in this process. */
  readonly here?: Subject['open'];
  /** The ways to compute that it has in a process of its own, the first by default. */
  readonly providers?: readonly string[];
  /** The same in a page. */
  readonly page?: PageName;
}

const known: Readonly<Record<string, Named>> = {
  'tensor-core': { here: async (declared) => tensorCore(declared) },
  kernels: { providers: ['sums', 'winograd', 'strassen'], page: 'kernels' },
  'onnxruntime-node': { providers: ['cpu'] },
  'onnxruntime-web': { providers: ['wasm'], page: 'onnxruntime-web' },
  gpu: { providers: ['webgpu', 'headlessgl'], page: 'gpu' },
  tfjs: { providers: ['cpu', 'wasm'], page: 'tfjs' },
};

/** The names, for help and errors. */
export const namedImplementations: readonly string[] = Object.keys(known);

export const isNamed = (name: string): boolean => Object.hasOwn(known, name);

/**
 * What is judged under a name: one, or with --provider all one for each way to compute. Throws a UsageError for what it
 * doesn't have. Opening one rejects with a MissingError where it isn't installed.
 */
export function namedSubjects(name: string, { browser = false, provider }: PlaceOptions): readonly Subject[] {
  const named = known[name]!;
  if (browser && named.page === undefined) throw new UsageError(`--browser: ${name} doesn't run in one`);
  if (named.here) {
    if (provider !== undefined) throw new UsageError(`--provider: ${name} has one way to compute`);
    return [{ name, argument: name, open: named.here }];
  }
  const providers: readonly string[] = browser ? pages[named.page!].providers : named.providers!;
  if (provider === 'all') return providers.map((one) => subjectOf(name, named, browser, one));
  if (provider !== undefined && !providers.includes(provider)) {
    const expected = [...providers, 'all'].join(', ');
    throw new UsageError(`--provider: expected one of ${expected}, got '${provider}'`);
  }
  return [subjectOf(name, named, browser, provider)];
}

function subjectOf(name: string, { page }: Named, browser: boolean, provider: string | undefined): Subject {
  const argument = [name, ...(browser ? ['--browser'] : []), ...(provider ? ['--provider', provider] : [])];
  return {
    name: argument.join(' '),
    argument: argument.join(' '),
    open: ({ timeout, startTimeout, ...declared }) =>
      browser
        ? browserAdapter({ page: page!, provider, declared, timeout, startTimeout })
        : inChild(name, provider, { timeout, startTimeout, ...declared }),
  };
}

/** A runtime in a process of its own: what it does there, it does to itself. */
function inChild(
  name: string,
  provider: string | undefined,
  { timeout, startTimeout, ...declared }: Opening,
) {
  return hosted(name, childPlace(), {
    module: ownModule(`implementations/child/${name}.js`),
    open: { ...declared, provider },
    timeout,
    startTimeout,
  });
}

/** Somebody's module in Chromium. */
export function pageSubject(file: string): Subject {
  return {
    name: file,
    argument: `${inShell(file)} --browser`,
    open: ({ timeout = 10_000, startTimeout, ...declared }) =>
      moduleInBrowser(file, { declared, timeout, startTimeout }),
  };
}
