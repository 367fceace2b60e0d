import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Month } from '../../../shared/kernel/period.ts';
import { compiledOf, customerOf, evidenceOf, factOf, METRICS, orderOf, type RewardInput, RULES, sales, yuan } from '../testing/rewards.ts';
import { earlierMonths } from './carry.ts';
import { drawBase, evaluateDraw, explainDraw } from './draw.ts';
import { type DesiredByMetric, evaluateRewards } from './evaluate-rewards.ts';
import { explainAward } from './explain-award.ts';
import { EMPTY_STATE, postDifferences } from './post-differences.ts';

const QUARTER = { metrics: [...METRICS, { ...METRICS[0], id: 'quarter-sales', window: 'quarter' }] as typeof METRICS };
const quarter: RewardInput = { ...RULES.shopCommission, id: 'quarter', metric: 'quarter-sales', trueUp: { advance: '50%' } };
const byMetric = (rule: RewardInput, evidence: Parameters<typeof evidenceOf>[1] & { readonly value: string | null }): DesiredByMetric => {
  const { value, ...rest } = evidence;
  const metric = 'metric' in rule ? rule.metric : '';
  const [desired] = evaluateRewards(compiledOf([rule], QUARTER), evidenceOf({ [metric]: value === null ? null : sales(value) }, rest));
  if (desired?.for !== 'month') throw new Error('no award');
  return desired;
};

