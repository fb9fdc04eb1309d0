/** A block or a convolution on a device, ready for inputs of one shape. */
import { demand } from '../errors.ts';
import type { Geometry } from '../geometry.ts';
import { demandNumbers, demandTensor } from './arguments.ts';
import type { Computed, GpuArray } from './engine.ts';
import { inputShape, outputShape } from './layout.ts';
import type { Session } from './session.ts';
import { compute, type Last, type ResidentWeights } from './stages.ts';
import { DeviceTensor } from './tensor.ts';
import type { FeatureShape, GpuLayer, GpuResult, GpuTensor } from './types.ts';

export class DeviceLayer implements GpuLayer {
  readonly inputShape: FeatureShape;
  readonly outputShape: FeatureShape;
  readonly #session: Session;
  readonly #geometry: Geometry;
  readonly #weights: ResidentWeights;
  #gone = false;

  /** The weights are the layer's from now on. */
  constructor(session: Session, geometry: Geometry, weights: ResidentWeights) {
    this.inputShape = inputShape(geometry);
    this.outputShape = outputShape(geometry);
    this.#session = session;
    this.#geometry = geometry;
    this.#weights = weights;
    session.alive.add(this);
  }

  async run(x: Float32Array, residual?: Float32Array): Promise<GpuResult> {
    this.#demandInUse('run');
    demandNumbers('run', 'x', x, this.inputShape);
    this.#demandResidual('run', residual !== undefined);
    if (residual) demandNumbers('run', 'residual', residual, this.outputShape);
    const { engine } = this.#session;
    const read: Last<Computed> = (...program) => engine.read(...program, this.#geometry.columns);
    return this.#session.turn(async () => {
      const { numbers, ran } = await compute(engine, this.#geometry, this.#weights, { x, residual }, read);
      return { y: numbers, shape: this.outputShape, ran };
    });
  }

  async apply(x: GpuTensor, residual?: GpuTensor): Promise<GpuTensor> {
    this.#demandInUse('apply');
    demandTensor('apply', 'x', x, this.inputShape);
    this.#demandResidual('apply', residual !== undefined);
    if (residual) demandTensor('apply', 'residual', residual, this.outputShape);
    const { engine } = this.#session;
    const keep: Last<GpuArray> = (...program) => engine.compute(...program);
    const arrayOf = (tensor: GpuTensor) => DeviceTensor.arrayOf(this.#session, 'apply', tensor);
    return this.#session.turn(async () => {
      const features = { x: arrayOf(x), residual: residual && arrayOf(residual) };
      const y = await compute(engine, this.#geometry, this.#weights, features, keep);
      return new DeviceTensor(this.#session, y, this.outputShape);
    });
  }

  dispose(): void {
    this.#gone = true;
    for (const array of [...this.#weights.primary, ...this.#weights.secondary]) array.dispose();
    this.#session.alive.delete(this);
  }

  #demandInUse(operation: string): void {
    this.#session.demandInUse(operation);
    const site = { operation, argument: 'this' };
    demand(!this.#gone, site, 'K1', 'a layer in use', 'one that was disposed of');
  }

  #demandResidual(operation: string, isGiven: boolean): void {
    const { residual } = this.#geometry;
    const expected = residual
      ? 'a residual, as the parameters say'
      : 'none: the parameters say nothing of it';
    const site = { operation, argument: 'residual' };
    demand(isGiven === residual, site, 'K4', expected, isGiven ? 'one' : 'none');
  }
}
