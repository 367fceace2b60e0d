import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncomingFact } from '../../../shared/contracts/facts.ts';
import type { Fen } from '../../../shared/kernel/money.ts';
import type { Instant, LocalDate } from '../../../shared/kernel/period.ts';
import type { Known } from './assign-credits.ts';
import { type Change, type Decision, decideAgain, decideFact, MAX_CONFLICTS } from './decide-fact.ts';
import type { FactHead } from './fact-head.ts';
import { emptyOrder, MAX_FOLLOWERS, MAX_ORDER_FACTS, type OrderRecord, settled } from './order-record.ts';

const NOW = '2026-12-20T01:00:00.000Z' as Instant;
const fact = (changes: Partial<IncomingFact> = {}): IncomingFact => ({
  id: 'f1',
  type: 'order.signed',
  revision: 1,
  occurredAt: '2026-11-05T02:00:00.000Z' as Instant,
  credits: [{ externalOwner: 'u-1', share: 100 }],
  subject: { orderId: 'SO-1', customerId: 'C1' },
  amountFen: 1000 as Fen,
  attributes: {},
  voided: false,
  ...changes,
});
const known = (changes: Partial<Known> = {}): Known => ({
  legalEntityId: 'le-1',
  timeZone: 'Asia/Shanghai',
  attributeRules: 'anything',
  owner: (id) => (id.startsWith('u-') ? { employeeId: `e-${id.slice(2)}`, legalEntityId: id === 'u-far' ? 'le-2' : 'le-1' } : undefined),
  employee: (id) =>
    id.startsWith('e-')
      ? {
          legalEntityId: id === 'e-abroad' ? 'le-2' : 'le-1',
          hiredOn: '2026-02-01' as LocalDate,
          leftOn: id === 'e-left' ? ('2026-11-04' as LocalDate) : null,
        }
      : undefined,
  order: () => undefined,
  customers: 'open',
  ...changes,
});
const decide = (
  given: IncomingFact,
  before?: FactHead,
  more: { known?: Partial<Known>; conflictKept?: boolean; now?: Instant } = {},
): Decision =>
  decideFact({
    fact: given,
    source: 's',
    known: known(more.known),
    before,
    conflictKept: more.conflictKept ?? false,
    now: more.now ?? NOW,
  });
const changeOf = (decision: Decision): Change => {
  if (!('change' in decision)) throw new Error(`no change: ${JSON.stringify(decision)}`);
  return decision.change;
};
const first = (given: IncomingFact = fact()): FactHead => changeOf(decide(given)).head;

describe('order records that stay as they are', () => {
  const voided = fact({ revision: 2, voided: true });
  it('are what the decision rests on, also one that was not there when it was read', () => {
    // The fact as it stands was read after the order: the order does not count it yet, and must not by the time this is stored.
    expect(changeOf(decide(voided, first()))).toMatchObject({ orders: [], restsOn: [{ orderId: 'SO-1', loadedVersion: 0 }] });
  });
  it('are not those that are written', () => {
    const [counting] = changeOf(decide(fact())).orders;
    const change = changeOf(decide(voided, first(), { known: { order: () => counting?.record } }));
    expect(change.orders).toMatchObject([{ record: { orders: [] }, loadedVersion: 1 }]);
    expect(change.restsOn).toEqual([]);
  });
});

