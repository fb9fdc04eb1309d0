/** What was prepared, as its user has it: views of the memory, and running. */
import type { Arena } from './arena.ts';
import { demandArray } from './check.ts';
import { areApart, copyIn, nothing, TensorCopies, type Tensors, type Views } from './copies.ts';
import { demand } from './errors.ts';
import { type Geometry, inputImage, outputChannels, outputImage } from './geometry.ts';
import type { Execute, Runnable } from './job.ts';
import type { Plan, Prepared } from './types.ts';

/** Code and weights, ready for inputs. */
export class Ready implements Prepared {
  readonly plan: Plan;
  readonly outputShape: readonly [number, number, number, number];
  readonly #operation: string;
  readonly #geometry: Geometry;
  readonly #job: Runnable;
  readonly #arena: Arena;
  readonly #execute: Execute;
  #release: ((self: Prepared) => void) | undefined;
  #views: Views | undefined;
  /** Whether the last run was given the tensor, whose memory holds parts of it since then. */
  readonly #spent = { input: false, residual: false };

  constructor(
    operation: string,
    described: Plan,
    geometry: Geometry,
    job: Runnable,
    arena: Arena,
    execute: Execute,
    release: (self: Prepared) => void,
  ) {
    this.plan = described;
    this.outputShape = [geometry.N, outputChannels(geometry), geometry.rows, geometry.columns];
    this.#operation = operation;
    this.#geometry = geometry;
    this.#job = job;
    this.#arena = arena;
    this.#execute = execute;
    this.#release = release;
  }

  get input(): Float32Array {
    this.#spent.input = false;
    return this.#current().input;
  }

  get output(): Float32Array {
    return this.#current().output;
  }

  get residual(): Float32Array | undefined {
    const { residual } = this.#current();
    this.#spent.residual = false;
    return this.#geometry.residual ? residual : undefined;
  }

  run(x?: Float32Array, y?: Float32Array, residual?: Float32Array): Float32Array {
    const views = this.#current();
    if (x) this.#check('x', x, views.input.length);
    if (y) this.#check('y', y, views.output.length);
    if (residual) {
      const promised = this.#geometry.residual;
      demand(promised, this.#site('residual'), 'K4', 'none, as the parameters say', 'one');
      this.#check('residual', residual, views.residual.length);
    }
    this.#spend('x', 'input', x);
    if (this.#geometry.residual) this.#spend('residual', 'residual', residual);
    this.#compute(views, { x, y, residual });
    return y ?? views.output;
  }

  dispose(): void {
    this.#release?.(this);
    this.#release = undefined;
    this.#views = undefined;
  }

  #compute(views: Views, tensors: Tensors): void {
    const job = this.#job;
    const apart = job.chunks.length === 1 || areApart(tensors, views);
    if (!apart) copyIn(tensors, views);
    this.#execute(job, new TensorCopies(job, views, apart ? tensors : nothing));
    if (!apart) tensors.y?.set(views.output);
  }

  /** Takes note of an argument that replaces a view; without it the view must have been written since. */
  #spend(argument: string, view: 'input' | 'residual', given: Float32Array | undefined): void {
    const spent = this.#spent;
    const expected = `${argument}, or \`${view}\` taken and written since the last run with one`;
    demand(given !== undefined || !spent[view], this.#site(argument), 'K8', expected, 'neither');
    spent[view] = given !== undefined;
  }

  #site(argument: string) {
    return { operation: `${this.#operation}.run`, argument };
  }

  #check(argument: string, value: Float32Array, length: number): void {
    demandArray(`${this.#operation}.run`, argument, value, length, 'C3');
  }

  /** Views of the memory as it is now: growing gives it another buffer. */
  #current(): Views {
    const site = { operation: this.#operation, argument: 'this' };
    demand(this.#release !== undefined, site, 'K1', 'one that is in use', 'one that was disposed of');
    const { buffer } = this.#arena.memory;
    if (this.#views?.buffer !== buffer) this.#views = viewsOf(buffer, this.#geometry, this.#job);
    return this.#views;
  }
}

function viewsOf(buffer: ArrayBuffer | SharedArrayBuffer, geometry: Geometry, job: Runnable): Views {
  const length = geometry.N * outputImage(geometry);
  return {
    buffer,
    input: new Float32Array(buffer, job.input, geometry.N * inputImage(geometry)),
    output: new Float32Array(buffer, job.output, length),
    residual: new Float32Array(buffer, job.residual, geometry.residual ? length : 0),
  };
}
