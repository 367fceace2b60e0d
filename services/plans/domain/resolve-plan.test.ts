import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppliesTo, PlanIndexEntry } from '../../../shared/contracts/plans.ts';
import { localDate, month } from '../../../shared/kernel/period.ts';
import { resolvePlan, resolvePlanForMonth, versionsInForce } from './resolve-plan.ts';

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

  it('of a month is that of its last day', () => {
    const index = { version: 1, entries: [entry('a', 1, '2026-11-01'), entry('a', 2, '2026-11-30')] };
    expect(resolvePlanForMonth(index, subject, month('2026-11'))).toMatchObject({ ok: true, value: { version: 2 } });
    expect(resolvePlanForMonth(index, subject, month('2026-10'))).toMatchObject({ ok: false, error: { code: 'no_plan' } });
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
