/** The bank file of an approved run: the same bytes whenever it is asked for. */
import { createHash } from 'node:crypto';
import type { PayrollRun, RunFinding } from '../../../shared/contracts/payroll.ts';
import type { LegalEntity } from '../../../shared/contracts/people.ts';
import { fen } from '../../../shared/kernel/money.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { entityKey, parseEntity } from '../../people/read.ts';
import {
  BANK_FILE_TEMPLATES,
  type BankFile,
  type BankFileRefusal,
  type BankFileTemplate,
  buildBankFile,
  type Payout,
} from '../domain/bank-file.ts';
import { encodeBankFile, isEncodable } from '../render/bank-file-encode.ts';
import { outcomesOf, type StoredOutcome, type StoredSlip } from '../store.ts';
import { digestOfRun } from './run-totals.ts';

export interface RenderedBankFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly fileName: string;
  readonly payout: NonNullable<PayrollRun['payout']>;
}

type Refused = Pick<BankFileRefusal, 'employeeId' | 'zh' | 'en'> & { readonly code: string };

const templateOf = (entity: LegalEntity): Result<BankFileTemplate, Refused> => {
  const template = BANK_FILE_TEMPLATES.find(({ id }) => id === entity.bankTemplate);
  if (template) return succeed(template);
  const known = BANK_FILE_TEMPLATES.map(({ id }) => id).join(', ');
  return fail({
    code: 'unknown_bank_template',
    employeeId: null,
    zh: `未知的银行模板 ${entity.bankTemplate},可用:${known}`,
    en: `unknown bank template ${entity.bankTemplate}; there are ${known}`,
  });
};

const payoutOf = (slip: StoredSlip): Payout => ({
  employeeId: slip.employeeId,
  payslipId: slip.payslip.id,
  accountNumber: slip.bankAccount?.accountNumber ?? '',
  accountName: slip.bankAccount?.accountName ?? '',
  bankName: slip.bankAccount?.bank ?? '',
  bankCode: '',
  amountFen: slip.payslip.totals.netFen,
});

const unencodable = (template: BankFileTemplate, payouts: readonly Payout[]): Refused[] =>
  payouts
    .filter((payout) => ![payout.accountName, payout.bankName].every((text) => isEncodable(text, template)))
    .map(({ employeeId, accountName }) => ({
      code: 'unencodable_text',
      employeeId,
      zh: `${accountName} 的户名或开户行有 ${template.encoding.toUpperCase()} 没有的字符。`,
      en: `The account name or bank of ${accountName} has a character that ${template.encoding.toUpperCase()} lacks.`,
    }));

/** The file of what was calculated, or everything that stands in its way. `totalFen` is what the run says all net pay adds up to. */
const prepare = (
  entity: LegalEntity,
  run: PayrollRun,
  totalFen: number,
  outcomes: readonly StoredOutcome[],
): Result<{ readonly file: BankFile; readonly template: BankFileTemplate }, readonly Refused[]> => {
  const template = templateOf(entity);
  if (!template.ok) return fail([template.error]);
  const slips = outcomes.filter(
    (outcome): outcome is StoredSlip =>
      outcome.outcome === 'payslip' && outcome.attempt === run.attempt && outcome.payslip.totals.netFen > 0,
  );
  const payouts = slips.map(payoutOf);
  const head = {
    runId: run.id,
    period: run.period as Month,
    payDate: run.payDate as LocalDate,
    payerAccount: entity.payerAccount ?? '',
    totalFen: fen(totalFen),
    count: slips.length,
  };
  const file = buildBankFile(template.value, head, payouts);
  const refused = [...(file.ok ? [] : file.error), ...unencodable(template.value, payouts)];
  return file.ok && refused.length === 0 ? succeed({ file: file.value, template: template.value }) : fail(refused);
};

/** What would keep the bank file from being made, before anybody approves. Accounts that are missing have a finding of their own. */
export const bankFileFindings = (
  entity: LegalEntity,
  run: PayrollRun,
  totalFen: number,
  outcomes: readonly StoredOutcome[],
): RunFinding[] => {
  const prepared = prepare(entity, run, totalFen, outcomes);
  if (prepared.ok) return [];
  return (
    prepared.error
      // Negative net pay makes the totals differ, and is an error by itself.
      .filter(({ code }) => code !== 'missing_account' && code !== 'total_differs')
      .map(({ code, employeeId, zh, en }) => ({ code, severity: 'error', employeeId, zh, en }))
  );
};

/** @throws ProblemError when an account is missing or the sums are not those that were approved: nothing is paid from half a file. */
export const bankFileOf = async (platform: Platform, run: PayrollRun): Promise<RenderedBankFile> => {
  const entity = parseEntity(await platform.store.get(entityKey(run.legalEntityId)));
  if (!entity) throw new ProblemError('not_found');
  const outcomes = (await outcomesOf(platform.store, run.id)).filter((outcome) => outcome.attempt === run.attempt);
  if (digestOfRun(outcomes) !== run.digest) {
    throw new ProblemError('cannot_calculate', {
      zh: '工资条与审批时的数据不一致,不生成银行文件',
      en: 'the payslips are not those that were approved: there is no bank file',
    });
  }
  const prepared = prepare(entity, run, run.totals?.netFen ?? 0, outcomes);
  if (!prepared.ok) {
    const errors = prepared.error
      .slice(0, 50)
      .map(({ code, employeeId, en }) => ({ pointer: `/people/${employeeId ?? ''}`, code, detail: en }));
    const [first] = prepared.error;
    throw new ProblemError('cannot_calculate', { zh: first?.zh ?? '', en: first?.en ?? '' }, { errors });
  }
  const { file, template } = prepared.value;
  const bytes = Uint8Array.from(encodeBankFile(file, template));
  const fileDigest = createHash('sha256').update(bytes).digest('hex');
  return {
    bytes,
    contentType: `text/csv; charset=${template.encoding === 'gbk' ? 'gbk' : 'utf-8'}`,
    fileName: `${run.id}.csv`,
    payout: { count: file.count, totalFen: file.totalFen, fileDigest },
  };
};
