/** What people and systems outside do during a seed: sources send, somebody registers an account, plans are published, sweepers run. */
import { Webhook } from 'standardwebhooks';
import {
  decideStep,
  moveEmployee,
  payloadOf,
  proposeStep,
  publishStep,
  recordEvents,
  registerLateOwner,
  setTarget,
  WEBHOOK_SECRET,
} from './company.ts';
import { type Services, SWEEPERS } from './processes.ts';
import type { Random } from './random.ts';
import {
  type AdjustmentStep,
  type MoveStep,
  type PlanStep,
  type Sending,
  type SourceEvent,
  START,
  type TargetStep,
  type Workload,
} from './workload.ts';
import type { Job, World } from './world.ts';

const MINUTE = 60_000;

export const publishJob = (workload: Workload, step: PlanStep): Job<Services> => ({
  name: `publish ${step.planId} v${step.version} (${step.key}) from ${step.effectiveFrom}`,
  at: START + step.at,
  againMillis: MINUTE,
  run: (services) => publishStep(services, workload, step),
});
/** Who sets targets of one month at the same moment does so side by side, and meets the others. */
export const targetJobs = (workload: Workload): Job<Services>[] => {
  const together = new Map<string, TargetStep[]>();
  for (const step of workload.targets) {
    const key = `${step.period} ${step.at}`;
    together.set(key, [...(together.get(key) ?? []), step]);
  }
  return [...together.values()].map((steps) => ({
    name: steps.map((step) => `target of ${step.kind} ${step.id} in ${step.period} v${step.version}: ${step.target ?? 'none'}`).join(', '),
    at: START + (steps[0]?.at ?? 0),
    againMillis: MINUTE,
    run: async (services) => (await Promise.all(steps.map((step) => setTarget(services, workload, step)))).every((isSet) => isSet),
  }));
};
/** Proposed by one, decided by others, who ask again until they are answered. */
export const adjustmentJobs = (workload: Workload, step: AdjustmentStep): Job<Services>[] => [
  ...step.proposedAt.map((at, n) => ({
    name: `propose ${step.id} of ${step.amountFen} fen for ${step.employeeId} in ${step.period} (${n + 1})`,
    at: START + at,
    againMillis: MINUTE,
    run: (services: Services) => proposeStep(services, workload, step),
  })),
  ...step.decidedAt.map((at, n) => ({
    name: `${step.decision} ${step.id} (${n + 1})`,
    at: START + at,
    againMillis: MINUTE,
    run: (services: Services) => decideStep(services, workload, step, `approver-${n}`),
  })),
];
export const moveJob = (workload: Workload, step: MoveStep): Job<Services> => ({
  name: `move ${step.employeeId} to ${step.family} from ${step.from}`,
  at: START + step.at,
  againMillis: MINUTE,
  run: (services) => moveEmployee(services, workload, step),
});
export const registerJob = (workload: Workload): Job<Services> => ({
  name: `register ${workload.lateOwner} as ${workload.lateEmployee}`,
  at: START + workload.registerAt,
  againMillis: MINUTE,
  run: (services) => registerLateOwner(services, workload),
});

/** The day after the storm: what was held until then is paid. */
export const NEXT_DAY = START + 30 * 3_600_000;
/** Also months without any fact get their book then, where something may be paid in them. */
export const openingJob = (): Job<Services> => ({
  name: 'open months that may pay without facts',
  at: NEXT_DAY,
  againMillis: MINUTE,
  async run(services) {
    await services.scoring.onMonthOpening();
    return true;
  },
});
/** Pools are shared out now and then while members' months still change, and once more in the end. */
export const poolsJob = (at: number): Job<Services> => ({
  name: 'share out the pools',
  at,
  againMillis: MINUTE,
  async run(services) {
    await services.bonus.onPoolsDue();
    return true;
  },
});
export const dueDayJob = (): Job<Services> => ({
  name: 'pay what is held until today',
  at: NEXT_DAY,
  againMillis: MINUTE,
  async run(services) {
    await services.bonus.onDueDay();
    return true;
  },
});

/** A source sends until it is told that its events were taken. */
export const sendJob = (
  world: World<Services>,
  workload: Workload,
  sending: Sending,
  index: number,
  answer: (event: SourceEvent, outcome: string) => void,
): Job<Services> => ({
  name: `send ${sending.events.map(({ id, revision, voided }) => `${id} r${revision}${voided ? ' void' : ''}`).join(', ')} by ${sending.door}`,
  at: START + sending.at,
  againMillis: sending.events.length * 700,
  async run(services) {
    const outcomes =
      sending.door === 'record'
        ? (await recordEvents(services, workload, sending.events)).map(({ outcome }) => outcome)
        : await sendWebhook(services, workload, sending.events, index, world.now());
    if (outcomes === undefined) return false;
    sending.events.forEach((event, place) => {
      answer(event, outcomes[place] ?? 'nothing');
    });
    return true;
  },
});

/** Through the real route, signed. Undefined when it was not taken. */
const sendWebhook = async (
  services: Services,
  workload: Workload,
  events: readonly SourceEvent[],
  index: number,
  now: number,
): Promise<string[] | undefined> => {
  const body = JSON.stringify({ facts: events.map(payloadOf) });
  const id = `msg-${workload.seed}-${index}`;
  const at = new Date(Math.floor(now / 1000) * 1000);
  const response = await services.ingest.http.request(`/v1/webhooks/${workload.source}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(at.getTime() / 1000),
      'webhook-signature': new Webhook(WEBHOOK_SECRET).sign(id, at, body),
    },
    body,
  });
  if (!response.ok) return undefined;
  const answer = (await response.json()) as { readonly results: readonly { readonly outcome: string }[] };
  return answer.results.map(({ outcome }) => outcome);
};

/** Sweepers run now and then while things go wrong; afterwards the calm sweeps everything. */
export const addSweeps = (world: World<Services>, end: number): void => {
  const every = Math.max(2_000, Math.floor((end - START) / 5));
  for (const [place, service] of SWEEPERS.entries()) {
    world.add({
      name: `sweep ${service}`,
      at: START + Math.floor((every * (place + 1)) / SWEEPERS.length),
      againMillis: every,
      async run(services) {
        if (world.now() >= end) return true;
        await services[service].sweep();
        return false;
      },
    });
  }
};
export const addWipes = (world: World<Services>, random: Random, count: number, length: number): void => {
  for (let n = 0; n < count; n += 1) {
    world.add({
      name: 'restart of the queue server',
      at: START + random.int(length),
      againMillis: MINUTE,
      async run() {
        world.wipeQueues();
        return true;
      },
    });
  }
};
