/** Tells everyone that the payslip is there, then closes the run. Repeated after a crash: the notices are the same ones. */
import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import type { Instant } from '../../../shared/kernel/period.ts';
import { outboxRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { outcomesOf, parseRun, putRun, runKey, type StoredSlip } from '../store.ts';

export const publishRun = async (platform: Platform, runId: string): Promise<void> => {
  const stored = parseRun(await platform.store.get(runKey(runId)));
  if (stored?.run.status !== 'publishing') return;
  const { run, version } = stored;
  const at = (run.history.at(-1)?.at ?? platform.clock.now()) as Instant;
  const slips = (await outcomesOf(platform.store, runId)).filter(
    (outcome): outcome is StoredSlip => outcome.outcome === 'payslip' && outcome.attempt === run.attempt,
  );
  const rows = slips.map((slip) => outboxRow('payroll', noticeOf(slip, run.legalEntityId, at), at));
  await platform.store.writeMany(rows.map(({ table, item }) => ({ op: 'put', table, item })));
  await tell(platform.queue, rows);
  await platform.store.write(putRun({ ...run, status: 'published' }, version));
};

/** No amounts in a notice: it may go out by SMS. */
const noticeOf = ({ employeeId, payslip }: StoredSlip, legalEntityId: string, at: Instant): NoticeRequested => ({
  message: 'notice.requested',
  noticeId: `payslip:${payslip.id}`,
  employeeId,
  legalEntityId,
  template: 'payslip-published',
  title: { zh: `${payslip.period} 工资条已发布`, en: `Your payslip for ${payslip.period} is ready` },
  body: {
    zh: `您 ${payslip.period} 的工资条已发布,请登录查看。如有异议,请向薪酬人员提出,3 个工作日内答复。`,
    en: `Your payslip for ${payslip.period} is ready. If you disagree with it, tell payroll: you will have an answer within 3 working days.`,
  },
  link: `/v1/payslips/${encodeURIComponent(payslip.id)}/html`,
  requestedAt: at,
});
