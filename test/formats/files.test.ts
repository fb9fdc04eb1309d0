import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../../src/formats/error.ts';
import { FileError, readArrays, writeArrays } from '../../src/formats/index.ts';
import { moveToFree } from '../../src/formats/move.ts';
import { array, failure, npy, npyHeader, safetensors, text, unhex, zip } from './helpers.ts';

const root = mkdtempSync(join(tmpdir(), 'igc-formats-'));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** The path of a new file with these bytes. */
function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const content = npy(npyHeader('|u1', '(3,)'), unhex('010203'));
const x = array('uint8', [3], [1, 2, 3]);
const tensors = safetensors('{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}', unhex('010203'));

describe('readArrays', () => {
  it('reads each format by its content, whatever the name says', () => {
    for (const extension of ['.npz', '.npy', '.safetensors', '.bin', '']) {
      expect([...readArrays(file(`a.b${extension}`, zip({ 'x.npy': { content } })))]).toEqual([['x', x]]);
      expect([...readArrays(file(`a.b${extension}`, tensors))]).toEqual([['x', x]]);
      const name = extension === '' ? 'a' : 'a.b';
      expect([...readArrays(file(`a.b${extension}`, content))]).toEqual([[name, x]]);
    }
    expect(readArrays(file('none.npz', zip({}))).size).toBe(0);
  });

  it('asks the name where the content does not say', () => {
    const broken = text('something else');
    expect(failure(() => readArrays(file('a.NPY', broken)))).toContain(
      'expected 93 4e 55 4d 50 59 (an .npy file)',
    );
    expect(failure(() => readArrays(file('a.npz', broken)))).toContain('a.npz: end of the archive');
    expect(failure(() => readArrays(file('a.safetensors', broken)))).toContain(
      'a.safetensors: header length',
    );
    expect(failure(() => readArrays(file('a.txt', broken)))).toBe(
      `${join(folder, 'a.txt')}: first bytes: expected those of .npz, .npy, .safetensors, got 73 6f 6d 65 74 68 69 6e 67`,
    );
    expect(failure(() => readArrays(file('a', new Uint8Array(0))))).toContain('got an empty file');
  });

  it('reads what numpy wrote', () => {
    const fixture = (name: string) => readArrays(new URL(`fixtures/${name}`, import.meta.url).pathname);
    const counted = (count: number) => Array.from({ length: count }, (_, index) => index);
    const alone = (name: string) => fixture(`${name}.npy`).get(name);
    expect(alone('float64')).toEqual(array('float64', [2, 3], [0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3]));
    expect(alone('float32-big-endian')).toEqual(array('float32', [2, 3], counted(6)));
    expect(alone('float16')).toEqual(
      array('float16', [9], [1, -2.5, 65504, 2 ** -24, -(2 ** -14), Infinity, -Infinity, NaN, -0]),
    );
    expect(alone('fortran')).toEqual(array('int16', [2, 3, 4], counted(24)));
    expect(alone('fortran-big-endian')).toEqual(array('int32', [2, 3], counted(6)));
    expect(alone('bool')).toEqual(array('bool', [3], [1, 0, 1]));
    expect(alone('int8')).toEqual(array('int8', [2], [-128, 127]));
    expect(alone('int64')).toEqual(array('int64', [3], [-(2 ** 53), -1, 2 ** 53]));
    expect(alone('uint16')).toEqual(array('uint16', [2], [0, 65535]));
    expect(alone('uint32')).toEqual(array('uint32', [1], [2 ** 32 - 1]));
    expect(alone('uint64')).toEqual(array('uint64', [1], [2 ** 53]));
    expect(alone('scalar')).toEqual(array('float64', [], [0.1]));
    expect(alone('empty')).toEqual(array('float32', [0, 3], []));
    expect(alone('version2')).toEqual(array('uint8', [2, 3], counted(6)));
    expect(alone('version3')).toEqual(array('uint8', [2, 3], counted(6)));

    const archives = ['savez', 'savez_compressed', 'savez-zip64', 'savez_compressed-zip64', 'streamed'];
    for (const name of archives) {
      expect([...fixture(`${name}.npz`)], name).toEqual([
        ['x', array('float32', [2, 3], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])],
        ['bias', array('int64', [3], [-(2 ** 53), 0, 2 ** 53])],
        ['mask', array('bool', [2, 1], [1, 0])],
        ['scalar', array('float64', [], [0.1])],
        ['empty', array('uint8', [0, 3], [])],
        ['fortran', array('float64', [2, 3, 4], counted(24))],
      ]);
    }
    expect(fixture('none.npz').size).toBe(0);
    for (const name of ['object', 'structured', 'string', 'complex', 'int64-beyond', 'uint64-beyond']) {
      expect(failure(() => fixture(`${name}.npy`))).toContain('expected');
    }
  });

  it('refuses a file that is larger than the limit before it reads it', () => {
    const path = file('a.npy', content);
    truncateSync(path, 2 ** 33);
    const before = process.memoryUsage().arrayBuffers;
    expect(failure(() => readArrays(path))).toContain(
      'memory for the file: expected at most 2147483648 bytes (the limit of 2147483648, less what is held), got 8589934592',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(failure(() => readArrays(file('b.npy', content), { memory: 10 }))).toContain(
      'memory for the file',
    );
  });

  it('turns what the machine cannot allocate into a FileError, however high the limit', () => {
    const path = file('a.npy', content);
    truncateSync(path, 2 ** 43);
    expect(failure(() => readArrays(path, { memory: Infinity }))).toContain(
      'memory: expected 8796093022208 bytes in one piece',
    );
  });

  it('refuses what is not a regular file that is there, and does not wait', () => {
    expect(failure(() => readArrays(join(folder, 'none.npy')))).toBe(
      `${join(folder, 'none.npy')}: file: expected a readable file, got ENOENT: no such file or directory`,
    );
    expect(failure(() => readArrays(folder))).toContain('expected a regular file, got a folder');
    expect(failure(() => readArrays('a\0.npy'))).toContain('expected a readable file, got The argument');
    const error = (() => {
      try {
        return readArrays(join(folder, 'none.npy'));
      } catch (error) {
        return error;
      }
    })();
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({
      name: 'FileError',
      path: join(folder, 'none.npy'),
      cause: { code: 'ENOENT' },
    });
  });

  it.skipIf(process.platform !== 'linux')('refuses pipes, devices and files whose size is a lie', () => {
    const pipe = join(folder, 'pipe.npy');
    execFileSync('mkfifo', [pipe]);
    expect(failure(() => readArrays(pipe))).toContain('expected a regular file, got a device or a pipe');
    expect(failure(() => readArrays('/dev/zero'))).toContain(
      'expected a regular file, got a device or a pipe',
    );
    // Files that the kernel makes up: one says 0 bytes and has more, one says 4096 and has few.
    expect(failure(() => readArrays('/proc/version'))).toContain(
      'expected the 0 bytes it had when it was opened, got more',
    );
    const attribute = '/sys/kernel/mm/transparent_hugepage/enabled';
    if (existsSync(attribute)) {
      expect(failure(() => readArrays(attribute))).toMatch(
        /expected the 4096 bytes it had when it was opened, got \d+$/,
      );
    }
  });
});

