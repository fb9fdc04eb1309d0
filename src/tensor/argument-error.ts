/** What every room says of a wrong argument, in the same words. */

/** Where a value came in: the function that was called and the name of its argument. */
export interface Site {
  readonly operation: string;
  readonly argument: string;
}

/** An argument broke a constraint: the caller's fault, never a failure inside. */
export abstract class ArgumentError<Id extends string> extends RangeError {
  readonly operation: string;
  readonly argument: string;
  readonly constraint: Id;
  readonly expected: string;
  readonly got: string;

  /** `statements`: the constraints by their labels. */
  constructor(
    statements: Readonly<Record<Id, string>>,
    { operation, argument }: Site,
    constraint: Id,
    expected: string,
    got: string,
  ) {
    super(
      `${operation}: argument ${argument}: ${constraint} (${statements[constraint]}): expected ${expected}, got ${got}`,
    );
    this.operation = operation;
    this.argument = argument;
    this.constraint = constraint;
    this.expected = expected;
    this.got = got;
  }
}