describe('the outcome of a fact', () => {
  const one = first();
  const odd = fact({ amountFen: 2000 as Fen });
  it.each<[string, () => Decision, string]>([
    ['unheard of', () => decide(fact()), 'recorded'],
    ['the same again', () => decide(fact(), one), 'duplicate'],
    ['a newer revision', () => decide(fact({ revision: 2 }), one), 'corrected'],
    ['a newer revision of a newer one', () => decide(fact({ revision: 3 }), first(fact({ revision: 2 }))), 'corrected'],
    ['an older revision', () => decide(fact(), first(fact({ revision: 2 }))), 'superseded'],
    ['an older revision with other content', () => decide(odd, first(fact({ revision: 2 }))), 'superseded'],
    ['the same revision with other content', () => decide(odd, one), 'conflict'],
    ['withdrawn', () => decide(fact({ revision: 2, voided: true }), one), 'corrected'],
    ['withdrawn before it was known', () => decide(fact({ voided: true })), 'recorded'],
    ['of an unknown owner', () => decide(fact({ credits: [{ externalOwner: 'x', share: 100 }] })), 'unassigned'],
    [
      'corrected to an unknown owner',
      () => decide(fact({ revision: 2, credits: [{ externalOwner: 'x', share: 100 }] }), one),
      'unassigned',
    ],
    ['from the future', () => decide(fact({ occurredAt: '2026-12-21T01:00:00.001Z' as Instant })), 'rejected'],
    ['a day ahead', () => decide(fact({ occurredAt: '2026-12-21T01:00:00.000Z' as Instant })), 'recorded'],
    [
      'a known one, seen with a clock that went back',
      () => decide(fact(), one, { now: '2026-11-01T00:00:00.000Z' as Instant }),
      'duplicate',
    ],
    ['99.9999 %', () => decide(fact({ credits: [{ externalOwner: 'u-1', share: 99.9999 }] })), 'rejected'],
    [
      '100.0001 %',
      () =>
        decide(
          fact({
            credits: [
              { externalOwner: 'u-1', share: 60 },
              { externalOwner: 'u-2', share: 40.0001 },
            ],
          }),
        ),
      'rejected',
    ],
    ['in dollars', () => decide(fact({ amountFen: 100 as Fen, attributes: { currency: 'USD' } })), 'rejected'],
    ['in a number for a currency', () => decide(fact({ amountFen: 100 as Fen, attributes: { currency: 156 } })), 'rejected'],
    ['in yuan', () => decide(fact({ amountFen: 100 as Fen, attributes: { currency: 'CNY' } })), 'recorded'],
    ['in yuan as people write it', () => decide(fact({ amountFen: 100 as Fen, attributes: { currency: 'RMB' } })), 'recorded'],
    ['too large', () => decide(fact({ attributes: { a: 'x'.repeat(16_000) } })), 'rejected'],
  ])('%s: %3$s', (_, decision, outcome) => expect(decision().outcome).toBe(outcome));

  it('keeps a conflict once, at most twenty', () => {
    const conflict = (before: FactHead, conflictKept = false) => {
      const decision = decide(odd, before, { conflictKept });
      return decision.outcome === 'conflict' ? decision.keep : 'not a conflict';
    };
    expect(conflict(one)).toMatchObject({ version: 2, conflicts: 1, digest: one.digest, fact: one.fact });
    expect(conflict(one, true)).toBeUndefined();
    expect(conflict({ ...one, conflicts: MAX_CONFLICTS })).toBeUndefined();
  });

  it('tells a revision above every one it told before', () => {
    const refund = fact({ id: 'r', type: 'order.refunded', amountFen: 100 as Fen });
    const order: OrderRecord = {
      ...emptyOrder('le-1', 'SO-1'),
      orders: [
        { factId: 's:f1', occurredAt: NOW, period: '2026-11' as never, shares: [{ employeeId: 'e-1', shareMillionths: 1_000_000 }] },
      ],
    };
    const moved: OrderRecord = {
      ...order,
      orders: [{ ...order.orders[0], shares: [{ employeeId: 'e-2', shareMillionths: 1_000_000 }] } as never],
    };
    const head = changeOf(decide(refund, undefined, { known: { order: () => order } })).head;
    expect(head.toldRevision).toBe(1);
    const again = decideAgain(head, known({ order: () => moved }));
    expect(again?.messages.map(({ employeeId, revision, fact: part }) => [employeeId, revision, part === null])).toEqual([
      ['e-1', 2, true],
      ['e-2', 2, false],
    ]);
    const corrected = changeOf(decide({ ...refund, revision: 2, amountFen: 50 as Fen }, again?.head, { known: { order: () => moved } }));
    expect(corrected.messages.map(({ revision }) => revision)).toEqual([3]);
    expect(decideAgain(head, known({ order: () => order }))).toBeUndefined();
  });

  it('what was credited stays credited, whoever the owner is by now', () => {
    expect(decideAgain(first(), known({ owner: () => undefined }))).toBeUndefined();
    expect(decideAgain(first(fact({ voided: true })), known())).toBeUndefined();
  });
});

