/** What the queue `visits` brings: follow-ups of the CRM, evidence that other visits gave, customers that moved, people employed otherwise. Each message alone. */
import type { EmploymentChanged, EvidenceFound, FollowUpLogged, SitesChanged } from '../../../shared/contracts/messages.ts';
import { addDays, type LocalDate } from '../../../shared/kernel/period.ts';
import type { Failures, Received } from '../../../shared/runtime/sqs-handler.ts';
import {
  customerDaysQuery,
  eventKey,
  judgedEmploymentKey,
  judgedSitesKey,
  putEmployment,
  putJudgedSites,
  seenEmploymentKey,
  versionOf,
} from '../store.ts';
import { changeVisits, judgeAgain, type VisitDeps } from './change-visits.ts';
import { daysTouchedBy, evidenceEvent } from './record-check-in.ts';
import { receiveFollowUp } from './record-follow-up.ts';

export type VisitMessage = FollowUpLogged | EvidenceFound | SitesChanged | EmploymentChanged;

export const receiveMessages = async (deps: VisitDeps, received: readonly Received<VisitMessage>[]): Promise<Failures> => {
  const failures = new Map<number, string>();
  for (const { index, message } of received) {
    try {
      if (message.message === 'followup.logged') await receiveFollowUp(deps, message);
      else if (message.message === 'evidence.found') await receiveEvidence(deps, message);
      else if (message.message === 'sites.changed') await receiveSites(deps, message);
      else await receiveEmployment(deps, message);
    } catch (error) {
      failures.set(index, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }
  return failures;
};

const receiveEvidence = async (deps: VisitDeps, { employeeId, visitId, at, evidence }: EvidenceFound): Promise<void> => {
  const event = evidenceEvent(evidence, visitId, at);
  await changeVisits(deps, employeeId, async (visitor) => {
    if (await deps.store.get(eventKey(employeeId, event))) return { done: undefined };
    return { done: undefined, change: { put: [event], ...daysTouchedBy(event, visitor) } };
  });
};

/**
 * Every day that somebody was at the customer, page by page. Positions that are erased keep what they had shown. Done again it changes
 * nothing; the mark is set when every day is through.
 */
const receiveSites = async ({ store, ...deps }: VisitDeps, { legalEntityId, customerId, version }: SitesChanged): Promise<void> => {
  if (versionOf(await store.get(judgedSitesKey(legalEntityId, customerId))) >= version) return;
  const days = customerDaysQuery(legalEntityId, customerId);
  let page = await store.query({ ...days, limit: 200 });
  for (;;) {
    for (const item of page.items) {
      const date = String(item['date']) as Parameters<typeof judgeAgain>[2];
      await judgeAgain({ store, ...deps }, String(item['employeeId']), date, date);
    }
    if (!page.next) break;
    page = await store.query({ ...days, limit: 200, startAfter: page.next });
  }
  await store.write(putJudgedSites(legalEntityId, customerId, version));
};

const DAYS_AT_ONCE = 31;
/**
 * Every day of the spans. First whoever judges at this moment by the earlier record is made to begin anew; the mark is set when every day is
 * through.
 */
const receiveEmployment = async (deps: VisitDeps, { employeeId, version, spans }: EmploymentChanged): Promise<void> => {
  const { store } = deps;
  if (versionOf(await store.get(judgedEmploymentKey(employeeId))) >= version) return;
  const seen = versionOf(await store.get(seenEmploymentKey(employeeId)));
  if (seen < version) {
    const day = spans[0]?.from as LocalDate;
    const operations = [putEmployment(employeeId, 'EMPLOYMENT-SEEN', version)];
    await changeVisits(deps, employeeId, async () => ({ change: { put: [], operations, from: day, to: day }, done: undefined }));
  }
  for (const { from, to } of spans) {
    for (let first = from; first <= to; first = addDays(first, DAYS_AT_ONCE)) {
      const last = addDays(first, DAYS_AT_ONCE - 1);
      await judgeAgain(deps, employeeId, first, last < to ? last : to);
    }
  }
  await store.write(putEmployment(employeeId, 'EMPLOYMENT', version));
};
