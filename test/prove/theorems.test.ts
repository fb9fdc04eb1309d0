import { describe, expect, it } from 'vitest';
import { inductions } from '../../spec/proofs/inductions.ts';
import { compile, readFormula, readRelation, substitute } from '../../spec/proofs/language.ts';
import { spelledOut, type Theorem, toImplication, toPolynomials } from '../../spec/proofs/theorem.ts';
import { sections, theorems } from '../../spec/proofs/theorems.ts';
import { certificateLayer, certificateRows, readCertificates } from '../../src/prove/certificates.ts';

describe('the language of formulas', () => {
  it('knows + - *, brackets, div and mod', () => {
    expect(compile('-(a - 2)*3 + div(b, 4) - mod(-1, 4)')({ a: 5, b: 11 })).toBe(-9 + 2 - 3);
    expect(compile('a - b - c')({ a: 9, b: 4, c: 3 })).toBe(2);
    expect(() => compile('a')({})).toThrow('no value for a');
  });

  it.each(['', 'a b', '(a', 'a)', 'a +', 'div(a)', 'div(a, b', 'a = b', '2a', 'mod a'])(
    '%j is no formula',
    (text) => {
      expect(() => readFormula(text)).toThrow(SyntaxError);
    },
  );

  it.each(['a', 'a = b = c', 'a < ', '= b', 'a <> b', 'a == b'])('%j is no comparison', (text) => {
    expect(() => readRelation(text)).toThrow(SyntaxError);
  });

  it('puts formulas in place of names, all at once', () => {
    expect(substitute('a*b + div(a, c)', { a: 'b + 1', b: 'a' })).toBe('(b + 1)*a + div((b + 1), c)');
  });
});

