import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { employeeSchema, payTermsSchema } from '../../../shared/contracts/people.ts';
import { type Dated, isInForce } from '../../../shared/kernel/effective.ts';
import { addDays, type LocalDate } from '../../../shared/kernel/period.ts';
import { checkEmployee, externalIdChanges } from './check-employee.ts';
import { checkOverlaps } from './dated-entries.ts';
import { maskMobile } from './masks.ts';
import { checkPayTerms, maskPayTerms, unmaskPayTerms } from './pay-terms.ts';
import { holdsFor, parsePrecondition } from './precondition.ts';

const ORG = {
  version: 1,
  units: ['sales', 'support'].map((id) => ({
    id,
    legalEntityId: 'le-1',
    name: { zh: id, en: id },
    parentId: null,
    managerEmployeeId: null,
  })),
};
const employee = (changes: object) =>
  employeeSchema.parse({
    id: 'e1',
    legalEntityId: 'le-1',
    name: '李丽',
    hiredOn: '2026-01-01',
    assignments: [{ from: '2026-01-01', orgUnitId: 'sales', positionId: 'rep' }],
    ...changes,
  });
const faults = (changes: object) => checkEmployee(employee(changes), ORG).map(({ pointer, code }) => `${code} ${pointer}`);
const at = (from: string, to?: string, orgUnitId = 'sales') => ({ from, ...(to ? { to } : {}), orgUnitId, positionId: 'rep' });

describe('checkEmployee', () => {
  it('takes a sound record', () => expect(faults({})).toEqual([]));
  it('takes someone who left on the day of being hired, and a leaver with an open assignment', () => {
    expect(faults({ leftOn: '2026-01-01' })).toEqual([]);
    expect(faults({ leftOn: '2026-11-30', assignments: [at('2026-01-01', '2026-11-30')] })).toEqual([]);
  });
  it('refuses leaving before being hired', () => {
    expect(faults({ leftOn: '2025-12-31' })).toContain('left_before_hired /leftOn');
  });
  it('refuses assignments outside employment, by a day', () => {
    expect(faults({ assignments: [at('2025-12-31')] })).toEqual(['outside_employment /assignments/0/from']);
    expect(faults({ leftOn: '2026-11-30', assignments: [at('2026-01-01', '2026-12-01')] })).toEqual([
      'outside_employment /assignments/0/to',
    ]);
    expect(faults({ leftOn: '2026-11-30', assignments: [at('2026-01-01', '2026-06-30'), at('2026-12-01')] })).toEqual([
      'outside_employment /assignments/1/from',
    ]);
  });
  it('refuses an unknown unit and an end before the beginning', () => {
    expect(faults({ assignments: [at('2026-01-01', undefined, 'nowhere')] })).toEqual(['unknown_org_unit /assignments/0/orgUnitId']);
    expect(faults({ assignments: [at('2026-03-01', '2026-02-28')] })).toEqual(['ends_before_it_begins /assignments/0/to']);
  });
  it('refuses an external id given twice', () => {
    const hubspot = { source: 'hubspot', externalId: '77' };
    expect(faults({ externalIds: [hubspot, { source: 'erp', externalId: '77' }, hubspot] })).toEqual(['duplicate /externalIds/2']);
  });
});

