import { describe, expect, it } from 'vitest';
import type { Key, Store } from '../../shared/adapters/store.ts';
import { memoryStore } from '../../test/simulation/memory-store.ts';
import { soundPlan } from './domain/testing/sound-plan.ts';
import { MAX_CACHED_PLANS, parsePlanIndex, planIndexKey, planLoader, planVersionKey } from './read.ts';
import { putIndex, putPlanVersion } from './store.ts';

const versionOf = (version: number) => ({
  planId: 'sound',
  version,
  effectiveFrom: '2026-11-01',
  digest: `d${version}`,
  document: soundPlan(),
});
const storeWith = async (count: number): Promise<{ store: Store; asked: Key[][] }> => {
  const inner = memoryStore();
  for (let version = 1; version <= count; version += 1) {
    await inner.write(putPlanVersion({ plan: versionOf(version), publishedBy: 'a', publishedAt: 'b', approvedBy: 'c' }));
  }
  const asked: Key[][] = [];
  const store: Store = {
    ...inner,
    getMany: (keys) => {
      asked.push([...keys]);
      return inner.getMany(keys);
    },
  };
  return { store, asked };
};
const named = (version: number) => ({ planId: 'sound', version });

describe('reading plans', () => {
  it('an entity without publications has an empty index of version 0', () => {
    expect(parsePlanIndex(undefined)).toEqual({ version: 0, entries: [] });
    expect(planIndexKey('acme')).toEqual({ table: 'plans', pk: 'ENTITY#acme', sk: 'INDEX' });
    expect(planVersionKey('sound', 12)).toEqual({ table: 'plans', pk: 'PLAN#sound', sk: 'VERSION#000012' });
  });

  it('gives the index as it was stored', async () => {
    const store = memoryStore();
    const entry = { planId: 'sound', version: 1, effectiveFrom: '2026-11-01', appliesTo: soundPlan().appliesTo, digest: 'd' };
    expect(await store.write(putIndex('acme', { version: 1, entries: [entry] }))).toEqual({ ok: true });
    expect(parsePlanIndex(await store.get(planIndexKey('acme')))).toEqual({ version: 1, entries: [entry] });
    // Two publications on one index: the second finds another version.
    expect((await store.write(putIndex('acme', { version: 1, entries: [] }))).ok).toBe(false);
    expect((await store.write(putIndex('acme', { version: 3, entries: [] }))).ok).toBe(false);
    expect((await store.write(putIndex('acme', { version: 2, entries: [entry, entry] }))).ok).toBe(true);
  });

  it('loads a version once, and several in one request', async () => {
    const { store, asked } = await storeWith(3);
    const loader = planLoader(store);
    expect((await loader.load(named(1))).digest).toBe('d1');
    expect((await loader.load(named(1))).digest).toBe('d1');
    expect(asked).toHaveLength(1);
    const plans = await loader.loadMany([named(3), named(1), named(2), named(3)]);
    expect(plans.map(({ version }) => version)).toEqual([3, 1, 2, 3]);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toHaveLength(2);
  });

  it('keeps the last used ones only', async () => {
    const { store, asked } = await storeWith(MAX_CACHED_PLANS + 1);
    const loader = planLoader(store);
    for (let version = 1; version <= MAX_CACHED_PLANS; version += 1) await loader.load(named(version));
    await loader.load(named(1));
    await loader.load(named(MAX_CACHED_PLANS + 1));
    expect(asked).toHaveLength(MAX_CACHED_PLANS + 1);
    // 1 was used after 2: 2 is the one that is gone.
    await loader.load(named(1));
    expect(asked).toHaveLength(MAX_CACHED_PLANS + 1);
    await loader.load(named(2));
    expect(asked).toHaveLength(MAX_CACHED_PLANS + 2);
  });

  it('throws for a version that is not there, and does not remember it', async () => {
    const { store } = await storeWith(1);
    const loader = planLoader(store);
    await expect(loader.load(named(9))).rejects.toThrow('sound version 9');
    await store.write(putPlanVersion({ plan: versionOf(9), publishedBy: 'a', publishedAt: 'b', approvedBy: 'c' }));
    expect((await loader.load(named(9))).version).toBe(9);
  });

  it('a version is only ever created', async () => {
    const { store } = await storeWith(1);
    const again = { plan: { ...versionOf(1), digest: 'other' }, publishedBy: 'x', publishedAt: 'y', approvedBy: 'z' };
    expect((await store.write(putPlanVersion(again))).ok).toBe(false);
  });
});
