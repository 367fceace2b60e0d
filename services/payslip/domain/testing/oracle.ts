/**
 * The statutory rules a second time, as the law's tables are printed: exact fractions of bigint, no code and no data shared with the engine or
 * `infra/rules`. Amounts are fen as bigint. Slow and plain on purpose; tests compare the engine with it.
 */

/** Half up to the unit, for amounts that are not negative. */
export const halfUp = (numerator: bigint, denominator: bigint, unit = 1n): bigint =>
  ((2n * numerator + denominator * unit) / (2n * denominator * unit)) * unit;
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const clamp = (value: bigint, low: bigint, high: bigint): bigint => max(low, min(value, high));

type Band = readonly [upToYuan: bigint | null, percent: bigint, quickYuan: bigint];
const YEAR: readonly Band[] = [
  [36_000n, 3n, 0n],
  [144_000n, 10n, 2_520n],
  [300_000n, 20n, 16_920n],
  [420_000n, 25n, 31_920n],
  [660_000n, 30n, 52_920n],
  [960_000n, 35n, 85_920n],
  [null, 45n, 181_920n],
];
const MONTH: readonly Band[] = [
  [3_000n, 3n, 0n],
  [12_000n, 10n, 210n],
  [25_000n, 20n, 1_410n],
  [35_000n, 25n, 2_660n],
  [55_000n, 30n, 4_410n],
  [80_000n, 35n, 7_160n],
  [null, 45n, 15_160n],
];
const bandFor = (bands: readonly Band[], amount: bigint, months = 1n): Band =>
  bands.find(([upTo]) => upTo === null || amount <= upTo * 100n * months) as Band;

export interface OracleMonth {
  readonly income: bigint;
  readonly exempt: bigint;
  readonly special: bigint;
  readonly additional: bigint;
  readonly other: bigint;
}

/** What is withheld month by month. `startMonth` 1–12; the basic deduction by months here, from January, or 60,000 at once. */
export const withheldByMonth = (
  months: readonly OracleMonth[],
  startMonth: number,
  basic: 'employment' | 'january' | 'annual60000',
): bigint[] => {
  const withheld: bigint[] = [];
  for (let index = 0; index < months.length; index += 1) {
    let taxable = 0n;
    for (const { income, exempt, special, additional, other } of months.slice(0, index + 1))
      taxable += income - exempt - special - additional - other;
    const counted = basic === 'annual60000' ? 12 : basic === 'january' ? startMonth + index : index + 1;
    taxable = max(0n, taxable - 500_000n * BigInt(counted));
    const [, percent, quick] = bandFor(YEAR, taxable);
    const due = halfUp(taxable * percent, 100n) - quick * 100n;
    const before = withheld.reduce((sum, one) => sum + one, 0n);
    withheld.push(max(0n, due - before));
  }
  return withheld;
};

export const bonusTax = (bonus: bigint): bigint => {
  const [, percent, quick] = bandFor(MONTH, bonus, 12n);
  return halfUp(bonus * percent, 100n) - quick * 100n;
};
export const nonResidentTax = (income: bigint): bigint => {
  const taxable = max(0n, income - 500_000n);
  const [, percent, quick] = bandFor(MONTH, taxable);
  return halfUp(taxable * percent, 100n) - quick * 100n;
};
export const nonResidentBonus = (bonus: bigint): bigint => {
  const [, percent, quick] = bandFor(MONTH, bonus, 6n);
  return max(0n, halfUp(bonus * percent, 100n) - quick * 600n);
};

