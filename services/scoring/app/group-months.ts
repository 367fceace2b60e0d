/** A batch of messages as one piece of work a person and month. */
import type { FactCredited, RecalculationRequested } from '../../../shared/contracts/messages.ts';
import type { Received } from '../../../shared/runtime/sqs-handler.ts';
import type { PersonMonth } from '../store.ts';

/** All places in the batch of what is in effect one message. */
export interface WaitingFact {
  readonly message: FactCredited;
  readonly indexes: number[];
}
export interface WaitingMonth {
  readonly of: PersonMonth;
  /** By fact id; the highest revision only, which also does for the lower ones. */
  readonly facts: Map<string, WaitingFact>;
  /** By cause. */
  readonly causes: Map<string, number[]>;
  attempts: number;
  /** How many facts the next transaction takes. */
  take: number;
}

/** Facts that one transaction takes at most; fewer when they touch more items than a transaction holds. */
export const MAX_TAKE = 40;

/** @param failures gets what can never be applied: a fact that says it is another's. */
export const groupMonths = (
  received: readonly Received<FactCredited | RecalculationRequested>[],
  failures: Map<number, string>,
): WaitingMonth[] => {
  const months = new Map<string, WaitingMonth>();
  for (const { index, message } of received) {
    const { employeeId, legalEntityId, period } = message;
    const fault = message.message === 'fact.credited' ? faultOf(message) : undefined;
    if (fault !== undefined) {
      failures.set(index, fault);
      continue;
    }
    // Ids have no '#': neither part can be mistaken for another.
    const name = `${legalEntityId}#${employeeId}#${period}`;
    let month = months.get(name);
    if (!month) {
      month = { of: { employeeId, legalEntityId, period }, facts: new Map(), causes: new Map(), attempts: 0, take: MAX_TAKE };
      months.set(name, month);
    }
    if (message.message === 'recalculation.requested') {
      month.causes.set(message.causeId, [...(month.causes.get(message.causeId) ?? []), index]);
      continue;
    }
    const known = month.facts.get(message.factId);
    if (!known) month.facts.set(message.factId, { message, indexes: [index] });
    else {
      const newest = message.revision > known.message.revision ? message : known.message;
      month.facts.set(message.factId, { message: newest, indexes: [...known.indexes, index] });
    }
  }
  return [...months.values()];
};

const faultOf = ({ factId, employeeId, legalEntityId, period, fact }: FactCredited): string | undefined => {
  if (fact === null) return undefined;
  const same = fact.factId === factId && fact.employeeId === employeeId && fact.legalEntityId === legalEntityId && fact.period === period;
  return same ? undefined : `fact ${factId} is not of ${employeeId} in ${period}, as the message says`;
};
