/** `recalculation.requested` for months, by the outbox: asked for again by the sweeper until each is done. */
import type { RecalculationRequested } from '../../../shared/contracts/messages.ts';
import { outboxRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { PersonMonth } from '../store.ts';

/** How many were asked for. The rows are written before anything is sent; writing them twice asks twice for what is done once. */
export const requestRecalculations = async (
  { store, queue, clock }: Pick<Platform, 'store' | 'queue' | 'clock'>,
  months: readonly PersonMonth[],
  causeId: string,
): Promise<number> => {
  const at = clock.now();
  const rows = months.map(({ employeeId, legalEntityId, period }) => {
    const message: RecalculationRequested = { message: 'recalculation.requested', causeId, employeeId, legalEntityId, period };
    return outboxRow('scores', message, at);
  });
  await store.writeMany(rows.map(({ table, item }) => ({ op: 'put', table, item })));
  await tell(queue, rows);
  return rows.length;
};
