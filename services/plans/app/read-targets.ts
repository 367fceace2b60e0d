/** Reading: what is set for a month, for one place in it, and how that came to be. */
import type { PageKey, Store } from '../../../shared/adapters/store.ts';
import type { AppliesTo } from '../../../shared/contracts/plans.ts';
import type { TargetSet } from '../../../shared/contracts/targets.ts';
import { isSamePlace } from '../domain/resolve-targets.ts';
import { parsePersonTargets, parsePlaceTargets, personTargetsKey, placeTargetsKey } from '../read.ts';
import {
  parseTargetChange,
  personTargetsQuery,
  type TargetChange,
  type TargetMonth,
  targetChangeKey,
  targetChangesQuery,
} from '../store.ts';

export interface MonthTargets {
  /** Every place of the month. */
  readonly places: readonly TargetSet[];
  /** One page, by employee id. */
  readonly people: readonly TargetSet[];
  readonly next: PageKey | undefined;
}
interface PageRequest {
  readonly limit: number;
  readonly startAfter: PageKey | undefined;
}

/** Two requests, however many are set. */
export const listTargets = async (store: Store, month: TargetMonth, { limit, startAfter }: PageRequest): Promise<MonthTargets> => {
  const [places, people] = await Promise.all([
    store.get(placeTargetsKey(month.legalEntityId, month.period)),
    store.query({ ...personTargetsQuery(month), limit, ...(startAfter ? { startAfter } : {}) }),
  ]);
  return {
    places: parsePlaceTargets(places).sets,
    people: people.items.flatMap((item) => parsePersonTargets(item) ?? []),
    next: people.next,
  };
};

/** The set with who set it when and why; `undefined` where none ever was. */
export const readTargets = async (store: Store, month: TargetMonth, of: AppliesTo): Promise<TargetChange | undefined> => {
  const set = await setOf(store, month, of);
  const item = set && (await store.get(targetChangeKey(month, set)));
  return item && parseTargetChange(item);
};

const setOf = async (store: Store, { legalEntityId, period }: TargetMonth, of: AppliesTo): Promise<TargetSet | undefined> =>
  of.kind === 'person'
    ? parsePersonTargets(await store.get(personTargetsKey(of.id, period)))
    : parsePlaceTargets(await store.get(placeTargetsKey(legalEntityId, period))).sets.find((set) => isSamePlace(set.of, of));

/** Every version of a set, newest first. */
export const listTargetChanges = async (
  store: Store,
  month: TargetMonth,
  of: AppliesTo,
  { limit, startAfter }: PageRequest,
): Promise<{ readonly changes: readonly TargetChange[]; readonly next: PageKey | undefined }> => {
  const found = await store.query({ ...targetChangesQuery(month, of), limit, ...(startAfter ? { startAfter } : {}) });
  return { changes: found.items.map(parseTargetChange), next: found.next };
};
