/**
 * Checks over a whole run before anyone approves it. Pure: the same payslips and facts give the same findings in the same order.
 * An `error` stops approval; a `warning` is for a person to look at.
 */
import type { Fen } from '../../../shared/kernel/money.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { yuanText } from './amount-text.ts';
import { boundsOf } from './month-bounds.ts';
import type { Payslip } from './payslip.ts';
import type { Refusal } from './refusal.ts';
import type { Bilingual } from './statutory-rules.ts';

export type FindingCode =
  | 'payslip_refused'
  | 'left_out'
  | 'employed_without_payslip'
  | 'payslip_without_employment'
  | 'duplicate_payslip'
  | 'net_negative'
  | 'net_zero'
  | 'gross_changed'
  | 'missing_bank_account'
  | 'duplicate_bank_account'
  | 'missing_insurance_base'
  | 'ledger_gap'
  | 'below_minimum_wage'
  | 'payslip_warning';

export interface Finding extends Bilingual {
  readonly code: FindingCode;
  readonly severity: 'error' | 'warning';
  /** null: concerns the run as a whole. */
  readonly employeeId: string | null;
  readonly data: Readonly<Record<string, string | number>>;
}

/** What is known about a person of the legal entity at cut-off. */
export interface RosterEntry {
  readonly employeeId: string;
  readonly name: string;
  readonly hireDate: LocalDate;
  readonly leaveDate: LocalDate | null;
  readonly bankAccountNumber: string | null;
  /** False when no base is recorded and the person is not marked as insured elsewhere. */
  readonly hasInsuranceBase: boolean;
  /** Gross of last month's payslip, or null. */
  readonly previousGrossFen: Fen | null;
  /** Last ledger entry in an earlier payslip, and the head at cut-off. */
  readonly lastCoveredSeq: number;
  readonly ledgerHeadSeq: number;
}

export interface RunToCheck {
  readonly period: Month;
  readonly roster: readonly RosterEntry[];
  readonly payslips: readonly Payslip[];
  readonly refused: readonly { readonly employeeId: string; readonly refusals: readonly Refusal[] }[];
  /** A gross that moved by more than this many percent is reported. */
  readonly grossChangePercent: number;
}

const finding = (
  code: FindingCode,
  severity: Finding['severity'],
  employeeId: string | null,
  zh: string,
  en: string,
  data: Finding['data'] = {},
): Finding => ({ code, severity, employeeId, zh, en, data });

/** Findings in the order of the roster, then of the payslips that have no one in it. */
export const checkRun = (run: RunToCheck): readonly Finding[] => {
  const findings: Finding[] = [];
  const slips = new Map<string, Payslip>();
  for (const slip of run.payslips) {
    if (slips.has(slip.employee.id))
      findings.push(
        finding(
          'duplicate_payslip',
          'error',
          slip.employee.id,
          `${slip.employee.name} 有多张工资条。`,
          `${slip.employee.name} has more than one payslip.`,
        ),
      );
    slips.set(slip.employee.id, slip);
  }
  const refused = new Map(run.refused.map((one) => [one.employeeId, one.refusals]));
  const accounts = new Map<string, RosterEntry[]>();
  const known = new Set<string>();
  for (const person of run.roster) {
    known.add(person.employeeId);
    const slip = slips.get(person.employeeId);
    checkPerson(run, person, slip, refused.get(person.employeeId), findings);
    if (slip !== undefined && person.bankAccountNumber !== null) {
      const key = person.bankAccountNumber.replace(/\s/g, '');
      accounts.set(key, [...(accounts.get(key) ?? []), person]);
    }
  }
  for (const slip of run.payslips)
    if (!known.has(slip.employee.id))
      findings.push(
        finding(
          'payslip_without_employment',
          'error',
          slip.employee.id,
          `${slip.employee.name} 不在本公司名册中。`,
          `${slip.employee.name} is not on the roster.`,
        ),
      );
  for (const people of accounts.values()) {
    if (people.length < 2) continue;
    const names = people.map((person) => person.name).join('、');
    for (const person of people)
      findings.push(
        finding(
          'duplicate_bank_account',
          'error',
          person.employeeId,
          `${names} 使用同一银行账号。`,
          `The same bank account is used by ${names}.`,
          {
            people: people.length,
          },
        ),
      );
  }
  return [...findings, ...warningsOnce(run.payslips)];
};

const isEmployed = (person: RosterEntry, period: Month): boolean =>
  person.hireDate <= boundsOf(period).last && (person.leaveDate === null || person.leaveDate >= boundsOf(period).first);

