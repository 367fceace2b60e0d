import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppliesTo, PlanIndexEntry } from '../../../shared/contracts/plans.ts';
import { localDate, month } from '../../../shared/kernel/period.ts';
import { resolveDays, resolvePlan, versionsInForce } from './resolve-plan.ts';

const entry = (
  planId: string,
  version: number,
  effectiveFrom: string,
  appliesTo: AppliesTo = { kind: 'legal-entity', id: 'acme' },
): PlanIndexEntry => ({
  planId,
  version,
  effectiveFrom,
  appliesTo,
  digest: `${planId}${version}`,
});
const subject = { employeeId: 'e1', positionId: 'rep', orgChain: ['team', 'region'], legalEntityId: 'acme' };
const resolve = (entries: readonly PlanIndexEntry[], on: string): string => {
  const found = resolvePlan({ version: 1, entries }, subject, localDate(on));
  return found.ok ? `${found.value.planId} v${found.value.version}` : found.error.code;
};
const person: AppliesTo = { kind: 'person', id: 'e1' };
const position: AppliesTo = { kind: 'position', id: 'rep' };
const team: AppliesTo = { kind: 'org-unit', id: 'team' };
const region: AppliesTo = { kind: 'org-unit', id: 'region' };

describe('the plan of a person', () => {
  it('is the most specific one', () => {
    const all = [
      entry('e', 1, '2026-01-01'),
      entry('r', 1, '2026-01-01', region),
      entry('t', 1, '2026-01-01', team),
      entry('p', 1, '2026-01-01', position),
      entry('me', 1, '2026-01-01', person),
    ];
    for (const [count, expected] of [
      [5, 'me v1'],
      [4, 'p v1'],
      [3, 't v1'],
      [2, 'r v1'],
      [1, 'e v1'],
    ] as const) {
      expect(resolve(all.slice(0, count), '2026-11-30')).toBe(expected);
    }
  });

  it('is not one of somebody else of the same id', () => {
    expect(
      resolve(
        [entry('p', 1, '2026-01-01', { kind: 'position', id: 'e1' }), entry('o', 1, '2026-01-01', { kind: 'person', id: 'rep' })],
        '2026-11-30',
      ),
    ).toBe('no_plan');
  });

  it('is the version in force: the latest beginning, not the highest number', () => {
    const versions = [entry('a', 1, '2026-11-01'), entry('a', 2, '2026-12-01'), entry('a', 3, '2026-10-01')];
    expect(resolve(versions, '2026-09-30')).toBe('no_plan');
    expect(resolve(versions, '2026-10-31')).toBe('a v3');
    expect(resolve(versions, '2026-11-30')).toBe('a v1');
    expect(resolve(versions, '2026-12-31')).toBe('a v2');
  });

  it('is the higher of two versions from one day', () => {
    expect(resolve([entry('a', 2, '2026-11-01'), entry('a', 1, '2026-11-01')], '2026-11-01')).toBe('a v2');
  });

  it('is none before the first day, and from that day on', () => {
    expect(resolve([entry('a', 1, '2026-11-02')], '2026-11-01')).toBe('no_plan');
    expect(resolve([entry('a', 1, '2026-11-02')], '2026-11-02')).toBe('a v1');
  });

  it('ends for those whom a later version no longer applies to', () => {
    const moved = [entry('a', 1, '2026-01-01'), entry('a', 2, '2026-11-01', { kind: 'position', id: 'other' })];
    expect(resolve(moved, '2026-10-31')).toBe('a v1');
    expect(resolve(moved, '2026-11-30')).toBe('no_plan');
  });

  it('is refused by name when two are in force for one place', () => {
    const two = [entry('b', 1, '2026-01-01'), entry('a', 4, '2026-11-01')];
    expect(resolve(two, '2026-10-31')).toBe('b v1');
    const found = resolvePlan({ version: 1, entries: two }, subject, localDate('2026-11-30'));
    expect(found).toMatchObject({ ok: false, error: { code: 'ambiguous_plan' } });
    if (!found.ok) {
      expect(found.error.reason.en).toContain('a v4, b v1');
      expect(found.error.reason.zh).toContain('a v4、b v1');
    }
  });

  it('is not ambiguous because of less specific ones', () => {
    expect(resolve([entry('b', 1, '2026-01-01'), entry('a', 1, '2026-01-01'), entry('me', 1, '2026-01-01', person)], '2026-11-30')).toBe(
      'me v1',
    );
  });

  describe('of a month', () => {
    const whole = [{ subject, from: localDate('2026-11-01'), to: localDate('2026-11-30') }];
    const daysOf = (entries: readonly PlanIndexEntry[], stretches = whole) => {
      const found = resolveDays({ version: 1, entries }, month('2026-11'), stretches);
      return found.ok
        ? found.value.map(
            ({ entry: { planId, version }, from, to, days }) => `${planId} v${version} ${from.slice(8)}-${to.slice(8)} ${days}`,
          )
        : found.error.code;
    };
    const replacing = (effectiveFrom: string) => ({ ...entry('a', 2, effectiveFrom), midMonth: 'replace' as const });
    it.each([
      ['one version', [entry('a', 1, '2026-01-01')], ['a v1 01-30 30']],
      ['from the first day', [entry('a', 1, '2026-01-01'), entry('a', 2, '2026-11-01')], ['a v2 01-30 30']],
      ['from the second day', [entry('a', 1, '2026-01-01'), entry('a', 2, '2026-11-02')], ['a v1 01-01 1', 'a v2 02-30 29']],
      ['from the 16th', [entry('a', 1, '2026-01-01'), entry('a', 2, '2026-11-16')], ['a v1 01-15 15', 'a v2 16-30 15']],
      ['from the last day', [entry('a', 1, '2026-01-01'), entry('a', 2, '2026-11-30')], ['a v1 01-29 29', 'a v2 30-30 1']],
      ['from the next month', [entry('a', 1, '2026-01-01'), entry('a', 2, '2026-12-01')], ['a v1 01-30 30']],
      ['replacing from the 16th', [entry('a', 1, '2026-01-01'), replacing('2026-11-16')], ['a v2 01-30 30']],
      [
        'replacing after a segment',
        [entry('a', 1, '2026-01-01'), { ...entry('a', 3, '2026-11-10') }, replacing('2026-11-16')],
        ['a v2 01-30 30'],
      ],
      [
        'replacing before a segment',
        [entry('a', 1, '2026-01-01'), replacing('2026-11-10'), entry('a', 3, '2026-11-21')],
        ['a v2 01-20 20', 'a v3 21-30 10'],
      ],
      ['replacing in another month', [entry('a', 1, '2026-01-01'), replacing('2026-10-16')], ['a v2 01-30 30']],
      ['none before the 10th', [entry('a', 1, '2026-11-10')], ['a v1 10-30 21']],
      ['none at all', [entry('a', 1, '2026-12-01')], 'no_plan'],
      ['two at the end', [entry('a', 1, '2026-01-01'), entry('b', 1, '2026-11-20')], 'ambiguous_plan'],
      [
        'three',
        [entry('a', 1, '2026-01-01'), entry('a', 2, '2026-11-11'), entry('a', 3, '2026-11-21')],
        ['a v1 01-10 10', 'a v2 11-20 10', 'a v3 21-30 10'],
      ],
    ] as const)('%s', (_, entries, expected) => {
      expect(daysOf([...entries])).toEqual(expected);
    });

    it('follows a person who moves, and leaves out the days between', () => {
      const moved = [
        { subject, from: localDate('2026-11-03'), to: localDate('2026-11-12') },
        { subject: { ...subject, employeeId: 'other' }, from: localDate('2026-11-15'), to: localDate('2026-11-30') },
      ];
      const entries = [entry('me', 1, '2026-01-01', person), entry('a', 1, '2026-01-01')];
      expect(daysOf(entries, moved)).toEqual(['me v1 03-12 10', 'a v1 15-30 16']);
    });
  });

  it('does not depend on the order of the index', () => {
    const any = fc.record({
      planId: fc.constantFrom('a', 'b', 'c'),
      version: fc.integer({ min: 1, max: 5 }),
      effectiveFrom: fc.constantFrom('2026-10-01', '2026-11-01', '2026-11-15', '2026-12-01'),
      appliesTo: fc.constantFrom(person, position, team, region, { kind: 'legal-entity', id: 'acme' } as AppliesTo),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(any, { selector: (one) => `${one.planId}#${one.version}`, maxLength: 10 }),
        fc.infiniteStream(fc.nat()),
        (list, order) => {
          const entries = list.map((one) => ({ ...one, digest: '' }));
          const shuffled = entries.map((one) => ({ one, key: order.next().value as number })).sort((a, b) => a.key - b.key);
          expect(
            resolve(
              shuffled.map(({ one }) => one),
              '2026-11-30',
            ),
          ).toBe(resolve(entries, '2026-11-30'));
        },
      ),
    );
  });

  it('has at most one version of each plan', () => {
    const entries = [entry('a', 1, '2026-01-01'), entry('a', 2, '2026-02-01', person), entry('b', 1, '2026-01-01')];
    expect(versionsInForce(entries, localDate('2026-03-01')).map(({ planId, version }) => `${planId}${version}`)).toEqual(['a2', 'b1']);
  });
});