describe('writeArrays', () => {
  const arrays = new Map([['x', x]]);

  it('writes each format by the extension, and nothing else into the folder', () => {
    for (const name of ['x.npz', 'x.npy', 'x.safetensors', 'X.NPZ']) {
      const path = join(folder, name);
      writeArrays(path, arrays);
      expect([...readArrays(path)]).toEqual([...arrays]);
    }
    expect(readdirSync(folder).sort()).toEqual(['X.NPZ', 'x.npy', 'x.npz', 'x.safetensors']);
    writeArrays(join(folder, 'small.npz'), new Map([['x', array('int8', [5000], new Array(5000).fill(0))]]), {
      compress: true,
    });
    expect(statSync(join(folder, 'small.npz')).size).toBeLessThan(400);
  });

  it('takes a relative path', () => {
    const path = relative(process.cwd(), join(folder, 'x.npz'));
    writeArrays(path, arrays);
    expect([...readArrays(path)]).toEqual([...arrays]);
  });

  it('does not touch a file that is there, unless it is told to', () => {
    const path = file('x.npz', text('precious'));
    expect(failure(() => writeArrays(path, arrays))).toBe(
      `${path}: file: expected a free name (or the option to overwrite), got an existing file`,
    );
    expect(readFileSync(path, 'utf8')).toBe('precious');
    chmodSync(path, 0o600);
    writeArrays(path, arrays, { overwrite: true });
    expect([...readArrays(path)]).toEqual([...arrays]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['x.npz']);
    writeArrays(join(folder, 'new.npz'), arrays, { overwrite: true });
    expect(existsSync(join(folder, 'new.npz'))).toBe(true);
  });

  it('replaces what a link points to and keeps the link; a link to nowhere is not replaced', () => {
    const path = file('x.npz', text('old'));
    const link = join(folder, 'link.npz');
    symlinkSync(path, link);
    expect(failure(() => writeArrays(link, arrays))).toContain('a free name');
    writeArrays(link, arrays, { overwrite: true });
    expect(readlinkSync(link)).toBe(path);
    expect([...readArrays(path)]).toEqual([...arrays]);
    const nowhere = join(folder, 'nowhere.npz');
    symlinkSync(join(folder, 'missing.npz'), nowhere);
    expect(failure(() => writeArrays(nowhere, arrays))).toContain('a free name');
    expect(failure(() => writeArrays(nowhere, arrays, { overwrite: true }))).toContain(
      'a regular file to replace',
    );
    expect(readdirSync(folder).sort()).toEqual(['link.npz', 'nowhere.npz', 'x.npz']);
  });

  it('does not replace a file that appears at the last moment', () => {
    const temporary = file('temporary', text('new'));
    const path = file('x.npz', text('precious'));
    expect(failure(() => moveToFree(temporary, path, new Place(path)))).toContain('got an existing file');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('moves by renaming where there are no hard links (as to folders)', () => {
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    moveToFree(temporary, join(folder, 'moved'), new Place('moved'));
    expect(readdirSync(folder)).toEqual(['moved']);
  });

  it('leaves nothing behind when it fails', () => {
    const half = new Map([['x', array('int8', [1], [0.5])]]);
    expect(failure(() => writeArrays(join(folder, 'x.npz'), half))).toContain('an integer from -128 to 127');
    expect(failure(() => writeArrays(join(folder, 'no/x.npz'), arrays))).toContain(
      'expected a place that can be written, got ENOENT: no such file or directory',
    );
    mkdirSync(join(folder, 'd.npz'));
    expect(failure(() => writeArrays(join(folder, 'd.npz'), arrays))).toContain('a free name');
    expect(failure(() => writeArrays(join(folder, 'd.npz'), arrays, { overwrite: true }))).toContain(
      'a regular file',
    );
    expect(failure(() => writeArrays(join(folder, 'x.txt'), arrays))).toContain(
      'extension: expected .npz, .npy, .safetensors',
    );
    expect(failure(() => writeArrays(join(folder, 'x.npy'), new Map()))).toContain(
      'arrays: expected one for .npy, got 0',
    );
    const two = new Map([...arrays, ['y', x]]);
    expect(failure(() => writeArrays(join(folder, 'x.npy'), two))).toContain(
      'arrays: expected one for .npy, got 2',
    );
    expect(failure(() => writeArrays(join(folder, `${'x'.repeat(250)}.npz`), arrays))).toContain(
      'ENAMETOOLONG',
    );
    expect(readdirSync(folder)).toEqual(['d.npz']);
  });
});

/** Whether the system's Python has numpy. */
const numpy = (() => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('numpy, where the system has it', () => {
  it.skipIf(!numpy)('reads what we wrote, and writes the same .npy bytes', () => {
    const arrays = new Map([
      ['a', array('float64', [2, 3], [0.1, -0, Infinity, NaN, 5e-324, 1])],
      ['b', array('float16', [], [2 ** -24])],
      ['c', array('bool', [0, 4], [])],
      ['雪', array('int64', [1, 1, 1, 1, 1, 1], [-(2 ** 53)])],
    ]);
    writeArrays(join(folder, 'stored.npz'), arrays);
    writeArrays(join(folder, 'deflated.npz'), arrays, { compress: true });
    for (const [name, one] of arrays) writeArrays(join(folder, `${name}.npy`), new Map([[name, one]]));
    const script = `
import io, sys, numpy as np
for file in ('stored.npz', 'deflated.npz'):
    for name, array in np.load(file).items():
        out = io.BytesIO(); np.save(out, array)
        assert out.getvalue() == open(name + '.npy', 'rb').read(), name
        print(file, name, array.dtype, array.shape, array.tolist())
`;
    const out = execFileSync('/usr/bin/python3', ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { PYTHONIOENCODING: 'utf8' },
    });
    expect(out.trim().split('\n')).toEqual(
      ['stored.npz', 'deflated.npz'].flatMap((name) => [
        `${name} a float64 (2, 3) [[0.1, -0.0, inf], [nan, 5e-324, 1.0]]`,
        `${name} b float16 () 5.960464477539063e-08`,
        `${name} c bool (0, 4) []`,
        `${name} 雪 int64 (1, 1, 1, 1, 1, 1) [[[[[[-9007199254740992]]]]]]`,
      ]),
    );
  });
});
