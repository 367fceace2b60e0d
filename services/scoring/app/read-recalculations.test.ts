import { expect, it } from 'vitest';
import { countingStore, newCounts } from '../../../shared/adapters/counting.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { type Asked, putPart, putRecalculation, recalculatedKey } from '../store.ts';
import { readRecalculation } from './read-recalculations.ts';

const MONTH = '2026-11';
const people = (...ids: string[]): Asked[] => ids.map((id) => [id, MONTH]);

it('looks at the months of a part until all of them are done, and again when more were asked for', async () => {
  const { store } = memoryPlatform();
  const head = {
    id: 'org:2',
    legalEntityId: 'le',
    cause: { kind: 'org-units', of: 'le', version: 2 },
    from: MONTH,
    to: MONTH,
    startedAt: '2026-11-05T00:00:00.000Z',
    asked: null,
    finishedAt: null,
  } as const;
  const mark = async (at: string, ...ids: string[]): Promise<void> => {
    for (const employeeId of ids) {
      const { table, pk, sk } = recalculatedKey({ employeeId, period: MONTH }, head.id);
      await store.write({ op: 'put', table, item: { pk, sk, at } });
    }
  };
  const look = async () => {
    const counts = newCounts();
    const found = await readRecalculation(countingStore(store, counts), 'le', head.id);
    return { done: found?.done, open: found?.open, finishedAt: found?.finishedAt, items: counts.items };
  };
  await store.write(putRecalculation(head));
  await store.write(putPart('le', head.id, 0, people('a', 'b', 'c')));
  await store.write(putPart('le', head.id, 1, people('d', 'e')));
  await mark('2026-11-05T00:00:09.000Z', 'a', 'b', 'c');
  // The head, twice as it lies among the parts; two parts; five months.
  expect(await look()).toEqual({ done: 3, open: 2, finishedAt: null, items: 9 });
  // The same, with what says that the first is done, and two months.
  expect(await look()).toEqual({ done: 3, open: 2, finishedAt: null, items: 7 });
  // Asked for once more, with somebody who was not in it before.
  await store.write(putPart('le', head.id, 0, people('a', 'b', 'c', 'f')));
  await mark('2026-11-05T00:00:08.000Z', 'd', 'e');
  expect(await look()).toEqual({ done: 5, open: 1, finishedAt: null, items: 11 });
  await mark('2026-11-05T00:00:07.000Z', 'f');
  await store.write(putRecalculation({ ...head, asked: 6 }));
  // The last moment of all of them, also of those that were done before.
  expect(await look()).toMatchObject({ done: 6, open: 0, finishedAt: '2026-11-05T00:00:09.000Z' });
  expect(await look()).toMatchObject({ done: 6, open: 0, finishedAt: '2026-11-05T00:00:09.000Z', items: 1 });
});