describe('whose a fact is', () => {
  const reason = (given: Partial<IncomingFact>, more: Partial<Known> = {}): string => {
    const { standing } = changeOf(decide(fact(given), undefined, { known: more })).head;
    return standing.status === 'unassigned' ? standing.reason : standing.status;
  };
  const owner = (externalOwner: string) => ({ credits: [{ externalOwner, share: 100 }] });
  const rules = new Map([['n', { type: 'number' as const, required: true }]]);
  it.each<[string, Partial<IncomingFact>, Partial<Known>, string]>([
    ['a known owner', {}, {}, 'credited'],
    ['an unknown owner', owner('x'), {}, 'owner_unknown'],
    ['an owner of another legal entity', owner('u-far'), {}, 'owner_unknown'],
    [
      'one unknown of two',
      {
        credits: [
          { externalOwner: 'u-1', share: 50 },
          { externalOwner: 'x', share: 50 },
        ],
      },
      {},
      'owner_unknown',
    ],
    ['an unknown employee', { credits: [{ employeeId: 'x', share: 100 }] }, {}, 'employee_unknown'],
    ['an employee of another legal entity', { credits: [{ employeeId: 'e-abroad', share: 100 }] }, {}, 'employee_unknown'],
    ['before the first day', { occurredAt: '2026-01-31T15:59:59.999Z' as Instant }, {}, 'employee_not_employed'],
    ['on the first day', { occurredAt: '2026-01-31T16:00:00.000Z' as Instant }, {}, 'credited'],
    ['after the last day', owner('u-left'), {}, 'employee_not_employed'],
    ['on the last day', { ...owner('u-left'), occurredAt: '2026-11-04T15:59:59.999Z' as Instant }, {}, 'credited'],
    ['an unknown type', {}, { attributeRules: undefined }, 'type_unknown'],
    ['an own type without its attribute', {}, { attributeRules: rules }, 'attribute_invalid'],
    ['an own type with the wrong kind', { attributes: { n: '1' } }, { attributeRules: rules }, 'attribute_invalid'],
    ['an own type with one too many', { attributes: { n: 1, more: true } }, { attributeRules: rules }, 'attribute_invalid'],
    ['an own type as defined', { attributes: { n: 1 } }, { attributeRules: rules }, 'credited'],
    ['no customer where they are registered', { subject: {} }, { customers: new Set<string>() }, 'customer_missing'],
    ['an unregistered customer', {}, { customers: new Set<string>() }, 'customer_unknown'],
    ['a registered customer', {}, { customers: new Set(['C1']) }, 'credited'],
    ['no customer, of a type without customers', { type: 'store.sales', subject: {} }, { customers: new Set<string>() }, 'credited'],
    ['a refund of no order', { type: 'order.refunded', subject: {} }, {}, 'order_unknown'],
    ['a refund of an unknown order', { type: 'order.refunded' }, {}, 'order_unknown'],
  ])('%s: %4$s', (_, given, more, expected) => expect(reason(given, more)).toBe(expected));

  it('a refund that does not say how much is kept', () => {
    const { amountFen: _, ...without } = fact({ type: 'order.refunded' });
    expect(changeOf(decide(without as IncomingFact)).head.standing).toMatchObject({ reason: 'attribute_invalid' });
  });

  it('no order takes more facts or refunds than an order can have', () => {
    const counted = (index: number) => ({
      factId: `s:${index}`,
      occurredAt: NOW,
      period: '2026-11' as never,
      shares: [{ employeeId: 'e-1', shareMillionths: 1_000_000 }],
    });
    const full: OrderRecord = {
      ...emptyOrder('le-1', 'SO-1'),
      orders: Array.from({ length: MAX_ORDER_FACTS }, (_, index) => counted(index)),
      followers: Array.from({ length: MAX_FOLLOWERS }, (_, index) => `s:r${index}`),
    };
    for (const type of ['order.signed', 'order.refunded']) {
      expect(decide(fact({ type }), undefined, { known: { order: () => full } })).toEqual({
        outcome: 'rejected',
        reason: 'too_many_for_order',
      });
    }
  });

  it('splits lose no fen and no share, whatever the shares', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 999_999 }), { minLength: 1, maxLength: 15 }),
        (amountFen, cuts) => {
          const edges = [0, ...cuts.sort((a, b) => a - b), 1_000_000];
          const credits = edges
            .slice(1)
            .map((edge, index) => ({ externalOwner: `u-${index}`, share: (edge - (edges[index] ?? 0)) / 10_000 }));
          const { standing } = changeOf(decide(fact({ amountFen: amountFen as Fen, credits }))).head;
          if (standing.status !== 'credited') throw new Error('not credited');
          expect(standing.credits.reduce((sum, credit) => sum + (credit.amountFen ?? 0), 0)).toBe(amountFen);
          expect(standing.credits.reduce((sum, credit) => sum + credit.shareMillionths, 0)).toBe(1_000_000);
        },
      ),
    );
  });
});