type Scheme = readonly [code: string, floorYuan: bigint, ceilingYuan: bigint, employeeTenths: bigint, employerTenths: bigint];
interface City {
  readonly on: string;
  readonly city: string;
  readonly schemes: readonly Scheme[];
  readonly employeeFixedFen: Readonly<Record<string, bigint>>;
  readonly fund: readonly [floorYuan: bigint, ceilingYuan: bigint, unitFen: bigint];
  readonly fundPercents: readonly [least: number, most: number];
}
/** Rates in tenths of a percent, injury by the city's lowest class on record. */
const usual = (floor: bigint, ceiling: bigint, medicalEmployer: bigint, injury: bigint): Scheme[] => [
  ['pension', floor, ceiling, 80n, 160n],
  ['medical', floor, ceiling, 20n, medicalEmployer],
  ['unemployment', floor, ceiling, 5n, 5n],
  ['injury', floor, ceiling, 0n, injury],
];
const city = (
  name: string,
  on: string,
  schemes: readonly Scheme[],
  fund: City['fund'],
  most: number,
  employeeFixedFen: City['employeeFixedFen'] = {},
): City => ({ city: name, on, schemes, fund, fundPercents: [5, most], employeeFixedFen });

export const CITIES: readonly City[] = [
  city('shanghai', '2025-07-01', usual(7_460n, 37_302n, 90n, 2n), [2_690n, 37_302n, 100n], 7),
  city('shanghai', '2026-07-01', usual(7_546n, 37_731n, 90n, 2n), [2_740n, 37_731n, 100n], 7),
  city('beijing', '2025-07-01', usual(7_162n, 35_811n, 98n, 4n), [2_540n, 35_811n, 100n], 12, { medical: 300n }),
  city('beijing', '2026-07-01', usual(7_270n, 36_348n, 98n, 4n), [2_540n, 36_348n, 100n], 12, { medical: 300n }),
  city(
    'shenzhen',
    '2026-07-01',
    [
      ['pension', 4_775n, 27_549n, 80n, 160n],
      ['medical', 6_727n, 33_633n, 20n, 60n],
      ['maternity', 6_727n, 33_633n, 0n, 5n],
      ['unemployment', 2_700n, 48_471n, 2n, 8n],
      ['injury', 2_700n, 48_471n, 0n, 8n],
    ],
    [2_700n, 48_471n, 1n],
    12,
  ),
];

/** `[employee, employer]` by scheme. */
export const contributions = (rules: City, declared: bigint): Record<string, readonly [bigint, bigint]> =>
  Object.fromEntries(
    rules.schemes.map(([code, floor, ceiling, employee, employer]) => {
      const base = clamp(declared, floor * 100n, ceiling * 100n);
      return [code, [halfUp(base * employee, 1000n) + (rules.employeeFixedFen[code] ?? 0n), halfUp(base * employer, 1000n)]];
    }),
  );
/** Each side of the fund. */
export const fundSide = (rules: City, declared: bigint, percent: bigint): bigint => {
  const [floor, ceiling, unit] = rules.fund;
  return halfUp(clamp(declared, floor * 100n, ceiling * 100n) * percent, 100n, unit);
};

/** Pay for part of a month: 21.75 = 87 ÷ 4; days in halves; rounded once, within [0, wage]. */
export const proratedWage = (
  wage: bigint,
  method: 'default' | 'forward' | 'reverse' | 'actual_working_days' | 'calendar_days',
  daysInMonth: number,
  absentDays: number,
): bigint => {
  const absent = BigInt(absentDays * 2);
  const all = BigInt(daysInMonth * 2);
  const taken = method === 'default' ? (2n * absent <= all ? 'reverse' : 'forward') : method;
  if (taken === 'reverse') return clamp(wage - halfUp(wage * absent * 4n, 2n * 87n), 0n, wage);
  if (taken === 'forward') return clamp(halfUp(wage * (all - absent) * 4n, 2n * 87n), 0n, wage);
  return clamp(halfUp(wage * (all - absent), all), 0n, wage);
};

/** Overtime from the unrounded hour, 174 hours a month; hours in hundredths. */
export const overtime = (wage: bigint, hundredths: bigint, percent: bigint): bigint =>
  halfUp(wage * hundredths * percent, 174n * 100n * 100n);

/** What may be taken from a month: down to the minimum wage, after insurance and fund where the city tests it so; overtime is no part of it. */
export const takeable = (gross: bigint, overtimeFen: bigint, insuranceAndFund: bigint, minimum: bigint): bigint =>
  max(0n, gross - overtimeFen - insuranceAndFund - minimum);
