import { describe, expect, it } from 'vitest';
import type { Item, Key } from '../../../shared/adapters/store.ts';
import type { Message } from '../../../shared/contracts/messages.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { documentOf, factOf, indicator, metric, refunded, signed, versionOf } from '../testing/plans.ts';
import { contentOf, credited, newWorld, recalculation, type World, withdrawn } from '../testing/world.ts';

const metrics = [
  metric({ id: 'buyers', fold: 'count-distinct', factTypes: ['order.signed'], by: 'fact.subject.customerId' }),
  metric({ id: 'customers', fold: 'qualified-customers', qualifies: 'order.net >= 1000' }),
  metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] }),
  metric({ id: 'places', fold: 'count-distinct', factTypes: ['visit.validated'], by: 'fact.attributes.place' }),
  metric({ id: 'coverage', fold: 'latest', unit: 'number', factTypes: ['channel.coverage-measured'], value: 'fact.attributes.covered' }),
];
const plan = versionOf(documentOf(metrics, { indicators: [indicator('sales', '100', '100')] }));
const next = versionOf(documentOf(metrics.slice(1), { indicators: [indicator('sales', '100', '200')] }), 2);
const measured = (id: string, day: string, covered: number) =>
  credited(factOf(`erp:${id}`, 'channel.coverage-measured', { at: `11-${day}T09:00`, attributes: { covered } }));

const visit = (id: string) => credited(factOf(`app:${id}`, 'visit.validated', { attributes: { place: 'p' } }));

const stage = (id: string) => credited(factOf(`pm:${id}`, 'project.stage-completed', { subject: { projectId: 'pj' }, amountFen: 100 }));

/** Reads everything but the book, lets `meanwhile` happen once, then reads the book: what DynamoDB allows a batch read to be. */
const tornWorld = async () => {
  const platform = memoryPlatform();
  let meanwhile: (() => Promise<void>) | undefined;
  const isBook = ({ table, sk }: Key): boolean => table === 'scores' && sk === 'BOOK';
  const store = {
    ...platform.store,
    async getMany(keys: readonly Key[]): Promise<readonly (Item | undefined)[]> {
      const early = await platform.store.getMany(keys);
      const happens = meanwhile;
      if (!happens || !keys.some(isBook)) return early;
      meanwhile = undefined;
      await happens();
      const late = await platform.store.getMany(keys);
      return keys.map((key, index) => (isBook(key) ? late[index] : early[index]));
    },
  };
  const world = await newWorld([plan], { ...platform, store });
  const other = await newWorld([], platform);
  return {
    world,
    other,
    tear(happens: () => Promise<unknown>): void {
      meanwhile = async () => {
        await happens();
      };
    },
  };
};

const settled = (world: World): unknown[] =>
  contentOf(world)
    .filter((item) => !String((item as Item).sk).startsWith('RECALCULATED#'))
    .map((item) =>
      JSON.stringify(item)
        .replaceAll(/FOLD#\d+#/g, 'FOLD#')
        .replaceAll(/"generation":\d+/g, '"generation":0'),
    );

describe('a batch read that is no snapshot', () => {
  const base = [credited(signed('crm:1', 'o1', 'c1', 5000)), measured('1', '03', 1), visit('1')];
  it.each<[string, readonly Message[], readonly Message[]]>([
    [
      'another order of the same customer',
      [credited(signed('crm:2', 'o2', 'c1', 100, { at: '11-02T09:00' }))],
      [credited(signed('crm:3', 'o3', 'c1', 100, { at: '11-03T09:00' }))],
    ],
    ['two refunds of the same order', [credited(refunded('crm:2', 'o1', 3000))], [credited(refunded('crm:3', 'o1', 2000))]],
    ['the first facts of a new customer', [credited(signed('crm:2', 'o2', 'c9', 100))], [credited(signed('crm:3', 'o3', 'c9', 100))]],
    ['two corrections of one fact', [credited(signed('crm:1', 'o1', 'c1', 7), 2)], [credited(signed('crm:1', 'o1', 'c2', 9), 3)]],
    ['a correction and its withdrawal', [credited(signed('crm:1', 'o1', 'c1', 7), 2)], [withdrawn(signed('crm:1', 'o1', 'c1', 7), 3)]],
    ['the last two facts of a member', [withdrawn(signed('crm:1', 'o1', 'c1', 5000), 2)], [credited(signed('crm:2', 'o2', 'c1', 1))]],
    ['a member that comes and goes', [visit('2')], [withdrawn(factOf('app:1', 'visit.validated'), 2)]],
    ['two stages of one project', [stage('2')], [stage('3')]],
    ['two measurements', [measured('2', '04', 2)], [measured('3', '05', 3)]],
    ['the latest measurement taken back twice', [withdrawn(factOf('erp:1', 'channel.coverage-measured'), 2)], [measured('3', '02', 3)]],
  ])('%s', async (_, meanwhile, message) => {
    const { world, other, tear } = await tornWorld();
    await world.deliver(base);
    tear(() => other.deliver(meanwhile));
    await world.deliver(message);
    const plain = await newWorld([plan]);
    for (const batch of [base, meanwhile, message]) await plain.deliver(batch);
    expect(settled(world)).toEqual(settled(plain));
    // The other way round too.
    const turned = await tornWorld();
    await turned.world.deliver(base);
    turned.tear(() => turned.other.deliver(message));
    await turned.world.deliver(meanwhile);
    expect(settled(turned.world)).toEqual(settled(plain));
  });

  it('plans from before a publication never come back over a book that has the new one', async () => {
    const { world, other, tear } = await tornWorld();
    await world.deliver(base);
    tear(async () => {
      await world.publish(next);
      await other.deliver([recalculation('plan:plan:2')]);
    });
    await world.deliver([credited(signed('crm:2', 'o2', 'c2', 1000))]);
    expect(await world.book()).toMatchObject({ plan: { version: 2 }, metrics: { sales: { value: { n: '6000' } } } });
    const plain = await newWorld([plan, next]);
    await plain.deliver(base);
    await plain.deliver([credited(signed('crm:2', 'o2', 'c2', 1000))]);
    expect(settled(world)).toEqual(settled(plain));
  });
});