const checkPerson = (
  run: RunToCheck,
  person: RosterEntry,
  slip: Payslip | undefined,
  refusals: readonly Refusal[] | undefined,
  findings: Finding[],
): void => {
  const { employeeId: id, name } = person;
  const employed = isEmployed(person, run.period);
  for (const refusal of refusals ?? []) {
    // Someone decided it and the approver sees it: it stops nobody.
    const [code, severity] = refusal.code === 'left_out' ? (['left_out', 'warning'] as const) : (['payslip_refused', 'error'] as const);
    findings.push(finding(code, severity, id, `${name}:${refusal.zh}`, `${name}: ${refusal.en}`, { refusal: refusal.code }));
  }
  if (slip === undefined) {
    if (employed && refusals === undefined)
      findings.push(
        finding('employed_without_payslip', 'error', id, `${name} 在职但没有工资条。`, `${name} is employed and has no payslip.`),
      );
    return;
  }
  if (employed && !person.hasInsuranceBase)
    findings.push(finding('missing_insurance_base', 'error', id, `${name} 没有社保缴费基数。`, `${name} has no insurance base.`));
  checkAmounts(run, person, slip, employed, findings);
  if (person.bankAccountNumber === null && slip.totals.netFen > 0)
    findings.push(finding('missing_bank_account', 'error', id, `${name} 没有银行账号。`, `${name} has no bank account.`));
  const { fromSeq, toSeq } = slip.ledgerRange;
  if (fromSeq !== person.lastCoveredSeq + 1 || toSeq !== person.ledgerHeadSeq)
    findings.push(
      finding(
        'ledger_gap',
        'error',
        id,
        `${name} 的工资条覆盖台账 ${fromSeq}–${toSeq},应为 ${person.lastCoveredSeq + 1}–${person.ledgerHeadSeq}。`,
        `The payslip of ${name} covers ledger ${fromSeq}–${toSeq}, it should be ${person.lastCoveredSeq + 1}–${person.ledgerHeadSeq}.`,
        { fromSeq, toSeq, expectedFromSeq: person.lastCoveredSeq + 1, expectedToSeq: person.ledgerHeadSeq },
      ),
    );
};

const checkAmounts = (run: RunToCheck, person: RosterEntry, slip: Payslip, employed: boolean, findings: Finding[]): void => {
  const { employeeId: id, name } = person;
  const { netFen, grossFen } = slip.totals;
  if (!employed)
    findings.push(
      finding(
        'payslip_without_employment',
        'warning',
        id,
        `${name} 在 ${run.period} 不在职,但有工资条(如离职后发放的提成)。`,
        `${name} was not employed in ${run.period} and has a payslip (commission after leaving, for example).`,
      ),
    );
  if (netFen < 0)
    findings.push(
      finding(
        'net_negative',
        'error',
        id,
        `${name} 的实发为负数:${yuanText(netFen)}。`,
        `Net pay of ${name} is negative: ${yuanText(netFen)}.`,
        { netFen },
      ),
    );
  else if (netFen === 0) findings.push(finding('net_zero', 'warning', id, `${name} 的实发为 0。`, `Net pay of ${name} is 0.`));
  const previous = person.previousGrossFen;
  if (previous !== null && Math.abs(grossFen - previous) * 100 > Math.abs(previous) * run.grossChangePercent)
    findings.push(
      finding(
        'gross_changed',
        'warning',
        id,
        `${name} 的应发由 ${yuanText(previous)} 变为 ${yuanText(grossFen)},超过 ${run.grossChangePercent}%。`,
        `Gross of ${name} went from ${yuanText(previous)} to ${yuanText(grossFen)}, more than ${run.grossChangePercent} %.`,
        { previousGrossFen: previous, grossFen },
      ),
    );
  const test = slip.minimumWage;
  if (test !== null && !test.passed)
    findings.push(
      finding(
        'below_minimum_wage',
        'error',
        id,
        `${name} 的工资 ${yuanText(test.testedFen)} 低于最低工资 ${yuanText(test.minimumFen)}。`,
        `The wage of ${name}, ${yuanText(test.testedFen)}, is below the minimum ${yuanText(test.minimumFen)}.`,
        { testedFen: test.testedFen, minimumFen: test.minimumFen },
      ),
    );
};

/** Rule set warnings once for the run with the number of payslips; other warnings once a payslip. */
const warningsOnce = (payslips: readonly Payslip[]): Finding[] => {
  const personal: Finding[] = [];
  const shared = new Map<string, { zh: string; en: string; count: number }>();
  for (const slip of payslips)
    for (const warning of slip.warnings) {
      if (warning.code !== 'rule_set') {
        const { name, id } = slip.employee;
        personal.push(
          finding('payslip_warning', 'warning', id, `${name}:${warning.zh}`, `${name}: ${warning.en}`, { warning: warning.code }),
        );
        continue;
      }
      const found = shared.get(warning.en);
      if (found === undefined) shared.set(warning.en, { zh: warning.zh, en: warning.en, count: 1 });
      else found.count += 1;
    }
  const general = [...shared.values()].map(({ zh, en, count }) =>
    finding('payslip_warning', 'warning', null, zh, en, { warning: 'rule_set', payslips: count }),
  );
  return [...personal, ...general];
};
