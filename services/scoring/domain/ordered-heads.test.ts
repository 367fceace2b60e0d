import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, ascending, type Change, type Entry, type HeadsOrder } from './ordered-heads.ts';

/** A set kept in full beside the kept heads: after every change both must say the same, and nothing else may be outside. */
const world = (keep: number, order: HeadsOrder) => {
  const all = new Map<string, number>();
  const outside = new Map<string, number>();
  let state: { heads: readonly Entry<number>[]; total: number } = { heads: [], total: 0 };
  let fetches = 0;
  const sorted = (entries: Iterable<[string, number]>): Entry<number>[] => {
    const rising = [...entries].map(([position, payload]) => ({ position, payload })).sort((a, b) => ascending(a.position, b.position));
    return order === 'first' ? rising : rising.reverse();
  };
  return {
    fetched: () => fetches,
    apply(edits: readonly { readonly position: string; readonly payload: number | null }[]): void {
      const changes = new Map<string, Change<number>>();
      for (const { position, payload } of edits) {
        const before = all.has(position);
        if (!before && payload === null) continue;
        changes.set(position, { before, after: payload });
      }
      let result = applyChanges(state, changes, { keep, order });
      if (result.status === 'fetch') {
        fetches += 1;
        result = applyChanges(state, changes, { keep, order }, sorted(outside).slice(0, result.limit));
      }
      if (result.status === 'fetch') throw new Error('asked twice');
      for (const [position, { after }] of changes) {
        if (after === null) all.delete(position);
        else all.set(position, after);
      }
      for (const [position, payload] of result.outside) {
        if (payload === null) expect(outside.delete(position)).toBe(true);
        else outside.set(position, payload);
      }
      state = { heads: result.heads, total: result.total };
      const expected = sorted(all);
      expect(state.heads).toEqual(expected.slice(0, keep));
      expect(state.total).toBe(expected.length);
      expect(sorted(outside)).toEqual(expected.slice(keep));
    },
  };
};

const edit = fc.record({
  position: fc.integer({ min: 0, max: 25 }).map((value) => String(value).padStart(2, '0')),
  payload: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null, freq: 2 }),
});
const batches = fc.array(fc.uniqueArray(edit, { selector: ({ position }) => position, maxLength: 8 }), { maxLength: 30 });

describe('heads of an ordered set', () => {
  it.each<[number, HeadsOrder]>([
    [1, 'first'],
    [1, 'last'],
    [3, 'first'],
    [20, 'first'],
  ])('keeping %s, %s: the same as the whole set after any changes', (keep, order) => {
    fc.assert(
      fc.property(batches, (all) => {
        const set = world(keep, order);
        for (const edits of all) set.apply(edits);
      }),
      { numRuns: 500 },
    );
  });

  it('reads nothing outside while entries come, or heads are replaced where they stand', () => {
    const set = world(1, 'last');
    for (let index = 0; index < 200; index += 1) set.apply([{ position: String(index).padStart(4, '0'), payload: index }]);
    set.apply([{ position: '0199', payload: 7 }]);
    set.apply([{ position: '0100', payload: null }]);
    expect(set.fetched()).toBe(0);
    set.apply([{ position: '0199', payload: null }]);
    expect(set.fetched()).toBe(1);
  });
});

describe('ascending', () => {
  it('orders as the store does: by UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 }), (a, b) => {
        expect(Math.sign(ascending(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 2000 },
    );
  });
});
