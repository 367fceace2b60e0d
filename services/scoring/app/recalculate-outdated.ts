/**
 * Asks for every month that was scored with something else than is in force now, page by page, and keeps what was asked for, so that its
 * progress can be read (`read-recalculations.ts`). Begun again after a crash it asks again for what is not done yet, and forgets nothing.
 */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Employee } from '../../../shared/contracts/people.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type Asked, parseAsked, partKey, putPart, putRecalculation, type RecalculationHead, recalculationKey } from '../store.ts';
import { loadShared, outdatedMonths, outdatedOfEntity, type Shared } from './outdated-months.ts';
import { requestRecalculations } from './request-recalculations.ts';

export interface RecalculationOf {
  readonly legalEntityId: string;
  readonly cause: RecalculationHead['cause'];
  /** Names the cause in done marks, and the recalculation within its legal entity. */
  readonly causeId: string;
  /** In order. */
  readonly months: readonly Month[];
  /** Whose months may be outdated; everybody's unless given. */
  readonly employee?: Employee;
}
type Deps = Pick<Platform, 'store' | 'queue' | 'clock' | 'log'>;

/** How many months were asked for. `shared` when it has been loaded already. */
export const recalculateOutdated = async (deps: Deps, of: RecalculationOf, given?: Shared): Promise<number> => {
  const { store, clock, log } = deps;
  const { legalEntityId, causeId, cause, months, employee } = of;
  const shared = given ?? (await loadShared(store, legalEntityId, months));
  const head: RecalculationHead = {
    id: causeId,
    legalEntityId,
    cause,
    from: months[0] ?? null,
    to: months.at(-1) ?? null,
    startedAt: clock.now(),
    asked: null,
    finishedAt: null,
  };
  await store.write({ ...putRecalculation(head), condition: { kind: 'absent' } });
  const pages = employee ? [await outdatedMonths(store, shared, [employee])] : outdatedOfEntity(store, shared);
  let asked = 0;
  let part = 0;
  for await (const page of pages) {
    part += 1;
    const all = await keepPart(
      store,
      of,
      part,
      page.map(({ employeeId, period }): Asked => [employeeId, period]),
    );
    await requestRecalculations(deps, page, causeId);
    asked += all;
  }
  const stored = await store.get(recalculationKey(legalEntityId, causeId));
  const begun = stored ? (JSON.parse(String(stored['doc'])) as RecalculationHead) : head;
  await store.write(putRecalculation({ ...begun, asked }));
  log.info('scoring.recalculation-requested', { causeId, legalEntityId, months: asked });
  return asked;
};

/** What a run that died had asked for on this page stays in the count: some of it may be done by now, and outdated no more. */
const keepPart = async (
  store: Store,
  { legalEntityId, causeId }: RecalculationOf,
  part: number,
  asked: readonly Asked[],
): Promise<number> => {
  const before = parseAsked(await store.get(partKey(legalEntityId, causeId, part)));
  const named = new Map([...before, ...asked].map((one) => [one.join(' '), one]));
  if (named.size > before.length) await store.write(putPart(legalEntityId, causeId, part, [...named.values()]));
  return named.size;
};
