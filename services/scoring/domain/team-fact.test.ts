import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Book, BookedMetric } from '../../../shared/contracts/books.ts';
import { creditedFactSchema } from '../../../shared/contracts/facts.ts';
import { ratio, toStored } from '../../../shared/kernel/ratio.ts';
import { PERIOD } from '../testing/plans.ts';
import { exactValue } from './exact-value.ts';
import { teamAttributes, teamFact } from './team-fact.ts';

const booked = (n: bigint | number, d: bigint | number = 1, more: Partial<BookedMetric> = {}): BookedMetric => ({
  value: toStored(ratio(BigInt(n), BigInt(d))),
  facts: 1,
  state: {},
  ...more,
});
const book = (metrics: Book['metrics'], score: Book['score'] = null): Book => ({
  employeeId: 'e-1',
  legalEntityId: 'le',
  period: PERIOD,
  version: 1,
  plan: null,
  refusal: null,
  metrics,
  score,
  expressionErrors: [],
  updatedAt: '',
});

describe('what is told of a month', () => {
  it.each<[string, BookedMetric, Record<string, number>]>([
    ['a sum', booked(12_345), { m: 12_345 }],
    ['a negative sum', booked(-5), { m: -5 }],
    ['nothing', booked(0), { m: 0 }],
    ['a decimal', booked(9, 2), { m: 4.5 }],
    ['a small decimal', booked(1, 1_000_000), { m: 0.000001 }],
    ['a third: no exact number', booked(1, 3), {}],
    ['a decimal that looks exact and is not', booked(18, 259), {}],
    ['16 digits: more than a number holds', booked(1_234_567_890_123_457n, 10n), {}],
    ['the largest whole number of 15 digits', booked(999_999_999_999_999n), { m: 999_999_999_999_999 }],
    ['16 whole digits', booked(1_000_000_000_000_001n), {}],
    ['no value', booked(0, 1, { value: null }), {}],
    ['a share, with its terms', booked(2, 3, { state: { numerator: '2', denominator: '3' } }), { 'm-numerator': 2, 'm-denominator': 3 }],
    [
      'a share of nothing',
      booked(0, 1, { value: null, state: { numerator: '0', denominator: '0' } }),
      { 'm-numerator': 0, 'm-denominator': 0 },
    ],
    ['a mean, with its terms', booked(9, 2, { facts: 2, state: { sum: '9' } }), { m: 4.5, 'm-numerator': 9, 'm-denominator': 2 }],
  ])('%s', (_, metric, attributes) => {
    expect(teamAttributes(book({ m: metric }))).toEqual({ employeeId: 'e-1', ...attributes });
  });
  it('has score and what is behind', () => {
    const indicators = [{ behind: true }, { behind: false }, { behind: true }];
    const score = { total: '87.92', indicators } as unknown as Book['score'];
    expect(teamAttributes(book({}, score))).toEqual({ employeeId: 'e-1', score: 87.92, behind: 2 });
  });
  it('of the largest plan is a fact that may be sent', () => {
    const share = booked(1, 3, { state: { numerator: '1', denominator: '3' } });
    const metrics = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`m${index}-${'x'.repeat(60)}`, share]));
    const fact = teamFact({ employeeId: 'e-1', legalEntityId: 'le', period: PERIOD }, 'boss', 1, teamAttributes(book(metrics)));
    expect(creditedFactSchema.safeParse(fact).success).toBe(true);
  });
  it('is read by plans as exactly the number that it was', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.bigInt({ min: 1n, max: 10n ** 6n }), (n, d) => {
        const told = teamAttributes(book({ m: booked(n, d) }))['m'];
        if (told === undefined) return;
        const read = exactValue(told);
        expect(read.ok && toStored(read.value)).toEqual(toStored(ratio(n, d)));
      }),
    );
  });
});
