/**
 * The files in which tensors pass between us and an implementation: a private folder, in it a folder for each case
 * with its inputs and, afterwards, its outputs. What comes back is believed only as far as it was checked.
 */
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type PrecisionName, precisions } from '../algebras/precision.ts';
import {
  type ArrayFile,
  type DType,
  decodeNpz,
  decodeSafetensors,
  encodeNpz,
  encodeSafetensors,
  FileError,
  type NamedArrays,
  readArrays,
} from '../formats/index.ts';
import { type Abilities, type Case, gradientsOf, type Outcome } from '../oracle/adapter.ts';
import { askedFor } from '../oracle/ask.ts';
import type { Recorded, StoredAs } from '../oracle/types.ts';
import { ImplementationError } from './error.ts';
import { quoted } from './fields.ts';
import { caseModel } from './onnx/case-model.ts';
import { elementFor } from './onnx/elements.ts';
import { atParentEnd } from './parent-end.ts';
import type { Places, TensorFormat } from './protocol.ts';
import { slots } from './recording.ts';

export interface ExchangeOptions {
  readonly format: TensorFormat;
  /** Whether each case is written as a model in ONNX too; default false. */
  readonly models?: boolean | undefined;
  readonly abilities: Abilities;
  /** MiB that reading the outputs of a case may take. */
  readonly answerMemory: number;
}

/** The files of one case. */
export interface Parcel extends Places {
  /** The folder that holds nothing else. */
  readonly folder: string;
  /** What is in the outputs; an answer, or garbage. */
  collect(): Outcome;
  discard(): void;
}

export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #folder: string;
  readonly #release: () => void;
  #cases = 0;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'igc-'));
    this.#release = atParentEnd(() => this.#remove());
  }

  /**
   * Writes the inputs of a case. Throws where they are no numbers of this precision (a RangeError: the mistake is ours),
   * and where the folder is no longer ours to write in (an ImplementationError).
   */
  prepare(question: Case): Parcel {
    const { format, abilities, answerMemory, models = false } = this.#options;
    const memory = answerMemory * 2 ** 20;
    const folder = join(this.#folder, `${++this.#cases}`);
    const [inputs, outputs] = [join(folder, `inputs.${format}`), join(folder, `outputs.${format}`)];
    const bytes = encoded(question, format, abilities.precision, inputs);
    const model = models ? { model: join(folder, 'model.onnx') } : {};
    try {
      // With what is above it: the implementation may have removed that.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(inputs, bytes);
      if (model.model) writeFileSync(model.model, caseModel(question, elementFor(abilities.precision)));
    } catch (cause) {
      const what = `its folder for files can't be written: ${(cause as Error).message}`;
      throw new ImplementationError(question.id, 'garbage', what, { cause });
    }
    return {
      folder,
      inputs,
      outputs,
      ...model,
      collect: () => collect(question, abilities, { inputs, outputs }, bytes, memory),
      discard: () => removed(folder),
    };
  }

  close(): void {
    this.#release();
    this.#remove();
  }

  #remove(): void {
    removed(this.#folder);
  }
}

/** Removes a folder; what the implementation made unremovable is left. */
function removed(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A folder that somebody took our permission from; the system's tmp is swept.
  }
}

/** The dtype that values travel in: their own; integers in that of the implementation. */
function dtypeFor(stored: StoredAs, precision: PrecisionName, format: TensorFormat): DType {
  const name = stored === 'integer' ? precision : stored;
  if (name === 'tfloat32') return 'float32';
  // NumPy has no bfloat16, and float32 holds all of it.
  return name === 'bfloat16' && format === 'npz' ? 'float32' : name;
}

function encoded(question: Case, format: TensorFormat, precision: PrecisionName, path: string): Uint8Array {
  const sources = new Map(
    [...question.inputs].map(([name, { shape, data, stored }]) => [
      name,
      { shape, data, dtype: dtypeFor(stored, precision, format) },
    ]),
  );
  const bytes = format === 'npz' ? encodeNpz(sources, path) : encodeSafetensors(sources, path);
  const back = format === 'npz' ? decodeNpz(bytes, path) : decodeSafetensors(bytes, path).arrays;
  for (const [name, { data, dtype }] of sources) {
    const at = back.get(name)!.data.findIndex((value, i) => !Object.is(value, data[i]));
    if (at < 0) continue;
    throw new RangeError(`case ${question.id}: ${name}[${at}] = ${data[at]} is no ${dtype}`);
  }
  return bytes;
}

