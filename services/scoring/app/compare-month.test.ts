import { describe, expect, it } from 'vitest';
import { planLoader } from '../../plans/read.ts';
import { widePlan } from '../testing/histories.ts';
import { factOf, PERIOD, refunded, signed } from '../testing/plans.ts';
import { credited, newWorld, recalculation, type World } from '../testing/world.ts';
import { compareMonth } from './compare-month.ts';

const OF = { employeeId: 'e-1', legalEntityId: 'le', period: PERIOD };
const compare = (world: World) => compareMonth(world.platform.store, planLoader(world.platform.store), OF);
const visit = (id: string, day: string) =>
  credited(factOf(id, 'visit.validated', { at: `11-${day}T09:00`, attributes: { place: 'p', rating: 4 } }));

const newMonth = async () => {
  const world = await newWorld([widePlan(400)]);
  await world.deliver([
    credited(signed('crm:1', 'o1', 'c1', 500, { attributes: { channel: 'web' } })),
    credited(signed('crm:2', 'o2', 'c1', 900, { at: '11-12T09:00', attributes: { channel: 'web' } })),
    credited(signed('crm:3', 'o3', 'c2', 900)),
  ]);
  await world.deliver([
    credited(refunded('crm:4', 'o1', 500)),
    credited(refunded('crm:5', 'o3', 900)),
    visit('app:1', '03'),
    visit('app:2', '04'),
  ]);
  return world;
};

describe('a month compared with its facts', () => {
  it('is the same, also after a recalculation', async () => {
    const world = await newMonth();
    expect(await compare(world)).toEqual({ of: OF, verdict: 'same', facts: 7, differences: [], outdated: false });
    await world.deliver([recalculation('a')]);
    expect(await compare(world)).toMatchObject({ verdict: 'same', outdated: false });
  });
  it('without facts has no book', async () => {
    expect(await compare(await newWorld([]))).toMatchObject({ verdict: 'none' });
  });
  it('without a plan is compared too', async () => {
    const world = await newWorld([]);
    await world.deliver([credited(signed('crm:1', 'o1', 'c1', 500))]);
    expect(await compare(world)).toMatchObject({ verdict: 'same', facts: 1, outdated: false });
    await world.publish(widePlan(1));
    expect(await compare(world)).toMatchObject({ verdict: 'same', outdated: true });
  });
  it('says when another plan is in force', async () => {
    const world = await newMonth();
    await world.publish(widePlan(900, null, 2));
    expect(await compare(world)).toMatchObject({ verdict: 'same', outdated: true });
  });
  it.each([
    ['BOOK', 'book, metrics'],
    ['ORDER#o2', 'order ORDER#o2'],
    ['CUSTOMER#c1', 'customer c1'],
    ['FOLD#000000000#M#places#s:p', 'member FOLD#000000000#M#places#s:p'],
    ['FOLD#000000000#L#coverage#2026-11-03T01:00:00.000Z#app:1', 'member FOLD#000000000#L#coverage'],
  ])('finds a damaged %s', async (sk, sentence) => {
    const world = await newMonth();
    const { store } = world.platform;
    const item = await store.get({ table: 'scores', pk: `BOOK#e-1#${PERIOD}`, sk });
    if (!item) throw new Error(`no ${sk}`);
    const damaged = JSON.parse(
      JSON.stringify(item).replace(/900/, '901').replace('"facts":2', '"facts":3').replace('"4/1"', '"5/1"'),
    ) as typeof item;
    await store.write({ op: 'put', table: 'scores', item: damaged });
    const { verdict, differences } = await compare(world);
    expect(verdict).toBe('different');
    expect(differences.join('\n')).toContain(sentence);
  });
});
