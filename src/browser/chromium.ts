/** Finds Chromium and runs it without a window, on a profile that is made for it and removed after it. */
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { MissingError } from '../implementations/missing.ts';
import { atParentEnd } from '../implementations/parent-end.ts';
import { endingOf, Process } from '../implementations/process.ts';

/** A browser that shows one page. */
export interface Browser {
  /** Resolves when it has ended, with how, in words. */
  readonly ended: Promise<string>;
  /** Ends it; also twice. */
  stop(): Promise<void>;
}

/** Shows a page in some browser. */
export type Launch = (address: string) => Promise<Browser>;

export interface ChromiumOptions {
  /** The program; default: $CHROMIUM, else the first of the usual ones that is there. */
  readonly chromium?: string | undefined;
  /** 'software' (default): WebGL and WebGPU on the processor, the same on every machine; 'system': what is there. */
  readonly graphics?: 'software' | 'system' | undefined;
}

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of Chromium. Throws a MissingError that says how to get it. */
export function findChromium(given = process.env.CHROMIUM, path = process.env.PATH ?? ''): string {
  if (given !== undefined && given !== '') {
    if (isProgram(given)) return given;
    throw new MissingError(`Chromium: expected a program at ${given}, got none (CHROMIUM names it)`);
  }
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...programs.flatMap((program) => folders.map((folder) => join(folder, program))),
    ...places,
  ];
  const found = candidates.find(isProgram);
  if (found !== undefined) return found;
  throw new MissingError(
    "Chromium isn't installed: apt-get install chromium, or set CHROMIUM to the path of a Chromium or Chrome",
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const always = [
  '--headless=new',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-quic',
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--disable-extensions',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--mute-audio',
  '--password-store=basic',
  '--enable-unsafe-webgpu',
];

const software = [
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
const hardware = ['--ignore-gpu-blocklist', '--enable-gpu', '--enable-features=Vulkan'];

/** The arguments for a page. */
export function argumentsOf(
  profile: string,
  address: string,
  graphics: ChromiumOptions['graphics'] = 'software',
): readonly string[] {
  // Its sandbox refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  return [
    ...always,
    ...(graphics === 'software' ? software : hardware),
    ...(isRoot ? ['--no-sandbox'] : []),
    `--user-data-dir=${profile}`,
    address,
  ];
}

/** Shows pages in Chromium. Rejects with a MissingError where there is none. */
export function headlessChromium({ chromium, graphics }: ChromiumOptions = {}): Launch {
  return async (address) => {
    const program = findChromium(chromium);
    const profile = mkdtempSync(join(tmpdir(), 'igc-browser-'));
    const remove = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    const release = atParentEnd(remove);
    const started = await Process.start([program, ...argumentsOf(profile, address, graphics)]).catch(
      (error: unknown) => {
        release();
        remove();
        throw error;
      },
    );
    started.end();
    started.stdout.resume();
    const ended = started.ended.then((ending) => {
      release();
      remove();
      return endingOf(started, ending);
    });
    return {
      ended,
      stop: async () => {
        await started.stop();
        await ended;
      },
    };
  };
}
