/** Which version a publication makes, or why it makes none. Pure. */
import type { PlanDocument, PlanIndexEntry } from '../../../shared/contracts/plans.ts';
import { factTypesOf, TEAM_FACT_TYPE } from '../../../shared/kernel/metric-facts.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { type Approval, type Draft, mayPublish, type Refusal, type Verification } from './draft.ts';
import { type PlanIndex, versionsInForce } from './resolve-plan.ts';

/** The index is one item of at most 400 KB, which holds about 1,900 entries. */
export const MAX_INDEX_ENTRIES = 1_500;

export interface PublicationRequest {
  readonly effectiveFrom: LocalDate;
  /** How a version that begins within a month counts in it; `segments` unless given. */
  readonly midMonth?: 'segments' | 'replace';
  /** The latest version that the caller has seen, 0 for none; unset when he or she does not say. */
  readonly expectedVersion?: number;
}
export type PublicationDecision =
  /** The same document is what the plan says from that day on already. */
  | { readonly kind: 'already'; readonly entry: PlanIndexEntry }
  | {
      readonly kind: 'publish';
      readonly entry: PlanIndexEntry;
      readonly index: PlanIndex;
      readonly approved: { readonly verification: Verification; readonly approval: Approval };
    }
  /** Somebody published another version meanwhile. */
  | { readonly kind: 'overtaken'; readonly latest: PlanIndexEntry | undefined };

/** The highest published version of a plan. */
export const latestOf = (index: PlanIndex, planId: string): PlanIndexEntry | undefined => {
  let latest: PlanIndexEntry | undefined;
  for (const entry of index.entries)
    if (entry.planId === planId && (latest === undefined || entry.version > latest.version)) latest = entry;
  return latest;
};

/** Checks in this order: published already, overtaken, not approved, index full, two plans for one place. */
export const decidePublication = (draft: Draft, index: PlanIndex, request: PublicationRequest): Result<PublicationDecision, Refusal> => {
  const latest = latestOf(index, draft.planId);
  // Of two versions from one day the later one counts, so an earlier one of the same content is not "already".
  const sameDay = latestOf(
    { ...index, entries: index.entries.filter(({ effectiveFrom }) => effectiveFrom === request.effectiveFrom) },
    draft.planId,
  );
  const replaces = request.midMonth === 'replace';
  if (sameDay?.digest === draft.digest && (sameDay.midMonth === 'replace') === replaces)
    return succeed({ kind: 'already', entry: sameDay });
  if (request.expectedVersion !== undefined && request.expectedVersion !== (latest?.version ?? 0)) {
    return succeed({ kind: 'overtaken', latest });
  }
  const approved = mayPublish(draft);
  if (!approved.ok) return approved;
  if (index.entries.length >= MAX_INDEX_ENTRIES) {
    return fail({
      code: 'conflict',
      reason: {
        zh: `该法人已有 ${MAX_INDEX_ENTRIES} 个已发布版本,达到上限`,
        en: `the legal entity has ${MAX_INDEX_ENTRIES} published versions, which is the most`,
      },
    });
  }
  const entry: PlanIndexEntry = {
    planId: draft.planId,
    version: (latest?.version ?? 0) + 1,
    effectiveFrom: request.effectiveFrom,
    appliesTo: draft.document.appliesTo,
    digest: draft.digest,
    ...(replaces ? { midMonth: 'replace' as const } : {}),
    ...(countsTeam(draft.document) ? { countsTeam: true as const } : {}),
    ...(paysWithoutFacts(draft.document) ? { paysWithoutFacts: true as const } : {}),
    ...(draft.editedByEmployee === undefined ? {} : { ownerId: draft.editedByEmployee }),
  };
  const next: PlanIndex = { version: index.version + 1, entries: [...index.entries, entry] };
  const clash = clashOf(next, entry);
  if (clash !== null) {
    const { kind, id } = entry.appliesTo;
    return fail({
      code: 'conflict',
      reason: {
        zh: `${clash.on} 起方案 ${clash.other.planId} v${clash.other.version} 也适用于 ${kind} ${id}:同一范围只能有一个方案。请作为该方案的新版本发布,或先让它适用于别处`,
        en: `from ${clash.on} the plan ${clash.other.planId} v${clash.other.version} applies to ${kind} ${id} as well: a place has one plan. Publish this as a new version of that plan, or let that one apply elsewhere first`,
      },
    });
  }
  return succeed({ kind: 'publish', entry, index: next, approved: approved.value });
};

/** Whether a metric or a rule looks at the months of the team. */
const countsTeam = ({ metrics, rewards }: PlanDocument): boolean =>
  metrics.some((metric) => factTypesOf(metric).includes(TEAM_FACT_TYPE)) ||
  rewards.some((rule) => 'factTypes' in rule && rule.factTypes?.includes(TEAM_FACT_TYPE));

/** Whether a month without any fact may pay something: a floor, a guarantee, the last month of a quarter. */
export const paysWithoutFacts = ({ rewards }: PlanDocument): boolean =>
  rewards.some((rule) => rule.kind === 'draw' || ('metric' in rule && (rule.floorPerMonthFen !== undefined || rule.trueUp !== undefined)));

/** The first day on which another plan would be in force for the same place: everybody there would be refused as ambiguous. */
const clashOf = (index: PlanIndex, entry: PlanIndexEntry): { readonly on: string; readonly other: PlanIndexEntry } | null => {
  const days = [...new Set(index.entries.map(({ effectiveFrom }) => effectiveFrom))].filter((day) => day >= entry.effectiveFrom).sort();
  for (const on of days) {
    const inForce = versionsInForce(index.entries, on as LocalDate);
    if (!inForce.includes(entry)) return null;
    const other = inForce.find(
      ({ planId, appliesTo }) => planId !== entry.planId && appliesTo.kind === entry.appliesTo.kind && appliesTo.id === entry.appliesTo.id,
    );
    if (other) return { on, other };
  }
  return null;
};
