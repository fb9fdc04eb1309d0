/** GPU kernels on a device that was opened. */
import { blockGeometry, convolutionGeometry } from '../check.ts';
import { blockWeights, convolutionWeights } from '../fold.ts';
import type { Geometry } from '../geometry.ts';
import type { Weights } from '../strategy.ts';
import type { BlockParameters, BlockShape, ConvolutionParameters, ConvolutionShape } from '../types.ts';
import { demandNumbers, demandShape } from './arguments.ts';
import { demandFeaturesFit, demandFits } from './fits.ts';
import { DeviceLayer } from './layer.ts';
import type { Opened } from './open.ts';
import { Session } from './session.ts';
import { uploadFeatures, uploadWeights } from './stages.ts';
import { DeviceTensor } from './tensor.ts';
import type { FeatureShape, GpuDevice, GpuKernels, GpuLayer, GpuStatistics, GpuTensor } from './types.ts';

export class DeviceKernels implements GpuKernels {
  readonly device: GpuDevice;
  readonly fallback = undefined;
  readonly #session: Session;

  constructor(opened: Opened, cache: number) {
    const { device, arithmetic } = opened;
    this.device = { ...device.ran, ...arithmetic, entries: device.entries };
    this.#session = new Session(opened, cache);
  }

  async block(shape: BlockShape, parameters: BlockParameters): Promise<GpuLayer> {
    const geometry = blockGeometry(shape, parameters);
    return this.#layer('block', geometry, blockWeights(geometry, parameters));
  }

  async convolution(shape: ConvolutionShape, parameters: ConvolutionParameters): Promise<GpuLayer> {
    const geometry = convolutionGeometry(shape, parameters);
    return this.#layer('convolution', geometry, convolutionWeights(parameters));
  }

  async upload(x: Float32Array, shape: FeatureShape): Promise<GpuTensor> {
    const { engine } = this.#session;
    this.#session.demandInUse('upload');
    demandShape('upload', 'shape', shape);
    demandNumbers('upload', 'x', x, shape);
    demandFeaturesFit('upload', 'x', shape, engine.device);
    const array = await this.#session.turn(() => uploadFeatures(engine, x, shape));
    return new DeviceTensor(this.#session, array, [...shape]);
  }

  get statistics(): GpuStatistics {
    return { ...this.#session.engine.statistics };
  }

  dispose(): Promise<void> {
    return this.#session.end();
  }

  async #layer(operation: string, geometry: Geometry, given: Weights): Promise<GpuLayer> {
    const { engine } = this.#session;
    this.#session.demandInUse(operation);
    demandFits(operation, geometry, engine.device);
    const weights = await this.#session.turn(() => uploadWeights(engine, geometry, given));
    return new DeviceLayer(this.#session, geometry, weights);
  }
}
