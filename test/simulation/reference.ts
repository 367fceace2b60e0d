/** The same facts, one after another in the order of their time, with nothing going wrong: what every other order must come to. */
import { foundCompany, publishStep, recordEvents, setTarget } from './company.ts';
import { NO_FAULTS } from './faults.ts';
import { NEXT_DAY } from './jobs.ts';
import { READERS, type Services, sweepAll } from './processes.ts';
import { seededRandom } from './random.ts';
import type { SourceEvent, Workload } from './workload.ts';
import { createWorld, type Process } from './world.ts';

export interface ReferenceCase {
  readonly workload: Workload;
  /** As accepted: the highest revision of each fact. */
  readonly events: readonly SourceEvent[];
  readonly process: Process<Services>;
}

export const referenceBooks = async ({ workload, events, process }: ReferenceCase): Promise<ReadonlyMap<string, string>> => {
  const world = createWorld<Services>({
    random: seededRandom(workload.seed),
    faults: NO_FAULTS,
    processes: [process],
    readers: READERS,
    startMillis: NEXT_DAY,
  });
  await world.direct((services) => foundCompany(services, workload, true));
  for (const step of [...workload.plans].sort((a, b) => a.version - b.version)) {
    await world.direct((services) => publishStep(services, workload, step));
  }
  for (const step of [...workload.targets].sort((a, b) => a.version - b.version)) {
    await world.direct((services) => setTarget(services, workload, step));
  }
  const sorted = [...events].sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt) || (a.id < b.id ? -1 : 1));
  for (let start = 0; start < sorted.length; start += 10) {
    await world.direct((services) => recordEvents(services, workload, sorted.slice(start, start + 10)));
  }
  await world.direct((services) => services.scoring.onMonthOpening());
  await world.settle(sweepAll, () => true);
  await world.direct((services) => services.bonus.onPoolsDue());
  return booksOf(world.store.dump());
};

type Members = Readonly<Record<string, unknown>>;
const without = (doc: Members, ...names: readonly string[]): Members =>
  Object.fromEntries(Object.entries(doc).filter(([name]) => !names.includes(name)));

/**
 * What does not depend on when and how often something was computed: books, customers, awards and balances, by key, as sorted JSON. A book
 * of which nothing is left is the same as none, also where its windows look at facts of other months.
 */
export const booksOf = (
  items: readonly {
    readonly table: string;
    readonly item: { readonly pk: string; readonly sk: string; readonly [name: string]: unknown };
  }[],
): ReadonlyMap<string, string> => {
  const books = new Map<string, string>();
  const withFacts = new Set(
    items.flatMap(({ item }) => (item.sk.startsWith('FACT#') && item['doc'] !== undefined && item['doc'] !== 'null' ? [item.pk] : [])),
  );
  const agreed = agreedByLedger(items);
  for (const { table, item } of items) {
    const key = `${table}/${item.pk}/${item.sk}`;
    const doc = typeof item['doc'] === 'string' ? (JSON.parse(item['doc']) as Members) : {};
    if (table === 'scores' && item.sk === 'BOOK') {
      const metrics = Object.values((doc['metrics'] ?? {}) as Readonly<Record<string, { readonly facts: number }>>);
      if (withFacts.has(item.pk) && metrics.some(({ facts }) => facts > 0)) books.set(key, stable(without(doc, 'version', 'updatedAt')));
    } else if (table === 'scores' && item.sk.startsWith('CUSTOMER#')) {
      if (((doc['orders'] ?? []) as readonly unknown[]).length > 0) books.set(key, stable(doc));
    } else if (table === 'ledger' && item.sk.startsWith('AWARD#')) {
      if (doc['amountFen'] !== 0 && doc['ruleId'] !== 'adjustment')
        books.set(key, stable({ ...without(doc, 'bookVersion', 'lastSeq'), plan: digestOf(doc['plan']), tests: ownTests(doc['tests']) }));
    } else if (table === 'ledger' && item.sk === 'HEAD' && item.pk.startsWith('LEDGER#')) {
      const byRules = Number(item['balanceFen']) - (agreed.get(item.pk) ?? 0);
      if (byRules !== 0) books.set(key, stable(byRules));
    }
  }
  return books;
};

/** What people agreed on comes from no fact: it is in no world of sorted facts. */
const agreedByLedger = (items: Parameters<typeof booksOf>[0]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const { item } of items) {
    const match = item.sk.startsWith('AWARD#adjustment#') ? /^AWARDS#(.+)#\d{4}-\d{2}$/.exec(item.pk) : null;
    if (!match) continue;
    const { amountFen } = JSON.parse(String(item['doc'])) as { readonly amountFen: number };
    const pk = `LEDGER#${match[1]}`;
    sums.set(pk, (sums.get(pk) ?? 0) + amountFen);
  }
  return sums;
};

/** Two versions of a plan with one content have one digest: an award need not be written again to name the later one. */
const digestOf = (plan: unknown): unknown => (plan as { readonly digest?: unknown } | null)?.digest ?? null;

/** A gate's own number may be older than the book: awards by fact are only looked at again when the gate opens or closes. */
const ownTests = (tests: unknown): readonly unknown[] =>
  (Array.isArray(tests) ? (tests as readonly { readonly en: string }[]) : []).filter(({ en }) => !en.startsWith('gate:'));

/** Members in the order of their names. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
