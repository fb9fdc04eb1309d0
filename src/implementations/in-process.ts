import type { Adapter } from '../oracle/adapter.ts';
import { engine } from './engine.ts';
import { callable, replyOf } from './module-call.ts';
import { abilitiesOf, type Declared, holdsDoubles, outcomeOf, questionOf } from './module-question.ts';

/**
 * Functions of our own process as an implementation, in the shape that the laws take: fast, and trusted to come back; an
 * endless loop is endless here. Throws a TypeError that says what was expected of them.
 */
export function inProcess(implementation: object, declared: Declared = {}): Adapter {
  const module = callable({ ...implementation, default: implementation });
  const { greeting } = module;
  const abilities = abilitiesOf(greeting, declared);
  const isDouble = holdsDoubles(greeting, abilities);
  let asked = 0;
  return {
    name: greeting.name ?? 'an implementation',
    about: engine(),
    ...abilities,
    run: async (question) => outcomeOf(await replyOf(module, questionOf(++asked, question, isDouble))),
    close: async () => {},
  };
}
