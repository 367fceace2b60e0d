import { describe, expect, it } from 'vitest';
import { fen } from '../../../shared/kernel/money.ts';
import { localDate, month } from '../../../shared/kernel/period.ts';
import { checkRun, type RosterEntry, type RunToCheck } from './check-run.ts';
import { payslipOf, yuan } from './testing/rules.ts';
import { baseSalary, november2026, plainMonth, salesperson, withAttendance, withEmployee } from './testing/salesperson.ts';

const person: RosterEntry = {
  employeeId: salesperson.id,
  name: salesperson.name,
  hireDate: salesperson.hireDate,
  leaveDate: null,
  bankAccountNumber: '6222020000001',
  hasInsuranceBase: true,
  previousGrossFen: yuan('20000'),
  lastCoveredSeq: 30,
  ledgerHeadSeq: 35,
};
const slip = payslipOf(november2026);
const run = (changes: Partial<RunToCheck> = {}): RunToCheck => ({
  period: month('2026-11'),
  roster: [person],
  payslips: [slip],
  refused: [],
  grossChangePercent: 30,
  ...changes,
});
const codes = (changes: Partial<RunToCheck> = {}) =>
  checkRun(run(changes))
    .filter((one) => one.employeeId !== null)
    .map((one) => `${one.severity}:${one.code}`);
const withPerson = (changes: Partial<RosterEntry>) => codes({ roster: [{ ...person, ...changes }] });
const plain = { lastCoveredSeq: 0, ledgerHeadSeq: 0, previousGrossFen: null };

describe('run checks', () => {
  it('find nothing personal in a good run, and report rule set warnings once', () => {
    expect(codes()).toEqual([]);
    expect(checkRun(run()).map((one) => [one.code, one.severity, one.data['payslips']])).toEqual([['payslip_warning', 'warning', 1]]);
  });
  it('find people without payslips and payslips without people', () => {
    expect(codes({ payslips: [] })).toEqual(['error:employed_without_payslip']);
    expect(
      codes({
        payslips: [],
        refused: [{ employeeId: person.employeeId, refusals: [{ code: 'negative_base', zh: '负', en: 'negative', data: {} }] }],
      }),
    ).toEqual(['error:payslip_refused']);
    expect(codes({ roster: [] })).toEqual(['error:payslip_without_employment']);
    expect(withPerson({ leaveDate: localDate('2026-10-31') })).toEqual(['warning:payslip_without_employment']);
    expect(codes({ payslips: [slip, slip] })).toContain('error:duplicate_payslip');
  });
  it('find missing and shared bank accounts and missing insurance', () => {
    expect(withPerson({ bankAccountNumber: null })).toEqual(['error:missing_bank_account']);
    expect(withPerson({ hasInsuranceBase: false })).toEqual(['error:missing_insurance_base']);
    const other = payslipOf(withEmployee(plainMonth, { id: 'emp-2', name: '周明' }));
    const twin = { ...person, ...plain, employeeId: 'emp-2', name: '周明', bankAccountNumber: '6222 0200 00001' };
    expect(codes({ roster: [person, twin], payslips: [slip, other] })).toEqual([
      'error:duplicate_bank_account',
      'error:duplicate_bank_account',
    ]);
  });
  it('find ledger gaps', () => {
    expect(withPerson({ lastCoveredSeq: 29 })).toEqual(['error:ledger_gap']);
    expect(withPerson({ ledgerHeadSeq: 36 })).toEqual(['error:ledger_gap']);
  });
  it('find amounts to look at', () => {
    expect(withPerson({ previousGrossFen: yuan('15000') })).toEqual(['warning:gross_changed']);
    expect(withPerson({ previousGrossFen: fen(0) })).toEqual(['warning:gross_changed']);
    const away = payslipOf(withAttendance(plainMonth, { workedDays: 0, unpaidLeaveDays: 21 }));
    expect(codes({ payslips: [away], roster: [{ ...person, ...plain }] })).toEqual(['error:net_negative']);
    const uninsured = withEmployee(plainMonth, {
      insurance: [{ status: 'not-enrolled', from: localDate('2020-01-01'), reason: { zh: '无', en: 'none' } }],
      payItems: [],
    });
    expect(codes({ payslips: [payslipOf(uninsured)], roster: [{ ...person, ...plain }] })).toEqual([
      'warning:net_zero',
      'error:below_minimum_wage',
    ]);
    const low = payslipOf(withEmployee(plainMonth, { payItems: [baseSalary('4839.99')] }));
    expect(codes({ payslips: [low], roster: [{ ...person, ...plain }] })).toEqual(['error:below_minimum_wage']);
    const enough = payslipOf(withEmployee(plainMonth, { payItems: [baseSalary('4840')] }));
    expect(codes({ payslips: [enough], roster: [{ ...person, ...plain }] })).toEqual([]);
  });
});
