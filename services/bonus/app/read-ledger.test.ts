import { describe, expect, it } from 'vitest';
import { type MemoryStore, memoryStore } from '../../../test/simulation/memory-store.ts';
import { entryKey, ledgerHeadKey } from '../read.ts';
import { MAX_CHANGES, readChanges, readLedger, readStanding } from './read-ledger.ts';

const START = Date.parse('2026-11-01T00:00:00Z');
/** Two entries at each second, from 1 to `count`. */
const timeOf = (seq: number): string => new Date(START + Math.floor((seq - 1) / 2) * 1000).toISOString();

const ledger = async (count: number): Promise<{ store: MemoryStore; reads: () => number }> => {
  const inner = memoryStore();
  const puts = Array.from({ length: count }, (_, index) => {
    const seq = index + 1;
    const { pk, sk } = entryKey('e-1', seq);
    const doc = {
      seq,
      amountFen: 1,
      beforeFen: index,
      afterFen: seq,
      balanceFen: seq,
      postedAt: timeOf(seq),
      awardId: 'a',
      ruleName: { zh: '', en: '' },
      cause: { kind: 'facts', factIds: [] },
    };
    return { op: 'put' as const, table: 'ledger' as const, item: { pk, sk, doc: JSON.stringify(doc) } };
  });
  await inner.writeMany(puts);
  const { pk, sk } = ledgerHeadKey('e-1');
  if (count > 0)
    await inner.write({ op: 'put', table: 'ledger', item: { pk, sk, seq: count, balanceFen: count, postedAt: timeOf(count) } });
  let reads = 0;
  const getMany: MemoryStore['getMany'] = (keys) => {
    reads += 1;
    return inner.getMany(keys);
  };
  return { store: { ...inner, getMany }, reads: () => reads };
};

describe('as of a moment', () => {
  it.each([0, 1, 2, 3, 99, 100, 101, 102, 250])('every moment around every entry of %s', async (count) => {
    const { store } = await ledger(count);
    const seconds = Math.ceil(count / 2);
    for (let second = -1; second <= seconds; second += Math.max(1, Math.floor(seconds / 20))) {
      for (const millis of [-1, 0, 1]) {
        const moment = new Date(START + second * 1000 + millis).toISOString();
        let expected = 0;
        for (let seq = 1; seq <= count; seq += 1) if (timeOf(seq) <= moment) expected = seq;
        expect(await readStanding(store, 'e-1', moment)).toEqual({ seq: expected, balanceFen: expected });
      }
    }
  });

  it('takes a few requests, however long the ledger', async () => {
    const { store, reads } = await ledger(12_000);
    expect(await readStanding(store, 'e-1', timeOf(7_001))).toEqual({ seq: 7_002, balanceFen: 7_002 });
    expect(reads()).toBeLessThanOrEqual(3);
  });
});

describe('pages and changes', () => {
  it('an exact page is the last', async () => {
    const { store } = await ledger(4);
    const page = await readLedger(store, 'e-1', { limit: 4 });
    expect([page.entries.map(({ seq }) => seq), page.next]).toEqual([[4, 3, 2, 1], undefined]);
  });
  it('refuses to explain more entries than anybody reads', async () => {
    const { store } = await ledger(MAX_CHANGES + 1);
    expect(await readChanges(store, 'e-1', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z')).toEqual({
      ok: false,
      entries: MAX_CHANGES + 1,
    });
    expect(await readChanges(store, 'e-1', timeOf(1), '2027-01-01T00:00:00.000Z')).toMatchObject({
      ok: true,
      before: { seq: 2 },
      changes: [{ beforeFen: 2, afterFen: MAX_CHANGES + 1, amountFen: MAX_CHANGES - 1 }],
    });
  });
});
