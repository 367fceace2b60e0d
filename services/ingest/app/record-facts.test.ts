import { describe, expect, it } from 'vitest';
import type { Key, WriteOperation } from '../../../shared/adapters/store.ts';
import { OUTBOX_SHARDS } from '../../../shared/runtime/outbox.ts';
import { type MemoryQueue, memoryQueue } from '../../../test/simulation/memory-queue.ts';
import { type MemoryStore, memoryStore } from '../../../test/simulation/memory-store.ts';
import { ERP, order, outcomes, refund, startWorld, type World } from '../testing/world.ts';

interface Call {
  readonly name: string;
  readonly keys?: readonly Key[];
  readonly operations?: readonly WriteOperation[];
}
/** The memory store, every request seen before it is made and after. */
const watched = (before: (call: Call) => void | Promise<void>, after: (call: Call) => void = () => undefined): MemoryStore => {
  const inner = memoryStore();
  const around = async <T>(call: Call, run: () => Promise<T>): Promise<T> => {
    await before(call);
    const answer = await run();
    after(call);
    return answer;
  };
  return {
    ...inner,
    get: (key) => around({ name: 'get', keys: [key] }, () => inner.get(key)),
    getMany: (keys) => around({ name: 'getMany', keys }, () => inner.getMany(keys)),
    query: (query) => around({ name: 'query' }, () => inner.query(query)),
    write: (operation) => around({ name: 'write', operations: [operation] }, () => inner.write(operation)),
    transact: (operations) => around({ name: 'transact', operations }, () => inner.transact(operations)),
    writeMany: (operations) => around({ name: 'writeMany', operations }, () => inner.writeMany(operations)),
  };
};
const post = (world: World, facts: readonly unknown[], source = 'erp-1') =>
  world.call(ERP, 'POST', `/v1/facts?source=${source}`, { facts });
const shared = {
  credits: [
    { externalOwner: 'u-1', share: 60 },
    { externalOwner: 'u-2', share: 40 },
  ],
};

describe('requests', () => {
  it('a single fact: one getMany, one transaction, one send; a batch shares them', async () => {
    let calls: string[] = [];
    const queue = memoryQueue();
    const counted: MemoryQueue = {
      ...queue,
      send: (messages) => {
        calls.push(`send ${messages.length}`);
        return queue.send(messages);
      },
    };
    const seen = ({ name, operations }: Call) => {
      calls.push(operations ? `${name} ${operations.length}` : name);
    };
    const world = await startWorld({ store: watched(seen), queue: counted });
    const during = async (facts: readonly unknown[]): Promise<string[]> => {
      calls = [];
      await post(world, facts);
      return calls;
    };
    // The source is read once in 5 seconds, and whose an owner is once in a process.
    expect(await during([order('first')])).toEqual(['get', 'getMany', 'getMany', 'transact 3', 'send 1']);
    expect(await during([order('a')])).toEqual(['getMany', 'transact 3', 'send 1']);
    expect(await during([order('b', { type: 'followup.logged', subject: {} })])).toEqual(['getMany', 'transact 2', 'send 1']);
    expect(await during([order('a')])).toEqual(['getMany']);
    // Facts of one batch see each other: nothing is tried in vain.
    expect(await during([order('twice'), order('twice')])).toEqual(['getMany', 'transact 3', 'send 1']);
    expect(await during([order('o'), refund('ro', 'o', { occurredAt: '2026-11-20T10:00:00+08:00' })])).toEqual([
      'getMany',
      'transact 3',
      'transact 3',
      'send 2',
    ]);
    expect(await during([refund('r', 'a', { occurredAt: '2026-11-20T10:00:00+08:00' })])).toEqual(['getMany', 'transact 3', 'send 1']);
    expect(await during(Array.from({ length: 99 }, (_, index) => order(`m${index}`)))).toEqual([
      'getMany',
      'transact 99',
      'transact 99',
      'transact 99',
      'send 99',
    ]);
  });

  it('the source is read again after 5 seconds', async () => {
    let gets = 0;
    const count = ({ name, keys }: Call): void => {
      if (name === 'get' && keys?.[0]?.pk === 'SOURCE#erp-1') gets += 1;
    };
    const world = await startWorld({ store: watched(count) });
    for (const [advance, expected] of [
      [0, 1],
      [4_999, 1],
      [1, 2],
      [-60_000, 3],
    ] as const) {
      world.platform.clock.advance(advance);
      await post(world, [order(`a${advance}`)]);
      expect(gets).toBe(expected);
    }
  });
});

