import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { differences, MAX_DIFFERENCES } from './plan-difference.ts';

describe('differences', () => {
  it('name members by their id, and groups and lists by their place', () => {
    const before = {
      a: 1,
      rules: [
        { id: 'x', n: 1, tiers: [{ rate: '1%' }] },
        { id: 'y', n: 1 },
      ],
      types: ['a', 'b'],
    };
    const after = { a: 2, rules: [{ id: 'x', n: 1, tiers: [{ rate: '2%' }, { rate: '3%' }] }, { id: 'z' }], types: ['b'], more: true };
    expect(differences(before, after)).toEqual([
      { place: '/a', change: 'changed', before: 1, after: 2 },
      { place: '/rules/x/tiers/0/rate', change: 'changed', before: '1%', after: '2%' },
      { place: '/rules/x/tiers/1', change: 'added', after: { rate: '3%' } },
      { place: '/rules/y', change: 'removed', before: { id: 'y', n: 1 } },
      { place: '/rules/z', change: 'added', after: { id: 'z' } },
      { place: '/types/0', change: 'changed', before: 'a', after: 'b' },
      { place: '/types/1', change: 'removed', before: 'b' },
      { place: '/more', change: 'added', after: true },
    ]);
  });

  it('say when only the order is another', () => {
    expect(differences({ rules: [{ id: 'x' }, { id: 'y' }] }, { rules: [{ id: 'y' }, { id: 'x' }] })).toEqual([
      { place: '/rules', change: 'reordered', before: ['x', 'y'], after: ['y', 'x'] },
    ]);
  });

  it('go by place where ids are not unique', () => {
    expect(differences([{ id: 'x' }, { id: 'x', n: 1 }], [{ id: 'x' }, { id: 'x', n: 2 }])).toEqual([
      { place: '/1/n', change: 'changed', before: 1, after: 2 },
    ]);
  });

  it('are bounded', () => {
    const list = (offset: number) => Array.from({ length: MAX_DIFFERENCES + 1 }, (_, index) => index + offset);
    expect(differences(list(0), list(1))).toMatchObject([{ place: '', change: 'changed' }]);
  });

  it('are none exactly when the digests are the same', () => {
    const key = fc.constantFrom('id', 'a', 'b', '__proto__', 'x/y');
    const value = fc.jsonValue({ maxDepth: 3 });
    const document = fc.oneof(
      fc.dictionary(key, value),
      fc.array(fc.record({ id: fc.constantFrom('p', 'q', 'r'), n: fc.nat(2) }), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(document, document, (before, after) => {
        expect(differences(before, after).length === 0).toBe(digestOf(before) === digestOf(after));
        expect(differences(before, structuredClone(before))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
