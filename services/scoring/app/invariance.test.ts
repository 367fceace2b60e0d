import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../domain/compile-plan.ts';
import { bookContentDigest, bookWithPlan } from '../domain/next-book.ts';
import { deliveries, expectedMetrics, histories, lastRevisions, METRIC_IDS, widePlan } from '../testing/histories.ts';
import { PERIOD } from '../testing/plans.ts';
import { contentOf, newWorld, recalculation, type World } from '../testing/world.ts';
import { foldStoredFacts } from './rebuild-book.ts';

const OF = { employeeId: 'e-1', legalEntityId: 'le', period: PERIOD };
const runs = (numRuns: number) => ({ numRuns, endOnFailure: false });

const scenario = (maxFacts: number) =>
  histories(maxFacts).chain((of) => fc.record({ of: fc.constant(of), batches: deliveries(of), threshold: fc.constantFrom(1, 400, 900) }));

/** The book that a fold from the beginning gives. */
const rebuilt = async (world: World, plan: ReturnType<typeof compilePlan>) => {
  const { merged } = await foldStoredFacts(world.platform.store, OF, plan);
  return bookWithPlan({ ...OF, version: 0, updatedAt: '' }, plan, merged);
};

describe.each([
  ['a few facts', 8, 100],
  ['many facts, more errors than a book lists', 45, 25],
])('random histories of %s', (_, maxFacts, numRuns) => {
  it('give the same book whatever the order, the repetitions, the batches and the revisions on the way', async () => {
    await fc.assert(
      fc.asyncProperty(scenario(maxFacts), async ({ of, batches, threshold }) => {
        const version = widePlan(threshold);
        const hostile = await newWorld([version]);
        for (const batch of batches) await hostile.deliver(batch);
        const plain = await newWorld([version]);
        await plain.deliver(lastRevisions(of));

        expect(contentOf(hostile)).toEqual(contentOf(plain));
        const book = await hostile.book();
        expect(bookContentDigest(book)).toBe(bookContentDigest(await plain.book()));

        const expected = expectedMetrics(of, threshold);
        for (const id of METRIC_IDS) {
          const value = book.metrics[id]?.value;
          const number = value ? Number(value.n) / Number(value.d) : null;
          const wanted = expected.values[id] ?? null;
          if (wanted === null || number === null) expect(number, id).toBe(wanted);
          else expect(number, id).toBeCloseTo(wanted, 9);
        }
        expect(book.expressionErrors.map(({ metric, factId }) => `${metric}#${factId}`)).toEqual(expected.errors.slice(0, 20));
        expect(bookContentDigest(await rebuilt(hostile, compilePlan(version)))).toBe(bookContentDigest(book));
      }),
      runs(numRuns),
    );
  });
});

describe('a plan that changes on the way', () => {
  const change = histories(14).chain((of) =>
    fc.record({
      of: fc.constant(of),
      batches: deliveries(of),
      first: fc.subarray(METRIC_IDS, { minLength: 1 }),
      second: fc.subarray(METRIC_IDS, { minLength: 1 }),
      at: fc.nat(20),
      ask: fc.boolean(),
    }),
  );
  it('ends as if it had been in force from the start, and member items of the plan before are gone', async () => {
    await fc.assert(
      fc.asyncProperty(change, async ({ of, batches, first, second, at, ask }) => {
        const [before, after] = [widePlan(400, first), widePlan(900, second, 2)];
        const world = await newWorld([before]);
        for (const [index, batch] of batches.entries()) {
          if (index === at % batches.length) {
            await world.publish(after);
            if (ask) await world.deliver([recalculation('plan:plan:2')]);
          }
          await world.deliver(batch);
        }
        await world.deliver([recalculation('at the end')]);
        const plain = await newWorld([before, after]);
        await plain.deliver(lastRevisions(of));

        const book = await world.book();
        expect(book.plan?.version).toBe(2);
        expect(bookContentDigest(book)).toBe(bookContentDigest(await plain.book()));
        // The same member items, but for the number of their generation and the done marks of the recalculations.
        const members = (of: World): string[] =>
          contentOf(of)
            .map((item) => item as { sk: string; doc: unknown; value?: unknown; facts?: unknown })
            .filter(({ sk }) => !sk.startsWith('RECALCULATED#') && sk !== 'BOOK')
            .map(({ sk, ...item }) => `${sk.replace(/^FOLD#\d+#/, 'FOLD#')} ${JSON.stringify([item.doc, item.value, item.facts])}`)
            .sort();
        expect(members(world)).toEqual(members(plain));

        // And it goes on from there: taking every fact back leaves nothing counted.
        await world.deliver(lastRevisions(of).map((message) => ({ ...message, revision: 9, fact: null })));
        const empty = await newWorld([before, after]);
        await empty.deliver(lastRevisions(of).map((message) => ({ ...message, revision: 9, fact: null })));
        expect(bookContentDigest(await world.book())).toBe(bookContentDigest(await empty.book()));
        expect(members(world).filter((item) => item.startsWith('FOLD#'))).toEqual([]);
      }),
      runs(40),
    );
  });
});
