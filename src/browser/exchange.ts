/** Messages between us and the one page that is listened to: the last that came. */
import type { ServerResponse } from 'node:http';
import type { Heard } from '../implementations/hosted.ts';
import type { FromHost, ToHost } from '../implementations/hosted-messages.ts';
import { patience } from '../implementations/patience.ts';
import { isMessage } from '../implementations/untrusted.ts';
import { decodeMessage, encodeMessage } from './wire.ts';

/** Milliseconds that a request for the next message is kept waiting. */
const longPoll = 20_000;

export class Exchange {
  #page: string | undefined;
  /** Pages that were given up: what they still say isn't heard. */
  readonly #former = new Set<string>();
  #outgoing: ToHost | undefined;
  #poll: { readonly response: ServerResponse; readonly timer: NodeJS.Timeout } | undefined;
  #waiting: ((heard: Heard) => void) | undefined;

  /** Says something to the page that is there, or to the one that comes next; gives what it answers in time. */
  ask(message: ToHost, ms: number): Promise<Heard> {
    return new Promise((resolve) => {
      const waiting = patience(ms, () =>
        finish({
          kind: 'timeout',
          reason: `no answer within ${ms} ms${this.#page ? '' : ': no page has come'}`,
        }),
      );
      const finish = (heard: Heard) => {
        waiting.end();
        this.#waiting = undefined;
        this.#outgoing = undefined;
        resolve(heard);
      };
      this.#waiting = finish;
      this.#outgoing = message;
      this.#deliver();
    });
  }

  /** Why no answer can come any more. */
  breakOff(reason: string): void {
    this.#waiting?.({ kind: 'crash', reason });
  }

  /** The page that was there is gone; another is waited for. */
  forget(): void {
    if (this.#page !== undefined) this.#former.add(this.#page);
    this.#page = undefined;
    this.#endPoll(410);
  }

  /** Whether a page is listened to; one that hasn't been here takes the place of another. */
  admits(page: string): boolean {
    if (this.#former.has(page)) return false;
    if (page !== this.#page) {
      const replaced = this.#page !== undefined;
      this.forget();
      this.#page = page;
      if (replaced) this.breakOff('the page was loaded again before it answered');
    }
    return true;
  }

  /** The page asks what is next. */
  next(response: ServerResponse): void {
    this.#endPoll(204);
    const timer = setTimeout(() => this.#endPoll(204), longPoll);
    timer.unref();
    this.#poll = { response, timer };
    this.#deliver();
  }

  /** The page has answered. */
  said(bytes: Uint8Array): void {
    let message: unknown;
    try {
      message = decodeMessage(bytes);
    } catch (error) {
      this.#waiting?.({ kind: 'garbage', reason: `it answered no message: ${(error as Error).message}` });
      return;
    }
    if (isMessage(message)) this.#waiting?.({ kind: 'heard', message: message as FromHost });
    else this.#waiting?.({ kind: 'garbage', reason: 'it answered with a message that is none' });
  }

  /** The connection that a page holds as long as it lives has ended. */
  lost(page: string): void {
    if (page !== this.#page) return;
    this.forget();
    this.breakOff('the page crashed or was closed before it answered');
  }

  #deliver(): void {
    if (!this.#poll || !this.#outgoing) return;
    const { response, timer } = this.#poll;
    clearTimeout(timer);
    this.#poll = undefined;
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    response.end(encodeMessage(this.#outgoing));
    this.#outgoing = undefined;
  }

  #endPoll(status: number): void {
    if (!this.#poll) return;
    clearTimeout(this.#poll.timer);
    this.#poll.response.writeHead(status).end();
    this.#poll = undefined;
  }
}
