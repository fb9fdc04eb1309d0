/** Who takes part: this library, its peers, plain loops, and what the processor could do at most. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wideOption } from '../kernels/wasm/assembler.ts';
import { nativeLimitSource } from './programs/native-limit.ts';
import { torchProgram } from './programs/torch.ts';
import { Refusal } from './refusal.ts';

export interface Candidate {
  readonly id: string;
  /** In a few words, for tables. */
  readonly name: string;
  readonly threads: number;
  /** 'limit' is no implementation: multiply-adds alone, as many as the case has. */
  readonly kind: 'ours' | 'peer' | 'limit';
  /** What of its memory traffic is timed. */
  readonly tensors: string;
  /** The program, by its path, and its arguments; files of its own go to `folder`. Throws a Refusal where it can't be had. */
  argv(folder: string): readonly string[];
}

const node = (id: string) => () => [process.execPath, '--expose-gc', serve(), id];

/** Processes run the built code, also where this is read as TypeScript. */
function serve(): string {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/src/bench/' : './';
  return fileURLToPath(new URL(`${built}serve.js`, import.meta.url));
}

const copied = 'x is copied in, y out';
const owned = 'x and y are its own tensors, prepared before';

function served(
  id: string,
  name: string,
  kind: Candidate['kind'],
  threads: number,
  tensors: string,
): Candidate {
  return { id, name, kind, threads, tensors, argv: node(id) };
}

export const candidates: readonly Candidate[] = [
  served('ours', 'this library', 'ours', 1, copied),
  served('ours-in-place', 'this library, in place', 'ours', 1, "x and y lie in the module's memory"),
  {
    ...served(
      'ours-wide',
      'this library, vectors of eight',
      'ours',
      1,
      `${copied}; Node is told to widen vectors`,
    ),
    argv: wide,
  },
  served('ours-2', 'this library, 2 threads', 'ours', 2, copied),
  served(
    'ort',
    'onnxruntime-node',
    'peer',
    1,
    'x is read where it lies, y written to memory that it is given',
  ),
  served('ort-2', 'onnxruntime-node, 2 threads', 'peer', 2, 'as with one thread'),
  served('ort-web', 'onnxruntime-web', 'peer', 1, copied),
  served('ort-web-2', 'onnxruntime-web, 2 threads', 'peer', 2, copied),
  served('tfjs', 'tfjs wasm', 'peer', 1, `${owned}; y is copied out`),
  { id: 'torch', name: 'PyTorch', kind: 'peer', threads: 1, tensors: owned, argv: torch },
  served('loops', 'plain loops', 'peer', 1, 'x and y are arrays'),
  served('wasm-limit', 'WebAssembly SIMD', 'limit', 1, 'none'),
  { id: 'native-limit', name: 'native SIMD', kind: 'limit', threads: 1, tensors: 'none', argv: nativeLimit },
];

/** With an option that not every Node has, and that is experimental where it is. */
function wide(): readonly string[] {
  try {
    execFileSync(process.execPath, [wideOption, '--version'], { stdio: 'pipe' });
  } catch (cause) {
    throw new Refusal(`Node ${process.version} has no ${wideOption}: Node 22 and later have it`, { cause });
  }
  return [process.execPath, wideOption, '--expose-gc', serve(), 'ours-wide'];
}

/** Debian's, where it is: another Python first in the path need not have PyTorch. */
function torch(folder: string): readonly string[] {
  const program = join(folder, 'pytorch_peer.py');
  writeFileSync(program, torchProgram);
  return ['/usr/bin/python3', program, '1'];
}

function nativeLimit(folder: string): readonly string[] {
  const [source, program] = [join(folder, 'limit.c'), join(folder, 'limit')];
  writeFileSync(source, nativeLimitSource);
  try {
    execFileSync('gcc', ['-O3', '-march=native', '-o', program, source], { stdio: 'pipe' });
  } catch (cause) {
    throw new Refusal('gcc does not compile here: Debian has it: apt-get install gcc libc6-dev', { cause });
  }
  return [program];
}
