/** Work done one piece after the other, until it is closed. */
export interface Queue {
  readonly isBusy: boolean;
  /** Does this when what was added before is done. Rejects where the queue is closed. */
  add<T>(work: () => Promise<T>): Promise<T>;
  /** Does this last, once; what is asked again waits for the same. */
  close(work: () => Promise<void>): Promise<void>;
}

export function oneAtATime(closedMessage: string): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  let waiting = 0;
  const add = <T>(work: () => Promise<T>): Promise<T> => {
    waiting++;
    const result = last.then(work).finally(() => waiting--);
    last = result.catch(() => {});
    return result;
  };
  return {
    get isBusy() {
      return waiting > 0;
    },
    add: (work) => (closing ? Promise.reject(new Error(closedMessage)) : add(work)),
    close: (work) => {
      closing ??= add(work);
      return closing;
    },
  };
}
