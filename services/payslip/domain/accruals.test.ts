import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accrualsOf, type PersonAccrual } from './accruals.ts';

const category = fc.constantFrom('commission' as const, 'bonus' as const, 'subsidy' as const);
const amountFen = fc.integer({ min: -1_000_000, max: 5_000_000 });
const people = fc.array(
  fc.record({
    costCentre: fc.constantFrom('north', 'south', null),
    awards: fc.array(fc.record({ category, amountFen, heldFen: fc.option(fc.nat(1_000_000), { nil: undefined }) }), { maxLength: 6 }),
    entries: fc.array(fc.record({ category, amountFen, paid: fc.boolean() }), { maxLength: 6 }),
  }),
  { maxLength: 12 },
);
const named = (list: readonly Omit<PersonAccrual, 'employeeId'>[]): PersonAccrual[] =>
  list.map((one, n) => ({ employeeId: `e${n}`, ...one }));
const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

describe('accruals', () => {
  it('add up to the ledger to the fen, whatever the rows', () => {
    fc.assert(
      fc.property(people, (list) => {
        const all = named(list);
        const { rows, total } = accrualsOf(all);
        const entries = all.flatMap((one) => one.entries);
        expect(total.postedFen).toBe(sum(entries.map((entry) => entry.amountFen)));
        expect(total.paidFen).toBe(sum(entries.filter(({ paid }) => paid).map((entry) => entry.amountFen)));
        expect(total.earnedFen).toBe(sum(all.flatMap(({ awards }) => awards.map((award) => award.amountFen))));
        for (const name of ['earnedFen', 'postedFen', 'paidFen', 'openFen', 'heldFen'] as const)
          expect(sum(rows.map((row) => row[name]))).toBe(total[name]);
        expect(total.heldFen).toBe(sum(all.flatMap(({ awards }) => awards.map((award) => award.heldFen ?? 0))));
        expect(total.openFen).toBe(total.postedFen - total.paidFen);
        expect(new Set(rows.map(({ costCentre, category: kind }) => `${costCentre} ${kind}`)).size).toBe(rows.length);
      }),
    );
  });

  it('do not depend on the order of people', () => {
    fc.assert(
      fc.property(people, (list) => {
        const all = named(list);
        expect(accrualsOf([...all].reverse()).rows).toEqual(accrualsOf(all).rows);
      }),
    );
  });

  const person = (employeeId: string, costCentre: string | null, posted: number, earned = posted): PersonAccrual => ({
    employeeId,
    costCentre,
    awards: [{ category: 'bonus', amountFen: earned }],
    entries: posted === 0 ? [] : [{ category: 'bonus', amountFen: posted, paid: false }],
  });
  it('name whose earned is not posted, and nobody else', () => {
    expect(accrualsOf([person('a', 'x', 100), person('b', 'x', 100, 101), person('c', null, 0, 0)])).toEqual({
      rows: [{ costCentre: 'x', category: 'bonus', people: 2, earnedFen: 201, postedFen: 200, paidFen: 0, openFen: 200, heldFen: 0 }],
      total: { earnedFen: 201, postedFen: 200, paidFen: 0, openFen: 200, heldFen: 0 },
      unreconciled: [{ employeeId: 'b', earnedFen: 101, postedFen: 100 }],
    });
  });
  it('put people who worked nowhere last, and what is to be taken back below 0', () => {
    expect(accrualsOf([person('a', null, -50), person('b', 'x', 1)]).rows.map(({ costCentre, openFen }) => [costCentre, openFen])).toEqual([
      ['x', 1],
      [null, -50],
    ]);
  });
  it('of nobody are nothing', () => {
    expect(accrualsOf([])).toMatchObject({ rows: [], total: { openFen: 0 }, unreconciled: [] });
  });
});
