import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import {
  type BasicDeductionOption,
  bandOf,
  cumulativeBasicDeduction,
  emptyYearToDate,
  nonResidentWageTax,
  openTaxYear,
  type TaxMonth,
  withholdWageTax,
  withholdYear,
} from './income-tax.ts';
import { readVectors, rulesOn, yuan } from './testing/rules.ts';

interface Vector {
  readonly id: string;
  readonly options: { readonly start_month: number; readonly basic_deduction: 'employment' | 'january' | 'annual60000' };
  readonly months: readonly {
    readonly income: string;
    readonly special_deduction: string;
    readonly additional_deduction: string;
    readonly other_deduction: string;
  }[];
  readonly expected: readonly {
    readonly cumulative_taxable: string;
    readonly cumulative_tax_due: string;
    readonly tax: string;
    readonly cumulative_withheld: string;
  }[];
  readonly expected_year_total_withheld: string;
}

const table = rulesOn('income-tax-wage', 'CN', '2026-11-30');
const ZERO = fen(0);
const month = (incomeFen: number, specialFen = 0, additionalFen = 0): TaxMonth => ({
  incomeFen: fen(incomeFen),
  exemptFen: ZERO,
  specialDeductionFen: fen(specialFen),
  additionalDeductionFen: fen(additionalFen),
  otherDeductionFen: ZERO,
});
const basicOption = (kind: BasicDeductionOption['kind']): BasicDeductionOption =>
  kind === 'employment' ? { kind } : { kind, evidenced: true };

describe('cumulative withholding: vectors', () => {
  const { vectors } = readVectors<{ readonly vectors: readonly Vector[] }>('iit-cumulative');
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const result = withholdYear(
      table,
      { startMonth: vector.options.start_month, basicDeduction: basicOption(vector.options.basic_deduction) },
      vector.months.map((one) => ({
        incomeFen: yuan(one.income),
        exemptFen: ZERO,
        specialDeductionFen: yuan(one.special_deduction),
        additionalDeductionFen: yuan(one.additional_deduction),
        otherDeductionFen: yuan(one.other_deduction),
      })),
    );
    if (!result.ok) throw new Error(result.error.en);
    expect(
      result.value.map((one) => [one.cumulativeTaxableFen, one.cumulativeTaxDueFen, one.withheldThisMonthFen, one.cumulativeWithheldFen]),
    ).toEqual(
      vector.expected.map((one) => [
        yuan(one.cumulative_taxable),
        yuan(one.cumulative_tax_due),
        yuan(one.tax),
        yuan(one.cumulative_withheld),
      ]),
    );
    expect(result.value.at(-1)?.cumulativeWithheldFen).toBe(yuan(vector.expected_year_total_withheld));
  });
});

describe('band edges', () => {
  const edges: readonly [edge: string, lower: string, upper: string][] = [
    ['36000', '3%', '10%'],
    ['144000', '10%', '20%'],
    ['300000', '20%', '25%'],
    ['420000', '25%', '30%'],
    ['660000', '30%', '35%'],
    ['960000', '35%', '45%'],
  ];
  it.each(edges)('%s belongs to the lower band, one fen more does not', (edge, lower, upper) => {
    const at = yuan(edge);
    expect(bandOf(table.bands, at - 1).rateText).toBe(lower);
    expect(bandOf(table.bands, at).rateText).toBe(lower);
    expect(bandOf(table.bands, at + 1).rateText).toBe(upper);
  });
  it.each(edges)('the tax does not jump at %s', (edge) => {
    const taxOf = (taxableFen: number): number =>
      withholdWageTax(table, emptyYearToDate(2026), month(taxableFen), ZERO).cumulativeTaxDueFen;
    expect(taxOf(yuan(edge) + 1) - taxOf(yuan(edge))).toBeLessThanOrEqual(1);
  });
});

describe('basic deduction', () => {
  it('refuses january and annual60000 without evidence', () => {
    for (const kind of ['january', 'annual60000'] as const) {
      const result = cumulativeBasicDeduction(table, { kind, evidenced: false }, 7, 1);
      expect(result.ok ? null : result.error.code).toBe('basic_deduction_not_evidenced');
    }
  });
});

describe('tax year', () => {
  const december = { ...emptyYearToDate(2026), months: 12, incomeFen: yuan('120000'), withheldFen: yuan('500') };
  it('starts from zero in January', () => {
    const opened = openTaxYear(december, 2027);
    expect(opened.ok && opened.value).toEqual(emptyYearToDate(2027));
  });
  it('keeps the state within the year and refuses one of a later year', () => {
    expect(openTaxYear(december, 2026)).toEqual({ ok: true, value: december });
    const refused = openTaxYear(december, 2025);
    expect(refused.ok ? null : refused.error.code).toBe('year_to_date_of_later_year');
  });
});

describe('non-residents', () => {
  it('are taxed by the month on wage less 5,000', () => {
    const nonResident = rulesOn('income-tax-non-resident', 'CN', '2026-11-30');
    expect(nonResidentWageTax(nonResident, yuan('20000'), ZERO)).toMatchObject({
      taxableFen: yuan('15000'),
      rate: '20%',
      taxFen: yuan('1590'),
    });
    expect(nonResidentWageTax(nonResident, yuan('4000'), ZERO).taxFen).toBe(0);
  });
});

describe('properties', () => {
  const months = fc.array(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 1, maxLength: 12 });
  const run = (incomes: readonly number[]) => {
    const result = withholdYear(
      table,
      { startMonth: 1, basicDeduction: { kind: 'employment' } },
      incomes.map((income) => month(income)),
    );
    if (!result.ok) throw new Error(result.error.en);
    return result.value;
  };
  it('what was withheld is the sum of the months', () => {
    fc.assert(
      fc.property(months, (incomes) => {
        const results = run(incomes);
        const sum = results.reduce((total, one) => total + one.withheldThisMonthFen, 0);
        expect(results.at(-1)?.cumulativeWithheldFen).toBe(sum);
      }),
    );
  });
  it('nothing is refunded and never less is due than withheld once income has caught up', () => {
    fc.assert(
      fc.property(months, (incomes) => {
        for (const one of run(incomes)) {
          expect(one.withheldThisMonthFen).toBeGreaterThanOrEqual(0);
          expect(one.cumulativeWithheldFen).toBeGreaterThanOrEqual(one.cumulativeTaxDueFen);
        }
      }),
    );
  });
  it('moving income between months never changes what is due for the year', () => {
    fc.assert(
      fc.property(months, fc.nat(), fc.nat(), fc.nat(), (incomes, from, to, amount) => {
        const moved = [...incomes];
        const [a, b] = [from % incomes.length, to % incomes.length];
        const part = Math.min(amount, moved[a] as Fen);
        moved[a] = (moved[a] as number) - part;
        moved[b] = (moved[b] as number) + part;
        expect(run(moved).at(-1)?.cumulativeTaxDueFen).toBe(run(incomes).at(-1)?.cumulativeTaxDueFen);
      }),
    );
  });
  it('the quick deduction gives the same as taxing band by band', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200_000_000 }), (taxable) => {
        let exactHundredths = 0;
        let lower = 0;
        for (const band of table.bands) {
          const inBand = Math.max(0, Math.min(taxable, band.upToFen) - lower);
          exactHundredths += (inBand * band.rate.numerator * 100) / band.rate.denominator;
          lower = band.upToFen;
        }
        const due = withholdWageTax(table, emptyYearToDate(2026), month(taxable), ZERO).cumulativeTaxDueFen;
        expect(due).toBe(Math.round(exactHundredths / 100));
      }),
    );
  });
});
