/**
 * Every message between services: its shape, its queue, who sends it, who reads it, and where the reader's *done mark* is found.
 *
 * The done mark is what makes a queue a doorbell (I2): an outbox row is only removed when the mark can be read in the reader's own
 * table. A message that was never sent, was lost by the queue, or was lost by the reader is therefore sent again.
 */
import { z } from 'zod';
import { dateSchema, idSchema, instantSchema, localTextSchema, monthSchema } from './common.ts';
import { creditedFactSchema } from './facts.ts';
import type { QueueName, TableName } from './tables.ts';

export interface DoneMark {
  readonly table: TableName;
  readonly pk: string;
  readonly sk: string;
  /** Done when the item's number attribute is at least this; without it, done when the item exists. */
  readonly atLeast?: { readonly attribute: string; readonly value: number };
}

/** ingest → scoring. `fact: null` says that this employee no longer has a part of the fact as of this revision. */
export const factCreditedSchema = z.strictObject({
  message: z.literal('fact.credited'),
  factId: z.string().max(300),
  revision: z.int().min(1),
  employeeId: idSchema,
  legalEntityId: idSchema,
  period: monthSchema,
  fact: creditedFactSchema.nullable(),
});
export type FactCredited = z.infer<typeof factCreditedSchema>;

/** ingest → attendance: what was said of a visit. `followUp: null` says that it is no longer this employee's, or no longer said. */
export const followUpLoggedSchema = z.strictObject({
  message: z.literal('followup.logged'),
  factId: z.string().max(300),
  revision: z.int().min(1),
  employeeId: idSchema,
  legalEntityId: idSchema,
  followUp: z.strictObject({ occurredAt: instantSchema, customerId: idSchema, content: z.string().max(1000) }).nullable(),
});
export type FollowUpLogged = z.infer<typeof followUpLoggedSchema>;

/** attendance → attendance: another visit showed something about this one. */
export const evidenceFoundSchema = z.strictObject({
  message: z.literal('evidence.found'),
  employeeId: idSchema,
  legalEntityId: idSchema,
  visitId: z.string().max(300),
  at: instantSchema,
  evidence: z.enum(['device-sharing', 'same-coordinates', 'photo-reuse']),
});
export type EvidenceFound = z.infer<typeof evidenceFoundSchema>;

/** attendance → attendance: a customer's sites were replaced; the visits there are judged again. */
export const sitesChangedSchema = z.strictObject({
  message: z.literal('sites.changed'),
  legalEntityId: idSchema,
  customerId: idSchema,
  version: z.int().min(1),
});
export type SitesChanged = z.infer<typeof sitesChangedSchema>;

/** people → attendance: someone was, or was not, employed on these days after all; the visits of these days are judged again. */
export const employmentChangedSchema = z.strictObject({
  message: z.literal('employment.changed'),
  employeeId: idSchema,
  legalEntityId: idSchema,
  /** Of the person's record. */
  version: z.int().min(1),
  spans: z
    .array(z.strictObject({ from: dateSchema, to: dateSchema }))
    .min(1)
    .max(2),
});
export type EmploymentChanged = z.infer<typeof employmentChangedSchema>;

/**
 * scoring → scoring, after a plan change or a late fact; people → scoring, after a person works elsewhere; bonus → scoring, after another
 * became the first of a group, a held amount is due, or an earlier month pays another amount: fold and score this month again from the stored facts.
 */
export const recalculationRequestedSchema = z.strictObject({
  message: z.literal('recalculation.requested'),
  causeId: z.string().max(300),
  employeeId: idSchema,
  legalEntityId: idSchema,
  period: monthSchema,
});
export type RecalculationRequested = z.infer<typeof recalculationRequestedSchema>;

/** scoring → bonus. The book stands at `bookVersion`; `touched` names what changed since the version before, for awards paid by fact or customer. */
export const scoreUpdatedSchema = z.strictObject({
  message: z.literal('score.updated'),
  employeeId: idSchema,
  legalEntityId: idSchema,
  period: monthSchema,
  bookVersion: z.int().min(1),
  /** True after a recalculation: every award of the month is looked at, not only the touched ones. */
  everything: z.boolean(),
  touched: z.strictObject({
    factIds: z.array(z.string().max(300)).max(100),
    customerIds: z.array(idSchema).max(100),
    orderIds: z.array(idSchema).max(100),
  }),
});
export type ScoreUpdated = z.infer<typeof scoreUpdatedSchema>;

/** scoring → scoring: the member's book has changed, where some plan counts the months of the team. Its managers are told. */
export const memberScoredSchema = z.strictObject({
  message: z.literal('member.scored'),
  employeeId: idSchema,
  legalEntityId: idSchema,
  period: monthSchema,
  bookVersion: z.int().min(1),
});
export type MemberScored = z.infer<typeof memberScoredSchema>;

