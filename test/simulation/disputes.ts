/** Objections of people: opened once or twice, taken on, and answered by several at about the same time, while the ledger moves under them. */
import { changeDispute, openDispute } from '../../services/bonus/app/disputes.ts';
import type { DisputeAnswer } from '../../services/bonus/domain/dispute.ts';
import { month } from '../../shared/kernel/period.ts';
import type { Services } from './processes.ts';
import type { Random } from './random.ts';
import type { Job } from './world.ts';

export type AnswerKind = DisputeAnswer['decision'];
export interface DisputeStep {
  readonly id: string;
  readonly employeeId: string;
  readonly period: string;
  /** Virtual milliseconds after the start. */
  readonly openedAt: readonly number[];
  readonly assignedAt: number;
  readonly answers: readonly { readonly at: number; readonly kind: AnswerKind }[];
}

/** In every other company. */
export const drawDisputes = (random: Random, employees: readonly string[], length: number): DisputeStep[] => {
  if (random.chance(0.5)) return [];
  return Array.from({ length: random.between(1, 3) }, (_, n): DisputeStep => {
    const opened = random.int(length);
    const answered = Math.min(length - 1, opened + random.int(length / 2));
    return {
      id: `dispute-${n}`,
      employeeId: random.pick(employees),
      period: random.pick(['2026-10', '2026-11', '2026-12']),
      openedAt: random.chance(0.4) ? [opened, opened + random.int(20)] : [opened],
      assignedAt: Math.min(length - 1, opened + random.int(length / 3)),
      answers: Array.from({ length: random.between(1, 4) }, () => ({
        at: answered + random.int(3),
        kind: random.pick(['accept', 'reject', 'withdraw'] as const),
      })),
    };
  });
};

const MINUTE = 60_000;
const answerOf = (kind: AnswerKind): DisputeAnswer =>
  kind === 'accept'
    ? { decision: 'accept', reason: '已更正', correction: { kind: 'fact', factId: 'crm:f1' } }
    : { decision: kind, reason: '模拟' };

/** Everybody asks again until there is an answer: what was asked, or that somebody else's answer stands. */
export const disputeJobs = (legalEntityId: string, step: DisputeStep, start: number): Job<Services>[] => {
  const { id, employeeId, period } = step;
  const name = { employeeId, period: month(period), id };
  const person = { subject: employeeId, employeeId };
  const change = async ({ platforms }: Services, subject: string, given?: DisputeAnswer): Promise<boolean> => {
    const by = given?.decision === 'withdraw' ? person : { subject, employeeId: null };
    const changed = await changeDispute(platforms.bonus, name, by, given);
    return changed.ok || changed.error.code === 'answered';
  };
  return [
    ...step.openedAt.map((at, n) => ({
      name: `open ${id} of ${employeeId} in ${period} (${n + 1})`,
      at: start + at,
      againMillis: MINUTE,
      run: async ({ platforms }: Services) => {
        const said = { kind: 'missing-deal', awardId: null, deal: 'order-1', text: '少了一单', expectedFen: 50_000 } as const;
        return (await openDispute(platforms.bonus, { ...said, id, employeeId, legalEntityId, period: month(period) }, person)).ok;
      },
    })),
    {
      name: `take ${id} on`,
      at: start + step.assignedAt,
      againMillis: MINUTE,
      run: (services) => change(services, 'payroll-0'),
    },
    ...step.answers.map(({ at, kind }, n) => ({
      name: `${kind} ${id} (${n + 1})`,
      at: start + at,
      againMillis: MINUTE,
      run: (services: Services) => change(services, `payroll-${n}`, answerOf(kind)),
    })),
  ];
};