describe('when somebody else is faster', () => {
  /** Runs `meanwhile` once, just before the first transaction that writes facts. */
  const racing = (meanwhile: () => Promise<unknown>): MemoryStore => {
    let raced = false;
    return watched(async ({ name, operations }) => {
      if (name !== 'transact' || raced || !operations?.some((one) => one.op === 'put' && one.item.pk.startsWith('FACT#'))) return;
      raced = true;
      await meanwhile();
    });
  };
  it.each([
    ['the same fact', [order('o1')], [order('o1')], ['duplicate', 'recorded']],
    ['other content', [order('o1', { amountFen: 1 })], [order('o1')], ['conflict', 'recorded']],
    ['a newer revision', [order('o1', { revision: 2, ...shared })], [order('o1')], ['superseded', 'recorded']],
    ['an older revision', [order('o1', { amountFen: 5 })], [order('o1', { revision: 2 })], ['corrected', 'recorded']],
    [
      'a newer revision, and a refund behind ours',
      [order('o1', { revision: 2, credits: [{ externalOwner: 'u-2' }] })],
      [order('o1'), refund('r', 'o1', { occurredAt: '2026-11-20T10:00:00+08:00' })],
      ['superseded', 'recorded', 'recorded'],
    ],
    ['a refund of the order', [refund('r', 'o1', { occurredAt: '2026-11-20T10:00:00+08:00' })], [order('o1')], ['recorded', 'recorded']],
  ])('%s: everything is looked at again', async (_, theirs, ours, expected) => {
    const world: World = await startWorld({ store: racing(() => post(world, theirs)) });
    const answer = await post(world, [...ours, order('other')]);
    expect(outcomes(answer)).toEqual(expected);
    const straight = await startWorld();
    await post(straight, theirs);
    await post(straight, [...ours, order('other')]);
    expect(world.parts()).toEqual(straight.parts());
    expect(Object.keys(world.parts()).length).toBeGreaterThan(1);
  });

  it('the order, while its refund was on its way: the refund is not left waiting', async () => {
    const back = refund('r', 'o1', { occurredAt: '2026-11-20T10:00:00+08:00' });
    const world: World = await startWorld({ store: racing(() => post(world, [order('o1')])) });
    expect(outcomes(await post(world, [back]))).toEqual(['recorded']);
    expect(world.parts()).toEqual({ 'e-1 2026-11 erp-1:o1': 1_000_000, 'e-1 2026-11 erp-1:r': 400_000 });
  });

  it('the order, corrected while a refund was corrected: the refund follows the newer one', async () => {
    const back = (changes: object) => refund('r', 'o1', { occurredAt: '2026-11-20T10:00:00+08:00', ...changes });
    let armed = false;
    const store = watched(async ({ name }) => {
      if (name !== 'transact' || !armed) return;
      armed = false;
      await post(world, [order('o1', { revision: 2, credits: [{ externalOwner: 'u-2' }] })]);
    });
    const world: World = await startWorld({ store });
    // Without an amount it is nobody's, so the order's correction does not touch it.
    await post(world, [order('o1'), back({ amountFen: undefined })]);
    armed = true;
    expect(outcomes(await post(world, [back({ revision: 2 })]))).toEqual(['corrected']);
    expect(world.parts()).toEqual({ 'e-2 2026-11 erp-1:o1': 1_000_000, 'e-2 2026-11 erp-1:r': 400_000 });
  });

  it('a fact that stays contended is given up after 8 attempts, with nothing half-applied', async () => {
    let version = 0;
    const inner: MemoryStore = watched(async ({ name, operations }) => {
      if (name !== 'transact' || !operations?.some((one) => one.op === 'put' && one.item.pk === 'FACT#erp-1:o1')) return;
      version += 1;
      const item = {
        pk: 'FACT#erp-1:o1',
        sk: 'HEAD',
        version: version + 100,
        doc: JSON.stringify({ kind: 'event', factId: 'x', version: 0 }),
      };
      await inner.writeMany([{ op: 'put', table: 'facts', item }]);
    });
    const world = await startWorld({ store: inner });
    const answer = await post(world, [order('o1')]);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(version).toBe(9);
    expect(world.told()).toEqual([]);
  });

  it('twenty at once count once', async () => {
    const world = await startWorld();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(world, [order('o1', shared), order('o2')])));
    expect(answers.flatMap(outcomes).filter((outcome) => outcome === 'recorded')).toHaveLength(2);
    expect(world.told()).toHaveLength(3);
  });
});

