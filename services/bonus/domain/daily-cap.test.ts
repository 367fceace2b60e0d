import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { compiledOf, evidenceOf, factOf, type RewardInput } from '../testing/rewards.ts';
import { evaluateRewards } from './evaluate-rewards.ts';
import { type AwardsState, EMPTY_STATE, postDifferences } from './post-differences.ts';
import type { StoredAward } from './post-targets.ts';

/** 50.00 for each visit, at most 120.00 a day and 250.00 a month. */
const rule: RewardInput = {
  id: 'visit',
  name: { zh: '拜访补贴', en: 'visit' },
  category: 'subsidy',
  kind: 'per-fact',
  per: 'fact',
  factTypes: ['visit.validated'],
  where: 'true',
  amountFen: 5_000,
  capPerDayFen: 12_000,
  capPerMonthFen: 25_000,
};
const compiled = compiledOf([rule]);

interface Visit {
  readonly id: string;
  /** Null: withdrawn. */
  readonly date: string | null;
}
/** A month that is decided visit by visit, as messages come, or from the beginning. */
const monthOf = () => {
  const current = new Map<string, StoredAward>();
  let state: AwardsState = EMPTY_STATE;
  let head: Parameters<typeof postDifferences>[0]['head'] = { seq: 0, balanceFen: 0 as never, postedAt: null, version: 0, carries: [] };
  return {
    decide(visits: readonly Visit[], everything = false): void {
      const facts = visits.map(({ id, date }) => ({
        factId: id,
        fact: date === null ? null : factOf(id, { type: 'visit.validated', date: date as LocalDate }),
      }));
      const evidence = evidenceOf({}, { facts });
      const posting = postDifferences({
        employeeId: 'e-1',
        legalEntityId: 'le-1',
        period: '2026-11',
        plan: null,
        bookVersion: 1,
        compiled,
        evidence,
        desired: evaluateRewards(compiled, evidence),
        current,
        everything,
        head,
        state,
        causeKind: 'facts',
        touchedFacts: new Map(facts.map(({ factId, fact }) => [factId, fact])),
        now: '2026-11-30T00:00:00.000Z',
      });
      for (const { sk, award, readVersion } of posting.changes) current.set(sk, { award, version: readVersion + 1 });
      ({ head, state } = posting);
    },
    amounts: () =>
      Object.fromEntries([...current].filter(([, { award }]) => award.amountFen !== 0).map(([sk, { award }]) => [sk, award.amountFen])),
    balance: () => head.balanceFen,
    award: (sk: string) => current.get(sk)?.award,
  };
};
const visitsOf = (...dates: readonly string[]): Visit[] => dates.map((date, place) => ({ id: `v-${place}`, date }));

describe('a cap of the day', () => {
  it.each<[string, readonly string[], number]>([
    ['two of a day', ['2026-11-02', '2026-11-02'], 10_000],
    ['three of a day', ['2026-11-02', '2026-11-02', '2026-11-02'], 12_000],
    ['three of one, one of another', ['2026-11-02', '2026-11-02', '2026-11-02', '2026-11-03'], 17_000],
    ['the month’s cap is of what the days leave', ['02', '02', '02', '03', '03', '03', '04', '04'].map((day) => `2026-11-${day}`), 25_000],
    ['a fact that counts in the month but happened later is of its last day', ['2026-11-30', '2026-11-30', '2026-12-05'], 12_000],
  ])('%s', (_, dates, expected) => {
    const month = monthOf();
    month.decide(visitsOf(...dates));
    expect(month.balance()).toBe(expected);
  });
  it('is an award of its own, which says so, and a withdrawal frees what it held back', () => {
    const month = monthOf();
    month.decide(visitsOf('2026-11-02', '2026-11-02', '2026-11-02'));
    expect(month.amounts()).toEqual({
      'AWARD#visit#v-0': 5_000,
      'AWARD#visit#v-1': 5_000,
      'AWARD#visit#v-2': 5_000,
      'AWARD#visit#~2026-11-02': -3_000,
    });
    expect(month.award('AWARD#visit#~2026-11-02')?.tests[0]?.zh).toBe('本规则 2026-11-02 合计 150.00 元 > 每日上限 120.00 元:超出');
    month.decide([{ id: 'v-1', date: null }]);
    expect(month.amounts()).toEqual({ 'AWARD#visit#v-0': 5_000, 'AWARD#visit#v-2': 5_000 });
    month.decide([{ id: 'v-0', date: '2026-11-03' }]);
    expect(month.balance()).toBe(10_000);
  });
  it('comes to the same in any order, visit by visit or from the beginning, whatever is corrected and withdrawn between', () => {
    const change = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), date: fc.constantFrom('2026-11-02', '2026-11-03', null) });
    fc.assert(
      fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), (batches) => {
        const [step, whole] = [monthOf(), monthOf()];
        const last = new Map<string, Visit>();
        for (const batch of batches) {
          const distinct = new Map(batch.map((one) => [one.id, one]));
          for (const one of distinct.values()) last.set(one.id, one);
          step.decide([...distinct.values()]);
        }
        whole.decide([...last.values()], true);
        expect(step.balance()).toBe(whole.balance());
        expect(step.amounts()).toEqual(whole.amounts());
        const days = new Map<string, number>();
        for (const { date } of last.values()) if (date !== null) days.set(date, (days.get(date) ?? 0) + 5_000);
        const must = [...days.values()].reduce((sum, fen) => sum + Math.min(fen, 12_000), 0);
        expect(step.balance()).toBe(Math.min(must, 25_000));
        step.decide([...last.values()], true);
        expect(step.balance()).toBe(whole.balance());
      }),
      { numRuns: 300 },
    );
  });
});
