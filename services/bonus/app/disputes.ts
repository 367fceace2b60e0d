/** Objections: opened, taken on and answered, each in one conditional write; an answer tells the person. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { LedgerEntry } from '../../../shared/contracts/ledger.ts';
import type { NoticeRequested } from '../../../shared/contracts/messages.ts';
import { DEFAULT_TIME_ZONE, dateIn, type LocalDate, weekday } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { isWorkday } from '../../../shared/kernel/working-days.ts';
import { outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { calendarDaysOf } from '../../payslip/read.ts';
import type { Actor } from '../domain/adjustment.ts';
import { answer, assign, type Dispute, type DisputeAnswer, type DisputeRefusal, type Objection, open } from '../domain/dispute.ts';
import { entriesBetween, ledgerHeadKey, parseHead } from '../read.ts';
import { type DisputeName, disputeKey, disputesQuery, parseDispute, parseState, putDispute, stateKey } from '../store.ts';

type Deps = Pick<Platform, 'store' | 'queue' | 'clock'>;
const MAX_ATTEMPTS = 8;
/** Entries after the opening that are looked through for what became of it. */
const MAX_SINCE = 2_000;

/** By the official calendar; in a year that has none yet Monday to Friday: an objection does not wait for a calendar. */
const isWorkingDay = (on: LocalDate): boolean => {
  const calendar = calendarDaysOf(on);
  return calendar ? isWorkday(calendar, on) : weekday(on) <= 5;
};

export const openDispute = async (
  { store, clock }: Deps,
  objection: Objection,
  by: Actor,
  timeZone: string = DEFAULT_TIME_ZONE,
): Promise<Result<{ readonly dispute: Dispute; readonly isNew: boolean }, DisputeRefusal>> => {
  const { employeeId, period } = objection;
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const [item, headItem, stateItem] = await store.getMany([
      disputeKey(objection),
      ledgerHeadKey(employeeId),
      stateKey(employeeId, period),
    ]);
    const current = parseDispute(item);
    const { items } = await store.query({ ...disputesQuery(employeeId, period), limit: 100 });
    const at = clock.now();
    const opened = open(current, objection, {
      by,
      at,
      today: dateIn(at, timeZone),
      others: items.length,
      seq: parseHead(headItem).seq,
      totalFen: parseState(stateItem).totalFen,
      isWorkday: isWorkingDay,
    });
    if (!opened.ok) return opened;
    if (current) return succeed({ dispute: current, isNew: false });
    if ((await store.write(putDispute(opened.value))).ok) return succeed({ dispute: opened.value, isNew: true });
  }
  throw new Error(`dispute ${objection.id} was refused and is not there`);
};

/** `undefined`: payroll takes it on. */
export const changeDispute = async (
  { store, queue, clock }: Deps,
  name: DisputeName,
  by: Actor,
  given?: DisputeAnswer,
): Promise<Result<Dispute, DisputeRefusal | { readonly code: 'not_found' }>> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const current = parseDispute(await store.get(disputeKey(name)));
    if (!current) return fail({ code: 'not_found' });
    const at = clock.now();
    const next = given ? answer(current, given, by, at) : assign(current, by, at);
    if (!next.ok || next.value === current) return next;
    const rows = given && given.decision !== 'withdraw' ? [outboxRow('ledger', noticeOf(next.value), at)] : [];
    if (!(await store.transact([putDispute(next.value), ...rows.map(putRow)])).ok) continue;
    await tell(queue, rows);
    return next;
  }
  throw new Error(`dispute ${name.id} kept changing`);
};

const noticeOf = ({ id, employeeId, legalEntityId, period, status, answer: given }: Dispute): NoticeRequested => {
  const accepted = status === 'accepted';
  return {
    message: 'notice.requested',
    noticeId: `dispute:${employeeId}:${period}:${id}`,
    template: 'dispute-answered',
    title: { zh: '您的异议已有答复', en: 'Your objection was answered' },
    body: {
      zh: `${period}:${accepted ? '已采纳' : '未采纳'}。${given?.reason ?? ''}`,
      en: `${period}: ${accepted ? 'accepted' : 'not accepted'}. ${given?.reason ?? ''}`,
    },
    employeeId,
    legalEntityId,
    link: `/me/awards/${period}`,
    requestedAt: given?.at as NoticeRequested['requestedAt'],
  };
};

/** What the ledger has posted for the month since the objection was opened, oldest first, and what the month stands at. */
export interface DisputeEffect {
  readonly totalFen: number;
  readonly entries: readonly LedgerEntry[];
  /** More was posted than is looked through: what is shown ends before the present. */
  readonly partly: boolean;
}
export const effectOf = async (store: Store, { employeeId, period, openedSeq }: Dispute): Promise<DisputeEffect> => {
  const [headItem, stateItem] = await store.getMany([ledgerHeadKey(employeeId), stateKey(employeeId, period)]);
  const head = parseHead(headItem).seq;
  const until = Math.min(head, openedSeq + MAX_SINCE);
  const entries = (await entriesBetween(store, employeeId, openedSeq, until)).filter((entry) => entry.earnedPeriod === period);
  return { totalFen: parseState(stateItem).totalFen, entries, partly: until < head };
};
