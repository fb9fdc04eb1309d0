/** The examples of docs/implementations.md, judged as their readers' implementations will be. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from '../../src/implementations/command.ts';
import { oneShot } from '../../src/implementations/one-shot.ts';
import { readHello } from '../../src/implementations/protocol.ts';
import type { Adapter, Case } from '../../src/oracle/adapter.ts';
import { families } from '../../src/oracle/probes/index.ts';
import { lopsided } from '../oracle/plain.ts';
import { asked, blockCase, groupCase, interleaveCase } from './cases.ts';

const example = (name: string) => fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url));
/** Debian's own: it sees Debian's NumPy and PyTorch. */
const python = '/usr/bin/python3';

/** The reason why something can't be run here. */
function obstacle(program: string, ...args: string[]): string | undefined {
  try {
    execFileSync(program, args, { stdio: 'pipe' });
    return undefined;
  } catch {
    return `${[program, ...args].join(' ')} fails here (.ci/install pytorch; a C compiler)`;
  }
}

/** Finds modules without importing them: PyTorch takes seconds. */
const hasModules = (...names: string[]) =>
  `import importlib.util as u; assert all(u.find_spec(n) for n in ${JSON.stringify(names)})`;

const without = {
  numpy: obstacle(python, '-c', hasModules('numpy')),
  torch: obstacle(python, '-c', hasModules('numpy', 'torch')),
  cc: obstacle('cc', '--version'),
};
for (const [what, reason] of Object.entries(without)) if (reason) console.warn(`skipped: ${what}: ${reason}`);

const stride2 = { ...lopsided, L: 2, M: 3, Mout: 3, window: { ...lopsided.window, stride: [2, 2] as const } };
const blocks: readonly Case[] = [
  blockCase(),
  blockCase({ seed: 2, bias: false }, stride2),
  blockCase({ seed: 3 }, { ...lopsided, L: 1, M: 3, Mout: 1 }),
];

async function passes(adapter: Adapter, cases: readonly Case[]): Promise<void> {
  try {
    for (const question of cases) {
      expect(await asked(adapter, question), `${adapter.name}: ${question.id}`).toMatch(/^PASS: all/);
    }
  } finally {
    await adapter.close();
  }
}

describe('the examples are right', () => {
  it.skipIf(without.numpy)('numpy_block.py: the block, its parts, every step on record', async () => {
    const adapter = await command(`${python} '${example('numpy_block.py')}'`);
    expect(adapter).toMatchObject({ name: 'NumPy example', bias: true, outputs: true, precision: 'float32' });
    await passes(adapter, [...blocks, groupCase(), interleaveCase(3, 2), interleaveCase(2, 5)]);
  });

  it.skipIf(without.torch)('pytorch_block.py: with the gradients of everything', async () => {
    const adapter = await command([python, example('pytorch_block.py')]);
    const gradients = blockCase({ seed: 4, gradients: true });
    const bare = blockCase({ seed: 5, bias: false, gradients: true }, stride2);
    const ofGroups = [
      ...families.gradients({ ...adapter, operations: ['group-convolution'] }, { level: 1, seed: 1 }),
    ];
    expect(ofGroups.length).toBeGreaterThan(15);
    await passes(adapter, [...blocks, gradients, bare, groupCase(), interleaveCase(3, 2), ...ofGroups]);
  });

  describe('block.c, with --one-shot', () => {
    const folder = mkdtempSync(join(tmpdir(), 'igc-test-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    it.skipIf(without.cc)('reads and writes .safetensors', async () => {
      const program = join(folder, 'block');
      execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, example('block.c'), '-lm']);
      const text = readFileSync(example('block.c'), 'utf8');
      const [, template] = /--one-shot '([^']*)'/.exec(text.replace(/\n \* +/g, ' '))!;
      const hello = readHello(readFileSync(example('block.json'), 'utf8'));
      await passes(await oneShot(template!.replace('./block', program), hello), blocks);
    });
  });
});

it.skipIf(without.numpy)(
  'a command answers at least 60 small cases a second, in time of an idle machine',
  async () => {
    const adapter = await command([python, example('numpy_block.py')]);
    const question = blockCase();
    await adapter.run(question);
    const began = performance.now();
    for (let i = 0; i < 60; i++) await adapter.run(question);
    const seconds = (performance.now() - began) / 1000;
    await adapter.close();
    console.info(`${Math.round(60 / seconds)} cases a second through a command (NumPy)`);
    expect(seconds).toBeLessThan(60);
  },
);