describe('crashes', () => {
  const facts = [
    [order('o1', shared), refund('early', 'o2', { occurredAt: '2026-11-20T10:00:00+08:00' })],
    [order('o2'), refund('r1', 'o1', { occurredAt: '2026-11-21T10:00:00+08:00' })],
    [order('o1', { revision: 2, occurredAt: '2026-10-05T10:00:00+08:00', credits: [{ externalOwner: 'u-2' }] })],
    [order('o3', { credits: [{ externalOwner: 'nobody' }] })],
  ];
  /** Everything is sent; what fails is sent again; then the sweeper runs. */
  const play = async (crashAt: number, kind: 'before' | 'after'): Promise<{ readonly world: World; readonly calls: number }> => {
    let calls = 0;
    let armed = false;
    const crash = (when: 'before' | 'after') => () => {
      if (!armed || when !== kind) return;
      calls += 1;
      if (calls === crashAt) throw new Error('crash');
    };
    const queue = memoryQueue();
    const fragile: MemoryQueue = {
      ...queue,
      async send(messages) {
        crash('before')();
        const answer = await queue.send(messages);
        crash('after')();
        return answer;
      },
    };
    const world = await startWorld({ store: watched(crash('before'), crash('after')), queue: fragile });
    armed = true;
    for (const batch of facts) {
      for (let attempt = 0; attempt < 3; attempt += 1) if ((await post(world, batch)).status === 200) break;
    }
    armed = false;
    for (let sweep = 0; sweep < 2; sweep += 1) {
      world.platform.clock.advance(120_000);
      await world.ingest.sweep();
    }
    return { world, calls };
  };

  it('before and after every request: the same facts, the same parts, nothing lost and nothing twice', async () => {
    const { world: clean, calls } = await play(0, 'before');
    const parts = clean.parts();
    expect(Object.keys(parts)).toHaveLength(4);
    expect(calls).toBeGreaterThan(10);
    const heads = (world: World) =>
      world.platform.store
        .dump('facts')
        .filter(({ item }) => item.sk === 'HEAD')
        .map(({ item: { pk, doc } }) => {
          const { standing } = JSON.parse(String(doc)) as { standing: unknown };
          return [pk, standing];
        });
    for (const kind of ['before', 'after'] as const) {
      for (let at = 1; at <= calls + 2; at += 1) {
        const { world } = await play(at, kind);
        expect(world.parts(), `crash ${kind} request ${at}`).toEqual(parts);
        expect(heads(world), `crash ${kind} request ${at}`).toEqual(heads(clean));
      }
    }
  }, 120_000);

  it('what the queue loses the sweeper sends again, until the reader has it', async () => {
    const world = await startWorld();
    await post(world, [order('o1', shared)]);
    world.platform.queue.wipe();
    await world.ingest.sweep();
    expect(world.platform.queue.waiting('facts')).toHaveLength(0);
    world.platform.clock.advance(31_000);
    expect((await world.ingest.sweep()).outbox).toMatchObject({ resent: 2 });
    expect(world.platform.queue.waiting('facts')).toHaveLength(2);
    // The reader's marks.
    await world.platform.store.writeMany(
      ['e-1', 'e-2'].map((employee) => ({
        op: 'put',
        table: 'scores',
        item: { pk: `BOOK#${employee}#2026-11`, sk: 'FACT#erp-1:o1', revision: 1 },
      })),
    );
    expect((await world.ingest.sweep()).outbox).toMatchObject({ confirmed: 2 });
    for (let shard = 0; shard < OUTBOX_SHARDS; shard += 1) {
      expect((await world.platform.store.query({ table: 'facts', pk: `OUTBOX#${shard}` })).items).toEqual([]);
    }
  });
});

describe('the retry of unassigned facts', () => {
  it('goes on where it ended, so that what stays unassigned hides nothing', async () => {
    const world = await startWorld();
    const { retryUnassigned } = await import('./retry-unassigned.ts');
    const { ownerGuesses } = await import('./fact-knowledge.ts');
    const { sourceRegistry } = await import('./source-registry.ts');
    const { store, queue, clock, log } = world.platform;
    await post(
      world,
      Array.from({ length: 7 }, (_, index) => order(`x${index}`, { credits: [{ externalOwner: index === 6 ? 'later' : 'never' }] })),
    );
    await world.hire('e-9', [{ source: 'erp-1', externalId: 'later' }]);
    const deps = { store, queue, clock, log, guesses: ownerGuesses() };
    const retry = () => retryUnassigned(deps, sourceRegistry(deps), { maxPages: 1, pageSize: 3 });
    expect(await retry()).toEqual({ looked: 3, applied: 0, finished: false });
    expect(await retry()).toEqual({ looked: 3, applied: 0, finished: false });
    expect(await retry()).toEqual({ looked: 1, applied: 1, finished: true });
    expect(await retry()).toMatchObject({ looked: 3, finished: false });
    expect(Object.keys(world.parts())).toEqual(['e-9 2026-11 erp-1:x6']);
  });

  it('one that cannot be looked at does not stop the others', async () => {
    let poisoned = false;
    const store = watched(({ name, operations }) => {
      if (poisoned && name === 'transact' && operations?.some((one) => one.op === 'put' && one.item.pk === 'FACT#erp-1:x1'))
        throw new Error('poison');
    });
    const world = await startWorld({ store });
    await post(
      world,
      ['x0', 'x1', 'x2'].map((id) => order(id, { credits: [{ externalOwner: 'later' }] })),
    );
    await world.hire('e-9', [{ source: 'erp-1', externalId: 'later' }]);
    poisoned = true;
    expect((await world.ingest.sweep()).unassigned).toEqual({ looked: 3, applied: 2, finished: true });
    poisoned = false;
    expect((await world.ingest.sweep()).unassigned).toMatchObject({ looked: 1, applied: 1 });
    expect(Object.keys(world.parts())).toHaveLength(3);
  });
});
