import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countingStore, newCounts } from '../../../shared/adapters/counting.ts';
import type { Message, RecalculationRequested } from '../../../shared/contracts/messages.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { readTeamFacts } from '../read.ts';
import { documentOf, factOf, indicator, metric, PERIOD, signed, versionOf } from '../testing/plans.ts';
import { credited, newWorld, recalculation, type World, withdrawn } from '../testing/world.ts';

const sales = metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] });
const renewal = metric({
  id: 'renewal',
  fold: 'ratio',
  numerator: { factTypes: ['contract.renewed'] },
  denominator: { factTypes: ['contract.due'] },
});
const ofMembers = versionOf(
  documentOf([sales, renewal], { indicators: [indicator('sales', '100', '100')] }, { appliesTo: { kind: 'position', id: 'sales' } }),
);
const team = ['team.member-month'];
const leading = documentOf(
  [
    metric({
      id: 'team-sales',
      fold: 'sum',
      unit: 'fen',
      factTypes: team,
      where: '"sales" in fact.attributes',
      value: 'fact.attributes.sales',
    }),
    metric({ id: 'on-target', fold: 'count', factTypes: team, where: '"behind" in fact.attributes && fact.attributes.behind == 0' }),
    metric({
      id: 'mean-score',
      fold: 'average',
      unit: 'number',
      factTypes: team,
      where: '"sales" in fact.attributes',
      value: 'fact.attributes.score',
    }),
    metric({
      id: 'team-renewal',
      fold: 'ratio',
      numerator: { factTypes: team, where: '"renewal-numerator" in fact.attributes', value: 'fact.attributes["renewal-numerator"]' },
      denominator: { factTypes: team, where: '"renewal-denominator" in fact.attributes', value: 'fact.attributes["renewal-denominator"]' },
    }),
  ],
  { indicators: [indicator('team-sales', '100', '200')] },
  { id: 'leading', appliesTo: { kind: 'position', id: 'lead' } },
);
const ofLeads = versionOf(leading);

const newTeam = async (platform = memoryPlatform(), versions = [ofMembers, ofLeads]): Promise<World> => {
  const world = await newWorld(versions, platform);
  await world.putEmployee('lead', { positionId: 'lead' });
  await world.putEmployee('boss', { positionId: 'lead', orgUnitId: 'top' });
  await world.putEmployee('other-lead', { positionId: 'lead', orgUnitId: 'other' });
  return world;
};
const settle = (world: World) => world.platform.queue.deliver('facts', world.scoring.onFactCredited);
const deliver = async (world: World, ...messages: Message[]) => {
  await world.deliver(messages);
  await settle(world);
};
const metricsOf = async (world: World, employeeId = 'lead') => {
  const { metrics } = await world.book(employeeId);
  return Object.fromEntries(
    Object.entries(metrics).map(([id, { value }]) => [id, value && (value.d === '1' ? value.n : `${value.n}/${value.d}`)]),
  );
};
const sale = (id: string, employeeId: string, fen: number) => credited(signed(`crm:${id}`, `o${id}`, `c${id}`, fen, { employeeId }));

