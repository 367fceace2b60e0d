import { describe, expect, it } from 'vitest';
import type { AppliesTo, PlanDocument } from '../../../shared/contracts/plans.ts';
import type { TargetSet } from '../../../shared/contracts/targets.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { changeSet, withSet } from './change-targets.ts';
import { checkTargets, measuresOf } from './check-targets.ts';
import { type PlanSubject, versionsInMonth } from './resolve-plan.ts';
import { targetDays, targetsFor } from './resolve-targets.ts';
import { soundPlan } from './testing/sound-plan.ts';

const set = (kind: AppliesTo['kind'], id: string, targets: TargetSet['targets'], version = 1): TargetSet => ({
  of: { kind, id },
  version,
  targets,
});
const subject: PlanSubject = { employeeId: 'e1', positionId: 'rep', orgChain: ['team', 'region'], legalEntityId: 'acme' };
const places = (...sets: TargetSet[]) => ({ version: sets.length, sets });

describe('which target counts', () => {
  const company = set('legal-entity', 'acme', { sales: '1', visits: '1' });
  const region = set('org-unit', 'region', { sales: '2' });
  const team = set('org-unit', 'team', { sales: '3' });
  const position = set('position', 'rep', { sales: '4' });
  const person = set('person', 'e1', { sales: '5' });
  it.each<[string, TargetSet[], TargetSet | undefined, string | undefined]>([
    ['none', [], undefined, undefined],
    ['the company’s', [company], undefined, '1'],
    ['the region’s before the company’s', [company, region], undefined, '2'],
    ['the nearest org unit’s', [team, region, company], undefined, '3'],
    ['the position’s before the org unit’s', [team, position], undefined, '4'],
    ['the person’s before all', [company, region, team, position], person, '5'],
    ['not another org unit’s', [set('org-unit', 'other', { sales: '9' })], undefined, undefined],
    ['not a position of the same name as an org unit', [set('position', 'team', { sales: '9' })], undefined, undefined],
    ['an emptied set counts for nothing', [company, set('org-unit', 'team', {}, 2)], undefined, '1'],
  ])('%s', (_, sets, own, target) => {
    expect(targetsFor(places(...sets), own, subject)['sales']?.target).toBe(target);
  });
  it('is decided indicator by indicator, and says where', () => {
    expect(targetsFor(places(company, team), undefined, subject)).toEqual({
      sales: { target: '3', of: team.of, version: 1 },
      visits: { target: '1', of: company.of, version: 1 },
    });
  });
  it('joins days that have the same', () => {
    const days = (from: string, to: string, orgChain: string[]) => ({
      from: from as LocalDate,
      to: to as LocalDate,
      subject: { ...subject, orgChain },
    });
    const stretches = [
      days('2026-11-01', '2026-11-10', ['a', 'region']),
      days('2026-11-11', '2026-11-20', ['b', 'region']),
      days('2026-11-21', '2026-11-30', ['team']),
    ];
    expect(targetDays(places(region, team), undefined, stretches).map(({ from, to }) => [from, to])).toEqual([
      ['2026-11-01', '2026-11-20'],
      ['2026-11-21', '2026-11-30'],
    ]);
  });
});

describe('a change', () => {
  const before = set('person', 'e1', { sales: '1', visits: '2' }, 3);
  const wanted = (how: 'replace' | 'merge', targets: Record<string, string | null>) => ({ of: before.of, how, targets });
  it.each<[string, TargetSet | undefined, ReturnType<typeof wanted>, number, Record<string, string>]>([
    ['first', undefined, wanted('replace', { sales: '1' }), 1, { sales: '1' }],
    ['replaces the whole', before, wanted('replace', { sales: '9' }), 4, { sales: '9' }],
    ['merges', before, wanted('merge', { sales: '9' }), 4, { sales: '9', visits: '2' }],
    ['takes one away', before, wanted('merge', { sales: null }), 4, { visits: '2' }],
    ['takes all away', before, wanted('replace', {}), 4, {}],
    ['the same is no change', before, wanted('replace', { visits: '2', sales: '1' }), 3, { sales: '1', visits: '2' }],
    ['nothing to merge is no change', before, wanted('merge', { calls: null }), 3, { sales: '1', visits: '2' }],
    ['nothing for nobody is no change', undefined, wanted('replace', {}), 0, {}],
  ])('%s', (_, known, change, version, targets) => {
    expect(changeSet(known, change)).toEqual({ of: before.of, version, targets });
  });
  it('keeps places in one order', () => {
    const [a, b] = [set('org-unit', 'a', {}), set('position', 'a', {})];
    const one = withSet(withSet(places(), a), b);
    expect(withSet(withSet(places(), b), a)).toEqual(one);
    expect(withSet(one, { ...a, version: 2 }).sets).toHaveLength(2);
  });
});

describe('a target that cannot be meant', () => {
  const document = {
    ...soundPlan(),
    metrics: [
      { id: 'sales', name: { zh: '销售额', en: 'Sales' }, fold: 'sum', unit: 'fen', factTypes: ['order.signed'] },
      { id: 'customers', name: { zh: '客户数', en: 'Customers' }, fold: 'count', factTypes: ['order.signed'] },
    ],
    scheme: {
      indicators: [
        { id: 'sales', metric: 'sales' },
        { id: 'customers', metric: 'customers' },
      ],
    },
  } as unknown as PlanDocument;
  const measures = measuresOf([document, document]);
  it.each<[string, Record<string, string>, string[]]>([
    ['is meant', { sales: '500000', customers: '8' }, []],
    ['to the fen', { sales: '0.01' }, []],
    ['half a fen', { sales: '0.005' }, ['unit_mismatch /t/sales']],
    ['a percentage of money', { sales: '90%' }, ['unit_mismatch /t/sales']],
    ['nothing', { sales: '0' }, ['target_not_positive /t/sales']],
    ['less than nothing', { customers: '-1' }, ['target_not_positive /t/customers']],
    ['half a customer', { customers: '7.5' }, ['count_not_whole /t/customers']],
    ['of no indicator', { sale: '1' }, ['indicator_unknown /t/sale']],
    ['of a name of the language', { constructor: '1' }, ['indicator_unknown /t/constructor']],
    ['all at once', { sales: '0', other: '1' }, ['target_not_positive /t/sales', 'indicator_unknown /t/other']],
  ])('%s', (_, targets, found) => {
    const findings = checkTargets((indicator) => `/t/${indicator}`, targets, measures);
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual(found);
  });
});

it('versions of a month are those in force on any day of it', () => {
  const entry = (planId: string, version: number, effectiveFrom: string) => ({
    planId,
    version,
    effectiveFrom,
    appliesTo: { kind: 'legal-entity' as const, id: 'acme' },
    digest: '',
  });
  const entries = [
    entry('a', 1, '2026-01-01'),
    entry('a', 2, '2026-10-01'),
    entry('a', 3, '2026-11-16'),
    entry('b', 1, '2026-11-30'),
    entry('b', 2, '2026-12-01'),
  ];
  const found = versionsInMonth(entries, '2026-11' as Month).map(({ planId, version }) => `${planId}${version}`);
  expect(found.sort()).toEqual(['a2', 'a3', 'b1']);
});
