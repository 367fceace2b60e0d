import { describe, expect, it } from 'vitest';
import type { Reward } from '../../../shared/contracts/plans.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { checkExclusive } from './check-exclusive.ts';
import { checkOverlaps } from './check-overlaps.ts';
import { soundRewards } from './testing/sound-plan.ts';

const placed = (...rules: readonly Reward[]) => rules.map((value, index) => ({ path: `/rewards/${index}`, value }));
const found = (complete: boolean, ...rules: readonly Reward[]): string[] =>
  checkExclusive({ parts: placed(...rules), brokenIds: new Set(), unnamed: false, complete }).map(
    ({ severity, code, path }) => `${severity} ${code} ${path}`,
  );
const byFact: Reward = { ...soundRewards.perFact, exclusiveGroup: 'best' };
const another: Reward = { ...soundRewards.perFact, id: 'another', exclusiveGroup: 'best' };
const byMonth: Reward = { ...soundRewards.threshold, exclusiveGroup: 'best' };

describe('rules for different people', () => {
  const { exclusiveGroup: _, ...rule } = another;
  const overlaps = (one: Reward['for'], other: Reward['for']): boolean =>
    checkOverlaps(placed({ ...soundRewards.perFact, for: one } as Reward, { ...rule, for: other } as Reward)).length > 0;
  const day = (text: string) => text as LocalDate;
  it.each<[string, Reward['for'], Reward['for'], boolean]>([
    ['everybody', undefined, undefined, true],
    ['some, and everybody', { positions: ['a'] }, undefined, true],
    ['other positions', { positions: ['a', 'b'] }, { positions: ['c'] }, false],
    ['a position in both', { positions: ['a', 'b'] }, { positions: ['b', 'c'] }, true],
    ['other org units', { orgUnits: ['a'] }, { orgUnits: ['b'] }, false],
    ['other persons', { persons: ['a'] }, { persons: ['b'] }, false],
    ['a position and an org unit may meet', { positions: ['a'] }, { orgUnits: ['b'] }, true],
    ['hired before and after', { hiredTo: day('2026-06-30') }, { hiredFrom: day('2026-07-01') }, false],
    ['hired on the same day', { hiredTo: day('2026-07-01') }, { hiredFrom: day('2026-07-01') }, true],
  ])('%s', (_name, one, other, expected) => {
    expect(overlaps(one, other)).toBe(expected);
  });
});

describe('exclusive groups', () => {
  it.each<[string, boolean, readonly Reward[], string[]]>([
    ['none', true, [soundRewards.perFact, soundRewards.threshold], []],
    ['two of a kind', true, [byFact, another], []],
    ['one alone', true, [byFact], ['warning exclusive_alone /rewards/0/exclusiveGroup']],
    ['one alone, of a list that could not all be read', false, [byFact], []],
    ['a month and a fact never meet', true, [byFact, another, byMonth], ['error exclusive_mixed /rewards/2/exclusiveGroup']],
  ])('%s', (_, complete, rules, expected) => {
    expect(found(complete, ...rules)).toEqual(expected);
  });

  it('need not say that they stack: only one of them is paid for a fact', () => {
    const { exclusiveGroup: _, ...alone } = another;
    expect(checkOverlaps(placed(byFact, another))).toEqual([]);
    expect(checkOverlaps(placed(byFact, alone as Reward)).map(({ code }) => code)).toEqual(['rules_overlap']);
    expect(checkOverlaps(placed(byFact, { ...another, exclusiveGroup: 'other' })).map(({ code }) => code)).toEqual(['rules_overlap']);
  });
});
