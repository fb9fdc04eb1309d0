#!/usr/bin/env node
import { wantsColour } from './frame.ts';
import { run } from './run.ts';

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: wantsColour(process.stdout.isTTY === true, process.env),
  columns: process.stdout.columns ?? 100,
  env: process.env,
});
