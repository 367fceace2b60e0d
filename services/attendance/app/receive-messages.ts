/** What the queue `visits` brings: follow-ups of the CRM, evidence that other visits gave, customers that moved. Each message alone. */
import type { EvidenceFound, FollowUpLogged, SitesChanged } from '../../../shared/contracts/messages.ts';
import type { Failures, Received } from '../../../shared/runtime/sqs-handler.ts';
import { customerDaysQuery, eventKey, judgedSitesKey, putJudgedSites, versionOf } from '../store.ts';
import { changeVisits, judgeAgain, type VisitDeps } from './change-visits.ts';
import { daysTouchedBy, evidenceEvent } from './record-check-in.ts';
import { receiveFollowUp } from './record-follow-up.ts';

export type VisitMessage = FollowUpLogged | EvidenceFound | SitesChanged;

export const receiveMessages = async (deps: VisitDeps, received: readonly Received<VisitMessage>[]): Promise<Failures> => {
  const failures = new Map<number, string>();
  for (const { index, message } of received) {
    try {
      if (message.message === 'followup.logged') await receiveFollowUp(deps, message);
      else if (message.message === 'evidence.found') await receiveEvidence(deps, message);
      else await receiveSites(deps, message);
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
