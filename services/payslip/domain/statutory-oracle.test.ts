/** The engine against the rules written a second time (`testing/oracle.ts`), at every edge and at random. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fen } from '../../../shared/kernel/money.ts';
import { localDate, month } from '../../../shared/kernel/period.ts';
import { type BasicDeductionOption, emptyYearToDate, nonResidentWageTax, withholdYear } from './income-tax.ts';
import { overtimePayOf } from './overtime.ts';
import type { PayslipInput } from './payslip.ts';
import { type ProrationChoice, prorate } from './proration.ts';
import { computeInsurance } from './social-insurance.ts';
import {
  bonusTax,
  CITIES,
  contributions,
  fundSide,
  nonResidentBonus,
  nonResidentTax,
  type OracleMonth,
  overtime,
  proratedWage,
  takeable,
  withheldByMonth,
} from './testing/oracle.ts';
import { payslipOf, rulesOn } from './testing/rules.ts';
import { baseSalary, ledgerEntry, plainMonth } from './testing/salesperson.ts';
import { paidDaysBetween } from './working-calendar.ts';
import { nonResidentBonusTax, separateBonusTax } from './year-end-bonus.ts';

const RUNS = { numRuns: 400 };
const wageTable = rulesOn('income-tax-wage', 'CN', '2026-11-30');
const bonusTable = rulesOn('income-tax-year-end-bonus', 'CN', '2026-11-30');
const nonResidentTable = rulesOn('income-tax-non-resident', 'CN', '2026-11-30');
const law = rulesOn('wage-law', 'CN', '2026-11-30');

/** Amounts that lie on, a fen below and a fen above each edge, and any other. */
const around = (edgesYuan: readonly number[], largest: number) =>
  fc.oneof(
    fc.constantFrom(...edgesYuan.flatMap((edge) => [-1, 0, 1, 100].map((offset) => Math.max(0, edge * 100 + offset)))),
    fc.integer({ min: 0, max: largest }),
  );

const BASIC: Readonly<Record<'employment' | 'january' | 'annual60000', BasicDeductionOption>> = {
  employment: { kind: 'employment' },
  january: { kind: 'january', evidenced: true },
  annual60000: { kind: 'annual60000', evidenced: true },
};

