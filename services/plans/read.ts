/** What other services may know of plans: keys, parsers, resolution. Nothing here writes. */
import type { Item, Key, Store } from '../../shared/adapters/store.ts';
import type { PlanIndexEntry, PlanVersion } from '../../shared/contracts/plans.ts';
import type { TargetSet } from '../../shared/contracts/targets.ts';
import type { PlanIndex } from './domain/resolve-plan.ts';
import type { PlaceTargets } from './domain/resolve-targets.ts';

export {
  type PlanDays,
  type PlanIndex,
  type PlanRefusal,
  type PlanSubject,
  resolveDays,
  resolvePlan,
  type SubjectDays,
} from './domain/resolve-plan.ts';

export { type PlaceTargets, targetDays } from './domain/resolve-targets.ts';

/** What is set for a month: for the places of the legal entity, and for one person. Two items, so that resolving needs no second look. */
export const placeTargetsKey = (legalEntityId: string, period: string): Key => ({
  table: 'plans',
  pk: `TARGETS#${legalEntityId}`,
  sk: `MONTH#${period}`,
});
export const personTargetsKey = (employeeId: string, period: string): Key => ({
  table: 'plans',
  pk: `PERSON-TARGETS#${employeeId}`,
  sk: `MONTH#${period}`,
});
export const parsePlaceTargets = (item: Item | undefined): PlaceTargets =>
  item === undefined
    ? { version: 0, sets: [] }
    : { version: Number(item['version']), sets: JSON.parse(String(item['doc'])) as PlaceTargets['sets'] };
export const parsePersonTargets = (item: Item | undefined): TargetSet | undefined =>
  item === undefined ? undefined : (JSON.parse(String(item['doc'])) as TargetSet);

/** The legal entity's index of published versions: one item, so that resolving a person needs one read. */
export const planIndexKey = (legalEntityId: string): Key => ({ table: 'plans', pk: `ENTITY#${legalEntityId}`, sk: 'INDEX' });

/** An entity without a publication has no item: version 0, no entries. */
export const parsePlanIndex = (item: Item | undefined): PlanIndex =>
  item === undefined
    ? { version: 0, entries: [] }
    : { version: Number(item['version']), entries: JSON.parse(String(item['doc'])) as PlanIndexEntry[] };

/** A published version; immutable. */
export const planVersionKey = (planId: string, version: number): Key => ({
  table: 'plans',
  pk: `PLAN#${planId}`,
  sk: `VERSION#${String(version).padStart(6, '0')}`,
});

/** Published documents were parsed before they were stored and never change: they are trusted as they are. */
export const parsePlanVersion = (item: Item): PlanVersion => JSON.parse(String(item['doc'])) as PlanVersion;

/** How many published versions one process keeps in memory. */
export const MAX_CACHED_PLANS = 500;

type Named = Pick<PlanIndexEntry, 'planId' | 'version'>;
export interface PlanLoader {
  /** @throws Error when the version is not there: an index entry without its version is a bug, never a state. */
  load(entry: Named): Promise<PlanVersion>;
  /** Same order as the entries; all that are not in memory in one request. */
  loadMany(entries: readonly Named[]): Promise<readonly PlanVersion[]>;
}

/** Loads published versions; they never change, so they are kept until {@link MAX_CACHED_PLANS} others were used since. */
export const planLoader = (store: Store): PlanLoader => {
  const cache = new Map<string, PlanVersion>();
  const nameOf = ({ planId, version }: Named): string => `${planId}#${version}`;
  const keep = (name: string, plan: PlanVersion): void => {
    cache.delete(name);
    cache.set(name, plan);
    if (cache.size <= MAX_CACHED_PLANS) return;
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  };
  const loadMany = async (entries: readonly Named[]): Promise<readonly PlanVersion[]> => {
    const found = new Map<string, PlanVersion>();
    const missing = new Map<string, Named>();
    for (const entry of entries) {
      const name = nameOf(entry);
      const known = cache.get(name);
      if (known === undefined) missing.set(name, entry);
      else found.set(name, known);
    }
    if (missing.size > 0) {
      const asked = [...missing];
      const items = await store.getMany(asked.map(([, entry]) => planVersionKey(entry.planId, entry.version)));
      asked.forEach(([name, entry], index) => {
        const item = items[index];
        if (item === undefined) throw new Error(`published plan ${entry.planId} version ${entry.version} is not in the table`);
        found.set(name, parsePlanVersion(item));
      });
    }
    return entries.map((entry) => {
      const name = nameOf(entry);
      const plan = found.get(name);
      if (plan === undefined) throw new Error(`plan ${name} was not loaded`);
      keep(name, plan);
      return plan;
    });
  };
  const load = async (entry: Named): Promise<PlanVersion> => {
    // The common case, a version in memory, without the lists of `loadMany`.
    const name = nameOf(entry);
    const known = cache.get(name);
    if (known !== undefined) {
      keep(name, known);
      return known;
    }
    const [plan] = await loadMany([entry]);
    if (plan === undefined) throw new Error(`plan ${name} was not loaded`);
    return plan;
  };
  return { load, loadMany };
};
