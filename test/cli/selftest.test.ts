/** `igc selftest`: what the oracle promises of itself. */
import { beforeAll, describe, expect, it } from 'vitest';
import { showSelftest } from '../../src/cli/selftest.ts';
import { type Selftest, selftest } from '../../src/oracle/selftest.ts';
import { igc, type Session, undocumented } from './terminal.ts';

let session: Session;
let result: Selftest & { readonly schema: string; readonly seed: number };

beforeAll(async () => {
  session = await igc(['selftest', '--json']);
  result = JSON.parse(session.out);
}, 120_000);

/** What is shown of a result. */
function shown(of: Selftest): string {
  let out = '';
  showSelftest(of, {
    out: (text) => {
      out += text;
    },
    err: () => {},
    colour: false,
    columns: 80,
  });
  return out;
}

describe('the figures', () => {
  it('every bug is killed, 95 % are named at the first guess, all in the end', () => {
    const { mutants, killed, namedAtFirst, namedInTheEnd } = result.figures;
    expect(mutants).toBeGreaterThanOrEqual(34);
    expect([killed, namedInTheEnd]).toEqual([mutants, mutants]);
    expect(namedAtFirst).toBeGreaterThanOrEqual(0.95 * mutants);
  });

  it('what only looks like a bug passes every case', () => {
    expect(result.mutants.filter(({ equivalent }) => equivalent)).toEqual([
      expect.objectContaining({ id: 'stride-late', guesses: [], named: [], asked: 0 }),
    ]);
    expect(result.figures).toMatchObject({ equivalent: 1, equivalentPassed: 1 });
  });

  it('one wrong element fails, at every place of every array', () => {
    expect(result.flips.map(({ array }) => array)).toEqual([
      'primary',
      'interleaved',
      'secondary',
      'y',
      'grad_x',
      'grad_primary_weight',
      'grad_secondary_weight',
      'grad_primary_bias',
      'grad_secondary_bias',
      'y',
      'grad_x',
      'grad_weight',
      'grad_bias',
    ]);
    for (const { elements, failed } of result.flips) expect([elements > 0, failed]).toEqual([true, elements]);
  });

  it('every injected fault has its verdict, those that are none pass', () => {
    const missed = result.faults.filter(({ expected, verdict }) => !expected.includes(verdict));
    expect(missed).toEqual([]);
    expect(result.figures.faultsSeen).toBe(result.faults.length);
    const verdicts = new Set(result.faults.map(({ verdict }) => verdict));
    expect([...verdicts].sort()).toEqual(['CRASH', 'FAIL', 'GARBAGE', 'PASS', 'TIMEOUT', 'UNSUPPORTED']);
    expect(result.faults.filter(({ verdict }) => verdict === 'PASS').map(({ id }) => id)).toEqual([
      'command-right',
      'one-shot-right',
      'module-right',
      'command-noisy',
    ]);
  });

  it('passes, with exit code 0 and the schema of its JSON', () => {
    expect([session.code, session.err, result.passed]).toEqual([0, '', true]);
    const { mutants, flips, faults, figures } = result;
    expect(undocumented(result, mutants[0]!, flips[0]!, faults[0]!, figures)).toEqual([]);
    expect([result.schema, result.seed]).toEqual(['igc-oracle/selftest/1', 1]);
  });
});

describe('the table', () => {
  it('has a line for each bug, and the figures', () => {
    const out = shown(result);
    for (const { id } of result.mutants) expect(out).toContain(id);
    expect(out).toContain(
      `${result.figures.mutants} of ${result.figures.mutants} bugs killed at level 1 (100 %)`,
    );
    expect(out).toContain('always the same function');
    expect(out).toContain('PASS: the oracle can be trusted with these');
  });

  it('shows what survived, what was not named and which fault was not seen', () => {
    const [first, second, ...rest] = result.mutants;
    const { killedBy: _, ...survivor } = { ...first!, guesses: [], named: [] };
    const unsure = { ...second!, guesses: [second!.id, 'other'], named: ['other'], asked: 2 };
    const fault = { id: 'sleeps', name: 'never answers', expected: ['TIMEOUT'], verdict: 'PASS' } as const;
    const [flip, ...flips] = result.flips;
    const out = shown({
      ...result,
      mutants: [survivor, unsure, ...rest],
      flips: [{ ...flip!, failed: flip!.elements - 1 }, ...flips],
      faults: [fault],
      figures: { ...result.figures, faults: 1, faultsSeen: 0, killed: result.figures.killed - 1 },
      passed: false,
    });
    expect(out).toMatch(new RegExp(`${first!.id} +NOTHING`));
    expect(out).toContain('2 suspects');
    expect(out).toContain('other (asked 2 more)');
    expect(out).toContain('fault sleeps: PASS, expected TIMEOUT');
    expect(out).toContain('a changed element of primary: 11 of 12 failed');
    expect(out).toContain('0 of 1 injected faults seen (0 %)');
    expect(out).toContain('FAIL: the oracle missed something');
  });
});

it('an injected fault that is not seen fails the self-test', async () => {
  const fault = (verdict: 'CRASH' | 'PASS') =>
    ({ id: 'dies', name: 'dies', expected: ['CRASH'], run: async () => verdict }) as const;
  const told: string[] = [];
  const of = (verdict: 'CRASH' | 'PASS') =>
    selftest({ catalogue: [], faults: [fault(verdict)], progress: (what) => told.push(what) });
  expect((await of('CRASH')).passed).toBe(true);
  expect((await of('PASS')).passed).toBe(false);
  expect(told).toContain('dies');
});

it('a seed that is no number is a usage error', async () => {
  expect((await igc(['selftest', '--seed', 'one'])).code).toBe(2);
});