describe('the team of a manager', () => {
  it('is what its members’ months say, and changes with them', async () => {
    const world = await newTeam();
    await deliver(world, sale('1', 'e-1', 10_000), sale('2', 'e-2', 5000));
    await deliver(
      world,
      credited(factOf('crm:d', 'contract.due', { employeeId: 'e-1' })),
      credited(factOf('crm:e', 'contract.due', { employeeId: 'e-2' })),
    );
    await deliver(world, credited(factOf('crm:r', 'contract.renewed', { employeeId: 'e-1' })));
    expect(await metricsOf(world)).toEqual({ 'team-sales': '15000', 'on-target': '1', 'mean-score': '75', 'team-renewal': '1/2' });
    expect((await world.book('lead')).score?.total).toBe('75.00');
    await deliver(world, withdrawn(sale('2', 'e-2', 5000).fact as never, 2));
    expect(await metricsOf(world)).toMatchObject({ 'team-sales': '10000', 'mean-score': '50' });
  });
  it('reaches every manager above, and the lead’s own month is none of his or her team', async () => {
    const world = await newTeam();
    await deliver(world, sale('1', 'e-1', 10_000));
    expect(await metricsOf(world, 'boss')).toMatchObject({ 'team-sales': '10000', 'on-target': '1', 'mean-score': '100' });
    // The lead is a member of the boss's team, without sales of his or her own.
    const facts = world.platform.store
      .dump('scores')
      .filter(({ item }) => item.pk === `BOOK#boss#${PERIOD}` && item.sk.startsWith('FACT#'));
    expect(facts.map(({ item }) => item.sk)).toEqual(['FACT#team:2026-11:e-1', 'FACT#team:2026-11:lead']);
    expect(
      world.platform.store.dump('scores').some(({ item }) => item.pk === `BOOK#lead#${PERIOD}` && item.sk === 'FACT#team:2026-11:lead'),
    ).toBe(false);
  });
  it('is nobody’s where no plan counts teams: nothing is told', async () => {
    const world = await newTeam(undefined, [ofMembers]);
    await deliver(world, sale('1', 'e-1', 10_000));
    expect(
      world.platform.store.dump('scores').filter(({ item }) => item.pk.startsWith('TEAM#') || item.pk.startsWith('BOOK#lead')),
    ).toEqual([]);
    expect((await world.book('e-1')).managers).toBeUndefined();
  });
  it('begins with the plan that counts it: the months that are there are told', async () => {
    const world = await newTeam(undefined, [ofMembers]);
    await deliver(world, sale('1', 'e-1', 10_000), sale('2', 'e-2', 5000));
    await world.publish(ofLeads);
    await deliver(world, { message: 'plan.published', planId: 'leading', version: 1, legalEntityId: 'le', effectiveFrom: '2026-01-01' });
    expect(await metricsOf(world)).toMatchObject({ 'team-sales': '15000' });
  });
  it('follows who manages: another lead has it, and the one before has not', async () => {
    const world = await newTeam();
    await deliver(world, sale('1', 'e-1', 10_000), sale('2', 'e-2', 5000));
    await world.putEmployee('e-2', { orgUnitId: 'other' });
    await deliver(world, recalculation('person:e-2:2', 'e-2'));
    expect([await metricsOf(world), await metricsOf(world, 'other-lead')]).toMatchObject([
      { 'team-sales': '10000' },
      { 'team-sales': '5000' },
    ]);
    await world.putOrg([
      ['top', null, 'boss'],
      ['team', 'top', 'other-lead'],
      ['other', 'top', null],
    ]);
    await deliver(world, recalculation('org:2', 'e-1'), recalculation('org:2', 'e-2'));
    expect([await metricsOf(world), await metricsOf(world, 'other-lead')]).toMatchObject([
      { 'team-sales': '0' },
      { 'team-sales': '10000' },
    ]);
  });
  it('of a manager who is employed elsewhere, or nowhere, is told to nobody', async () => {
    const world = await newWorld([ofMembers, ofLeads]);
    await deliver(world, sale('1', 'e-1', 10_000));
    expect(world.platform.store.dump('scores').filter(({ item }) => item.pk.startsWith('BOOK#lead'))).toEqual([]);
  });
  it('can be walked back: the fact of a manager’s month is the member’s month as it stands', async () => {
    const world = await newTeam();
    await deliver(world, sale('1', 'e-1', 10_000));
    const ids = ['team:2026-11:e-1', 'crm:1', 'team:2026-11:nobody'];
    const [fact, ...others] = await readTeamFacts(world.platform.store, ids);
    expect(fact).toMatchObject({
      status: 'credited',
      fact: { type: 'team.member-month', attributes: { employeeId: 'e-1', sales: 10_000, score: 100, behind: 0 } },
      credits: [{ employeeId: 'lead' }, { employeeId: 'boss' }],
    });
    expect(others).toEqual([undefined, undefined]);
  });
  it('costs nothing more while a month says the same', async () => {
    const world = await newTeam();
    await deliver(world, sale('1', 'e-1', 10_000));
    const version = (await world.book('lead')).version;
    await deliver(world, recalculation('again', 'e-1'));
    expect((await world.book('lead')).version).toBe(version);
  });
  it('is told once for many changes in a batch', async () => {
    const counts = newCounts();
    const platform = memoryPlatform();
    const world = await newTeam({ ...platform, store: { ...platform.store, ...countingStore(platform.store, counts) } });
    await world.deliver(Array.from({ length: 30 }, (_, index) => sale(`${index}`, 'e-1', 100)));
    const before = { ...counts.store };
    const scored = platform.queue.waiting('facts').filter((one) => (one as Message).message === 'member.scored');
    expect(scored).toHaveLength(1);
    await world.deliver([...scored, ...scored] as Message[]);
    // What was told and the book; who the managers are; one transaction for both managers.
    expect([counts.store.getMany - before.getMany, counts.store.transact - before.transact]).toEqual([2, 1]);
  });
});

describe('whatever the order, the repetitions and the batches', () => {
  it('the manager’s month is the sum of the members’ months, and the same when it is folded again', async () => {
    const change = fc.record({
      who: fc.constantFrom('e-1', 'e-2'),
      fact: fc.nat(3),
      fen: fc.integer({ min: 0, max: 9000 }),
      twice: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 14 }), fc.nat(3), async (changes, every) => {
        const world = await newTeam();
        const standing = new Map<string, number>();
        for (const [index, { who, fact, fen, twice }] of changes.entries()) {
          const message = credited(signed(`crm:${who}-${fact}`, `o${who}-${fact}`, 'c', fen, { employeeId: who }), index + 1);
          standing.set(`${who}-${fact}`, fen);
          await world.deliver(twice ? [message, message] : [message]);
          if (index % (every + 1) === 0) await settle(world);
        }
        await settle(world);
        const sum = [...standing.values()].reduce((all, fen) => all + fen, 0);
        expect(await metricsOf(world)).toMatchObject({ 'team-sales': String(sum) });
        expect(await metricsOf(world, 'boss')).toMatchObject({ 'team-sales': String(sum) });
        const { version: _version, updatedAt: _at, ...before } = await world.book('lead');
        await deliver(world, { ...(recalculation('again', 'lead') as RecalculationRequested), period: PERIOD as Month });
        const { version: _next, updatedAt: _then, ...after } = await world.book('lead');
        expect(after).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});