describe('income tax', () => {
  const taxMonth = fc.record({
    // A clawback can make a month's income negative.
    income: fc.oneof(fc.integer({ min: -2_000_000, max: 15_000_000 }), around([5_000, 8_000, 41_000, 149_000, 965_000], 1_000_000)),
    exempt: fc.constantFrom(0, 0, 12_345),
    special: fc.integer({ min: 0, max: 800_000 }),
    additional: fc.constantFrom(0, 100_000, 200_000, 350_000, 700_000),
    other: fc.constantFrom(0, 0, 20_000, 100_000),
  });
  const year = fc.integer({ min: 1, max: 12 }).chain((startMonth) =>
    fc.record({
      startMonth: fc.constant(startMonth),
      months: fc.array(taxMonth, { minLength: 1, maxLength: 13 - startMonth }),
      basic: fc.constantFrom('employment', 'january', 'annual60000' as const),
    }),
  );

  test('a year of months: bands, negative months, surplus, first wage of the year, 60,000 from January', () => {
    fc.assert(
      fc.property(year, ({ startMonth, months, basic }) => {
        const given = months.map((one) => ({
          incomeFen: fen(one.income),
          exemptFen: fen(one.exempt),
          specialDeductionFen: fen(one.special),
          additionalDeductionFen: fen(one.additional),
          otherDeductionFen: fen(one.other),
        }));
        const big = months.map(
          (one): OracleMonth => ({
            income: BigInt(one.income),
            exempt: BigInt(one.exempt),
            special: BigInt(one.special),
            additional: BigInt(one.additional),
            other: BigInt(one.other),
          }),
        );
        const result = withholdYear(wageTable, { startMonth, basicDeduction: BASIC[basic] }, given);
        expect(result.ok && result.value.map((one) => BigInt(one.withheldThisMonthFen))).toEqual(withheldByMonth(big, startMonth, basic));
      }),
      RUNS,
    );
  });

  test.each([36_000, 144_000, 300_000, 420_000, 660_000, 960_000])('the edge of %i yuan belongs to the lower band', (edge) => {
    for (const offset of [-1, 0, 1]) {
      const income = edge * 100 + offset + 500_000;
      const zero = fen(0);
      const months = [
        { incomeFen: fen(income), exemptFen: zero, specialDeductionFen: zero, additionalDeductionFen: zero, otherDeductionFen: zero },
      ];
      const result = withholdYear(wageTable, { startMonth: 1, basicDeduction: BASIC.employment }, months);
      const [expected] = withheldByMonth([{ income: BigInt(income), exempt: 0n, special: 0n, additional: 0n, other: 0n }], 1, 'employment');
      expect(result.ok && BigInt(result.value[0]?.withheldThisMonthFen ?? -1)).toBe(expected);
    }
  });

  test('the year-end bonus, and where the bonus is in a blind zone', () => {
    const edges = [36_000, 144_000, 300_000, 420_000, 660_000, 960_000];
    const ends = [38_567, 160_500, 318_333, 447_500, 706_538, 1_120_000];
    fc.assert(
      fc.property(around([0, ...edges, ...ends], 200_000_000), (amount) => {
        const result = separateBonusTax(bonusTable, fen(amount));
        expect(BigInt(result.taxFen)).toBe(bonusTax(BigInt(amount)));
        const net = BigInt(amount) - bonusTax(BigInt(amount));
        const better = edges.filter((edge) => edge * 100 < amount && BigInt(edge * 100) - bonusTax(BigInt(edge * 100)) > net);
        expect(result.blindZone === null).toBe(better.length === 0);
        if (result.blindZone !== null) expect(result.blindZone.fromFen).toBe((better.at(-1) ?? 0) * 100);
      }),
      RUNS,
    );
  });

  test('a non-resident’s month and several-month bonus', () => {
    const edges = [0, 3_000, 5_000, 8_000, 12_000, 17_000, 18_000, 25_000, 30_000, 35_000, 40_000, 55_000, 60_000, 72_000, 80_000, 85_000];
    fc.assert(
      fc.property(around(edges, 60_000_000), (amount) => {
        expect(BigInt(nonResidentWageTax(nonResidentTable, fen(amount), fen(0)).taxFen)).toBe(nonResidentTax(BigInt(amount)));
        expect(BigInt(nonResidentBonusTax(nonResidentTable, fen(amount)).taxFen)).toBe(nonResidentBonus(BigInt(amount)));
      }),
      RUNS,
    );
  });
});

describe('insurance and fund', () => {
  test.each(CITIES.map((rules) => [rules.city, rules.on, rules] as const))('%s from %s', (name, on, rules) => {
    const table = rulesOn('social-insurance', name, on);
    const limits = [...rules.schemes.flatMap(([, floor, ceiling]) => [floor, ceiling]), rules.fund[0], rules.fund[1]].map(Number);
    const [least, most] = rules.fundPercents;
    fc.assert(
      fc.property(
        around(limits, 6_000_000),
        around(limits, 6_000_000),
        fc.integer({ min: least, max: most }),
        (base, fundBase, percent) => {
          const result = computeInsurance(table, {
            baseFen: fen(base),
            fund: { baseFen: fen(fundBase), rate: `${percent}%`, supplementaryRate: null },
            injuryClass: null,
          });
          if (!result.ok) throw new Error(result.error.en);
          const { schemes, funds } = result.value;
          expect(
            Object.fromEntries(schemes.map((one) => [one.scheme, [BigInt(one.employee.amountFen), BigInt(one.employer.amountFen)]])),
          ).toEqual(contributions(rules, BigInt(base)));
          const side = fundSide(rules, BigInt(fundBase), BigInt(percent));
          expect(funds.map((one) => [BigInt(one.employee.amountFen), BigInt(one.employer.amountFen)])).toEqual([[side, side]]);
          expect(BigInt(result.value.employeeFundFen + result.value.employerFundFen)).toBe(2n * side);
        },
      ),
      RUNS,
    );
  });

  test('the day before 1 July has the old bases, 1 July the new ones, a day before the first set none', () => {
    const baseOn = (on: string) => rulesOn('social-insurance', 'shanghai', on).schemes[0]?.floorFen;
    expect([baseOn('2026-06-30'), baseOn('2026-07-01')]).toEqual([746_000, 754_600]);
    expect(() => baseOn('2025-06-30')).toThrow('no social-insurance');
  });
});

