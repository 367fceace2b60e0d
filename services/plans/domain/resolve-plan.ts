/** Whose plan is in force: pure, from a legal entity's index of published versions. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { AppliesTo, PlanIndexEntry } from '../../../shared/contracts/plans.ts';
import { addDays, daysBetween, firstDay, type LocalDate, type Month } from '../../../shared/kernel/period.ts';
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

/** The versions in force on any day of a month, whomever they apply to. */
export const versionsInMonth = (entries: readonly PlanIndexEntry[], period: Month): readonly PlanIndexEntry[] => {
  const begins = entries.map(({ effectiveFrom }) => effectiveFrom as LocalDate).filter((day) => day.startsWith(period));
  const days = new Set<LocalDate>([firstDay(period), ...begins]);
  return [...new Set([...days].flatMap((day) => versionsInForce(entries, day)))];
};

/** Most specific first. */
export const placesOf = (subject: PlanSubject): readonly AppliesTo[] => [
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

/** Days of a month, both inclusive, on which one version applies to a person. */
export interface PlanDays {
  readonly entry: PlanIndexEntry;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly days: number;
}

/** A stretch of days on which a person stands in one place. */
export interface SubjectDays {
  readonly subject: PlanSubject;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** As if a version that replaces its month had begun on the first day, and those of the same plan that began before it in the month never. */
const replacedIn = (entries: readonly PlanIndexEntry[], period: Month): readonly PlanIndexEntry[] => {
  const inMonth = entries.filter(({ effectiveFrom }) => effectiveFrom.startsWith(period));
  const replacing = inMonth.filter(({ midMonth }) => midMonth === 'replace');
  if (replacing.length === 0) return entries;
  const isBefore = (a: PlanIndexEntry, b: PlanIndexEntry): boolean =>
    a.planId === b.planId && (a.effectiveFrom < b.effectiveFrom || (a.effectiveFrom === b.effectiveFrom && a.version < b.version));
  return entries.flatMap((entry) => {
    if (!inMonth.includes(entry)) return [entry];
    if (replacing.some((other) => isBefore(entry, other))) return [];
    return [entry.midMonth === 'replace' ? { ...entry, effectiveFrom: firstDay(period) } : entry];
  });
};

/**
 * Which versions apply to a person on which days of a month, in order. The last stretch must resolve: its version is the month's own. Days before it
 * without a plan, or with two, count for nothing. A version published as `replace` is in force from the first day of the month it begins in.
 * @param stretches of one month, in order, not empty
 */
export const resolveDays = (
  index: PlanIndex,
  period: Month,
  stretches: readonly SubjectDays[],
): Result<readonly [PlanDays, ...PlanDays[]], PlanRefusal> => {
  const entries = replacedIn(index.entries, period);
  const begins = [...new Set(entries.map(({ effectiveFrom }) => effectiveFrom))].filter((day) => day.startsWith(period));
  const found: PlanDays[] = [];
  let refusal: PlanRefusal | undefined;
  for (const { subject, from, to } of stretches) {
    const starts = [from, ...(begins.filter((day) => day > from && day <= to).sort() as LocalDate[])];
    starts.forEach((start, place) => {
      const next = starts[place + 1];
      const end = next === undefined ? to : addDays(next, -1);
      const resolved = resolvePlan({ ...index, entries }, subject, start);
      refusal = resolved.ok ? undefined : resolved.error;
      if (!resolved.ok) return;
      const last = found.at(-1);
      const days = daysBetween(start, end) + 1;
      const goesOn = last && last.entry.planId === resolved.value.planId && last.entry.version === resolved.value.version;
      if (goesOn && addDays(last.to, 1) === start) found[found.length - 1] = { ...last, to: end, days: last.days + days };
      else found.push({ entry: resolved.value, from: start, to: end, days });
    });
  }
  if (refusal) return fail(refusal);
  const [first, ...others] = found;
  if (!first) throw new RangeError('a month has at least one stretch of days');
  return succeed([first, ...others]);
};
