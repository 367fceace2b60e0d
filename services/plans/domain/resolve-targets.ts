/** Which targets are set for whom: pure, from what is set for the person and for the places where he or she works. */
import type { AppliesTo } from '../../../shared/contracts/plans.ts';
import type { AssignedTargets, SetTarget, TargetSet } from '../../../shared/contracts/targets.ts';
import { addDays, type LocalDate } from '../../../shared/kernel/period.ts';
import { type PlanSubject, placesOf, type SubjectDays } from './resolve-plan.ts';

/** All that is set for one month in a legal entity, but for persons; `version` rises by one with every change, 0 before the first. */
export interface PlaceTargets {
  readonly version: number;
  readonly sets: readonly TargetSet[];
}

export const isSamePlace = (a: AppliesTo, b: AppliesTo): boolean => a.kind === b.kind && a.id === b.id;

/** Indicator by indicator the most specific one: person, position, org unit (nearest first), legal entity. */
export const targetsFor = (
  places: PlaceTargets,
  person: TargetSet | undefined,
  subject: PlanSubject,
): Readonly<Record<string, SetTarget>> => {
  const found = new Map<string, SetTarget>();
  for (const place of placesOf(subject)) {
    const set = place.kind === 'person' ? person : places.sets.find(({ of }) => isSamePlace(of, place));
    if (!set) continue;
    for (const [indicator, target] of Object.entries(set.targets)) {
      if (!found.has(indicator)) found.set(indicator, { target, of: set.of, version: set.version });
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** The targets of a month by its days; stretches that have the same ones are one. @param stretches of one month, in order */
export const targetDays = (
  places: PlaceTargets,
  person: TargetSet | undefined,
  stretches: readonly SubjectDays[],
): AssignedTargets['days'] => {
  const days: { from: LocalDate; to: LocalDate; targets: Readonly<Record<string, SetTarget>> }[] = [];
  for (const { subject, from, to } of stretches) {
    const targets = targetsFor(places, person, subject);
    const last = days.at(-1);
    if (last && addDays(last.to, 1) === from && JSON.stringify(last.targets) === JSON.stringify(targets)) {
      days[days.length - 1] = { ...last, to };
    } else days.push({ from, to, targets });
  }
  return days;
};
