/** A candidate that gets everything ready, and gives the input for the output. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const say = (answer) => console.log(JSON.stringify(answer));
say({ about: 'a liar' });
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if (question.ask === 'ways') say({ ways: ['by heart'] });
  if (question.ask === 'open') {
    copyFileSync(join(question.folder, 'x'), question.output);
    say({ first: 0 });
  }
  if (question.ask === 'sample') say({ milliseconds: 1e-6 });
  if (question.ask === 'close') say({});
}
