// Loads a package from where igc looks for them: IGC_PEERS, else where it was started.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.IGC_PEERS ?? process.cwd();

export const peer = (name) => createRequire(join(folder, 'peer.cjs'))(name);

export const peerModule = (path) => import(pathToFileURL(join(folder, 'node_modules', path)).href);

export const versionOf = (name) =>
  JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