describe('checkOverlaps', () => {
  const overlap = (...entries: [string, string?][]) =>
    checkOverlaps(
      entries.map(([from, to]) => ({ from, ...(to ? { to } : {}) }) as Dated),
      '',
      () => 'one',
    ).map(({ pointer, detail }) => `${pointer} ${detail}`);

  it('takes a raise as one more entry: an open entry holds until the next', () => {
    expect(overlap(['2026-01-01'], ['2026-07-01'])).toEqual([]);
    expect(overlap(['2026-07-01'], ['2026-01-01', '2026-06-30'])).toEqual([]);
  });
  it('refuses a written end that reaches the next beginning, on that day already', () => {
    expect(overlap(['2026-01-01', '2026-07-01'], ['2026-07-01'])).toEqual(['/1/from overlaps /0']);
    expect(overlap(['2026-01-01', '2028-02-28'], ['2028-02-29'])).toEqual([]);
  });
  it('refuses the same beginning twice, also of open entries', () => {
    expect(overlap(['2026-01-01'], ['2026-01-01'])).toEqual(['/1/from overlaps /0']);
  });
  it('is not misled by a short entry in between', () => {
    expect(overlap(['2026-01-01', '2026-12-31'], ['2026-02-01', '2026-02-10'], ['2026-06-01'])).toEqual([
      '/1/from overlaps /0',
      '/2/from overlaps /0',
    ]);
  });
  it('finds a fault exactly when two entries with written ends share a day, or two begin together', () => {
    const day = fc.nat(40).map((offset) => addDays('2028-02-10' as LocalDate, offset));
    const entry = fc
      .tuple(day, fc.option(fc.nat(10)))
      .map(([from, days]): Dated => (days === null ? { from } : { from, to: addDays(from, days) }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const share = entries.some((a, i) =>
          entries.some((b, j) => i !== j && (a.from === b.from || (a.to !== undefined && a.from < b.from && isInForce(a, b.from)))),
        );
        expect(checkOverlaps(entries, '', () => 'one').length > 0).toBe(share);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('external ids', () => {
  const id = (source: string, externalId: string) => ({ source, externalId });
  it('are taken and released by difference; the same id of another source is another one', () => {
    expect(externalIdChanges([id('hubspot', '1'), id('erp', '2')], [id('erp', '1'), id('erp', '2')])).toEqual({
      taken: [id('erp', '1')],
      released: [id('hubspot', '1')],
    });
  });
});

describe('pay terms', () => {
  const item = (from: string, changes: object = {}) => ({ from, item: 'base-salary', amountFen: 1_200_000, ...changes });
  const errors = (terms: object) => checkPayTerms(payTermsSchema.parse(terms)).map(({ pointer, code }) => `${code} ${pointer}`);
  const account = { bank: '工商银行', accountName: '李丽', accountNumber: '6222020200112230' };

  it('takes a raise, and allowances of different names beside each other', () => {
    const name = (zh: string) => ({ item: 'allowance', name: { zh, en: zh } });
    expect(
      errors({ payItems: [item('2026-01-01'), item('2026-11-20'), item('2026-01-01', name('餐补')), item('2026-01-01', name('交通'))] }),
    ).toEqual([]);
  });
  it('takes one basic deduction a year, and one deduction of each kind at a time', () => {
    const basic = (year: number) => ({ year, kind: 'first-wage-of-year', evidence: 'declaration' });
    expect(errors({ basicDeductions: [basic(2026), basic(2027)] })).toEqual([]);
    expect(errors({ basicDeductions: [basic(2026), basic(2026)] })).toEqual(['duplicate /basicDeductions/1/year']);
    const pension = { kind: 'personal-pension', amountFen: 100_000, from: '2026-01-01' };
    expect(errors({ taxDeductions: [pension, { ...pension, kind: 'annuity' }, { ...pension, from: '2026-06-01' }] })).toEqual([]);
    expect(errors({ taxDeductions: [pension, pension] })).toEqual(['overlaps /taxDeductions/1/from']);
  });
  it('refuses two of a kind that overlap, and reversed dates everywhere', () => {
    expect(errors({ payItems: [item('2026-01-01', { to: '2026-06-30' }), item('2026-06-30')] })).toEqual(['overlaps /payItems/1/from']);
    expect(errors({ payItems: [item('2026-01-01', { item: 'allowance' }), item('2026-01-01', { item: 'allowance' })] })).toEqual([
      'overlaps /payItems/1/from',
    ]);
    const insurance = { city: 'shanghai', baseFen: 1_200_000, fundBaseFen: null, fundPercent: null };
    expect(
      errors({
        insurance: [
          { ...insurance, from: '2026-01-01' },
          { ...insurance, from: '2026-01-01' },
        ],
      }),
    ).toEqual(['overlaps /insurance/1/from']);
    const reversed = { from: '2026-02-01', to: '2026-01-31' };
    expect(
      errors({
        payItems: [item('2026-02-01', reversed)],
        insurance: [{ ...insurance, ...reversed }],
        additionalDeductions: [{ ...reversed, kind: 'child', amountFen: 200_000 }],
      }),
    ).toEqual([
      'ends_before_it_begins /payItems/0/to',
      'ends_before_it_begins /insurance/0/to',
      'ends_before_it_begins /additionalDeductions/0/to',
    ]);
  });
  it('masks the account, and only the mask of the stored account keeps it', () => {
    const stored = payTermsSchema.parse({ bankAccount: account });
    const masked = maskPayTerms(stored);
    expect(masked.bankAccount?.accountNumber).toBe('****2230');
    expect(JSON.stringify(masked)).not.toContain('62220202');
    expect(unmaskPayTerms(masked, stored)).toEqual({ terms: stored, errors: [] });
    const other = { ...masked, bankAccount: { ...account, accountNumber: '****9999' } };
    for (const [given, known] of [
      [other, stored],
      [masked, undefined],
    ] as const) {
      expect(unmaskPayTerms(given, known).errors.map(({ pointer }) => pointer)).toEqual(['/bankAccount/accountNumber']);
    }
  });
  it('masks a mobile number', () => {
    expect(maskMobile('+86 138-0013-8000')).toBe('***8000');
    expect(maskMobile(null)).toBeNull();
  });
});

describe('preconditions', () => {
  it.each([
    [undefined, undefined, 0, true],
    [undefined, undefined, 4, true],
    ['"3"', undefined, 3, true],
    ['"3"', undefined, 4, false],
    ['"3"', undefined, 0, false],
    ['"1", "3"', undefined, 3, true],
    ['*', undefined, 7, true],
    ['*', undefined, 0, false],
    ['"not-a-version"', undefined, 0, false],
    ['""', undefined, 0, false],
    [undefined, '*', 0, true],
    [undefined, '*', 1, false],
  ])('If-Match %s, If-None-Match %s against version %i: %s', (ifMatch, ifNoneMatch, stored, expected) => {
    const precondition = parsePrecondition(ifMatch, ifNoneMatch);
    expect(precondition && holdsFor(precondition, stored)).toBe(expected);
  });
  it.each([
    ['3', undefined],
    ['W/"3"', undefined],
    ['"3', undefined],
    ['', undefined],
    ['"1"', '*'],
    [undefined, '"3"'],
  ])('refuses If-Match %s, If-None-Match %s', (ifMatch, ifNoneMatch) => expect(parsePrecondition(ifMatch, ifNoneMatch)).toBeUndefined());
  it('reads 500 hostile characters at once', () => {
    const before = performance.now();
    parsePrecondition(`"${'a" , "'.repeat(80)}`, undefined);
    parsePrecondition(`""${' '.repeat(490)}x`, undefined);
    expect(performance.now() - before).toBeLessThan(50);
  });
});
