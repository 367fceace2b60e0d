/** Payroll as two people do it, through the HTTP routes: one creates and calculates, another approves, pays out and publishes. */
import { bearer } from './memory-platform.ts';
import type { Services } from './processes.ts';
import type { Random } from './random.ts';
import type { Workload } from './workload.ts';
import type { Job } from './world.ts';

export interface PayrollPlan {
  readonly period: string;
  /** Virtual milliseconds after the start. */
  readonly at: number;
  /** Changes their mind: calculate again, or cancel and begin anew, before the approval. */
  readonly recalculates: boolean;
  readonly cancels: boolean;
  /** Does so while the calculation still runs. */
  readonly hasty: boolean;
}

/** Runs while facts still come in; the last one, which takes in the rest, is made when all is quiet. */
export const LAST_PERIOD = '2026-12';
export const drawPayroll = (random: Random, length: number): readonly PayrollPlan[] => {
  const plans: PayrollPlan[] = [];
  const second = random.between(Math.floor(length * 0.4), Math.floor(length * 0.9));
  const draw = (period: string, at: number): PayrollPlan => ({
    period,
    at,
    recalculates: random.chance(0.6),
    cancels: random.chance(0.4),
    hasty: random.chance(0.7),
  });
  if (random.chance(0.4)) plans.push(draw('2026-10', random.int(second)));
  if (random.chance(0.8)) plans.push(draw('2026-11', second));
  return plans;
};

const MAX_CORRECTIONS = 5;
type Method = 'GET' | 'POST';
interface Run {
  readonly id: string;
  readonly status: 'draft' | 'checked' | 'approved' | 'paid' | 'publishing' | 'published' | 'cancelled';
  readonly findings: readonly { readonly severity: string }[];
}

const call = async (services: Services, who: 'maker' | 'checker', method: Method, path: string, body?: object) => {
  const response = await services.payslip.http.request(path, {
    method,
    headers: { authorization: tokenOf(who), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const tokens = new Map<string, string>();
const tokenOf = (subject: string): string => {
  const token = tokens.get(subject) ?? bearer({ subject, roles: ['payroll'], entities: '*' });
  tokens.set(subject, token);
  return token;
};

/** Months are paid one after another: the next one begins when the one before is published. */
export const payrollJobs = (
  workload: Workload,
  plans: readonly PayrollPlan[],
  start: number,
  refused: (why: string) => void,
): readonly Job<Services>[] => {
  let published = 0;
  return plans.map((plan, place) => {
    const job = payrollJob(workload, plan, start, refused);
    return {
      ...job,
      async run(services) {
        if (published < place) return false;
        const done = await job.run(services);
        if (done) published += 1;
        return done;
      },
    };
  });
};

/**
 * One month's run from creation to publication; each call goes one step further, whatever happened to the calls before. `refused` hears
 * of a run that can never be approved.
 */
const payrollJob = (workload: Workload, plan: PayrollPlan, start: number, refused: (why: string) => void): Job<Services> => {
  const { legalEntityId } = workload;
  let number = 1;
  let corrections = 0;
  let recalculated = !plan.recalculates;
  let cancelled = !plan.cancels;
  type Step = (who: 'maker' | 'checker', verb: string, body?: object) => Promise<{ readonly status: number }>;
  const changeMind = async (step: Step): Promise<void> => {
    if (!recalculated) recalculated = (await step('maker', 'recalculate')).status === 202;
    else cancelled = (await step('checker', 'cancel', { reason: 'wrong month' })).status === 200;
  };
  const idOf = (): string => `${legalEntityId}.${plan.period}.${number}`;

  return {
    name: `payroll ${plan.period}`,
    at: start + plan.at,
    againMillis: Math.min(90_000, Math.ceil(workload.length / (plan.hasty ? 200 : 40))),
    async run(services) {
      const found = await call(services, 'maker', 'GET', `/v1/payroll-runs/${idOf()}`);
      if (found.status === 404) {
        await call(services, 'maker', 'POST', '/v1/payroll-runs', { legalEntityId, period: plan.period });
        return false;
      }
      if (found.status !== 200) return false;
      const run = found.body as unknown as Run;
      const step = (who: 'maker' | 'checker', verb: string, body?: object) =>
        call(services, who, 'POST', `/v1/payroll-runs/${run.id}/${verb}`, body);
      switch (run.status) {
        case 'draft':
          if (plan.hasty && !(recalculated && cancelled)) await changeMind(step);
          return false;
        case 'cancelled':
          number += 1;
          return false;
        case 'checked': {
          if (!(recalculated && cancelled)) await changeMind(step);
          else if (run.findings.some(({ severity }) => severity === 'error')) {
            // What an index did not show yet is there when it is calculated again.
            if (corrections < MAX_CORRECTIONS) {
              corrections += 1;
              await step('maker', 'recalculate');
              return false;
            }
            refused(`payroll ${run.id} has errors: ${JSON.stringify(run.findings).slice(0, 500)}`);
            return true;
          } else await step('checker', 'approve', {});
          return false;
        }
        case 'approved':
          await step('checker', 'payout');
          return false;
        case 'paid':
        case 'publishing':
          await step('checker', 'publish');
          return false;
        case 'published':
          return true;
      }
    },
  };
};