/** A store of heads and orders, and what a reader that heard every message has, in whatever order it heard them. */
const world = () => {
  const heads = new Map<string, FactHead>();
  const orders = new Map<string, OrderRecord>();
  const parts = new Map<string, { revision: number; part: string | null }>();
  const knows = known({ order: (id) => orders.get(id) });
  const apply = (change: Change): void => {
    heads.set(change.head.factId, change.head);
    for (const { record } of change.orders) orders.set(record.orderId, record);
    for (const { employeeId, period, factId, revision, fact: part } of change.messages) {
      const key = `${employeeId} ${period} ${factId}`;
      if ((parts.get(key)?.revision ?? 0) >= revision) throw new Error(`${key} was told revision ${revision} twice`);
      parts.set(key, {
        revision,
        part: part && `${part.type} ${part.amountFen} of ${part.totalAmountFen}, ${part.shareMillionths}, ${part.date}`,
      });
    }
    for (const { record } of change.orders) if (record.followersDue) settle(record.orderId);
  };
  const settle = (orderId: string): void => {
    const record = orders.get(orderId);
    for (const factId of record?.followers ?? []) {
      const head = heads.get(factId);
      const change = head && decideAgain(head, knows);
      if (change) apply(change);
    }
    const after = orders.get(orderId);
    if (after) orders.set(orderId, settled(after));
  };
  return {
    receive(given: IncomingFact): void {
      const decision = decideFact({
        fact: given,
        source: 's',
        known: knows,
        before: heads.get(`s:${given.id}`),
        conflictKept: false,
        now: NOW,
      });
      if ('change' in decision) apply(decision.change);
    },
    result: () => ({
      heads: [...heads.values()].map(({ factId, digest, standing }) => JSON.stringify([factId, digest, standing])).sort(),
      parts: [...parts].flatMap(([key, { part }]) => (part === null ? [] : [`${key}: ${part}`])).sort(),
    }),
  };
};

const TYPES: Readonly<Record<string, string>> = { o: 'order.signed', r: 'order.refunded', p: 'order.paid' };

