/** What attendance is told of a follow-up: for whom, where and what was said. Beside what scoring is told, of the same change. Pure. */
import type { IncomingFact } from '../../../shared/contracts/facts.ts';
import type { FollowUpLogged } from '../../../shared/contracts/messages.ts';
import type { Change } from './decide-fact.ts';

const FOLLOW_UP = 'followup.logged';
/** The attribute that shipped mappings put the text of a follow-up into. */
const contentOf = ({ attributes }: IncomingFact): string => {
  const content = attributes['content'];
  return typeof content === 'string' ? content : '';
};
/** Without a customer nobody can say which visit it follows up. */
const speaksOfVisits = (fact: IncomingFact | undefined): boolean => fact?.type === FOLLOW_UP && fact.subject.customerId !== undefined;

/** One for each employee that has the follow-up or had it; `followUp: null` where it is no longer his or hers. */
export const followUpMessages = ({ head, before, messages }: Change): readonly FollowUpLogged[] => {
  const { fact, factId } = head;
  if (!speaksOfVisits(fact) && !speaksOfVisits(before?.fact)) return [];
  const byEmployee = new Map<string, FollowUpLogged>();
  for (const { employeeId, legalEntityId, revision, fact: part } of messages) {
    const { customerId } = fact.subject;
    const followUp =
      part && fact.type === FOLLOW_UP && customerId !== undefined
        ? { occurredAt: fact.occurredAt, customerId, content: contentOf(fact) }
        : null;
    // A follow-up that moved to another month is gone from one and there in the other: it is there.
    if (followUp || !byEmployee.has(employeeId)) {
      byEmployee.set(employeeId, { message: 'followup.logged', factId, revision, employeeId, legalEntityId, followUp });
    }
  }
  return [...byEmployee.values()];
};
