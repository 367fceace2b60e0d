/**
 * What months hold until a day is paid on that day: the months are asked to be decided again, in the transaction that takes the day's mark
 * away. Run again, or by two at once, it asks for nothing twice.
 */
import { queryAll, type Store } from '../../../shared/adapters/store.ts';
import type { RecalculationRequested } from '../../../shared/contracts/messages.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { dateIn, type Month } from '../../../shared/kernel/period.ts';
import { type OutboxRow, outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { listEntities } from '../../people/read.ts';
import { type Due, deleteDue, duesUntil, parseDue } from '../store.ts';

/** Of one legal entity at a time; what is left is taken an hour later. */
const MAX_DUES = 50_000;
/** Marks of one month that go in one transaction, with the request. */
const AT_ONCE = 90;

export type ReleaseDeps = Pick<Platform, 'store' | 'queue' | 'clock' | 'log'>;

export const releaseDue = async (deps: ReleaseDeps): Promise<{ readonly months: number }> => {
  const { store, queue, clock, log } = deps;
  const told: OutboxRow[] = [];
  for (const { id, timeZone } of await listEntities(store)) {
    const today = dateIn(clock.now(), timeZone);
    const items = await queryAll(store, { ...duesUntil(id, today) }, MAX_DUES);
    for (const dues of byMonth(items.map(parseDue))) {
      const row = await ask(store, id, dues, clock.now());
      if (row) told.push(row);
    }
  }
  await tell(queue, told);
  log.info('awards.due', { months: told.length });
  return { months: told.length };
};

const byMonth = (dues: readonly Due[]): Due[][] => {
  const months = new Map<string, Due[]>();
  for (const due of dues) {
    const name = due.key.pk;
    months.set(name, [...(months.get(name) ?? []), due]);
  }
  return [...months.values()].flatMap((of) =>
    Array.from({ length: Math.ceil(of.length / AT_ONCE) }, (_, n) => of.slice(n * AT_ONCE, (n + 1) * AT_ONCE)),
  );
};

/** Undefined when somebody else was faster: the rest is seen by the next run. */
const ask = async (
  store: Store,
  legalEntityId: string,
  dues: readonly Due[],
  now: Parameters<typeof outboxRow>[2],
): Promise<OutboxRow | undefined> => {
  const [first] = dues;
  if (!first) return undefined;
  const { employeeId, period } = first;
  const message: RecalculationRequested = {
    message: 'recalculation.requested',
    causeId: `due:${digestOf(dues.map(({ key, version }) => [key.pk, key.sk, version])).slice(0, 32)}`,
    employeeId,
    legalEntityId,
    period: period as Month,
  };
  const row = outboxRow('ledger', message, now);
  return (await store.transact([putRow(row), ...dues.map(deleteDue)])).ok ? row : undefined;
};