describe('a payment', () => {
  const order = fact({
    credits: [
      { externalOwner: 'u-1', share: 60 },
      { externalOwner: 'u-2', share: 40 },
    ],
  });
  const paid = (more: Partial<IncomingFact> = {}) =>
    fact({ id: 'p1', type: 'order.paid', occurredAt: '2026-12-07T02:00:00.000Z' as Instant, amountFen: 101 as Fen, ...more });
  const own = 'e-1 2026-12 s:p1: order.paid 101 of 101, 1000000, 2026-12-07';
  const ofOrder = [
    'e-1 2026-11 s:f1: order.signed 600 of 1000, 600000, 2026-11-05',
    'e-1 2026-11 s:p1: order.settled 61 of 101, 600000, 2026-12-07',
    'e-2 2026-11 s:f1: order.signed 400 of 1000, 400000, 2026-11-05',
    'e-2 2026-11 s:p1: order.settled 40 of 101, 400000, 2026-12-07',
  ];
  it.each<[string, readonly IncomingFact[], readonly string[]]>([
    ['of no order counts in its own month alone', [paid()], [own]],
    ['is told where its order counts, with the shares of the order', [order, paid()], [...ofOrder, own]],
    ['before its order, too, once the order is there', [paid(), order], [...ofOrder, own]],
    [
      'in the month of the order is told once to whom it is credited',
      [order, paid({ occurredAt: '2026-11-20T02:00:00.000Z' as Instant })],
      [
        ofOrder[0],
        'e-1 2026-11 s:p1: order.paid 101 of 101, 1000000, 2026-11-20',
        ofOrder[2],
        ofOrder[3]?.replace('12-07', '11-20'),
      ] as string[],
    ],
    ['of an order that is withdrawn counts in its own month alone', [order, paid(), { ...order, revision: 2, voided: true }], [own]],
    ['that is withdrawn is gone everywhere', [order, paid(), paid({ revision: 2, voided: true })], [ofOrder[0], ofOrder[2]] as string[]],
    [
      'that names another order is gone from the first',
      [order, paid(), paid({ revision: 2, subject: { orderId: 'SO-9' } })],
      [ofOrder[0], own, ofOrder[2]] as string[],
    ],
  ])('%s', (_, facts, expected) => {
    const all = world();
    for (const one of facts) all.receive(one);
    expect(all.result().parts).toEqual([...expected].sort());
  });
  it('goes with its order when that turns out to be of another month and other people', () => {
    const all = world();
    for (const one of [
      order,
      paid(),
      fact({ revision: 2, occurredAt: '2026-10-09T02:00:00.000Z' as Instant, credits: [{ externalOwner: 'u-3', share: 100 }] }),
    ])
      all.receive(one);
    expect(all.result().parts.filter((part) => part.includes('settled'))).toEqual([
      'e-3 2026-10 s:p1: order.settled 101 of 101, 1000000, 2026-12-07',
    ]);
  });
});

describe('order of arrival (I3)', () => {
  it('any permutation with any duplicates ends in the same heads and the same parts', () => {
    const revision = fc.record({
      revision: fc.integer({ min: 1, max: 4 }),
      owners: fc.constantFrom(['u-1'], ['u-2'], ['u-1', 'u-2'], ['x']),
      month: fc.constantFrom('2026-09', '2026-10', '2026-11'),
      orderId: fc.constantFrom('SO-1', 'SO-2'),
      amountFen: fc.integer({ min: 0, max: 999 }),
      voided: fc.boolean(),
    });
    const entry = fc.record({ id: fc.constantFrom('o1', 'o2', 'r1', 'p1', 'p2'), of: revision });
    fc.assert(
      fc.property(
        // One content a revision: what two contents of one revision end in depends on which came first, and is a conflict.
        fc.uniqueArray(entry, { minLength: 1, maxLength: 12, selector: ({ id, of }) => `${id} ${of.revision}` }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (entries, again, random) => {
          const facts = entries.map(({ id, of }) =>
            fact({
              id,
              type: TYPES[id.slice(0, 1)] ?? '',
              revision: of.revision,
              occurredAt: `${of.month}-05T02:00:00.000Z` as Instant,
              credits: of.owners.map((externalOwner) => ({ externalOwner, share: 100 / of.owners.length })),
              subject: { orderId: of.orderId },
              amountFen: of.amountFen as Fen,
              voided: of.voided,
            }),
          );
          const straight = world();
          for (const one of [...facts].sort((a, b) => a.revision - b.revision)) straight.receive(one);
          const mixed = [...facts, ...again.flatMap((index) => facts[index % facts.length] ?? [])];
          const order = mixed.map((one) => ({ one, at: random.next().value })).sort((a, b) => a.at - b.at);
          const shuffled = world();
          for (const { one } of order) shuffled.receive(one);
          expect(shuffled.result()).toEqual(straight.result());
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