function collect(
  question: Case,
  abilities: Abilities,
  { inputs, outputs }: Places,
  sent: Uint8Array,
  memory: number,
): Outcome {
  const garbage = (reason: string): Outcome => ({ kind: 'garbage', reason });
  const tampered = changed(inputs, sent);
  if (tampered) return garbage(tampered);
  let found: NamedArrays;
  try {
    const there = lstatSync(outputs, { throwIfNoEntry: false });
    if (!there) return garbage(`it wrote no ${basename(outputs)}${neighbours(outputs)}`);
    if (!there.isFile()) return garbage(`${basename(outputs)} is not a regular file`);
    found = readArrays(outputs, { memory, arrays: 100 });
  } catch (error) {
    if (error instanceof FileError) return garbage(`${basename(outputs)}: ${error.what}`);
    // The folder is gone, or closed to us.
    return garbage(`${basename(outputs)} can't be read: ${(error as Error).message}`);
  }
  const wrong = defect(question, abilities, found);
  if (wrong) return garbage(`${basename(outputs)}: ${wrong}`);
  return { kind: 'answer', arrays: new Map([...found].map(([name, array]) => [name, recorded(array)])) };
}

/** What was done to the inputs, if anything. */
function changed(inputs: string, sent: Uint8Array): string | undefined {
  const name = basename(inputs);
  try {
    const there = lstatSync(inputs);
    if (!there.isFile() || there.size !== sent.length)
      return `it wrote to its inputs: ${name} is another file now`;
    const file = openSync(inputs, 'r');
    try {
      const bytes = Buffer.alloc(sent.length);
      const read = readSync(file, bytes);
      return read === sent.length && bytes.equals(sent)
        ? undefined
        : `it wrote to its inputs: ${name} has changed`;
    } finally {
      closeSync(file);
    }
  } catch {
    return `it wrote to its inputs: ${name} is gone`;
  }
}

/** What else it wrote beside the outputs: mostly they are there under another name. */
function neighbours(outputs: string): string {
  const ours = /^inputs\.|^model\.onnx$/;
  const names = readdirSync(join(outputs, '..')).filter((name) => !ours.test(name));
  return names.length === 0 ? '' : `, but ${names.slice(0, 3).map(quoted).join(', ')}`;
}

/** What is wrong with the arrays of an answer before anybody looks at their values. */
function defect(question: Case, abilities: Abilities, found: NamedArrays): string | undefined {
  const { operation, inputs } = question;
  const outputs = Object.entries(slots[operation]).filter(([, slot]) => slot.output);
  const names = outputs.map(([name]) => name);
  const stranger = [...found.keys()].find((name) => !names.includes(name));
  if (stranger !== undefined) {
    const sent = inputs.has(stranger) ? ' (an input)' : '';
    return `array ${quoted(stranger)}${sent}: expected only outputs: ${names.join(', ')}`;
  }
  const asked = gradientsOf(abilities).some((name) => name === operation) ? askedFor(question) : ['y'];
  const missing = asked.find((name) => !found.has(name));
  if (missing) return `array ${missing}: expected it, got ${[...found.keys()].join(', ') || 'no arrays'}`;
  return tooCoarse(question, abilities, found);
}

/** An output may be as coarse as the sums or as an input, no coarser: the judge allows for the format it finds. */
function tooCoarse({ inputs }: Case, { precision }: Abilities, found: NamedArrays): string | undefined {
  const stored = [...inputs.values()].map((input) => input.stored).filter((name) => name !== 'integer');
  const formats = [...new Set([precision, ...stored])];
  const coarsest = Math.max(...formats.map((name) => precisions[name].unit));
  for (const [name, { dtype }] of found) {
    const format = storedAs(dtype);
    if (format !== 'integer' && precisions[format].unit <= coarsest) continue;
    return `array ${name}: expected floating-point numbers no coarser than ${formats.join(', ')}, got ${dtype}`;
  }
  return undefined;
}

const storedAs = (dtype: DType): StoredAs => (dtype in precisions ? (dtype as PrecisionName) : 'integer');

function recorded({ shape, data, dtype }: ArrayFile): Recorded {
  return { shape, data, stored: storedAs(dtype) };
}
