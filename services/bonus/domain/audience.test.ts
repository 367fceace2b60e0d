import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratio } from '../../../shared/kernel/ratio.ts';
import { compiledOf, customerOf, evidenceOf, orderOf, type RewardInput, RULES } from '../testing/rewards.ts';
import { isInAudience, type PersonOfMonth } from './audience.ts';
import { evaluateRewards } from './evaluate-rewards.ts';
import { explainAward } from './explain-award.ts';
import { candidatesOf } from './first-in-group.ts';

const PERSON: PersonOfMonth = { employeeId: 'e-1', positionId: 'field-sales', orgUnitId: 'east', hiredOn: '2026-01-15' };
type Given = NonNullable<RewardInput['for']>;
const evaluate = (rule: RewardInput, person: PersonOfMonth | null = PERSON) =>
  evaluateRewards(
    compiledOf([rule]),
    evidenceOf({ visits: ratio(1) }, { person, customers: [customerOf('c-1', orderOf('c-1', '10000'))] }),
  );

describe('whom a rule is for', () => {
  it.each<[string, Given, boolean]>([
    ['the position', { positions: ['key-accounts', 'field-sales'] }, true],
    ['another position', { positions: ['key-accounts'] }, false],
    ['the org unit', { orgUnits: ['east'] }, true],
    ['another org unit', { orgUnits: ['west'] }, false],
    ['the person', { persons: ['e-1'] }, true],
    ['another person', { persons: ['e-10'] }, false],
    ['hired on the first day', { hiredFrom: '2026-01-15' }, true],
    ['hired the day before', { hiredFrom: '2026-01-16' }, false],
    ['hired on the last day', { hiredTo: '2026-01-15' }, true],
    ['hired the day after', { hiredTo: '2026-01-14' }, false],
    ['all of it', { positions: ['field-sales'], orgUnits: ['east'], hiredFrom: '2026-01-01', hiredTo: '2026-12-31' }, true],
    ['all but one', { positions: ['field-sales'], orgUnits: ['east'], persons: ['e-2'] }, false],
  ])('%s', (_, audience, isIn) => {
    const [desired] = evaluate({ ...RULES.visitSubsidy, for: audience });
    expect([desired?.inAudience, desired?.amountFen]).toEqual([isIn, isIn ? 5_000 : 0]);
    const [byCustomer] = evaluate({ ...RULES.newCustomer, for: audience });
    expect(byCustomer?.amountFen).toBe(isIn ? 50_000 : 0);
  });

  it('is nobody who works nowhere, but everybody where the rule does not say', () => {
    expect(evaluate({ ...RULES.visitSubsidy, for: { persons: ['e-1'] } }, null)[0]?.amountFen).toBe(0);
    expect(evaluate(RULES.visitSubsidy, null)[0]?.amountFen).toBe(5_000);
  });

  it('decides who can be the first of a group', () => {
    const rule = { ...RULES.newCustomer, firstIn: 'order.customerId' } as const;
    expect(candidatesOf(evaluate({ ...rule, for: { positions: ['field-sales'] } }))).toHaveLength(1);
    expect(candidatesOf(evaluate({ ...rule, for: { positions: ['other'] } }))).toEqual([]);
  });

  it('is said in words; persons are counted, not named', () => {
    const [desired] = evaluate({ ...RULES.visitSubsidy, for: { positions: ['key-accounts'], persons: ['e-7'], hiredFrom: '2026-02-01' } });
    if (desired === undefined) throw new Error('nothing was evaluated');
    const { tests, formula } = explainAward(desired, '2026-11');
    expect(tests[0]).toEqual({
      passed: false,
      zh: '适用对象(职位 key-accounts;指定的 1 人;2026-02-01 起入职)不包含本人:未达到',
      en: 'the rule is for positions key-accounts; 1 named person; hired from 2026-02-01 on: not met',
    });
    expect(formula.zh).toContain('本人不在适用对象内');
  });

  it('is one thing more to hold with each thing said', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
    const audience = fc.record({ positions: ids, orgUnits: ids, persons: ids }, { requiredKeys: [] });
    const person = fc.record({
      employeeId: fc.constantFrom('a', 'b', 'c', 'd'),
      positionId: fc.constantFrom('a', 'b', 'c', 'd'),
      orgUnitId: fc.constantFrom('a', 'b', 'c', 'd'),
      hiredOn: fc.constant('2026-01-15'),
    });
    fc.assert(
      fc.property(audience, person, (said, who) => {
        const each = Object.entries(said).map(([name, value]) => isInAudience({ [name]: value }, who));
        expect(isInAudience(said as Parameters<typeof isInAudience>[0], who)).toBe(each.every(Boolean));
      }),
    );
  });
});