/** plans → scoring. */
export const planPublishedSchema = z.strictObject({
  message: z.literal('plan.published'),
  planId: idSchema,
  version: z.int().min(1),
  legalEntityId: idSchema,
  effectiveFrom: z.string(),
});
export type PlanPublished = z.infer<typeof planPublishedSchema>;

/** plans → scoring: the targets set for a month are others now, for one person, or (`null`) for places of the legal entity. */
export const targetsChangedSchema = z.strictObject({
  message: z.literal('targets.changed'),
  legalEntityId: idSchema,
  period: monthSchema,
  employeeId: idSchema.nullable(),
  /** Of what is set for the person, or for all places together. */
  version: z.int().min(1),
});
export type TargetsChanged = z.infer<typeof targetsChangedSchema>;

/** people → scoring: units were moved, or are managed by others. */
export const orgChangedSchema = z.strictObject({
  message: z.literal('org.changed'),
  legalEntityId: idSchema,
  version: z.int().min(1),
});
export type OrgChanged = z.infer<typeof orgChangedSchema>;

/** payslip → payslip: compute these people of a run. */
export const payslipWorkSchema = z.strictObject({
  message: z.literal('payslip.work'),
  runId: idSchema,
  attempt: z.int().min(1),
  chunk: z.int().min(0),
  employeeIds: z.array(idSchema).min(1).max(500),
});
export type PayslipWork = z.infer<typeof payslipWorkSchema>;

/** anyone → notify: tell a person something, once per `noticeId`. No amounts in what goes over SMS. */
export const noticeRequestedSchema = z.strictObject({
  message: z.literal('notice.requested'),
  noticeId: z.string().max(300),
  employeeId: idSchema,
  legalEntityId: idSchema,
  template: z.string().max(64),
  title: localTextSchema,
  body: z.strictObject({ zh: z.string().max(2000), en: z.string().max(2000) }),
  link: z.string().max(500).optional(),
  requestedAt: instantSchema,
});
export type NoticeRequested = z.infer<typeof noticeRequestedSchema>;

export type Message =
  | FactCredited
  | FollowUpLogged
  | EvidenceFound
  | SitesChanged
  | EmploymentChanged
  | RecalculationRequested
  | ScoreUpdated
  | MemberScored
  | PlanPublished
  | TargetsChanged
  | OrgChanged
  | PayslipWork
  | NoticeRequested;
export type MessageName = Message['message'];

interface MessageContract<M> {
  readonly schema: z.ZodType<M>;
  readonly queue: QueueName;
  readonly from: readonly string[];
  readonly to: string;
  /** FIFO group: the employee. */
  readonly group: (message: M) => string;
  readonly doneMark: (message: M) => DoneMark;
}
const contract = <M>(entry: MessageContract<M>): MessageContract<M> => entry;

/** Keys that two services share because one writes them and the other's sweeper reads them as done marks. */
export const bookKey = (employeeId: string, period: string): string => `BOOK#${employeeId}#${period}`;
export const visitEventsKey = (employeeId: string): string => `EMPLOYEE#${employeeId}`;
export const visitEventSk = (event: { readonly kind: string; readonly at: string; readonly id: string }): string =>
  `EVENT#${event.at}#${event.kind}#${event.id}`;
export const customerVisitsKey = (legalEntityId: string, customerId: string): string => `CUSTOMER#${legalEntityId}#${customerId}`;
export const targetsSeenKey = ({ legalEntityId, period, employeeId }: Omit<TargetsChanged, 'message' | 'version'>) => ({
  pk: `TARGETS-CHANGED#${legalEntityId}`,
  sk: `${period}#${employeeId ?? ''}`,
});
/** What managers were told of a member's month. */
export const toldKey = (employeeId: string, period: string) => ({ pk: `TEAM#${employeeId}#${period}`, sk: 'TOLD' });
export const awardsKey = (employeeId: string, period: string): string => `AWARDS#${employeeId}#${period}`;

