/** Whose plan is in force: pure, from a legal entity's index of published versions. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { AppliesTo, PlanIndexEntry } from '../../../shared/contracts/plans.ts';
import { type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';

/** All published versions of a legal entity; `version` rises by one with every publication, 0 before the first. */
export interface PlanIndex {
  readonly version: number;
  readonly entries: readonly PlanIndexEntry[];
}

/** Where a person stands on the day asked for. `orgChain` is nearest first: own unit, its parent, … */
export interface PlanSubject {
  readonly employeeId: string;
  readonly positionId: string;
  readonly orgChain: readonly string[];
  readonly legalEntityId: string;
}
export interface PlanRefusal {
  readonly code: 'no_plan' | 'ambiguous_plan';
  readonly reason: LocalText;
}

/**
 * The version of each plan in force on a day: the latest `effectiveFrom` not after it, and of two from the same day the higher version.
 * A later version may apply to others than an earlier one: then the earlier one is over, also for those it applied to.
 */
export const versionsInForce = (entries: readonly PlanIndexEntry[], on: LocalDate): readonly PlanIndexEntry[] => {
  const found = new Map<string, PlanIndexEntry>();
  for (const entry of entries) {
    if (entry.effectiveFrom > on) continue;
    const best = found.get(entry.planId);
    if (
      best === undefined ||
      entry.effectiveFrom > best.effectiveFrom ||
      (entry.effectiveFrom === best.effectiveFrom && entry.version > best.version)
    ) {
      found.set(entry.planId, entry);
    }
  }
  return [...found.values()];
};

/** Most specific first. */
const placesOf = (subject: PlanSubject): readonly AppliesTo[] => [
  { kind: 'person', id: subject.employeeId },
  { kind: 'position', id: subject.positionId },
  ...subject.orgChain.map((id): AppliesTo => ({ kind: 'org-unit', id })),
  { kind: 'legal-entity', id: subject.legalEntityId },
];

/**
 * Exactly one plan for a person on a day, or a named refusal. The most specific place with a plan in force wins: person, position,
 * org unit (nearest first), legal entity. Two plans at the same place are never chosen between: `ambiguous_plan` names both.
 */
export const resolvePlan = (index: PlanIndex, subject: PlanSubject, on: LocalDate): Result<PlanIndexEntry, PlanRefusal> => {
  const inForce = versionsInForce(index.entries, on);
  for (const place of placesOf(subject)) {
    const found = inForce.filter(({ appliesTo }) => appliesTo.kind === place.kind && appliesTo.id === place.id);
    const [first, ...others] = found;
    if (first === undefined) continue;
    if (others.length === 0) return succeed(first);
    const names = found.map(({ planId, version }) => `${planId} v${version}`).sort();
    return fail({
      code: 'ambiguous_plan',
      reason: {
        zh: `${on} 有多个方案同时适用于 ${place.kind} ${place.id}:${names.join('、')}`,
        en: `on ${on} more than one plan applies to ${place.kind} ${place.id}: ${names.join(', ')}`,
      },
    });
  }
  return fail({
    code: 'no_plan',
    reason: {
      zh: `${on} 没有适用于 ${subject.employeeId} 的方案`,
      en: `on ${on} no plan applies to ${subject.employeeId}`,
    },
  });
};

/** A person-month has one plan: the one in force on the month's last day. */
export const resolvePlanForMonth = (index: PlanIndex, subject: PlanSubject, period: Month): Result<PlanIndexEntry, PlanRefusal> =>
  resolvePlan(index, subject, lastDay(period));
