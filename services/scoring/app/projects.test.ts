/** Schemes that score by project, against a second way to calculate them; whatever the order, the repetitions and the revisions on the way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { divide, fromStored, ratio, toDecimal } from '../../../shared/kernel/ratio.ts';
import { planLoader } from '../../plans/read.ts';
import { compilePlan } from '../domain/compile-plan.ts';
import { bookContentDigest, bookWithPlan } from '../domain/next-book.ts';
import { deliveries, type History, lastRevisions } from '../testing/histories.ts';
import { documentOf, factOf, indicator, metric, PERIOD, type SchemeInput, versionOf } from '../testing/plans.ts';
import { credited, newWorld, recalculation, withdrawn } from '../testing/world.ts';
import { compareMonth } from './compare-month.ts';
import { listProjects } from './list-projects.ts';
import { readStanding } from './read-score.ts';
import { foldStoredFacts } from './rebuild-book.ts';

const OF = { employeeId: 'e-1', legalEntityId: 'le', period: PERIOD };
const WEIGHTS: Readonly<Record<string, readonly [number, number]>> = { start: [70, 30], build: [50, 50], accept: [40, 60] };
const OTHERWISE = [20, 80] as const;

const metrics = [
  metric({ id: 'cycle', fold: 'duration', factTypes: ['project.stage-completed'], value: 'fact.attributes.days' }),
  metric({ id: 'rating', fold: 'average', unit: 'number', factTypes: ['customer.satisfaction-rated'], value: 'fact.attributes.rating' }),
];
const scheme = (more: Partial<SchemeInput> = {}): SchemeInput => ({
  indicators: [indicator('cycle', '20', '90'), indicator('rating', '80', '4.5')],
  projects: {
    factTypes: ['project.stage-completed'],
    stages: Object.entries(WEIGHTS).map(([name, [cycle, rating]]) => ({ name, weights: { cycle: `${cycle}`, rating: `${rating}` } })),
  },
  ...more,
});
const plan = versionOf(documentOf(metrics, scheme()));

const stage = (factId: string, projectId: string, name: string, days: number, amountFen: number, at = '11-10T09:00'): CreditedFact =>
  factOf(factId, 'project.stage-completed', { subject: { projectId }, attributes: { stage: name, days }, amountFen, at });
const rated = (factId: string, projectId: string, rating: number, at = '11-10T09:00'): CreditedFact =>
  factOf(factId, 'customer.satisfaction-rated', { subject: { projectId }, attributes: { rating }, at });

describe('a scheme by project', () => {
  it.each<[string, readonly CreditedFact[], string, number]>([
    [
      '95 × 600,000 and 102 × 400,000',
      [stage('a', 'A', 'build', 100, 60_000_000), rated('b', 'A', 4.5), stage('c', 'B', 'accept', 75, 40_000_000), rated('d', 'B', 4.05)],
      '97.80',
      2,
    ],
    ['one project is its own mean', [stage('a', 'A', 'build', 100, 1), rated('b', 'A', 4.5)], '95.00', 1],
    ['no project gives nothing', [factOf('a', 'order.signed', { amountFen: 5 })], '0.00', 0],
    ['a project without an amount weighs nothing', [rated('b', 'A', 4.5)], '0.00', 0],
    [
      'nor does one whose amount was taken back to 0',
      [stage('a', 'A', 'build', 90, 100), stage('b', 'A', 'build', 90, 0, '11-11T09:00')],
      '0.00',
      0,
    ],
    [
      'a negative amount weighs nothing, and takes nothing from others',
      [stage('a', 'A', 'build', 90, -100), stage('b', 'B', 'build', 90, 100)],
      '50.00',
      1,
    ],
    ['a stage that is not listed takes the own weights', [stage('a', 'A', 'paused', 90, 100)], '20.00', 1],
    [
      'the latest fact says the stage',
      [stage('b', 'A', 'accept', 90, 100, '11-12T09:00'), stage('a', 'A', 'start', 90, 100, '11-11T09:00')],
      '40.00',
      1,
    ],
    ['of two at one time, the one with the later id', [stage('b', 'A', 'accept', 90, 100), stage('a', 'A', 'start', 90, 100)], '40.00', 1],
    [
      'facts of no project are of no project',
      [stage('a', 'A', 'build', 90, 100), factOf('x', 'customer.satisfaction-rated', { attributes: { rating: 1 } })],
      '50.00',
      1,
    ],
    ['the largest amounts stay exact', [stage('a', 'A', 'build', 90, 9_000_000_000_000_000), stage('b', 'B', 'accept', 90, 1)], '50.00', 2],
  ])('%s', async (_, facts, total, counted) => {
    const world = await newWorld([plan]);
    await world.deliver(facts.map((fact) => credited(fact)));
    const { score } = await world.book();
    expect([score?.total, score?.projects?.counted]).toEqual([total, counted]);
  });

  it('what does not count in the stage of a project is not behind in it', async () => {
    const stages = [{ name: 'build', weights: { cycle: '100', rating: '0' } }];
    const world = await newWorld([
      versionOf(documentOf(metrics, scheme({ projects: { factTypes: ['project.stage-completed'], stages } }))),
    ]);
    await world.deliver([stage('a', 'A', 'build', 100, 100), rated('b', 'A', 1)].map((fact) => credited(fact)));
    expect((await world.book()).score?.indicators.map(({ id, behind }) => [id, behind])).toEqual([
      ['cycle', true],
      ['rating', false],
    ]);
  });

  it('a sum of amounts beyond what a number carries is said to the fen', async () => {
    const world = await newWorld([plan]);
    const amounts = [9_000_000_000_000_000, 9_000_000_000_000_000, 1];
    await world.deliver(amounts.map((amountFen, index) => credited(stage(`f${index}`, `P${index}`, 'build', 90, amountFen))));
    const deps = { store: world.platform.store, plans: planLoader(world.platform.store), compile: compilePlan };
    const { score } = await readStanding(deps, OF, null);
    expect(score?.projects).toEqual({ counted: 3, amount: '180000000000000.01' });
    expect(score?.totalExplanation.zh).toContain('180000000000000.01');
  });

  it('a gate on the total limits the mean', async () => {
    const gated = scheme({ gates: [{ metric: 'rating', atLeast: '4.6', applies: { to: 'total', limitTo: '60' } }] });
    const world = await newWorld([versionOf(documentOf(metrics, gated))]);
    await world.deliver([stage('a', 'A', 'build', 90, 100), rated('b', 'A', 4.5)].map((fact) => credited(fact)));
    expect((await world.book()).score).toMatchObject({ total: '60.00', totalLimitedBy: 'rating' });
  });

  it('a fact that moves to another project leaves nothing behind', async () => {
    const world = await newWorld([plan]);
    await world.deliver([credited(stage('a', 'A', 'build', 90, 100)), credited(rated('b', 'A', 4.5))]);
    await world.deliver([credited(stage('a', 'B', 'build', 90, 100), 2), credited(rated('b', 'B', 4.5), 2)]);
    const { items } = await listProjects(
      { store: world.platform.store, plans: planLoader(world.platform.store), compile: compilePlan },
      OF,
      {
        limit: 10,
        startAfter: undefined,
      },
    );
    expect(items.map(({ projectId, total }) => [projectId, total])).toEqual([['B', '100.00']]);
  });

  it('is counted by its days beside a version without projects', async () => {
    const whole = versionOf(documentOf(metrics, { indicators: [indicator('cycle', '100', '90')] }), 2, '2026-11-16');
    const world = await newWorld([plan, whole]);
    await world.deliver([credited(stage('a', 'A', 'build', 90, 100))]);
    const { score } = await world.book();
    expect(score?.segments?.map(({ total }) => total)).toEqual(['50.00', '100.00']);
    expect(score?.total).toBe('75.00');
  });

  it('random histories give what the facts say, the same book in any order, and the same when folded again', async () => {
    const project = fc.constantFrom('A', 'B', 'C');
    const time = fc.integer({ min: 1, max: 9 }).map((day) => `11-0${day}T09:00`);
    const content = (factId: string): fc.Arbitrary<CreditedFact> =>
      fc.oneof(
        fc
          .tuple(
            project,
            fc.constantFrom(...Object.keys(WEIGHTS), 'paused'),
            fc.integer({ min: 1, max: 200 }),
            fc.constantFrom(0, 1, 250, 999_999),
            time,
          )
          .map(([id, name, days, amount, at]) => stage(factId, id, name, days, amount, at)),
        fc.tuple(project, fc.constantFrom(1, 3, 4.5, 5), time).map(([id, rating, at]) => rated(factId, id, rating, at)),
      );
    const history = (factId: string): fc.Arbitrary<History> =>
      fc.array(fc.tuple(content(factId), fc.nat(4)), { minLength: 1, maxLength: 3 }).map((all) => ({
        revisions: all.map(([fact, gone], index) => (gone === 0 && index > 0 ? withdrawn(fact, index + 1) : credited(fact, index + 1))),
      }));
    const scenario = fc
      .integer({ min: 1, max: 12 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => history(`crm:${index}`))))
      .chain((of) => fc.record({ of: fc.constant(of as readonly History[]), batches: deliveries(of) }));
    await fc.assert(
      fc.asyncProperty(scenario, async ({ of, batches }) => {
        const world = await newWorld([plan]);
        for (const batch of batches) await world.deliver(batch);
        const plain = await newWorld([plan]);
        await plain.deliver(lastRevisions(of));
        const book = await world.book();
        expect(bookContentDigest(book)).toBe(bookContentDigest(await plain.book()));

        const facts = lastRevisions(of).flatMap(({ fact }) => (fact ? [fact] : []));
        expect(book.score?.total).toBe(expectedTotal(facts));
        const compiled = compilePlan(plan);
        const { merged } = await foldStoredFacts(world.platform.store, OF, compiled);
        expect(bookContentDigest(bookWithPlan({ ...OF, version: 0, updatedAt: '' }, compiled, merged))).toBe(bookContentDigest(book));
        const compared = await compareMonth(world.platform.store, planLoader(world.platform.store), OF);
        expect([compared.verdict, compared.differences]).toEqual(['same', []]);
        await world.deliver([recalculation('again')]);
        expect(bookContentDigest(await world.book())).toBe(bookContentDigest(book));
      }),
      { numRuns: 60, endOnFailure: false },
    );
  });
});

/** By whole numbers only: Σ amount × (share × weight) over a common denominator. */
const expectedTotal = (facts: readonly CreditedFact[]): string => {
  let [points, amounts] = [ratio(0), 0n];
  for (const id of new Set(facts.map(({ subject }) => subject.projectId))) {
    const own = facts
      .filter(({ subject }) => subject.projectId === id)
      .sort((a, b) => (`${a.occurredAt} ${a.factId}` < `${b.occurredAt} ${b.factId}` ? -1 : 1));
    const stages = own.filter(({ type }) => type === 'project.stage-completed');
    const ratings = own.filter(({ type }) => type === 'customer.satisfaction-rated');
    const last = stages.at(-1);
    const amount = BigInt(last?.amountFen ?? 0);
    const [cycle, rating] = WEIGHTS[String(last?.attributes['stage'])] ?? OTHERWISE;
    const sum = (list: readonly CreditedFact[], name: string): bigint =>
      list.reduce((all, fact) => all + BigInt(Math.round(Number(fact.attributes[name]) * 10)), 0n);
    const days = sum(stages, 'days');
    // 90 ÷ (days ÷ 10 ÷ n), and (ratings ÷ 10 ÷ n) ÷ 4.5; at most 1.2.
    const capped = (n: bigint, d: bigint): [bigint, bigint] => (n * 5n > d * 6n ? [6n, 5n] : [n, d]);
    const [cn, cd] = stages.length === 0 ? [0n, 1n] : capped(900n * BigInt(stages.length), days);
    const [rn, rd] = ratings.length === 0 ? [0n, 1n] : capped(sum(ratings, 'rating'), 45n * BigInt(ratings.length));
    const top = BigInt(cycle) * cn * rd + BigInt(rating) * rn * cd;
    points = fromStored(sumOf(points, ratio(amount * top, cd * rd)));
    amounts += amount;
  }
  return amounts === 0n ? '0.00' : toDecimal(divide(points, ratio(amounts)), 2);
};
const sumOf = (a: ReturnType<typeof ratio>, b: ReturnType<typeof ratio>): { n: string; d: string } => ({
  n: String(BigInt(a.n) * BigInt(b.d) + BigInt(b.n) * BigInt(a.d)),
  d: String(BigInt(a.d) * BigInt(b.d)),
});
