import { describe, expect, it } from 'vitest';
import { countingStore, newCounts } from '../../../shared/adapters/counting.ts';
import type { Store } from '../../../shared/adapters/store.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { customerStateKey, factMarkKey, parseAppliedFact, parseCustomerState } from '../read.ts';
import { documentOf, factOf, metric, PERIOD, refunded, signed, versionOf } from '../testing/plans.ts';
import { meddled, outbox, plan, told } from '../testing/small-plan.ts';
import { credited, newWorld, withdrawn } from '../testing/world.ts';

describe('a fact', () => {
  it('makes the book, its done mark, the state of its customer and a message, in one transaction', async () => {
    const world = await newWorld([plan]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000))]);
    expect(await world.book()).toMatchObject({
      version: 1,
      plan: { planId: 'plan', version: 1, digest: plan.digest },
      refusal: null,
      metrics: {
        sales: { value: { n: '5000', d: '1' }, facts: 1 },
        buyers: { value: { n: '1' } },
        customers: { value: { n: '1' } },
        coverage: { value: null },
      },
      // 60 × 0.5 + 40 × 0.5
      score: { total: '50.00' },
    });
    const { store } = world.platform;
    const mark = await store.get(factMarkKey('e-1', PERIOD, 'crm:1'));
    expect(mark && parseAppliedFact(mark)).toMatchObject({ factId: 'crm:1', revision: 1, fact: { amountFen: 5000 } });
    const customer = await store.get(customerStateKey('e-1', PERIOD, 'c1'));
    expect(customer && parseCustomerState(customer)).toMatchObject({ customerId: 'c1', orders: [{ orderId: 'o1', signedFen: 5000 }] });
    const message = { message: 'score.updated', employeeId: 'e-1', legalEntityId: 'le', period: PERIOD, bookVersion: 1, everything: false };
    expect(told(world)).toEqual([{ ...message, touched: { factIds: ['crm:1'], customerIds: ['c1'], orderIds: ['o1'] } }]);
    expect(outbox(world)).toHaveLength(1);
  });
  it('that comes again, or in an older revision, changes nothing and says nothing', async () => {
    const world = await newWorld([plan]);
    const fact = signed('crm:1', 'o1', 'c1', 5000);
    await world.deliver([credited(fact, 2), credited(fact, 2)]);
    const before = world.platform.store.dump('scores');
    await world.deliver([credited(fact, 2), credited({ ...fact, amountFen: 1 as never }, 1)]);
    expect(world.platform.store.dump('scores')).toEqual(before);
    expect(told(world)).toHaveLength(1);
  });
  it('that is corrected counts as if it had been so from the start; withdrawn, as if it had never been', async () => {
    const world = await newWorld([plan]);
    const fact = signed('crm:1', 'o1', 'c1', 5000);
    await world.deliver([credited(fact)]);
    await world.deliver([
      credited({ ...fact, amountFen: 700 as never, totalAmountFen: 700 as never, subject: { orderId: 'o1', customerId: 'c2' } }, 2),
    ]);
    expect(await world.book()).toMatchObject({
      version: 2,
      metrics: { sales: { value: { n: '700' } }, buyers: { value: { n: '1' } }, customers: { value: { n: '0' } } },
    });
    expect(told(world)[1]?.touched).toEqual({ factIds: ['crm:1'], customerIds: ['c1', 'c2'], orderIds: ['o1'] });
    await world.deliver([withdrawn(fact, 3)]);
    expect(await world.book()).toMatchObject({
      version: 3,
      metrics: { sales: { value: { n: '0' }, facts: 0 }, buyers: { value: { n: '0' } } },
      score: { total: '0.00' },
    });
  });
  it('of a type that no metric counts is kept, and the reader is told: rewards may pay for it', async () => {
    const world = await newWorld([plan]);
    await world.deliver([credited(factOf('crm:1', 'project.delivered'))]);
    expect((await world.book()).metrics['sales']?.value).toEqual({ n: '0', d: '1' });
    expect(told(world)).toHaveLength(1);
  });
  it('on which an expression fails is kept, not counted there, and listed', async () => {
    const world = await newWorld([plan]);
    await world.deliver([credited(factOf('crm:1', 'channel.coverage-measured'))]);
    const book = await world.book();
    expect(book.expressionErrors).toEqual([
      { metric: 'coverage', factId: 'crm:1', reason: 'fact.attributes.covered: No such key: covered' },
    ]);
    expect(book.metrics['coverage']).toEqual({ value: null, facts: 0, state: {}, errors: 1 });
    await world.deliver([credited(factOf('crm:1', 'channel.coverage-measured', { attributes: { covered: 0.7 } }), 2)]);
    expect(await world.book()).toMatchObject({ expressionErrors: [], metrics: { coverage: { value: { n: '7', d: '10' } } } });
  });
  it('that says it is another’s is refused alone', async () => {
    const world = await newWorld([plan]);
    const fact = signed('crm:1', 'o1', 'c1', 5000);
    const failed = await world.deliver(
      [
        credited(signed('crm:0', 'o0', 'c0', 1)),
        { ...credited(fact), employeeId: 'e-2' },
        { ...credited(fact), factId: 'crm:9' },
        { ...credited(fact), period: '2026-10' as typeof PERIOD },
      ],
      { expectFailures: true },
    );
    expect(failed).toEqual([1, 2, 3]);
    expect((await world.book()).metrics['sales']?.value?.n).toBe('1');
  });
});