describe('from theorems to polynomials', () => {
  it('a division becomes a quotient and a remainder, the same one each time', () => {
    const theorem: Theorem = {
      id: 't',
      words: '',
      over: 'integers',
      sizes: ['b'],
      below: { a: 'b*2' },
      where: ['div(a, b) > 0', 'a <= 9'],
      goals: ['mod(a, b) = a - b'],
      splits: ['div(a, b) - 1'],
    };
    expect(toImplication(theorem)).toEqual({
      over: 'integers',
      ge: ['b - 1', 'a', 'b*2 - a - 1', 'q1 - 1', '9 - a', 'r1', 'b - 1 - r1'],
      eq: ['a - (q1*b + r1)'],
      goals: [{ eq: 'r1 - (a - b)' }],
    });
    expect(toPolynomials(theorem, theorem.splits!)).toEqual(['q1 - 1']);
  });

  it('abbreviations are put in, the later ones first', () => {
    const theorem: Theorem = {
      id: 't',
      words: '',
      over: 'commutative semiring',
      let: { S: 'h*v', S1: 'S + d*v' },
      goals: ['S1 = (h + d)*v'],
    };
    expect(spelledOut(theorem).goals).toEqual(['((h*v) + d*v) = (h + d)*v']);
  });

  it('an ordered ring has no strict hypotheses', () => {
    const theorem: Theorem = {
      id: 't',
      words: '',
      over: 'ordered ring',
      where: ['a < b'],
      goals: ['a <= b'],
    };
    expect(() => toImplication(theorem)).toThrow('strict');
  });

  it('keeps the meaning: quotients and remainders put in, hypotheses and goals say the same', () => {
    let compared = 0;
    for (const theorem of theorems.filter(({ over }) => over === 'integers')) {
      const { where, goals } = spelledOut(theorem);
      const claim = toImplication(theorem);
      const names = [...new Set([...where, ...goals].flatMap((text) => text.match(/[A-Za-z]\w*/g) ?? []))];
      let seed = 1;
      for (let run = 0; run < 20; run++) {
        const values: Record<string, number> = {};
        for (const name of names) {
          seed = (seed * 48_271) % 2_147_483_647;
          values[name] = 1 + (seed % 6);
        }
        // The new names take the values that their equations give them, in order.
        let possible = true;
        for (const equation of claim.eq) {
          const [, dividend, n, divisor] = /^(.*) - \(q(\d+)\*(\(.*\)|\w+) \+ r\2\)$/.exec(equation) ?? [];
          if (n === undefined) continue;
          const [a, b] = [compile(dividend!)(values), compile(divisor!)(values)];
          if (b < 1) possible = false;
          values[`q${n}`] = Math.floor(a / b);
          values[`r${n}`] = a - b * Math.floor(a / b);
        }
        if (!possible) continue;
        const holds = (relation: string): boolean => {
          const [, left, sign, right] = /^([^<>=]*)(<=|>=|<|>|=)([^<>=]*)$/.exec(relation)!;
          const difference = compile(left!)(values) - compile(right!)(values);
          if (sign === '=') return difference === 0;
          return sign!.startsWith('<')
            ? sign === '<'
              ? difference < 0
              : difference <= 0
            : sign === '>'
              ? difference > 0
              : difference >= 0;
        };
        const hypotheses =
          claim.ge.every((p) => compile(p)(values) >= 0) && claim.eq.every((q) => compile(q)(values) === 0);
        expect([theorem.id, hypotheses]).toEqual([theorem.id, where.every(holds)]);
        claim.goals.forEach((goal, i) => {
          const concluded = 'ge' in goal ? compile(goal.ge)(values) >= 0 : compile(goal.eq)(values) === 0;
          expect([theorem.id, concluded]).toEqual([theorem.id, holds(goals[i]!)]);
        });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });
});

describe('the statements', () => {
  it('have names of their own, and no variable that the translation makes up', () => {
    expect(new Set(theorems.map(({ id }) => id)).size).toBe(theorems.length);
    expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
    for (const theorem of theorems) {
      const { where, goals } = spelledOut(theorem);
      expect([...where, ...goals].join(' ')).not.toMatch(/\b[qr]\d+\b/);
    }
  });

  it('use no minus in a semiring, and no abbreviation before it is made', () => {
    for (const theorem of theorems) {
      if (theorem.over !== 'commutative semiring' && theorem.over !== 'commutative ring') continue;
      const texts = [...Object.values(theorem.let ?? {}), ...theorem.goals];
      if (theorem.over === 'commutative semiring') expect(texts.join(' ')).not.toContain('-');
      const made: string[] = [];
      for (const [name, is] of Object.entries(theorem.let ?? {})) {
        made.push(name);
        const used = [...is.matchAll(/[A-Za-z]\w*/g)].map((match) => match[0]);
        const later = Object.keys(theorem.let ?? {}).filter((other) => !made.includes(other));
        expect(used.filter((other) => other === name || later.includes(other))).toEqual([]);
      }
    }
  });

  it('cover all ten claims, and use every induction', () => {
    expect([...new Set(sections.map(({ claim }) => claim))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const used = new Set(sections.flatMap((section) => section.inductions ?? []));
    expect([...used].sort()).toEqual(Object.keys(inductions).sort());
  });
});

describe('the table', () => {
  it('has a row for each statement, all proved', async () => {
    const rows = await certificateLayer(() => undefined);
    expect(rows).toHaveLength(sections.length);
    expect(rows.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    expect(rows.find(({ statement }) => statement.startsWith('Exactly one path'))).toMatchObject({
      claim: 2,
      strength: 'all sizes',
      checker: 'certificates',
      detail: '3 theorems, base and steps of “single term”',
      trusted: [
        'spec/proofs/checker.ts (under 100 lines)',
        'induction “single term”, whose base and steps are checked',
      ],
    });
  });

  it('says what failed: a missing certificate, one of another theorem', () => {
    const certificates: Record<string, unknown> = { ...readCertificates(), 'channel-range': undefined };
    certificates['one-path-each'] = certificates['parameters-factored'];
    const failed = certificateRows(certificates).filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ reason }) => reason)).toEqual([
      'channel-range: not such a list',
      'one-path-each: not such a list',
    ]);
  });
});
