import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssignedTargets, SetTarget } from '../../../shared/contracts/targets.ts';
import { addDays, firstDay, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';
import { compare, fromStored, multiply, parseRatio, ratio, toStored } from '../../../shared/kernel/ratio.ts';
import { type IndicatorInput, indicator, metric, PERIOD, planOf } from '../testing/plans.ts';
import { explainTarget } from './explain-target.ts';
import { assignTargets, isAssigned } from './month-targets.ts';
import { scoreBook } from './score-book.ts';

const sales = metric({ id: 'a', fold: 'sum', unit: 'number', factTypes: ['some.fact'] });
const at = (kind: SetTarget['of']['kind'], target: string, version = 1): SetTarget => ({
  target,
  of: { kind, id: `the-${kind}` },
  version,
});
const stretch = (from: string, to: string, target?: SetTarget): AssignedTargets['days'][number] => ({
  from,
  to,
  targets: target ? { a: target } : {},
});
const NOVEMBER = ['2026-11-01', '2026-11-30'] as const;
const assigned = (more: Partial<AssignedTargets> = {}): AssignedTargets => ({
  hiredOn: '2020-01-01',
  leftOn: null,
  days: [stretch(...NOVEMBER)],
  ...more,
});
const input = (more: Partial<IndicatorInput>, target: string | null = '300'): IndicatorInput => {
  const { target: _, ...rest } = indicator('a', '100', '0', more);
  return target === null ? rest : { ...rest, target };
};
const targetIn = (indicatorInput: IndicatorInput, targets: AssignedTargets | undefined, period: Month = PERIOD) => {
  const plan = assignTargets(planOf([sales], { indicators: [indicatorInput] }), targets, period);
  const [only] = plan.scheme?.indicators ?? [];
  if (!only) throw new Error('no indicator');
  return only;
};
const value = (indicatorInput: IndicatorInput, targets: AssignedTargets | undefined, period?: Month): string | null => {
  const { target } = targetIn(indicatorInput, targets, period);
  if (!target) return null;
  const { n, d } = toStored(target);
  return d === '1' ? n : `${n}/${d}`;
};
const NO_TARGET = input({}, null);

describe('what is set stands in place of the plan’s', () => {
  it.each<[string, Partial<AssignedTargets>, string]>([
    ['nothing set', {}, '300'],
    ['set for the company', { days: [stretch(...NOVEMBER, at('legal-entity', '400'))] }, '400'],
    ['set for the person', { days: [stretch(...NOVEMBER, at('person', '250'))] }, '250'],
    [
      'moved on the 16th: the mean by days',
      { days: [stretch('2026-11-01', '2026-11-15', at('org-unit', '400')), stretch('2026-11-16', '2026-11-30', at('org-unit', '200'))] },
      '300',
    ],
    [
      'moved on the 2nd: one day of thirty',
      { days: [stretch('2026-11-01', '2026-11-01', at('org-unit', '400')), stretch('2026-11-02', '2026-11-30', at('position', '100'))] },
      '110',
    ],
    [
      'moved to where none is set: the plan’s on those days',
      { days: [stretch('2026-11-01', '2026-11-10', at('org-unit', '600')), stretch('2026-11-11', '2026-11-30')] },
      '400',
    ],
    ['set for another indicator', { days: [{ from: NOVEMBER[0], to: NOVEMBER[1], targets: { other: at('person', '1') } }] }, '300'],
  ])('%s', (_, more, target) => {
    expect(value(input({}), assigned(more))).toBe(target);
  });
  it('a day without any leaves the whole without', () => {
    const days = [stretch('2026-11-01', '2026-11-29', at('org-unit', '600')), stretch('2026-11-30', '2026-11-30')];
    expect(value(NO_TARGET, assigned({ days }))).toBeNull();
    expect(value(NO_TARGET, assigned({ days: [stretch(...NOVEMBER, at('org-unit', '600'))] }))).toBe('600');
    expect(value(NO_TARGET, undefined)).toBeNull();
  });
  it('is in the metric’s unit: yuan become fen', () => {
    const money = metric({ id: 'a', fold: 'sum', unit: 'fen', factTypes: ['some.fact'] });
    const plan = assignTargets(
      planOf([money], { indicators: [input({})] }),
      assigned({ days: [stretch(...NOVEMBER, at('person', '12.34'))] }),
      PERIOD,
    );
    expect(plan.scheme?.indicators[0]?.target).toEqual(ratio(1234));
  });
});

describe('new hires, by month of service', () => {
  const ramped = input({ ramp: ['50%', '80%'] });
  it.each<[string, string, Month, string]>([
    ['hired on the first', '2026-11-01', '2026-11' as Month, '150'],
    ['hired on the last day of the month', '2026-11-30', '2026-11' as Month, '150'],
    ['the second month', '2026-10-31', '2026-11' as Month, '240'],
    ['the third month has all', '2026-09-30', '2026-11' as Month, '300'],
    ['over the new year', '2025-12-31', '2026-01' as Month, '240'],
    ['on 29 February', '2028-02-29', '2028-03' as Month, '240'],
    ['not hired yet: as it is', '2026-12-01', '2026-11' as Month, '300'],
  ])('%s', (_, hiredOn, period, target) => {
    const days = [stretch(firstDay(period), lastDay(period))];
    expect(value(ramped, assigned({ hiredOn, days }), period)).toBe(target);
  });
  it('is of what is set for the place, but not of what is set for the person', () => {
    const hiredOn = '2026-11-01';
    expect(value(ramped, assigned({ hiredOn, days: [stretch(...NOVEMBER, at('position', '1000'))] }))).toBe('500');
    expect(value(ramped, assigned({ hiredOn, days: [stretch(...NOVEMBER, at('person', '1000'))] }))).toBe('1000');
  });
});

describe('days employed', () => {
  const prorated = input({ prorate: 'calendar-days' });
  it.each<[string, string, string | null, Month, string]>([
    ['all month', '2026-11-01', null, '2026-11' as Month, '300'],
    ['joined on the 2nd', '2026-11-02', null, '2026-11' as Month, '290'],
    ['joined on the last day', '2026-11-30', null, '2026-11' as Month, '10'],
    ['left on the last day: all of it', '2020-01-01', '2026-11-30', '2026-11' as Month, '300'],
    ['left on the first', '2020-01-01', '2026-11-01', '2026-11' as Month, '10'],
    ['joined and left', '2026-11-11', '2026-11-20', '2026-11' as Month, '100'],
    ['leap February, joined on the 29th', '2028-02-29', null, '2028-02' as Month, '300/29'],
    ['left long ago: none of it', '2020-01-01', '2026-10-31', '2026-11' as Month, '0'],
  ])('%s', (_, hiredOn, leftOn, period, target) => {
    const days = [stretch(firstDay(period), lastDay(period))];
    expect(value(prorated, assigned({ hiredOn, leftOn, days }), period)).toBe(target);
  });
  it('are those of the whole window', () => {
    const quarter = metric({ id: 'a', fold: 'sum', unit: 'number', factTypes: ['some.fact'], window: 'quarter' });
    const plan = planOf([quarter], { indicators: [input({ prorate: 'calendar-days' }, '920')] });
    const joined = assignTargets(plan, assigned({ hiredOn: '2026-11-01' }), PERIOD);
    // October has 31 of the 92 days of the quarter, December is still to come.
    expect(joined.scheme?.indicators[0]?.target).toEqual(ratio(610));
    const december = { ...assigned({ hiredOn: '2026-11-01' }), days: [stretch('2026-12-01', '2026-12-31')] };
    expect(assignTargets(plan, december, '2026-12' as Month).scheme?.indicators[0]?.target).toEqual(ratio(610));
  });
  it('and ramp both', () => {
    expect(value(input({ prorate: 'calendar-days', ramp: ['50%'] }), assigned({ hiredOn: '2026-11-16' }))).toBe('75');
  });
});

describe('in words', () => {
  it('says where it was set and what was taken of it', () => {
    const only = targetIn(
      input({ prorate: 'calendar-days', ramp: ['50%'] }),
      assigned({
        hiredOn: '2026-11-11',
        days: [stretch('2026-11-11', '2026-11-20', at('position', '600')), stretch('2026-11-21', '2026-11-30')],
      }),
    );
    expect(explainTarget(only).zh).toBe(
      '150((为岗位 the-position 设定 600 × 10 天 + 方案目标 300 × 10 天) ÷ 20 天 × 入职第 1 个月 50% × 在职 20/30 天)',
    );
    expect(explainTarget(only).en).toContain('× 50% in month 1 of service × 20/30 days employed');
  });
  it('says nothing of a target that is simply the plan’s', () => {
    expect(explainTarget(targetIn(input({}), assigned())).zh).toBe('300');
    expect(targetIn(input({ prorate: 'calendar-days', ramp: ['50%'] }), assigned()).targetBasis).toBeUndefined();
  });
});

describe('a book', () => {
  it('without a target gives no points and no attainment, and says so', () => {
    const plan = planOf([sales], { indicators: [{ ...NO_TARGET, weight: '60' }, indicator('a', '40', '100', { id: 'b' })] });
    const score = scoreBook(plan, [ratio(100)]);
    expect(score?.total).toBe('40.00');
    expect(score?.indicators[0]).toMatchObject({ target: null, attainment: null, points: { n: '0', d: '1' } });
  });
  it('knows whether it was made with the same targets', () => {
    const set = assigned({ days: [stretch(...NOVEMBER, at('person', '1'))] });
    expect(isAssigned(undefined, assigned())).toBe(true);
    expect(isAssigned(undefined, set)).toBe(false);
    expect(isAssigned(set, set)).toBe(true);
    expect(isAssigned(set, assigned())).toBe(false);
    expect(isAssigned(set, assigned({ days: [stretch(...NOVEMBER, at('person', '1', 2))] }))).toBe(false);
    expect(isAssigned(set, { ...set, hiredOn: '2026-11-02' })).toBe(false);
  });
});

describe('for any cut of the month', () => {
  const day = (index: number): LocalDate => addDays(firstDay(PERIOD), index);
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 29 }), { maxLength: 5 }).map((days) => [0, ...days.sort((a, b) => a - b), 30]);
  const cut = (days: readonly number[], targets: readonly string[]): AssignedTargets['days'] =>
    days.slice(1).map((end, index) => stretch(day(days[index] ?? 0), day(end - 1), at('org-unit', targets[index % targets.length] ?? '1')));
  const texts = fc.array(fc.integer({ min: 1, max: 999_999 }).map(String), { minLength: 1, maxLength: 6 });

  it('the mean lies between the least and the most, and the same target everywhere is itself', () => {
    fc.assert(
      fc.property(cuts, texts, (days, targets) => {
        const target = parse(value(input({}), assigned({ days: cut(days, targets) })));
        const used = targets.slice(0, days.length - 1).map((text) => parseRatio(text));
        expect(used.some((one) => compare(one, target) <= 0)).toBe(true);
        expect(used.some((one) => compare(one, target) >= 0)).toBe(true);
        const [same = '1'] = targets;
        expect(value(input({}), assigned({ days: cut(days, [same]) }))).toBe(same);
      }),
    );
  });
  it('twice the targets are twice the target, ramped and prorated', () => {
    fc.assert(
      fc.property(cuts, texts, fc.integer({ min: 0, max: 29 }), (days, targets, hired) => {
        const one = input({ ramp: ['30%'], prorate: 'calendar-days' });
        const hiredOn = day(hired);
        const single = parse(value(one, assigned({ hiredOn, days: cut(days, targets) })));
        const double = parse(
          value(
            one,
            assigned({
              hiredOn,
              days: cut(
                days,
                targets.map((text) => String(Number(text) * 2)),
              ),
            }),
          ),
        );
        expect(double).toEqual(multiply(single, ratio(2)));
      }),
    );
  });
  const parse = (text: string | null) => {
    const [n = '0', d = '1'] = (text ?? '').split('/');
    return fromStored({ n, d });
  };
});
