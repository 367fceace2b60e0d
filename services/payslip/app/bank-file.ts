/** The bank file of an approved run: the same bytes whenever it is asked for. */
import { createHash } from 'node:crypto';
import type { PayrollRun } from '../../../shared/contracts/payroll.ts';
import type { LegalEntity } from '../../../shared/contracts/people.ts';
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import type { LocalDate, Month } from '../../../shared/kernel/period.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { entityKey, parseEntity } from '../../people/read.ts';
import { BANK_FILE_TEMPLATES, type BankFileTemplate, buildBankFile, type Payout } from '../domain/bank-file.ts';
import { encodeBankFile } from '../render/bank-file-encode.ts';
import { outcomesOf, type StoredSlip } from '../store.ts';

export interface RenderedBankFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly fileName: string;
  readonly payout: NonNullable<PayrollRun['payout']>;
}

const templateOf = (entity: LegalEntity): BankFileTemplate => {
  const template = BANK_FILE_TEMPLATES.find(({ id }) => id === entity.bankTemplate);
  if (template) return template;
  const known = BANK_FILE_TEMPLATES.map(({ id }) => id).join(', ');
  throw new ProblemError('cannot_calculate', {
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

/** @throws ProblemError when an account is missing or the sums differ: nothing is paid from half a file. */
export const bankFileOf = async (platform: Platform, run: PayrollRun): Promise<RenderedBankFile> => {
  const entity = parseEntity(await platform.store.get(entityKey(run.legalEntityId)));
  if (!entity) throw new ProblemError('not_found');
  const slips = (await outcomesOf(platform.store, run.id)).filter(
    (outcome): outcome is StoredSlip =>
      outcome.outcome === 'payslip' && outcome.attempt === run.attempt && outcome.payslip.totals.netFen > 0,
  );
  const totalFen = fen(slips.reduce((sum, slip) => sum + slip.payslip.totals.netFen, 0)) as Fen;
  const file = buildBankFile(
    templateOf(entity),
    {
      runId: run.id,
      period: run.period as Month,
      payDate: run.payDate as LocalDate,
      payerAccount: entity.payerAccount ?? '',
      totalFen,
      count: slips.length,
    },
    slips.map(payoutOf),
  );
  if (!file.ok) {
    const errors = file.error
      .slice(0, 50)
      .map(({ code, employeeId, en }) => ({ pointer: `/people/${employeeId ?? ''}`, code, detail: en }));
    const [first] = file.error;
    throw new ProblemError('cannot_calculate', { zh: first?.zh ?? '', en: first?.en ?? '' }, { errors });
  }
  const bytes = Uint8Array.from(encodeBankFile(file.value, templateOf(entity)));
  const fileDigest = createHash('sha256').update(bytes).digest('hex');
  return {
    bytes,
    contentType: 'text/csv',
    fileName: `${run.id}.csv`,
    payout: { count: file.value.count, totalFen: file.value.totalFen, fileDigest },
  };
};
