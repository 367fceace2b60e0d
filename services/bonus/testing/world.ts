/** A little world for the tests of the use cases: a stand-in for scoring that keeps orders and visits, stores books, and says what changed. */

import type { PlanRef } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { bookKey, type ScoreUpdated } from '../../../shared/contracts/messages.ts';
import type { PlanDocument } from '../../../shared/contracts/plans.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';
import type { SqsEvent } from '../../../shared/runtime/sqs-handler.ts';
import { type MemoryPlatform, memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { planVersionKey } from '../../plans/read.ts';
import { entriesBetween, ledgerHeadKey, parseHead } from '../read.ts';
import { factOf, PERIOD, planOf, type RewardInput } from './rewards.ts';

export interface Deal {
  readonly orderId: string;
  readonly customerId: string;
  readonly amountFen: number;
  /** ISO instant of the signature. */
  readonly at: string;
  refundedFen: number;
  readonly shareMillionths: number;
  readonly attributes: CreditedFact['attributes'];
}

const ref = ({ planId, version, document }: { planId: string; version: number; document: PlanDocument }): PlanRef => ({
  planId,
  version,
  digest: digestOf(document),
});

/** One person's month as scoring would hold it. */
export const monthOfScores = (platform: MemoryPlatform, employeeId = 'e-1', period = PERIOD) => {
  const deals = new Map<string, Deal>();
  const facts = new Map<string, CreditedFact | null>();
  let version = 0;
  let plan: PlanRef | null = null;
  const pk = bookKey(employeeId, period);

  const firstOf = (customerId: string): Deal | undefined =>
    [...deals.values()]
      .filter((deal) => deal.customerId === customerId && deal.amountFen > deal.refundedFen)
      .sort((a, b) => (`${a.at}#${a.orderId}` < `${b.at}#${b.orderId}` ? -1 : 1))[0];
  const customers = (): Set<string> => new Set([...deals.values()].map(({ customerId }) => customerId));

  const value = (n: number) => ({ value: { n: String(n), d: '1' }, facts: n, state: {} });
  const bookItem = () => {
    const own = [...deals.values()].reduce(
      (sum, { amountFen, refundedFen, shareMillionths }) => sum + Math.round(((amountFen - refundedFen) * shareMillionths) / 1_000_000),
      0,
    );
    const won = [...customers()].filter((id) => (firstOf(id)?.amountFen ?? 0) >= 1_000_000).length;
    const visits = [...facts.values()].filter((fact) => fact?.type === 'visit.validated').length;
    const book = {
      employeeId,
      legalEntityId: 'le-1',
      period,
      version,
      plan,
      refusal: null,
      metrics: { sales: value(own), 'new-customers': value(won), visits: value(visits) },
      score: null,
      expressionErrors: [],
      updatedAt: platform.clock.now(),
    };
    return { pk, sk: 'BOOK', version, doc: JSON.stringify(book) };
  };
  const store = async (factIds: readonly string[], customerIds: readonly string[], everything = false): Promise<ScoreUpdated> => {
    version += 1;
    const items = [
      bookItem(),
      ...factIds.map((factId) => ({
        pk,
        sk: `FACT#${factId}`,
        revision: version,
        doc: JSON.stringify(facts.get(factId) ?? null),
      })),
      ...customerIds.map((customerId) => {
        const deal = firstOf(customerId);
        const orders = deal
          ? [
              {
                orderId: deal.orderId,
                factId: `crm:${deal.orderId}`,
                signedAt: deal.at,
                date: deal.at.slice(0, 10),
                signedFen: deal.amountFen,
                refundedFen: deal.refundedFen,
                attributes: deal.attributes,
                shareMillionths: deal.shareMillionths,
                refundFactIds: deal.refundedFen > 0 ? [`crm:r-${deal.orderId}`] : [],
              },
            ]
          : [];
        return { pk, sk: `CUSTOMER#${customerId}`, doc: JSON.stringify({ customerId, orders }) };
      }),
    ];
    await platform.store.writeMany(items.map((item) => ({ op: 'put', table: 'scores', item })));
    return {
      message: 'score.updated',
      employeeId,
      legalEntityId: 'le-1',
      period: period as Month,
      bookVersion: version,
      everything,
      touched: { factIds: [...factIds], customerIds: [...customerIds], orderIds: [] },
    };
  };
  const keep = (factId: string, more: Partial<CreditedFact>): void => {
    facts.set(factId, factOf(factId, { employeeId, period: period as Month, ...more }));
  };

  return {
    async publish(planVersion: number, rewards: readonly RewardInput[]): Promise<void> {
      const document = planOf(rewards);
      const published = { planId: document.id, version: planVersion, document };
      plan = ref(published);
      const key = planVersionKey(document.id, planVersion);
      await platform.store.write({
        op: 'put',
        table: 'plans',
        item: {
          pk: key.pk,
          sk: key.sk,
          doc: JSON.stringify({ ...plan, effectiveFrom: `${period}-01`, document }),
        },
      });
    },
    noPlan(): void {
      plan = null;
    },
    /** The month calculated again: everything is looked at. */
    recalculate: () => store([], [], true),
    sign(orderId: string, customerId: string, amountFen: number, more: Partial<Deal> = {}) {
      const deal: Deal = {
        orderId,
        customerId,
        amountFen,
        at: `${period}-10T02:00:00.000Z`,
        refundedFen: 0,
        shareMillionths: 1_000_000,
        attributes: {},
        ...more,
      };
      deals.set(orderId, deal);
      keep(`crm:${orderId}`, {
        type: 'order.signed',
        occurredAt: deal.at as Instant,
        date: deal.at.slice(0, 10) as LocalDate,
        subject: { customerId, orderId },
        totalAmountFen: amountFen as never,
        amountFen: amountFen as never,
        shareMillionths: deal.shareMillionths,
        attributes: deal.attributes,
      });
      return store([`crm:${orderId}`], [customerId]);
    },
    refund(orderId: string, refundedFen?: number) {
      const deal = deals.get(orderId);
      if (!deal) throw new Error(`no order ${orderId}`);
      deal.refundedFen = refundedFen ?? deal.amountFen;
      keep(`crm:r-${orderId}`, { type: 'order.refunded', subject: { customerId: deal.customerId, orderId } });
      return store([`crm:r-${orderId}`], [deal.customerId]);
    },
    /** The source withdraws the order's fact. */
    withdraw(orderId: string) {
      const deal = deals.get(orderId);
      if (!deal) throw new Error(`no order ${orderId}`);
      deals.delete(orderId);
      facts.set(`crm:${orderId}`, null);
      return store([`crm:${orderId}`], [deal.customerId]);
    },
    visit(id: string) {
      keep(`app:${id}`, { type: 'visit.validated' });
      return store([`app:${id}`], []);
    },
  };
};

export const eventOf = (...messages: readonly ScoreUpdated[]): SqsEvent => ({
  Records: messages.map((message, index) => ({ messageId: `m-${index}`, body: JSON.stringify(message), attributes: {} })),
});

/** The whole ledger of a person. @throws Error when it has a gap or its balances do not add up. */
export const ledgerOf = async (platform: MemoryPlatform, employeeId = 'e-1') => {
  const head = parseHead(await platform.store.get(ledgerHeadKey(employeeId)));
  const entries = await entriesBetween(platform.store, employeeId, 0, head.seq);
  let balance = 0;
  for (const entry of entries) {
    balance += entry.amountFen;
    if (entry.balanceFen !== balance || entry.afterFen - entry.beforeFen !== entry.amountFen)
      throw new Error(`entry ${entry.seq} does not add up`);
  }
  if (head.balanceFen !== balance) throw new Error('the head does not add up');
  return { balanceFen: head.balanceFen, seq: head.seq, entries };
};

/** How often each method of the store was called. */
export const countedPlatform = () => {
  const platform = memoryPlatform();
  const calls = new Map<string, number>();
  const store = new Proxy(platform.store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
  return { platform: { ...platform, store }, calls, quiet: platform };
};