describe('a rule of the quarter', () => {
  it.each<[string, string, string | null, string, string]>([
    ['October', '2026-10', '100000', '0', '1000.00'],
    ['November', '2026-11', '250000', '1000', '1500.00'],
    ['November, of which October was refunded', '2026-11', '150000', '0', '1500.00'],
    ['December: the last pays the whole', '2026-12', '250000', '2500', '2500.00'],
    ['December, when little is left', '2026-12', '20000', '2500', '-2100.00'],
    ['December, when more was taken back than sold', '2026-12', '-1', '2500', '-2500.00'],
    ['December without any fact', '2026-12', null, '2500', '-2500.00'],
    ['half a fen of the advance, once: 0.75 × 2 % × 50 % is 0.0075', '2026-10', '0.75', '0', '0.01'],
    ['half a fen less: 0.49 × 2 % × 50 % is 0.0049', '2026-10', '0.49', '0', '0.00'],
  ])('%s', (_, period, value, before, expected) => {
    const earlier = new Map([['quarter', yuan(before)]]);
    expect(byMetric(quarter, { period, value, earlier }).amountFen).toBe(
      yuan(expected.replace('-', '')) * (expected.startsWith('-') ? -1 : 1),
    );
  });
  it('behind a closed gate nothing is due, and what was advanced is taken back', () => {
    const gated: RewardInput = { ...quarter, gate: { on: { of: 'metric', metric: 'sales' }, atLeast: '1' } };
    expect(byMetric(gated, { period: '2026-11', value: '250000', earlier: new Map([['quarter', 100]]) }).amountFen).toBe(-100);
  });
  it('outside its dates, or for somebody it is not for, nothing moves', () => {
    const earlier = new Map([['quarter', 100]]);
    expect(byMetric({ ...quarter, to: '2026-10-31' }, { period: '2026-11', value: '250000', earlier }).amountFen).toBe(0);
    expect(byMetric({ ...quarter, for: { persons: ['other'] } }, { period: '2026-11', value: '250000', earlier }).amountFen).toBe(0);
  });
  it('says how it came about', () => {
    const desired = byMetric(quarter, { period: '2026-11', value: '250000', earlier: new Map([['quarter', yuan('1000')]]) });
    expect(explainAward(desired, '2026-11').formula).toEqual({
      zh: '销售额 250,000.00 元 × 2% = 5,000.00 元;本季度至今应得 5,000.00 元 × 预发 50% = 2,500.00 元 − 此前各月已计 1,000.00 元 = 1,500.00 元',
      en: 'sales 250,000.00 yuan × 2% = 5,000.00 yuan;5,000.00 yuan for the quarter so far × advance of 50% = 2,500.00 yuan − 1,000.00 yuan of the months before = 1,500.00 yuan',
    });
  });
  it('over the whole quarter pays what the rule gives on it, whatever the months were and whatever was corrected between', () => {
    fc.assert(
      fc.property(
        fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -50_000_000, max: 90_000_000 }))),
        fc.constantFrom('0%', '33.3%', '100%'),
        (months, advance) => {
          const rule: RewardInput = { ...RULES.marginal, id: 'quarter', metric: 'quarter-sales', trueUp: { advance } };
          const compiled = compiledOf([rule], QUARTER);
          let paid = 0;
          let soFar = 0;
          months.forEach((more, place) => {
            soFar += more ?? 0;
            const period = `2026-${10 + place}`;
            const evidence = evidenceOf({ 'quarter-sales': { n: soFar, d: 1 } }, { period, earlier: new Map([['quarter', paid]]) });
            paid += evaluateRewards(compiled, evidence)[0]?.amountFen ?? 0;
          });
          const { trueUp: _, ...plain } = rule as RewardInput & { trueUp?: object };
          const whole = evaluateRewards(
            compiledOf([{ ...plain, metric: 'sales' } as RewardInput]),
            evidenceOf({ sales: { n: soFar, d: 1 } }),
          );
          expect(paid).toBe(whole[0]?.amountFen);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('which months are carried', () => {
  const of = (rule: RewardInput, period: string) =>
    compiledOf([rule], QUARTER).carryRules.flatMap((one) => earlierMonths(one, period as Month));
  it.each<[string, RewardInput, string, readonly string[]]>([
    ['nothing by a plain rule', RULES.slab, '2026-12', []],
    ['the year', { ...RULES.slab, capPerYearFen: 5 }, '2026-03', ['2026-01', '2026-02']],
    ['nothing in January', { ...RULES.slab, capPerYearFen: 5 }, '2026-01', []],
    ['the quarter', quarter, '2026-12', ['2026-10', '2026-11']],
    ['nothing in its first month', quarter, '2026-10', []],
  ])('%s', (_, rule, period, expected) => expect(of(rule, period)).toEqual(expected));
  it('a draw, for three years', () => {
    expect(of(draw, '2026-12')).toHaveLength(35);
    expect(of({ ...draw, recoverable: false }, '2026-12')).toEqual([]);
  });
});

describe('a cap of the year, and a floor', () => {
  const capped: RewardInput = { ...RULES.visitSubsidy, capPerMonthFen: 80_000, capPerYearFen: 100_000 };
  it.each<[string, number, number, number]>([
    ['nothing before', 10, 0, 50_000],
    ['the month’s cap', 20, 0, 80_000],
    ['what is left', 20, 70_000, 30_000],
    ['a fen is left', 20, 99_999, 1],
    ['nothing is left', 20, 100_000, 0],
    ['more was paid than there is now', 20, 120_000, 0],
  ])('by metric: %s', (_, visits, before, expected) => {
    const evidence = evidenceOf({ visits: { n: visits, d: 1 } }, { earlier: new Map([['visit-subsidy', before]]) });
    expect(evaluateRewards(compiledOf([capped]), evidence)[0]?.amountFen).toBe(expected);
  });
  it.each<[string, number | null, number]>([
    ['no fact', null, 30_000],
    ['below', 5, 30_000],
    ['at', 6, 30_000],
    ['above', 7, 35_000],
  ])('a floor: %s', (_, visits, expected) => {
    const floor: RewardInput = { ...RULES.visitSubsidy, floorPerMonthFen: 30_000 };
    const evidence = evidenceOf({ visits: visits === null ? null : { n: visits, d: 1 } });
    const [desired] = evaluateRewards(compiledOf([floor]), evidence);
    expect(desired?.amountFen).toBe(expected);
    if (desired && expected === 30_000 && visits !== 6) expect(explainAward(desired, '2026-11').formula.zh).toContain('每月保底 300.00 元');
  });
  it('by customer: each award stands, and what the year does not have left is taken off', () => {
    const rule: RewardInput = { ...RULES.newCustomer, capPerMonthFen: 90_000, capPerYearFen: 120_000 };
    const compiled = compiledOf([rule]);
    const customers = ['a', 'b'].map((id) => customerOf(id, orderOf(id, '10000')));
    const postingAfter = (before: number) => {
      const evidence = evidenceOf({}, { customers, earlier: new Map([['new-customer', before]]) });
      return postDifferences({
        employeeId: 'e-1',
        legalEntityId: 'le-1',
        period: '2026-11',
        plan: null,
        bookVersion: 1,
        compiled,
        evidence,
        desired: evaluateRewards(compiled, evidence),
        current: new Map(),
        everything: true,
        head: { seq: 0, balanceFen: 0 as never, postedAt: null, version: 0, carries: [] },
        state: EMPTY_STATE,
        causeKind: 'facts',
        touchedFacts: new Map([['crm:f', factOf('crm:f')]]),
        now: '2026-11-30T00:00:00.000Z',
      });
    };
    const amounts = (before: number) => postingAfter(before).changes.map(({ award }) => award.amountFen);
    expect(amounts(0)).toEqual([50_000, 50_000, -10_000]);
    expect(amounts(60_000)).toEqual([50_000, 50_000, -40_000]);
    expect(amounts(120_000)).toEqual([50_000, 50_000, -100_000]);
    expect(postingAfter(60_000).changes.at(-1)?.award.tests[0]?.zh).toBe(
      '本规则本月合计 1,000.00 元 > 本年上限 1,200.00 元的余额 600.00 元:超出',
    );
    expect(postingAfter(60_000)).toMatchObject({ head: { version: 1, carries: ['new-customer'] }, moved: new Set(['new-customer']) });
  });
});

const draw: Extract<RewardInput, { kind: 'draw' }> = {
  id: 'guarantee',
  name: { zh: '新人保底', en: 'guarantee' },
  category: 'subsidy',
  kind: 'draw',
  of: ['commission'],
  guaranteeFen: 300_000,
  firstMonths: 3,
};
describe('a draw', () => {
  const decide = (
    rule: RewardInput,
    period: string,
    earned: string,
    open: string,
    hiredOn = '2026-09-01',
    leftOn: string | null = null,
  ) => {
    const compiled = compiledOf([RULES.shopCommission, rule]);
    const person = { employeeId: 'e-1', positionId: 'p', orgUnitId: 'u', hiredOn, leftOn };
    const evidence = evidenceOf({}, { period, person, earlier: new Map([['guarantee', yuan(open)]]) });
    const [of] = compiled.drawRules;
    if (!of) throw new Error('no draw');
    return evaluateDraw(of, evidence, drawBase(of, new Map([['commission', yuan(earned)]])));
  };
  it.each<[string, string, string, string, number]>([
    ['September: 1,000 earned', '2026-09', '1000', '0', 200_000],
    ['October: exactly the guarantee', '2026-10', '3000', '2000', 0],
    ['October: a fen below', '2026-10', '2999.99', '2000', 1],
    ['October: a fen above', '2026-10', '3000.01', '2000', -1],
    ['November: 500 above', '2026-11', '3500', '2000', -50_000],
    ['December: no longer guaranteed', '2026-12', '1200', '1500', -120_000],
    ['January: the rest', '2027-01', '1000', '300', -30_000],
    ['February: nothing is open', '2027-02', '1000', '0', 0],
    ['nothing earned, no longer guaranteed', '2026-12', '0', '1500', 0],
    ['before the first day', '2026-08', '0', '0', 0],
  ])('%s', (_, period, earned, open, expected) => expect(decide(draw, period, earned, open).amountFen).toBe(expected));
  it.each<[string, string, string | null, number]>([
    ['hired on the 16th of 30 days', '2026-09-16', null, 150_000],
    ['hired on the last day', '2026-09-30', null, 10_000],
    ['left after ten days', '2026-09-01', '2026-09-10', 100_000],
    ['all of the month', '2026-09-01', '2026-09-30', 300_000],
  ])('by days: %s', (_, hiredOn, leftOn, expected) => {
    expect(decide({ ...draw, prorate: 'calendar-days' }, '2026-09', '0', '0', hiredOn, leftOn).amountFen).toBe(expected);
    expect(decide(draw, '2026-09', '0', '0', hiredOn, leftOn).amountFen).toBe(300_000);
  });
  it('that is not recoverable is never taken back', () => {
    expect(decide({ ...draw, recoverable: false }, '2026-12', '9000', '2000').amountFen).toBe(0);
  });
  it('is not recovered from somebody it is no longer for', () => {
    expect(decide({ ...draw, for: { persons: ['other'] } }, '2026-12', '9000', '2000').amountFen).toBe(0);
  });
  it('in words', () => {
    const words = (...of: Parameters<typeof decide>) => explainDraw(decide(...of), of[1]);
    expect(words(draw, '2026-09', '1000', '0')).toEqual({
      tests: [{ passed: true, zh: '入职第 1 个月,保底 3 个月:达到', en: 'month 1 of service, guaranteed for 3: met' }],
      formula: {
        zh: '保底 3,000.00 元 − 本月所得 1,000.00 元 = 补足 2,000.00 元',
        en: 'guarantee 3,000.00 yuan − earned 1,000.00 yuan = 2,000.00 yuan added',
      },
    });
    expect(words(draw, '2026-12', '1200', '1500').formula.zh).toBe(
      '本月所得 1,200.00 元,超出保底 0.00 元;此前预支未收回 1,500.00 元,本月收回 1,200.00 元',
    );
  });
  it('never recovers more than was advanced, and never leaves a guaranteed month below the guarantee', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 12 }), (earned) => {
        let open = 0;
        earned.forEach((fen, place) => {
          const month = 9 + place;
          const period = `${2026 + Math.floor((month - 1) / 12)}-${String(((month - 1) % 12) + 1).padStart(2, '0')}`;
          const { amountFen } = decide(draw, period, (fen / 100).toFixed(2), (open / 100).toFixed(2));
          open += amountFen;
          expect(open).toBeGreaterThanOrEqual(0);
          expect(fen + amountFen).toBeGreaterThanOrEqual(place < 3 ? 300_000 : 0);
        });
      }),
    );
  });
});