describe('proration and overtime', () => {
  test('every method, in halves of a day, within [0, wage]', () => {
    const methods: readonly ProrationChoice[] = ['default', 'forward', 'reverse', 'actual_working_days', 'calendar_days'];
    const days = fc.integer({ min: 1, max: 31 }).chain((all) => fc.tuple(fc.constant(all), fc.integer({ min: 0, max: all * 2 })));
    fc.assert(
      fc.property(fc.constantFrom(...methods), around([0, 2_740, 6_000], 20_000_000), days, (method, wage, [all, absentHalves]) => {
        const { amountFen } = prorate(fen(wage), method, all, absentHalves / 2, law.paidDays, law.paidDaysText);
        expect(BigInt(amountFen)).toBe(proratedWage(BigInt(wage), method, all, absentHalves / 2));
      }),
      RUNS,
    );
  });

  test('overtime of each kind, in hundredths of an hour', () => {
    const kinds = fc.constantFrom(['weekday', 150n], ['restDay', 200n], ['statutoryHoliday', 300n] as const);
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        ([kind, percent], wage, hundredths) => {
          const paid = overtimePayOf(law, fen(wage), kind as 'weekday', hundredths / 100);
          expect(BigInt(paid)).toBe(overtime(BigInt(wage), BigInt(hundredths), percent as bigint));
        },
      ),
      RUNS,
    );
  });
});

