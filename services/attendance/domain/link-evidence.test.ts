import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../../../shared/kernel/period.ts';
import { differingBits, joinLink, type LinkMember, photoQuarters } from './link-evidence.ts';

const at = instant('2026-11-10T09:00:00+08:00');
const photo = (visitId: string, hash: string) => ({ employeeId: 'li', visitId, at, photo: hash });

describe('photos', () => {
  it.each([
    ['the same', 'f0f0f0f0f0f0f0f0', 'f0f0f0f0f0f0f0f0', 0, true],
    ['three bits', '0000000000000000', '0000000000000007', 3, true],
    ['three bits in three quarters', '0000000000000000', '0001000100010000', 3, true],
    ['four bits', '0000000000000000', '000000000000000f', 4, false],
    ['all bits', '0000000000000000', 'ffffffffffffffff', 64, false],
  ])('%s', (_, a, b, bits, near) => {
    expect(differingBits(a, b)).toBe(bits);
    const first = joinLink('photo-reuse', [], photo('v1', a));
    expect(joinLink('photo-reuse', first.members, photo('v2', b)).tell.length).toBe(near ? 2 : 0);
  });
  it('that are near share a quarter, always', () => {
    const bit = fc.integer({ min: 0, max: 63 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.uniqueArray(bit, { maxLength: 3 }), (hash, flipped) => {
        const other = flipped.reduce((value, place) => value ^ (1n << BigInt(place)), hash);
        const text = (value: bigint) => value.toString(16).padStart(16, '0');
        expect(differingBits(text(hash), text(other))).toBe(flipped.length);
        expect(photoQuarters(text(hash)).some((quarter) => photoQuarters(text(other)).includes(quarter))).toBe(true);
      }),
    );
  });
  it('tells the same visits whichever came first', () => {
    const hashes = fc.array(
      fc.constantFrom('0000000000000000', '0000000000000001', '0000000000000003', '000000000000000f', 'ffffffffffffffff'),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(hashes, (given) => {
        const told = (order: readonly number[]): readonly string[] => {
          let members: readonly LinkMember[] = [];
          const found = new Set<string>();
          for (const index of order) {
            const joined = joinLink('photo-reuse', members, photo(`v${index}`, given[index] ?? ''));
            members = joined.members;
            for (const { visitId } of joined.tell) found.add(visitId);
          }
          return [...found].sort();
        };
        const forwards = given.map((_, index) => index);
        expect(told([...forwards].reverse())).toEqual(told(forwards));
      }),
    );
  });
});