export const MESSAGES = {
  'fact.credited': contract<FactCredited>({
    schema: factCreditedSchema,
    queue: 'facts',
    from: ['ingest', 'attendance', 'scoring'],
    to: 'scoring',
    group: (m) => m.employeeId,
    doneMark: (m) => ({
      table: 'scores',
      pk: bookKey(m.employeeId, m.period),
      sk: `FACT#${m.factId}`,
      atLeast: { attribute: 'revision', value: m.revision },
    }),
  }),
  'followup.logged': contract<FollowUpLogged>({
    schema: followUpLoggedSchema,
    queue: 'visits',
    from: ['ingest'],
    to: 'attendance',
    group: (m) => m.employeeId,
    doneMark: (m) => ({
      table: 'attendance',
      pk: `FOLLOW-UP#${m.factId}#${m.employeeId}`,
      sk: 'RECEIVED',
      atLeast: { attribute: 'revision', value: m.revision },
    }),
  }),
  'evidence.found': contract<EvidenceFound>({
    schema: evidenceFoundSchema,
    queue: 'visits',
    from: ['attendance'],
    to: 'attendance',
    group: (m) => m.employeeId,
    doneMark: (m) => ({
      table: 'attendance',
      pk: visitEventsKey(m.employeeId),
      sk: visitEventSk({ kind: 'evidence', at: m.at, id: `${m.evidence}.${m.visitId}` }),
    }),
  }),
  'sites.changed': contract<SitesChanged>({
    schema: sitesChangedSchema,
    queue: 'visits',
    from: ['attendance'],
    to: 'attendance',
    group: (m) => m.customerId,
    doneMark: (m) => ({
      table: 'attendance',
      pk: customerVisitsKey(m.legalEntityId, m.customerId),
      sk: 'JUDGED',
      atLeast: { attribute: 'version', value: m.version },
    }),
  }),
  'employment.changed': contract<EmploymentChanged>({
    schema: employmentChangedSchema,
    queue: 'visits',
    from: ['people'],
    to: 'attendance',
    group: (m) => m.employeeId,
    doneMark: (m) => ({
      table: 'attendance',
      pk: visitEventsKey(m.employeeId),
      sk: 'EMPLOYMENT',
      atLeast: { attribute: 'version', value: m.version },
    }),
  }),
  'recalculation.requested': contract<RecalculationRequested>({
    schema: recalculationRequestedSchema,
    queue: 'facts',
    from: ['scoring', 'people', 'bonus'],
    to: 'scoring',
    group: (m) => m.employeeId,
    doneMark: (m) => ({ table: 'scores', pk: bookKey(m.employeeId, m.period), sk: `RECALCULATED#${m.causeId}` }),
  }),
  'member.scored': contract<MemberScored>({
    schema: memberScoredSchema,
    queue: 'facts',
    from: ['scoring'],
    to: 'scoring',
    group: (m) => m.employeeId,
    doneMark: (m) => ({
      table: 'scores',
      ...toldKey(m.employeeId, m.period),
      atLeast: { attribute: 'bookVersion', value: m.bookVersion },
    }),
  }),
  'score.updated': contract<ScoreUpdated>({
    schema: scoreUpdatedSchema,
    queue: 'scores',
    from: ['scoring'],
    to: 'bonus',
    group: (m) => m.employeeId,
    doneMark: (m) => ({
      table: 'ledger',
      pk: awardsKey(m.employeeId, m.period),
      sk: `SEEN#${String(m.bookVersion).padStart(12, '0')}`,
    }),
  }),
  'plan.published': contract<PlanPublished>({
    schema: planPublishedSchema,
    queue: 'plans-published',
    from: ['plans'],
    to: 'scoring',
    group: (m) => m.planId,
    doneMark: (m) => ({ table: 'scores', pk: `PLAN-PUBLISHED#${m.planId}`, sk: `VERSION#${m.version}` }),
  }),
  'targets.changed': contract<TargetsChanged>({
    schema: targetsChangedSchema,
    queue: 'plans-published',
    from: ['plans'],
    to: 'scoring',
    group: (m) => m.employeeId ?? m.legalEntityId,
    doneMark: (m) => ({ table: 'scores', ...targetsSeenKey(m), atLeast: { attribute: 'version', value: m.version } }),
  }),
  'org.changed': contract<OrgChanged>({
    schema: orgChangedSchema,
    queue: 'plans-published',
    from: ['people'],
    to: 'scoring',
    group: (m) => m.legalEntityId,
    doneMark: (m) => ({
      table: 'scores',
      pk: `ORG-CHANGED#${m.legalEntityId}`,
      sk: 'VERSION',
      atLeast: { attribute: 'version', value: m.version },
    }),
  }),
  'payslip.work': contract<PayslipWork>({
    schema: payslipWorkSchema,
    queue: 'payslip-work',
    from: ['payslip'],
    to: 'payslip',
    group: (m) => m.runId,
    doneMark: (m) => ({ table: 'payroll', pk: `RUN#${m.runId}`, sk: `DONE#${m.attempt}#${String(m.chunk).padStart(6, '0')}` }),
  }),
  'notice.requested': contract<NoticeRequested>({
    schema: noticeRequestedSchema,
    queue: 'notices',
    from: ['attendance', 'scoring', 'bonus', 'payslip', 'portal'],
    to: 'notify',
    group: (m) => m.employeeId,
    doneMark: (m) => ({ table: 'notices', pk: `NOTICE#${m.noticeId}`, sk: 'NOTICE' }),
  }),
} as const;

type AnyContract = MessageContract<Message>;
export const contractOf = (name: MessageName): AnyContract => MESSAGES[name] as unknown as AnyContract;
