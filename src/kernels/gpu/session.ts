/** What the layers and tensors of one `createGpuKernels` share. */
import { demand } from '../errors.ts';
import { Engine } from './engine.ts';
import type { Opened } from './open.ts';

export class Session {
  readonly engine: Engine;
  /** What is freed in the end. */
  readonly alive = new Set<{ dispose(): void }>();
  readonly #opened: Opened;
  #ended: Promise<void> | undefined;

  constructor(opened: Opened, cache: number) {
    this.engine = new Engine(opened.device, cache);
    this.#opened = opened;
  }

  /** Does work when what was begun before is done; see `Device.turn`. */
  turn<T>(work: () => Promise<T>): Promise<T> {
    return this.engine.device.turn(work);
  }

  /** Throws a KernelError (K1) where it has ended. */
  demandInUse(operation: string): void {
    const site = { operation, argument: 'this' };
    demand(!this.#ended, site, 'K1', 'GPU kernels in use', 'some disposed of');
  }

  /** Frees everything, when what was begun is done; also twice. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    await this.turn(async () => {}).catch(() => {});
    for (const one of [...this.alive]) one.dispose();
    this.engine.dispose();
    await this.#opened.close();
  }
}
