/** A feature map that stays on the GPU. */
import { demand } from '../errors.ts';
import type { GpuArray } from './engine.ts';
import { planesOf } from './layout.ts';
import type { Session } from './session.ts';
import { copySource } from './sources.ts';
import type { FeatureShape, GpuResult, GpuTensor } from './types.ts';

export class DeviceTensor implements GpuTensor {
  readonly shape: FeatureShape;
  readonly #session: Session;
  #array: GpuArray | undefined;

  /** The array's from now on. */
  constructor(session: Session, array: GpuArray, shape: FeatureShape) {
    this.shape = shape;
    this.#session = session;
    this.#array = array;
    session.alive.add(this);
  }

  /** The array of a tensor. Throws a KernelError (G3) where that is another session's, or was disposed of. */
  static arrayOf(session: Session, operation: string, tensor: GpuTensor): GpuArray {
    const array = tensor instanceof DeviceTensor && tensor.#session === session ? tensor.#array : undefined;
    const site = { operation, argument: 'tensor' };
    demand(array !== undefined, site, 'G3', 'a tensor of these GPU kernels, in use', 'another');
    return array;
  }

  async read(): Promise<GpuResult> {
    const { engine } = this.#session;
    const { lanes } = engine.device;
    const [, , height, width] = this.shape;
    return this.#session.turn(async () => {
      const array = DeviceTensor.arrayOf(this.#session, 'read', this);
      const source = copySource(planesOf(height, width, lanes), lanes);
      const { numbers } = await engine.read(source, array.grid, [array], width);
      // What computed it, not what copies it.
      return { y: numbers, shape: this.shape, ran: array.ran };
    });
  }

  dispose(): void {
    this.#array?.dispose();
    this.#array = undefined;
    this.#session.alive.delete(this);
  }
}
