/**
 * What happens in a seed before anything goes wrong with it: a small company, its plans, and the events that its systems send, with all the
 * ways in which sources behave in the field: corrections, withdrawals, conflicting contents, refunds before their order, accounts that
 * nobody has registered yet, the same event twice at the same time.
 */
import { type AttendanceStep, drawAttendance } from './attendance.ts';
import { type DisputeStep, drawDisputes } from './disputes.ts';
import { FAMILIES, type Family, LEAD, type PlanKey } from './plan-set.ts';
import type { Random } from './random.ts';
import { drawVisits, type VisitsPlan } from './visits.ts';

export interface Person {
  readonly id: string;
  readonly family: Family;
  /** Accounts in the source; the last one of the late person is registered only later. */
  readonly owners: readonly string[];
}
export interface PlanStep {
  readonly planId: string;
  readonly version: number;
  readonly key: PlanKey;
  readonly effectiveFrom: string;
  readonly appliesTo: { readonly kind: 'person' | 'position'; readonly id: string };
  /** Virtual milliseconds after the start; 0: before anything else. */
  readonly at: number;
}
/** The target of `sales` for a place or person and a month, version by version; null takes it away. */
export interface TargetStep {
  readonly kind: 'person' | 'position' | 'legal-entity';
  readonly id: string;
  readonly period: string;
  readonly version: number;
  readonly target: string | null;
  readonly at: number;
}
/** Somebody who works by another plan from a day on, as it becomes known during the storm: the months since are calculated again by themselves. */
export interface MoveStep {
  readonly employeeId: string;
  readonly from: string;
  readonly family: Family;
  readonly at: number;
}
/** An amount that people agree on, or not: proposed once or twice, and decided by several at about the same time. */
export interface AdjustmentStep {
  readonly id: string;
  readonly employeeId: string;
  readonly period: string;
  readonly amountFen: number;
  readonly decision: 'approve' | 'reject';
  /** Virtual milliseconds after the start. */
  readonly proposedAt: readonly number[];
  readonly decidedAt: readonly number[];
}
/** A fact as a source says it, before it goes through one of the doors. */
export interface SourceEvent {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  /** With a zone, as sources write it. */
  readonly occurredAt: string;
  readonly claims: readonly { readonly owner: string; readonly percent: number }[];
  readonly subject: Readonly<Record<string, string>>;
  readonly amountFen: number | null;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly voided: boolean;
}
export interface Sending {
  /** Virtual milliseconds after the start. */
  readonly at: number;
  readonly door: 'record' | 'webhook';
  readonly events: readonly SourceEvent[];
}
export interface Workload {
  readonly seed: number;
  readonly legalEntityId: string;
  readonly source: string;
  readonly people: readonly Person[];
  readonly plans: readonly PlanStep[];
  readonly targets: readonly TargetStep[];
  /** Manages the unit of all others, has no facts of his or her own, and is scored by what they do; null: nobody does. */
  readonly lead: string | null;
  /** At most one a person, and none where targets are set for places. */
  readonly moves: readonly MoveStep[];
  readonly adjustments: readonly AdjustmentStep[];
  readonly attendance: readonly AttendanceStep[];
  readonly disputes: readonly DisputeStep[];
  readonly visits: VisitsPlan;
  readonly sendings: readonly Sending[];
  /** When the late account is registered. */
  readonly registerAt: number;
  readonly lateOwner: string;
  readonly lateEmployee: string;
  /** How long the faults last. */
  readonly length: number;
}

const MINUTE = 60_000;
/** The company's first day of the simulation; every fact lies before it or at most on it. */
export const START = Date.parse('2026-12-02T12:00:00+08:00');

