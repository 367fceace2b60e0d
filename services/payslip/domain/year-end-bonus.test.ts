import { describe, expect, it } from 'vitest';
import { fen } from '../../../shared/kernel/money.ts';
import { localDate } from '../../../shared/kernel/period.ts';
import { RULE_BOOK, readVectors, rulesOn, yuan } from './testing/rules.ts';
import { blindZoneOf, bonusMethodOn, compareBonusElections, nonResidentBonusTax, separateBonusTax } from './year-end-bonus.ts';

interface Vector {
  readonly id: string;
  readonly method: 'separate' | 'compare' | 'non_resident_six_months' | 'date_gate';
  readonly bonus?: string;
  readonly annual_wage?: string;
  readonly expected: Readonly<Record<string, string | number>>;
}

const wage = rulesOn('income-tax-wage', 'CN', '2026-11-30');
const bonus = rulesOn('income-tax-year-end-bonus', 'CN', '2026-11-30');
const nonResident = rulesOn('income-tax-non-resident', 'CN', '2026-11-30');
const taxed = (tax: { readonly rate: string; readonly quickDeductionFen: number; readonly taxFen: number }) => [
  tax.rate,
  tax.quickDeductionFen,
  tax.taxFen,
];

describe('vectors', () => {
  const { vectors } = readVectors<{ readonly vectors: readonly Vector[] }>('iit-bonus');
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const expected = vector.expected;
    const text = (name: string): string => String(expected[name]);
    switch (vector.method) {
      case 'separate':
        expect(taxed(separateBonusTax(bonus, yuan(vector.bonus ?? '')))).toEqual([
          `${text('rate')}%`,
          yuan(text('quick')),
          yuan(text('tax')),
        ]);
        break;
      case 'non_resident_six_months':
        expect(taxed(nonResidentBonusTax(nonResident, yuan(vector.bonus ?? '')))).toEqual([
          `${text('rate')}%`,
          yuan(text('quick')),
          yuan(text('tax')),
        ]);
        break;
      case 'compare': {
        const result = compareBonusElections(wage, bonus, fen(yuan(vector.annual_wage ?? '') - yuan('60000')), yuan(vector.bonus ?? ''));
        expect(result).toMatchObject({
          separateTotalFen: yuan(text('total_tax_separate')),
          mergedTotalFen: yuan(text('total_tax_merged')),
          better: text('better'),
        });
        break;
      }
      case 'date_gate':
        for (const [date, answer] of Object.entries(expected))
          expect(bonusMethodOn(RULE_BOOK, localDate(date))).toBe(answer === 'merge' ? 'merge' : 'separate_allowed');
    }
  });
});

describe('blind zones', () => {
  const zones: readonly [from: string, to: string][] = [
    ['36000', '38566.67'],
    ['144000', '160500'],
    ['300000', '318333.33'],
    ['420000', '447500'],
    ['660000', '706538.46'],
    ['960000', '1120000'],
  ];
  it.each(zones)('%s to %s', (from, to) => {
    expect(blindZoneOf(bonus, yuan(from))).toBeNull();
    expect(blindZoneOf(bonus, fen(yuan(from) + 1))).toMatchObject({ fromFen: yuan(from), toFen: yuan(to) });
    expect(blindZoneOf(bonus, fen(yuan(to) - 1))).not.toBeNull();
    expect(blindZoneOf(bonus, yuan(to))).toBeNull();
  });
  it('36,001 leaves 2,309.10 less in hand than 36,000', () => {
    expect(separateBonusTax(bonus, yuan('36001')).blindZone?.lossFen).toBe(yuan('2309.10'));
  });
});
