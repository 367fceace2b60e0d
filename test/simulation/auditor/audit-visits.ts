/**
 * Visits: what was there, followed up in time and the first of its customer and day counts, whatever came when, in how many pieces; a person's
 * decision stands over it. Scoring has applied exactly those that count. The auditor's own rules.
 */
import { type VisitStep, visitIdOf } from '../visits.ts';
import type { StoredItem } from './audit.ts';

const FOLLOW_UP_HOURS = 24;
const meetsRules = ({ isThere, followUpAfterHours }: VisitStep): boolean =>
  isThere && followUpAfterHours !== null && followUpAfterHours <= FOLLOW_UP_HOURS;

const counts = (visit: VisitStep, all: readonly VisitStep[]): boolean => {
  if (visit.decision) return visit.decision.decision === 'valid';
  if (!meetsRules(visit)) return false;
  const sameDay = all.filter(
    ({ employeeId, customerId, at }) =>
      employeeId === visit.employeeId && customerId === visit.customerId && at.slice(0, 10) === visit.at.slice(0, 10),
  );
  return !sameDay.some((other) => other !== visit && meetsRules(other) && other.at < visit.at);
};

/** Those that count, as facts. */
export const countedVisits = (visits: readonly VisitStep[]) =>
  visits
    .filter((visit) => counts(visit, visits))
    .map((visit) => ({ factId: `attendance:visit-${visitIdOf(visit)}`, employeeId: visit.employeeId, at: Date.parse(visit.at) }));

export const auditVisits = (visits: readonly VisitStep[], items: readonly StoredItem[]): string[] => {
  const findings: string[] = [];
  const applied = new Set(
    items
      .filter(
        ({ table, item }) =>
          table === 'scores' && item.sk.startsWith('FACT#attendance:') && item['doc'] !== undefined && item['doc'] !== 'null',
      )
      .map(({ item }) => item.sk.slice('FACT#attendance:visit-'.length)),
  );
  const verdicts = new Map(
    items
      .filter(({ table, item }) => table === 'attendance' && item.sk === 'VISIT')
      .map(({ item }) => [
        item.pk.slice('VISIT#'.length),
        (JSON.parse(String(item['doc'])) as { readonly visit: { readonly verdict: string } }).visit.verdict,
      ]),
  );
  if (verdicts.size !== visits.length) findings.push(`visits: ${visits.length} were made, ${verdicts.size} are stored`);
  for (const visit of visits) {
    const id = visitIdOf(visit);
    const due = counts(visit, visits);
    if ((verdicts.get(id) === 'valid') !== due)
      findings.push(`visit ${id} is ${verdicts.get(id)}, ${due ? 'it counts' : 'it does not count'}: ${JSON.stringify(visit)}`);
    if (applied.has(id) !== due)
      findings.push(`visit ${id} is ${applied.has(id) ? '' : 'not '}applied by scoring, ${due ? 'it counts' : 'it does not count'}`);
    applied.delete(id);
  }
  for (const id of applied) findings.push(`scoring has applied a visit ${id} that nobody made`);
  return findings;
};