describe('a batch', () => {
  it('of several people is one transaction; one that meets a conflict is decided again without the others', async () => {
    const other = credited(signed('crm:x', 'ox', 'cx', 7));
    const sizes: number[] = [];
    const platform = meddled(async (transaction, store) => {
      sizes.push(transaction);
      // Another consumer stores a fact of e-1 in between.
      if (transaction === 2) {
        const world = await newWorldOn(store);
        await world.deliver([other]);
      }
    });
    const world = await newWorld([plan], platform);
    const newWorldOn = (store: Store) => newWorld([], { ...memoryPlatform(), store: store as typeof platform.store });
    await world.deliver([credited(signed('crm:0', 'o0', 'c0', 1)), credited(signed('crm:1', 'o1', 'c1', 1, { employeeId: 'e-2' }))]);
    await world.deliver([credited(signed('crm:2', 'o2', 'c2', 2)), credited(signed('crm:3', 'o3', 'c3', 3, { employeeId: 'e-2' }))]);
    expect((await world.book()).metrics['sales']?.value?.n).toBe('10');
    expect((await world.book('e-2')).metrics['sales']?.value?.n).toBe('4');
    // Both, then each alone, then e-1 again.
    expect(sizes).toHaveLength(5);
  });
  it('gives up after 8 conflicts, and says why', async () => {
    let version = 0;
    const platform = meddled(async (_, store) => {
      version += 1;
      const key = { table: 'scores', pk: `BOOK#e-1#${PERIOD}`, sk: 'BOOK' } as const;
      const book = {
        employeeId: 'e-1',
        legalEntityId: 'le',
        period: PERIOD,
        version,
        plan: null,
        refusal: { code: 'no_plan' },
        metrics: {},
        score: null,
        expressionErrors: [],
      };
      await store.write({
        op: 'put',
        table: 'scores',
        item: { pk: key.pk, sk: key.sk, version, generation: 0, errors: 0, doc: JSON.stringify(book) },
      });
    });
    const world = await newWorld([], platform);
    expect(await world.deliver([credited(signed('crm:1', 'o1', 'c1', 1))], { expectFailures: true })).toEqual([0]);
    expect(version).toBe(8);
    expect(await platform.store.get(factMarkKey('e-1', PERIOD, 'crm:1'))).toBeUndefined();
  });
  it('in which one fact cannot be applied applies the others', async () => {
    const world = await newWorld([plan]);
    const most = 9_000_000_000_000_000;
    const messages = Array.from({ length: 9 }, (_, index) => credited(signed(`crm:${index}`, `o${index}`, `c${index}`, 100)));
    const twice = [credited(signed('crm:m', 'huge', 'ch', most)), credited(signed('crm:n', 'huge', 'ch', most))];
    const failed = await world.deliver([...messages.slice(0, 5), ...twice, ...messages.slice(5)], { expectFailures: true });
    // The first of the two can be counted; together they are beyond what is exact.
    expect(failed).toEqual([6]);
    expect((await world.book()).metrics['buyers']?.value?.n).toBe('10');
  });
  it('of more facts than a transaction holds is several transactions', async () => {
    const counts = newCounts();
    const platform = memoryPlatform();
    const world = await newWorld([plan], { ...platform, store: { ...platform.store, ...countingStore(platform.store, counts) } });
    await world.deliver(Array.from({ length: 100 }, (_, index) => credited(signed(`crm:${index}`, `o${index}`, `c${index}`, 1))));
    const book = await world.book();
    expect(book.metrics['sales']).toMatchObject({ value: { n: '100' }, facts: 100 });
    expect(book.version).toBe(counts.store.transact);
    expect(book.version).toBeLessThan(10);
  });
  it('in which one fact alone changes more items than a transaction holds writes them beside the book', async () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      metric({ id: `d-${index}`, fold: 'count-distinct', factTypes: ['visit.validated'], by: `fact.attributes.a + "${index}"` }),
    );
    const world = await newWorld([versionOf(documentOf(many))]);
    await world.deliver([credited(factOf('app:1', 'visit.validated', { attributes: { a: 'x' } }))]);
    await world.deliver([
      credited(factOf('app:1', 'visit.validated', { attributes: { a: 'y' } }), 2),
      credited(factOf('app:2', 'visit.validated', { attributes: { a: 'y' } })),
    ]);
    expect((await world.book()).metrics['d-59']).toMatchObject({ value: { n: '1' }, facts: 2 });
    await world.deliver([withdrawn(factOf('app:1', 'visit.validated'), 3)]);
    expect((await world.book()).metrics['d-59']).toMatchObject({ value: { n: '1' }, facts: 1 });
  });
});

describe('company 2, one qualifying order is refunded', () => {
  it('the customer no longer qualifies; refunded and ordered again it does', async () => {
    const world = await newWorld([plan]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 5000)), credited(signed('crm:2', 'o2', 'c2', 5000))]);
    await world.deliver([credited(refunded('crm:3', 'o1', 5000))]);
    expect((await world.book()).metrics['customers']).toMatchObject({ value: { n: '1' }, facts: 1 });
    expect(told(world)[1]?.touched).toEqual({ factIds: ['crm:3'], customerIds: ['c1'], orderIds: ['o1'] });
    await world.deliver([credited(signed('crm:4', 'o4', 'c1', 5000, { at: '11-11T09:00' }))]);
    expect((await world.book()).metrics['customers']?.value?.n).toBe('2');
  });
});
