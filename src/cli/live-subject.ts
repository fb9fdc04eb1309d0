import type { Declared } from '../implementations/module-question.ts';
import type { Adapter } from '../oracle/adapter.ts';

/** What is declared of something when it's opened, and its milliseconds for a case and to start. */
export interface Opening extends Declared {
  readonly timeout: number | undefined;
  readonly startTimeout?: number | undefined;
}

/** Something that can be asked, as the command line names it. */
export interface Subject {
  /** In reports. */
  readonly name: string;
  /** The arguments that name it, as a shell takes them: they replay a failure. */
  readonly argument: string;
  /** Starts it, with what is declared of it. */
  open(opening: Opening): Promise<Adapter>;
}
