/**
 * What facts would do if they were sent now: new ones, corrections of those that are there, withdrawals. The engines themselves run, from
 * recording to the ledger, over a store that keeps nothing of it, and what they made of each month is read beside what is stored.
 */
import { silentLog } from '../../../shared/adapters/log.ts';
import { overlayStore } from '../../../shared/adapters/overlay-store.ts';
import type { OutgoingMessage, Queue } from '../../../shared/adapters/queue.ts';
import type { Store } from '../../../shared/adapters/store.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { IncomingFact } from '../../../shared/contracts/facts.ts';
import type { Source } from '../../../shared/contracts/sources.ts';
import type { QueueName } from '../../../shared/contracts/tables.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { SqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { awardsOf } from '../../bonus/read.ts';
import { onScoreUpdated } from '../../bonus/what-if.ts';
import { asSent, type Outcome } from '../../ingest/what-if.ts';
import { readBook } from '../../scoring/read.ts';
import { onFactCredited } from '../../scoring/what-if.ts';
import { type MonthEffect, monthEffect, type StandingRule } from '../domain/month-effect.ts';

/** Most facts of one rehearsal, messages that they may cause, and months of people that are shown. */
export const MAX_REHEARSED_FACTS = 20;
const MAX_MESSAGES = 1_000;
const MAX_MONTHS = 100;
const BATCH = 50;
const MAX_ATTEMPTS = 5;

export interface Rehearsal {
  readonly outcomes: readonly Outcome[];
  /** Months of people that would change in points or pay, those that change most in pay first. */
  readonly months: readonly MonthEffect[];
}

/** @throws RangeError when more would follow than one rehearsal looks at. */
export const rehearseFacts = async (platform: Platform, source: Source, facts: readonly IncomingFact[]): Promise<Rehearsal> => {
  const waiting: OutgoingMessage[] = [];
  const queue: Queue = {
    async send(messages) {
      waiting.push(...messages);
      return { notSent: 0 };
    },
    async sendDead({ queue: name }, reason) {
      throw new Error(`a message of ${name} could not be handled: ${reason}`);
    },
  };
  const stage: Platform = { ...platform, store: overlayStore(platform.store), queue, log: silentLog };
  const outcomes = await asSent(stage).record(source, facts);
  const touched = await deliverAll(waiting, { facts: onFactCredited(stage), scores: onScoreUpdated(stage) });
  if (touched.length > MAX_MONTHS) throw new RangeError(`${touched.length} months of people, at most ${MAX_MONTHS}`);
  const months = await Promise.all(
    touched.map(async ({ employeeId, legalEntityId, period }) => {
      const [before, after] = await Promise.all([standing(platform.store, employeeId, period), standing(stage.store, employeeId, period)]);
      return monthEffect({ employeeId, legalEntityId, period }, before, after);
    }),
  );
  const changing = months.filter((one) => one !== null);
  return { outcomes, months: changing.sort((a, b) => Math.abs(b.differenceFen) - Math.abs(a.differenceFen)) };
};

interface PersonMonth {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
}

/** Until nothing is left of what the readers read; the months that were decided. Notices and the like reach nobody. */
const deliverAll = async (
  waiting: OutgoingMessage[],
  readers: Readonly<Partial<Record<QueueName, SqsHandler>>>,
): Promise<readonly PersonMonth[]> => {
  const months = new Map<string, PersonMonth>();
  let delivered = 0;
  while (waiting.length > 0) {
    const [{ queue }] = waiting as [OutgoingMessage];
    const batch = waiting.filter((message) => message.queue === queue).slice(0, BATCH);
    for (const message of batch) waiting.splice(waiting.indexOf(message), 1);
    const reader = readers[queue];
    if (!reader) continue;
    delivered += batch.length;
    if (delivered > MAX_MESSAGES) throw new RangeError(`more than ${MAX_MESSAGES} messages`);
    await handled(reader, batch);
    if (queue !== 'scores') continue;
    for (const { body } of batch) {
      const { employeeId, legalEntityId, period } = JSON.parse(body) as PersonMonth;
      months.set(`${employeeId} ${period}`, { employeeId, legalEntityId, period });
    }
  }
  return [...months.values()];
};

/** What is stored below may change at the same time: then it is decided again. */
const handled = async (reader: SqsHandler, messages: readonly OutgoingMessage[]): Promise<void> => {
  let open = messages.map(({ body }, index) => ({ messageId: String(index), body, attributes: { ApproximateReceiveCount: '1' } }));
  for (let attempt = 1; open.length > 0; attempt += 1) {
    if (attempt > MAX_ATTEMPTS) throw new Error('a message could not be handled');
    const { batchItemFailures } = await reader({ Records: open });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    open = open.filter(({ messageId }) => failed.has(messageId));
  }
};

const standing = async (store: Store, employeeId: string, period: string) => {
  const [book, awards] = await Promise.all([readBook(store, employeeId, period), awardsOf(store, employeeId, period)]);
  const rules = new Map<string, { name: LocalText; amountFen: number; heldFen: number }>();
  for (const { ruleId, ruleName, amountFen, heldFen = 0 } of awards) {
    const known = rules.get(ruleId);
    rules.set(ruleId, {
      name: ruleName,
      amountFen: (known?.amountFen ?? 0) + amountFen,
      heldFen: (known?.heldFen ?? 0) + heldFen,
    });
  }
  return { score: book?.score?.total ?? null, rules: rules as ReadonlyMap<string, StandingRule> };
};
