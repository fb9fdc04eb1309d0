#!/usr/bin/env node
import { wantsColour } from './frame.ts';
import { listenForSignals } from './interruption.ts';
import { run } from './run.ts';

const err = (text: string) => process.stderr.write(text);

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err,
  colour: wantsColour(process.stdout.isTTY === true, process.env),
  // A terminal that doesn't know says 0.
  columns: process.stdout.columns || 100,
  env: process.env,
  listen: () => listenForSignals(err),
});