describe('a whole payslip', () => {
  const shanghai = CITIES.find((one) => one.on === '2026-07-01' && one.city === 'shanghai') as (typeof CITIES)[number];
  const MINIMUM = 274_000n;
  const scenario = fc.record({
    period: fc.constantFrom('2026-07', '2026-09', '2026-11', '2026-12'),
    wage: fc.integer({ min: 274_000, max: 6_000_000 }),
    hireDay: fc.constantFrom(0, 0, 0, 2, 15, 16, 28),
    leaveDay: fc.constantFrom(0, 0, 0, 1, 14, 15, 27),
    absentHalves: fc.integer({ min: 0, max: 44 }),
    overtimeHundredths: fc.constantFrom(0, 0, 125, 3_650),
    incentives: fc.array(fc.integer({ min: -800_000, max: 900_000 }), { maxLength: 5 }),
    carried: fc.constantFrom(0, 0, -1, -123_456, -90_000_000),
    base: fc.integer({ min: 0, max: 4_500_000 }),
    before: fc.integer({ min: 0, max: 40_000_000 }),
  });

  test('joiners, leavers, leave, clawbacks and tax: gross and net to the fen', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const first = localDate(`${given.period}-01`);
        const last = localDate(`${given.period}-${['2026-09', '2026-11'].includes(given.period) ? '30' : '31'}`);
        const day = (number: number) => localDate(`${given.period}-${String(number).padStart(2, '0')}`);
        const hireDate = given.hireDay === 0 ? localDate('2025-03-03') : day(given.hireDay);
        const leaveDate = given.leaveDay === 0 || (given.hireDay !== 0 && given.leaveDay < given.hireDay) ? null : day(given.leaveDay);
        const days = paidDaysBetween(first, last);
        const employed = paidDaysBetween(hireDate > first ? hireDate : first, leaveDate ?? last);
        const absent = Math.min(given.absentHalves / 2, employed);
        const input: PayslipInput = {
          ...plainMonth,
          period: month(given.period),
          payDate: last,
          employee: {
            ...plainMonth.employee,
            hireDate,
            leaveDate,
            payItems: [{ ...baseSalary('0'), amountFen: fen(given.wage) }],
            insurance: [
              {
                status: 'enrolled',
                from: localDate('2025-03-01'),
                baseFen: fen(given.base),
                fund: { baseFen: fen(given.base), rate: '7%', supplementaryRate: null },
                injuryClass: null,
              },
            ],
          },
          attendance: {
            ...plainMonth.attendance,
            paidDays: days,
            unpaidLeaveDays: absent,
            overtimeHours: { weekday: given.overtimeHundredths / 100, restDay: 0, statutoryHoliday: 0 },
          },
          ledgerRange: { fromSeq: 1, toSeq: given.incentives.length },
          ledgerEntries: given.incentives.map((amount, index) => ({
            ...ledgerEntry(index + 1, '0', { earnedPeriod: month(given.period) }),
            amountFen: fen(amount),
          })),
          carriedForward:
            given.carried === 0
              ? []
              : [
                  {
                    awardId: 'old',
                    ruleNameZh: '旧',
                    ruleNameEn: 'old',
                    category: 'bonus',
                    earnedPeriod: month('2026-05'),
                    amountFen: fen(given.carried),
                  },
                ],
          yearToDate: { ...emptyYearToDate(2026), months: 1, incomeFen: fen(given.before), lastTaxMonth: 1 },
        };
        const slip = payslipOf(input);

        const wage = BigInt(given.wage);
        const notEmployed = days - employed;
        // The choice between forward and reverse is one for the month: by all days that are not paid.
        const method = (notEmployed + absent) * 2 <= days ? 'reverse' : 'forward';
        const worked = notEmployed + absent === 0 ? wage : proratedWage(wage, method, days, notEmployed + absent);
        const overtimeFen = overtime(wage, BigInt(given.overtimeHundredths), 150n);
        const earned = given.incentives.filter((amount) => amount > 0).reduce((sum, amount) => sum + BigInt(amount), 0n);
        const back = -given.incentives.filter((amount) => amount < 0).reduce((sum, amount) => sum + BigInt(amount), BigInt(given.carried));
        const schemes = Object.values(contributions(shanghai, BigInt(given.base))).reduce((sum, [employee]) => sum + employee, 0n);
        const fund = fundSide(shanghai, BigInt(given.base), 7n);
        const before = worked + overtimeFen + earned;
        const allowed = takeable(before, overtimeFen, schemes + fund, MINIMUM);
        const taken = back < allowed ? back : allowed;
        const gross = before - taken;
        expect(BigInt(slip.totals.grossFen)).toBe(gross);
        expect(slip.carriedForwardAfter.reduce((sum, one) => sum - BigInt(one.amountFen), 0n)).toBe(back - taken);

        const startMonth = hireDate.startsWith('2026') ? Number(given.period.slice(5)) : 1;
        const taxMonth = Number(given.period.slice(5));
        const months: OracleMonth[] = Array.from({ length: taxMonth - startMonth }, () => ({
          income: 0n,
          exempt: 0n,
          special: 0n,
          additional: 0n,
          other: 0n,
        }));
        // Nothing was withheld on what was paid before: all of it is due now.
        const now = { income: gross + BigInt(given.before), exempt: 0n, special: schemes + fund, additional: 200_000n, other: 0n };
        const tax = withheldByMonth([...months, now], startMonth, 'employment').at(-1) as bigint;
        expect(BigInt(slip.totals.taxFen)).toBe(tax);
        expect(BigInt(slip.totals.netFen)).toBe(gross - schemes - fund - tax);
      }),
      RUNS,
    );
  });
});