const zoned = (millis: number, random: Random): string =>
  random.chance(0.5) ? new Date(millis).toISOString() : `${new Date(millis + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

const someTime = (random: Random): number => {
  const draw = random.unit();
  // The last second of November and the first of December, in Shanghai.
  if (draw < 0.06) return Date.parse('2026-11-30T23:59:59+08:00');
  if (draw < 0.16) return Date.parse('2026-12-01T00:00:00+08:00');
  if (draw < 0.28) return Date.parse('2026-10-31T12:00:00+08:00') + random.int(40) * 3_600_000;
  // Whole minutes, so that two facts often have the same time.
  return Date.parse('2026-11-01T00:00:00+08:00') + random.int(30 * 24) * 3_600_000 + random.int(2) * MINUTE;
};

const ORDER_AMOUNTS = [999_999, 1_000_000, 1_000_001, 1_999_999, 2_000_000, 5_000_000, 7_333_333, 16_500_000, 300_001] as const;

/** Those who sell projects have the fewest ways to be paid. */
const OFTEN: readonly Family[] = [...FAMILIES, 'retail', 'channel', 'service'];

/** `rush`: everything within seconds, so that nearly everything meets. */
export type Pace = 'rush' | 'day' | 'any';

export const drawWorkload = (seed: number, random: Random, pace: Pace = 'any'): Workload => {
  const legalEntityId = `le-${seed}`;
  const source = `crm-${seed}`;
  const rush = random.chance(0.4);
  const length = (pace === 'any' ? rush : pace === 'rush') ? random.between(8_000, 90_000) : random.between(20, 240) * MINUTE;
  const count = random.between(2, 4);
  const main = random.pick(OFTEN);
  const people = Array.from({ length: count }, (_, n): Person => {
    const family = n === 0 || random.chance(0.6) ? main : random.pick(OFTEN);
    const owners = [`u${n}`];
    if (random.chance(0.3)) owners.push(`u${n}-second`);
    return { id: `e${seed}-${n}`, family, owners };
  });
  const late = random.pick(people);
  const lateOwner = 'u-late';

  const plans: PlanStep[] = [];
  for (const family of new Set(people.map((person) => person.family))) {
    const planId = `p${seed}-${family}`;
    const appliesTo = { kind: 'position', id: `${family}-${seed}` } as const;
    const first = random.pick([1, 2] as const);
    plans.push({ planId, version: 1, key: `${family}-${first}`, effectiveFrom: '2026-10-01', appliesTo, at: 0 });
    if (random.chance(0.5)) {
      const effectiveFrom = random.pick(['2026-10-01', '2026-11-01', '2026-11-16', '2026-12-01']);
      plans.push({ planId, version: 2, key: `${family}-${first === 1 ? 2 : 1}`, effectiveFrom, appliesTo, at: random.int(length) });
      if (random.chance(0.3)) {
        const later = plans.at(-1) as PlanStep;
        plans.push({
          planId,
          version: 3,
          key: `${family}-${first}`,
          effectiveFrom: '2026-11-01',
          appliesTo,
          at: later.at + random.int(length),
        });
      }
    }
  }
  if (random.chance(0.2)) {
    const person = random.pick(people);
    plans.push({
      planId: `p${seed}-own`,
      version: 1,
      key: `${person.family}-${random.pick([1, 2] as const)}`,
      effectiveFrom: random.pick(['2026-11-01', '2026-12-01']),
      appliesTo: { kind: 'person', id: person.id },
      at: random.int(length),
    });
  }

  const lead = drawLead(random.fork('lead'), seed, length);
  if (lead) plans.push(lead);

  const drafts = drawEvents(random, people, late.id === people[0]?.id || random.chance(0.5) ? lateOwner : undefined);
  const sendings: Sending[] = [];
  const add = (events: readonly SourceEvent[], at: number): void => {
    sendings.push({ at, door: random.chance(0.15) ? 'webhook' : 'record', events });
  };
  let batch: SourceEvent[] = [];
  const orderedAt = new Map<string, number>();
  for (const versions of drafts) {
    const order = versions[0]?.subject['orderId'];
    const nearOrder = order === undefined ? undefined : orderedAt.get(order);
    const follows = nearOrder !== undefined && random.chance(0.4);
    let before = follows ? Math.max(0, nearOrder - 15) : random.int(length);
    // Sources send a corrected event soon after, much later, or before the one it corrects has come through.
    for (const [place, event] of versions.entries()) {
      const soon = random.chance(0.4) || (follows && place === 0);
      const at = soon ? Math.min(length - 1, before + random.int(30)) : random.int(length);
      before = at;
      if (place === 0 && order !== undefined && nearOrder === undefined) orderedAt.set(order, at);
      add([event], at);
      while (random.chance(0.2)) add([event], random.chance(0.5) ? at + random.int(50) : random.int(length));
      if (random.chance(0.1)) batch.push(event);
      if (batch.length >= 5) {
        add(batch, random.int(length));
        batch = [];
      }
    }
  }
  sendings.push(...drawSettlements(random.fork('settlements'), { drafts, people, lateOwner, length }));
  const targets = drawTargets(random.fork('targets'), { seed, legalEntityId, people, length });
  return {
    seed,
    legalEntityId,
    source,
    people,
    plans,
    lead: lead && `e${seed}-lead`,
    targets,
    moves: targets.length > 0 ? [] : drawMoves(random.fork('moves'), people, length),
    adjustments: drawAdjustments(random.fork('adjustments'), people, length),
    visits: drawVisits(
      random.fork('visits'),
      people.map(({ id }) => id),
      length,
    ),
    disputes: drawDisputes(
      random.fork('disputes'),
      people.map(({ id }) => id),
      length,
    ),
    attendance: drawAttendance(
      random.fork('attendance'),
      people.map(({ id }) => id),
      length,
    ),
    sendings,
    registerAt: random.int(length),
    lateOwner,
    lateEmployee: late.id,
    length,
  };
};

/**
 * Customers pay their orders, in one or several parts, in whatever month and to whoever collects it, and what they ordered is delivered. Some
 * of it is corrected or withdrawn, some comes before its order, and some is of an order that nobody has ever seen.
 */
const drawSettlements = (
  random: Random,
  {
    drafts,
    people,
    lateOwner,
    length,
  }: { readonly drafts: readonly SourceEvent[][]; readonly people: readonly Person[]; readonly lateOwner: string; readonly length: number },
): Sending[] => {
  const owners = people.flatMap((person) => person.owners);
  const orders = drafts.flatMap((versions) => versions.slice(0, 1)).filter(({ type }) => type === 'order.signed');
  const sendings: Sending[] = [];
  let counter = 0;
  const send = (of: SourceEvent, type: string, amountFen: number | null): void => {
    counter += 1;
    const owner = random.chance(0.1) ? lateOwner : random.pick(owners);
    const claims = random.chance(0.6) ? of.claims : [{ owner, percent: 100 }];
    const orderId = random.chance(0.05) ? `o-unknown-${counter}` : of.subject['orderId'];
    const subject: Record<string, string> = { ...of.subject, ...(orderId === undefined ? {} : { orderId }) };
    const first = {
      ...of,
      id: `s${counter}`,
      type,
      revision: 1,
      occurredAt: zoned(someTime(random), random),
      claims,
      subject,
      amountFen,
      voided: false,
    };
    let at = random.int(length);
    sendings.push({ at, door: 'record', events: [first] });
    if (random.chance(0.2)) sendings.push({ at: random.int(length), door: 'record', events: [first] });
    if (!random.chance(0.25)) return;
    at = random.chance(0.5) ? Math.min(length - 1, at + random.int(30)) : random.int(length);
    const changed = amountFen === null ? first : { ...first, amountFen: random.between(1, amountFen) };
    sendings.push({ at, door: 'record', events: [{ ...changed, revision: 2, voided: random.chance(0.5) }] });
  };
  for (const order of orders) {
    const amount = order.amountFen ?? 0;
    const draw = random.unit();
    if (draw < 0.4) send(order, 'order.paid', amount);
    else if (draw < 0.75) {
      const part = random.between(1, amount);
      send(order, 'order.paid', part);
      if (random.chance(0.6)) send(order, 'order.paid', amount - part + random.int(2));
    }
    if (random.chance(0.4)) send(order, 'project.delivered', null);
  }
  return sendings;
};

/** In every other company: published before anything happens, or when the others have facts already. */
const drawLead = (random: Random, seed: number, length: number): PlanStep | null => {
  if (random.chance(0.5)) return null;
  const appliesTo = { kind: 'position', id: `lead-${seed}` } as const;
  return {
    planId: `p${seed}-lead`,
    version: 1,
    key: LEAD,
    effectiveFrom: '2026-10-01',
    appliesTo,
    at: random.chance(0.5) ? 0 : random.int(length),
  };
};

/** To a family of somebody else, whose plan there is, or to one without a plan. */
const drawMoves = (random: Random, people: readonly Person[], length: number): MoveStep[] =>
  people
    .filter(() => random.chance(0.3))
    .map(({ id }) => ({
      employeeId: id,
      from: random.pick(['2026-10-16', '2026-11-01', '2026-11-16', '2026-11-30', '2026-12-02']),
      family: random.chance(0.7) ? random.pick(people).family : random.pick(OFTEN),
      at: random.int(length),
    }));

/** In half of the companies. Those who decide at the same moment meet each other, and whatever facts post at that time. */
const drawAdjustments = (random: Random, people: readonly Person[], length: number): AdjustmentStep[] => {
  if (random.chance(0.5)) return [];
  return Array.from({ length: random.between(1, 3) }, (_, n): AdjustmentStep => {
    const proposedAt = random.int(length);
    const decided = Math.min(length - 1, proposedAt + random.int(length / 2));
    return {
      id: `adj-${n}`,
      employeeId: random.pick(people).id,
      period: random.pick(['2026-10', '2026-11', '2026-12']),
      amountFen: random.pick([1, -1, 50_000, -120_001, 333_333]),
      decision: random.chance(0.8) ? 'approve' : 'reject',
      proposedAt: random.chance(0.3) ? [proposedAt, proposedAt + random.int(20)] : [proposedAt],
      decidedAt: Array.from({ length: random.between(1, 3) }, () => decided + random.int(10)),
    };
  });
};

const TARGETS = ['60000', '100000.01', '150000', '240000', '333333.33'] as const;

/** Only the plans of retail have an indicator `sales`. Several places often change at the same moment. */
const drawTargets = (
  random: Random,
  { seed, legalEntityId, people, length }: Pick<Workload, 'seed' | 'legalEntityId' | 'people' | 'length'>,
): TargetStep[] => {
  const retail = people.filter(({ family }) => family === 'retail');
  if (retail.length === 0 || random.chance(0.4)) return [];
  const places = [
    { kind: 'person', id: random.pick(retail).id },
    { kind: 'position', id: `retail-${seed}` },
    { kind: 'legal-entity', id: legalEntityId },
  ] as const;
  const moment = random.int(length);
  return places.flatMap((place) =>
    ['2026-10', '2026-11', '2026-12'].flatMap((period): TargetStep[] => {
      if (random.chance(period === '2026-11' ? 0.4 : 0.8)) return [];
      const steps: TargetStep[] = [];
      for (let version = 1; version === 1 || (version < 4 && random.chance(0.4)); version += 1) {
        const before = steps.at(-1)?.target;
        const others = TARGETS.filter((target) => target !== before);
        const target = before && random.chance(0.25) ? null : random.pick(others);
        const at = version === 1 ? moment : Math.min(length - 1, (steps.at(-1)?.at ?? 0) + random.int(length / 3));
        steps.push({ ...place, period, version, target, at });
      }
      return steps;
    }),
  );
};

/** Every event with its corrections and conflicting contents. */
const drawEvents = (random: Random, people: readonly Person[], lateOwner: string | undefined): SourceEvent[][] => {
  const histories: SourceEvent[][] = [];
  const orders: SourceEvent[] = [];
  const total = random.between(12, 36);
  let counter = 0;
  const owners = people.flatMap((person) => person.owners);
  const claims = (): SourceEvent['claims'] => {
    const draw = random.unit();
    const all = lateOwner !== undefined && random.chance(0.12) ? [...owners, lateOwner, lateOwner, lateOwner] : owners;
    const first = random.pick(all);
    const second = random.pick(all);
    if (draw < 0.78 || first === second) return [{ owner: first, percent: 100 }];
    if (draw < 0.9)
      return [
        { owner: first, percent: 60 },
        { owner: second, percent: 40 },
      ];
    const third = random.pick(all);
    if (third === first || third === second)
      return [
        { owner: first, percent: 33.3333 },
        { owner: second, percent: 66.6667 },
      ];
    return [
      { owner: first, percent: 33.3333 },
      { owner: second, percent: 33.3333 },
      { owner: third, percent: 33.3334 },
    ];
  };
  const familyOf = (owner: string): Family | undefined => people.find((person) => person.owners.includes(owner))?.family;

  for (let n = 0; n < total; n += 1) {
    counter += 1;
    const claim = claims();
    const family = familyOf(claim[0]?.owner ?? '') ?? random.pick(people).family;
    const event = drawEvent(random, `f${counter}`, family, claim, orders);
    if (event.type === 'order.signed') orders.push(event);
    const history = [event];
    while (random.chance(0.22) && history.length < 4) {
      const last = history.at(-1) as SourceEvent;
      const draw = random.unit();
      if (draw < 0.15) {
        // Another content under the same revision: a source that is wrong about itself.
        history.push({
          ...last,
          amountFen: last.amountFen === null ? null : last.amountFen + 100,
          attributes: { ...last.attributes, note: 'x' },
        });
        continue;
      }
      const revision = last.revision + random.between(1, 3);
      if (draw < 0.3) history.push({ ...last, revision, voided: true });
      else {
        const again = drawEvent(random, event.id, family, random.chance(0.4) ? claims() : last.claims, orders, event.type, last.subject);
        const occurredAt = random.chance(0.5) ? last.occurredAt : again.occurredAt;
        history.push({ ...again, occurredAt, revision, voided: false });
      }
    }
    histories.push(history);
  }
  return histories;
};

const drawEvent = (
  random: Random,
  id: string,
  family: Family,
  claims: SourceEvent['claims'],
  orders: readonly SourceEvent[],
  type?: string,
  subject?: SourceEvent['subject'],
): SourceEvent => {
  const base = { id, revision: 1, occurredAt: zoned(someTime(random), random), claims, voided: false };
  const customerId = `c${random.int(5)}`;
  const kind = type ?? drawType(random, family, orders.length > 0);
  switch (kind) {
    case 'order.signed':
      return {
        ...base,
        type: kind,
        subject: {
          customerId: subject?.['customerId'] !== undefined && random.chance(0.7) ? subject['customerId'] : customerId,
          orderId: `o-${id}`,
        },
        amountFen: random.chance(0.4) ? random.pick(ORDER_AMOUNTS) : random.between(100_000, 9_000_000),
        attributes: {},
      };
    case 'order.refunded': {
      const order = orders.find((one) => one.subject['orderId'] === subject?.['orderId']) ?? random.pick(orders);
      const amount = order.amountFen ?? 0;
      const amountFen = random.chance(0.5) ? amount : random.between(1, amount);
      return { ...base, type: kind, subject: order.subject, amountFen, attributes: {} };
    }
    case 'channel.purchase':
      return {
        ...base,
        type: kind,
        subject: { customerId, storeId: `s${random.int(6)}` },
        amountFen: random.between(10_000, 3_500_000),
        attributes: { category: random.pick(['goods', 'goods', 'goods', 'sample']) },
      };
    case 'channel.coverage-measured':
      return { ...base, type: kind, subject: {}, amountFen: null, attributes: { covered: random.between(100, 900) } };
    case 'contract.due':
    case 'contract.renewed':
      return { ...base, type: kind, subject: { customerId, contractId: `k${random.int(9)}` }, amountFen: null, attributes: {} };
    case 'customer.satisfaction-rated':
      return { ...base, type: kind, subject: { customerId }, amountFen: null, attributes: { score: random.between(10, 55) } };
    case 'followup.logged':
      return { ...base, type: kind, subject: { customerId }, amountFen: null, attributes: { kind: random.pick(['call', 'complaint']) } };
    case 'visit.validated':
      return { ...base, type: kind, subject: { customerId }, amountFen: null, attributes: { minutes: random.between(5, 60) } };
    case 'opportunity.stage-changed':
      return {
        ...base,
        type: kind,
        subject: { customerId, opportunityId: `op${random.int(4)}`, ...(random.chance(0.3) ? { projectId: `pj${random.int(3)}` } : {}) },
        amountFen: null,
        attributes: { stage: random.pick(['lead', 'offer', 'offer', 'signed', 'signed', 'lost']) },
      };
    case 'project.stage-completed':
      return {
        ...base,
        type: kind,
        subject: { customerId, ...(random.chance(0.85) ? { projectId: `pj${random.int(3)}` } : {}) },
        amountFen: random.chance(0.2) ? 0 : random.between(100_000, 5_000_000),
        attributes: { stage: random.pick(['design', 'build', 'test']), days: random.between(1, 40) },
      };
    case 'store.traffic':
      return { ...base, type: kind, subject: { storeId: 's1' }, amountFen: null, attributes: { visitors: random.int(400) } };
    default:
      return {
        ...base,
        type: 'store.sales',
        subject: { storeId: 's1' },
        amountFen: random.between(1_000, 1_200_000),
        attributes: { orders: random.int(12) },
      };
  }
};

const drawType = (random: Random, family: Family, hasOrders: boolean): string => {
  switch (family) {
    case 'retail':
      return hasOrders && random.chance(0.35) ? 'order.refunded' : 'order.signed';
    case 'channel':
      return random.pick([
        'channel.purchase',
        'channel.purchase',
        'channel.purchase',
        'channel.coverage-measured',
        'contract.due',
        'contract.renewed',
        'customer.satisfaction-rated',
        'followup.logged',
      ]);
    case 'project':
      return random.pick(['project.stage-completed', 'opportunity.stage-changed']);
    case 'service':
      return random.pick(['visit.validated', 'visit.validated', 'store.sales', 'store.sales', 'store.traffic']);
  }
};
