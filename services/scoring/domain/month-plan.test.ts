/** Months with more than one plan version: by days, exactly, and the same as with one version when they say the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { documentOf, factOf, indicator, type MetricInput, metric, PERIOD, type SchemeInput, versionOf } from '../testing/plans.ts';
import { type CompiledPlan, compilePlan } from './compile-plan.ts';
import { explainScore } from './explain-score.ts';
import { addTransition, newDelta } from './fold-facts.ts';
import { EMPTY_FOLD, mergeFold, NO_MEMBERS } from './merge-fold.ts';
import { combinePlans } from './month-plan.ts';
import { bookWithPlan, isFoldedBy, namesSame } from './next-book.ts';
import { planInMonth } from './plan-windows.ts';

const visits = metric({ id: 'visits', fold: 'count', factTypes: ['visit.validated'] });
const calls = metric({ id: 'calls', fold: 'count', factTypes: ['followup.logged'] });
const plan = (version: number, metrics: readonly MetricInput[], scheme?: SchemeInput): CompiledPlan =>
  compilePlan(versionOf(documentOf(metrics, scheme), version));
const weights = (first: string, second: string, target = '10'): SchemeInput => ({
  indicators: [indicator('visits', first, target), indicator('calls', second, target)],
});
const split = (...parts: readonly (readonly [plan: CompiledPlan, from: number, to: number])[]): CompiledPlan => {
  const day = (of: number) => `2026-11-${String(of).padStart(2, '0')}` as LocalDate;
  const main = parts.at(-1)?.[0];
  if (!main) throw new Error('no part');
  return combinePlans(
    main,
    parts.map(([own, from, to]) => ({ plan: own, from: day(from), to: day(to), days: to - from + 1 })),
  );
};
const HEAD = { employeeId: 'e-1', legalEntityId: 'le', period: PERIOD, version: 1, updatedAt: '' };
const bookOf = (unbound: CompiledPlan, counts: readonly [visits: number, calls: number]) => {
  const own = planInMonth(unbound, PERIOD);
  const delta = newDelta(own);
  const add = (type: string, count: number) => {
    for (let index = 0; index < count; index += 1) {
      const factId = `crm:${type}-${index}`;
      addTransition(delta, {
        factId,
        before: null,
        after: factOf(factId, type, { at: `11-${String((index % 28) + 1).padStart(2, '0')}T09:00` }),
      });
    }
  };
  add('visit.validated', counts[0]);
  add('followup.logged', counts[1]);
  const merged = mergeFold(own, EMPTY_FOLD, delta, NO_MEMBERS);
  if (merged.status === 'fetch') throw new Error('needs more');
  return bookWithPlan(HEAD, own, { ...merged, projects: undefined });
};

describe('two versions in a month', () => {
  const first = plan(1, [visits, calls], weights('80', '20'));
  const second = plan(2, [visits, calls], weights('50', '50'));

  it.each([
    ['15 and 15 days', 15],
    ['1 and 29 days', 1],
    ['29 and 1 days', 29],
  ])('%s: the mean by days', (_, days) => {
    const { score } = bookOf(split([first, 1, days], [second, days + 1, 30]), [5, 8]);
    expect(score?.segments?.map(({ total }) => total)).toEqual(['56.00', '65.00']);
    expect(score?.totalExact).toEqual(
      (() => {
        const n = 56 * days + 65 * (30 - days);
        const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
        return { n: String(n / gcd(n, 30)), d: String(30 / gcd(n, 30)) };
      })(),
    );
  });

  it('shares a metric that both define alike, whatever it is called, and keeps both where one id means two things', () => {
    const renamed = plan(2, [{ ...visits, id: 'meetings' }, calls], {
      indicators: [indicator('meetings', '50', '10'), indicator('calls', '50', '10')],
    });
    expect(split([first, 1, 15], [renamed, 16, 30]).metrics.map(({ id }) => id)).toEqual(['meetings', 'calls']);
    const other = plan(2, [{ ...visits, where: 'fact.date >= "2026-11-03"' } as MetricInput, calls], weights('50', '50'));
    const both = split([first, 1, 15], [other, 16, 30]);
    expect(both.metrics.map(({ id }) => id)).toEqual(['visits', 'calls', 'visits@plan.1']);
    const book = bookOf(both, [5, 8]);
    expect(book.metrics['visits']?.value?.n).toBe('3');
    expect(book.metrics['visits@plan.1']?.value?.n).toBe('5');
    // 56 with all five visits, 15 + 40 with three of them.
    expect(book.score?.segments?.map(({ total }) => total)).toEqual(['56.00', '55.00']);
  });

  it('takes metrics that only an earlier version has, also over longer windows', () => {
    const quarterly = plan(1, [{ ...visits, window: 'quarter' } as MetricInput], { indicators: [indicator('visits', '100', '10')] });
    const both = split([quarterly, 1, 10], [second, 11, 30]);
    expect(both.windows).toBe('unbound');
    expect(bookOf(both, [5, 8]).score?.segments?.map(({ total }) => total)).toEqual(['50.00', '65.00']);
  });

  it('does not weigh days of a version that only pays', () => {
    const pays = plan(2, [visits]);
    const { score } = bookOf(split([first, 1, 15], [pays, 16, 30]), [5, 8]);
    expect([score?.total, score?.segments?.length]).toEqual(['56.00', 1]);
    expect(bookOf(split([pays, 1, 15], [pays, 16, 30]), [5, 8]).score).toBeNull();
  });

  it('is folded again only when another set of versions applies, and named again when the days move', () => {
    const book = bookOf(split([first, 1, 15], [second, 16, 30]), [5, 8]);
    const inForce = (own: CompiledPlan) => ({ kind: 'plan' as const, plan: own });
    const same = inForce(split([first, 1, 15], [second, 16, 30]));
    const moved = inForce(split([first, 1, 10], [second, 11, 30]));
    expect([isFoldedBy(book, same), namesSame(book, same)]).toEqual([true, true]);
    expect([isFoldedBy(book, moved), namesSame(book, moved)]).toEqual([true, false]);
    expect([isFoldedBy(book, inForce(second)), namesSame(book, inForce(second))]).toEqual([false, false]);
  });

  it('explains each part, and what reaching a target is worth by days', () => {
    const both = split([first, 1, 15], [second, 16, 30]);
    const book = bookOf(both, [5, 8]);
    const answer = book.score && explainScore(both, book, book.score);
    expect(answer?.total).toBe('60.50');
    expect(answer?.totalExplanation.zh).toContain('2026-11-01 至 2026-11-15(15 天,方案 plan 第 1 版)56.00');
    expect(answer?.totalExplanation.en).toContain('30 days in all = 60.50');
    expect(answer?.segments.map(({ indicators }) => indicators.map(({ points }) => points))).toEqual([
      ['40.00', '16.00'],
      ['25.00', '40.00'],
    ]);
    // Visits: 40 missing in the first half and 25 in the second; calls: 4 and 10.
    expect(answer?.behind.map(({ id, pointsLost }) => [id, pointsLost])).toEqual([
      ['visits', '32.50'],
      ['calls', '7.00'],
    ]);
  });
});

describe('segments', () => {
  const points = fc.integer({ min: 1, max: 99 });
  it('of equal schemes are the whole month, whatever the days', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 29 }), fc.nat(30), fc.nat(30), (weight, days, v, c) => {
        const scheme = weights(String(weight), String(100 - weight));
        const [one, two] = [plan(1, [visits, calls], scheme), plan(2, [visits, calls], scheme)];
        const whole = bookOf(two, [v, c]).score;
        const cut = bookOf(split([one, 1, days], [two, days + 1, 30]), [v, c]).score;
        expect(cut?.totalExact).toEqual(whole?.totalExact);
        expect(cut?.indicators).toEqual(whole?.indicators);
      }),
    );
  });

  it('lie between what each version gives alone', () => {
    fc.assert(
      fc.property(points, points, fc.integer({ min: 1, max: 29 }), fc.nat(30), fc.nat(30), (a, b, days, v, c) => {
        const [one, two] = [a, b].map((weight, index) => plan(index + 1, [visits, calls], weights(String(weight), String(100 - weight))));
        if (!one || !two) return;
        const alone = [one, two].map((own) => Number(bookOf(own, [v, c]).score?.total));
        const both = Number(bookOf(split([one, 1, days], [two, days + 1, 30]), [v, c]).score?.total);
        expect(both).toBeGreaterThanOrEqual(Math.min(...alone));
        expect(both).toBeLessThanOrEqual(Math.max(...alone));
      }),
    );
  });
});
