import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATUTORY_RULE_SETS } from '../../../infra/rules/index.ts';
import { fen, formatYuanGrouped, MAX_FEN } from '../../../shared/kernel/money.ts';
import { localDate } from '../../../shared/kernel/period.ts';
import { yuanText } from './amount-text.ts';
import { compileRuleBook, compileRuleSet, findRules, pinRuleBook } from './rule-book.ts';

const book = compileRuleBook(STATUTORY_RULE_SETS);

describe('the shipped rule sets', () => {
  it('compile, have a source, and have unique names', () => {
    for (const set of STATUTORY_RULE_SETS) {
      compileRuleSet(set);
      expect(set.source.length).toBeGreaterThan(10);
    }
    expect(new Set(STATUTORY_RULE_SETS.map((set) => `${set.id}@${set.version}`)).size).toBe(STATUTORY_RULE_SETS.length);
  });
  it('warn in both languages where the payroll office must confirm', () => {
    for (const set of STATUTORY_RULE_SETS) {
      if (set.confidence === 'M') expect([set.id, set.warnings.length > 0]).toEqual([set.id, true]);
      for (const warning of set.warnings) expect(warning.zh.length * warning.en.length).toBeGreaterThan(0);
    }
  });
  it('do not overlap for one kind and region', () => {
    for (const a of STATUTORY_RULE_SETS)
      for (const b of STATUTORY_RULE_SETS)
        if (a !== b && a.kind === b.kind && a.region === b.region)
          expect([a.id, b.id, (a.to ?? '9999') < b.from || (b.to ?? '9999') < a.from]).toEqual([a.id, b.id, true]);
  });
});

describe('looking up', () => {
  it.each([
    ['2025-06-30', undefined],
    ['2025-07-01', 'shanghai-social-insurance-2025-07'],
    ['2026-06-30', 'shanghai-social-insurance-2025-07'],
    ['2026-07-01', 'shanghai-social-insurance-2026-07'],
    ['2027-06-30', 'shanghai-social-insurance-2026-07'],
    ['2027-07-01', undefined],
  ])('Shanghai insurance on %s', (on, id) => {
    expect(findRules(book, 'social-insurance', 'shanghai', localDate(on))?.ref.id).toBe(id);
  });
  it('compiles once', () => {
    expect(compileRuleBook(STATUTORY_RULE_SETS)).toBe(book);
  });
  it('pins exactly the named versions', () => {
    const pinned = pinRuleBook(book, [
      { id: 'cn-wage-law', version: 1 },
      { id: 'cn-wage-law', version: 9 },
    ]);
    expect(pinned.missing).toEqual([{ id: 'cn-wage-law', version: 9 }]);
    expect(pinned.book.sets.map((set) => set.id)).toEqual(['cn-wage-law']);
  });
});

describe('amount text', () => {
  it('is what the kernel writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -MAX_FEN, max: MAX_FEN }), (amount) => {
        expect(yuanText(amount)).toBe(formatYuanGrouped(fen(amount)));
      }),
    );
    for (const amount of [0, 1, 99, 100, 99_999, 100_000, 100_000_000, -5]) expect(yuanText(amount)).toBe(formatYuanGrouped(fen(amount)));
  });
});
