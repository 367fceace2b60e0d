/**
 * (f) A whole legal entity calculated again after a plan change that counts the facts differently, so that every book is folded from its
 * facts; and the dashboard of all its people, cold and when nothing has changed. `BENCH_PEOPLE` and `BENCH_FACTS` (of each) make it larger:
 * beyond 50,000 facts the months of further people are copies of one that came in through the door, item by item.
 */
import { ledgerHeadKey, parseHead } from '../../services/bonus/read.ts';
import { bookItemKey } from '../../services/scoring/read.ts';
import { countsSince, snapshotCounts } from '../../shared/adapters/counting.ts';
import { type Item, queryAll, type Store } from '../../shared/adapters/store.ts';
import type { Company } from '../../test/companies/company.ts';
import { erpSource, type LoadTokens, loadStructure, publishPlan, send } from '../../test/companies/load-company.ts';
import type { Embedded } from '../../test/integration/embedded.ts';
import { benchCompany } from './company.ts';
import { median, perSecond, printFigures } from './measure.ts';

const size = (name: string, otherwise: number): number => {
  const given = Number(process.env[name] ?? otherwise);
  if (!Number.isSafeInteger(given) || given < 1 || given > 20_000) throw new Error(`${name} must be a whole number from 1 to 20000`);
  return given;
};
const ENTITY = 'bench-team';
const UNIT = `${ENTITY}-unit`;
const MANAGER = `${ENTITY}-manager`;
const BATCH = 500;
const ROUNDS = 9;
const SAMPLE_MS = 100;
const MONTH = '2026-11';
const COPIES_AT_ONCE = 4;
const BURST_TIMEOUT_MS = 1_200_000;
/** Facts that come in through the door. */
const DOOR_FACTS = 50_000;
/** A look at how far ten thousand people are is work of its own. */
const LARGE = 1_000;
const LOOK_MS = 2_000;
/** 2 % of 1,000.00. */
const EARNED_FEN = 2_000;
const RAISED_FEN = 3_000;

const name = (text: string) => ({ zh: text, en: text });
/** `least`: what an order must be worth to count; another one folds every month again. `rate`: what of the sales is paid. */
const plan = (least: number, rate: '2%' | '3%') => ({
  id: 'bench-team',
  name: name('基准'),
  legalEntityId: ENTITY,
  appliesTo: { kind: 'legal-entity', id: ENTITY },
  metrics: [
    { id: 'sales', name: name('销售额'), fold: 'sum', unit: 'fen', factTypes: ['store.sales'], where: `fact.amount >= ${least}` },
    { id: 'orders', name: name('单数'), fold: 'count', factTypes: ['store.sales'] },
  ],
  scheme: {
    indicators: [
      { id: 'sales', name: name('销售额'), kind: 'result', metric: 'sales', weight: '60', target: '200000' },
      { id: 'orders', name: name('单数'), kind: 'process', metric: 'orders', weight: '40', target: '200' },
    ],
  },
  rewards: [
    {
      id: 'commission',
      name: name('提成'),
      category: 'commission',
      kind: 'tiered-rate',
      metric: 'sales',
      mode: 'slab',
      tiersBy: 'amount',
      tiers: [{ atLeast: '0', rate }],
    },
  ],
});
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const benchTeam = async (host: Embedded, tokens: LoadTokens & { readonly source: string }): Promise<void> => {
  const [people, facts] = [size('BENCH_PEOPLE', 500), size('BENCH_FACTS', 40)];
  const company = benchCompany(ENTITY, people);
  const { baseUrl } = host;
  await loadStructure({ ...company, plan: plan(0, '2%') as never }, { baseUrl, tokens });
  const counted = snapshotCounts(host.counts);
  const fed = performance.now();
  const arriving = company.people.slice(0, Math.max(1, Math.floor(DOOR_FACTS / facts)));
  await feed(host, tokens.source, { ...company, people: arriving }, facts);
  await host.drain(BURST_TIMEOUT_MS);
  const burstSeconds = (performance.now() - fed) / 1000;
  const { refused } = countsSince(counted, snapshotCounts(host.counts));
  await copyMonths(
    host.platform.store,
    arriving[0]?.id ?? '',
    company.people.slice(arriving.length).map(({ id }) => id),
  );
  const ledgers = async (): Promise<{ readonly fen: number; readonly entries: number }> => {
    const heads = (await host.platform.store.getMany(company.people.map(({ id }) => ledgerHeadKey(id)))).map(parseHead);
    return { fen: heads.reduce((sum, { balanceFen }) => sum + balanceFen, 0), entries: heads.reduce((sum, { seq }) => sum + seq, 0) };
  };
  const posted = await ledgers();
  if (posted.fen !== people * facts * EARNED_FEN) throw new Error(`the ledgers hold ${posted.fen} fen, not ${people * facts * EARNED_FEN}`);

  const ids = await recalculated(host, tokens.payroll);
  const before = process.memoryUsage().rss;
  let peak = before;
  const from = performance.now();
  await publishPlan(plan(1, '2%'), '2026-01-02', { baseUrl, tokens });
  for (;;) {
    const now = await recalculated(host, tokens.payroll);
    peak = Math.max(peak, process.memoryUsage().rss);
    const mine = [...now].find(([id]) => !ids.has(id))?.[1];
    if (mine?.finishedAt) break;
    await sleep(people > LARGE ? LOOK_MS : SAMPLE_MS);
  }
  const seconds = (performance.now() - from) / 1000;
  const unchanged = await ledgers();
  if (unchanged.entries !== posted.entries) throw new Error('a change that pays the same has posted something');

  const raised = performance.now();
  await publishPlan(plan(1, '3%'), '2026-01-03', { baseUrl, tokens });
  let paid = await ledgers();
  while (paid.fen < people * facts * RAISED_FEN) {
    await sleep(people > LARGE ? LOOK_MS : SAMPLE_MS);
    paid = await ledgers();
  }
  const raisedSeconds = (performance.now() - raised) / 1000;
  if (paid.fen !== people * facts * RAISED_FEN) throw new Error(`the ledgers hold ${paid.fen} fen after the change`);
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

  const manager = await host.tokenFor({ subject: 'bench-manager', roles: ['employee', 'manager'], employeeId: MANAGER });
  const path = `${baseUrl}/v1/teams/${ENTITY}/${UNIT}/dashboard?period=${MONTH}`;
  const ask = async (etag?: string): Promise<{ readonly ms: number; readonly status: number; readonly etag: string }> => {
    const start = performance.now();
    const response = await fetch(path, { headers: { authorization: `Bearer ${manager}`, ...(etag ? { 'if-none-match': etag } : {}) } });
    await response.arrayBuffer();
    return { ms: performance.now() - start, status: response.status, etag: response.headers.get('etag') ?? '' };
  };
  const cold = await ask();
  if (cold.status !== 200) throw new Error(`dashboard: ${cold.status}`);
  const again: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await ask(cold.etag);
    if (answer.status !== 304) throw new Error(`dashboard: ${answer.status} where nothing has changed`);
    again.push(answer.ms);
  }
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await host.platform.store.getMany(company.people.map(({ id }) => bookItemKey(id, MONTH)));
    bare.push(performance.now() - start);
  }
  const floor = median(bare);
  printFigures(`(f) ${people} people with ${facts} facts each`, [
    {
      name: 'all of them at once, until the ledgers hold them',
      value: perSecond((arriving.length * facts) / burstSeconds),
      compared: `${arriving.length * facts} facts, nothing lost; ${(refused / (arriving.length * facts)).toFixed(3)} conditions refused a fact (aim 0.05)`,
    },
    {
      name: 'calculated again after a plan change, until every month is done',
      value: `${perSecond(people / seconds)}`,
      compared: `people; ${perSecond((people * facts) / seconds)} facts folded; memory ${megabytes(before)} before, ${megabytes(peak)} at most`,
    },
    {
      name: '3 % instead of 2 %, for the whole month, until every ledger has the difference',
      value: perSecond(people / raisedSeconds),
      compared: `people; ${paid.entries - unchanged.entries} entries for ${people} people`,
    },
    { name: 'dashboard of all, cold', value: `${cold.ms.toFixed(0)} ms`, compared: 'aim 1,000 ms for 500' },
    {
      name: 'dashboard, nothing changed (304)',
      value: `${median(again).toFixed(0)} ms`,
      compared: `aim 50 ms; × ${(median(again) / floor).toFixed(1)} of reading the books alone (${floor.toFixed(0)} ms)`,
    },
  ]);
};

/** What scoring and the ledger hold of one person, as that of others. */
const copyMonths = async (store: Store, from: string, to: readonly string[]): Promise<void> => {
  if (to.length === 0) return;
  const model = [
    ...(await queryAll(store, { table: 'scores', pk: bookItemKey(from, MONTH).pk })).map((item) => ({ table: 'scores' as const, item })),
    ...(await queryAll(store, { table: 'ledger', pk: ledgerHeadKey(from).pk })).map((item) => ({ table: 'ledger' as const, item })),
  ];
  // `bench-team-1` is not to be found in `bench-team-10`.
  const name = new RegExp(`${from}(?!\\d)`, 'g');
  const text = model.map(({ table, item }) => ({ table, text: JSON.stringify(item) }));
  const copy = async (id: string): Promise<void> =>
    store.writeMany(text.map(({ table, text }) => ({ op: 'put', table, item: JSON.parse(text.replaceAll(name, id)) as Item })));
  const open = [...to];
  const worker = async (): Promise<void> => {
    for (let id = open.shift(); id !== undefined; id = open.shift()) await copy(id);
  };
  await Promise.all(Array.from({ length: COPIES_AT_ONCE }, worker));
};

/** By id, with when they were finished. */
const recalculated = async ({ baseUrl }: Embedded, token: string): Promise<ReadonlyMap<string, { readonly finishedAt: string | null }>> => {
  type Page = { readonly items: readonly { readonly id: string; readonly finishedAt: string | null }[] };
  const { items } = (await send(baseUrl, token, 'GET', `/v1/recalculations?legalEntityId=${ENTITY}&limit=20`)) as Page;
  const open = items.filter(({ finishedAt }) => finishedAt === null);
  // Being asked how far it is, it notices that it is done.
  for (const { id } of open) await send(baseUrl, token, 'GET', `/v1/recalculations/${ENTITY}/${encodeURIComponent(id)}`);
  return new Map(items.map((one) => [one.id, one]));
};

const feed = async ({ baseUrl }: Embedded, token: string, company: Company, facts: number): Promise<void> => {
  const all = company.people.flatMap(({ id }) => Array.from({ length: facts }, (_, n) => ({ id, n })));
  for (let start = 0; start < all.length; start += BATCH) {
    await send(baseUrl, token, 'POST', `/v1/facts?source=${erpSource(company)}`, {
      facts: all.slice(start, start + BATCH).map(({ id, n }) => ({
        id: `${id}-${n}`,
        type: 'store.sales',
        occurredAt: `2026-11-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00+08:00`,
        credits: [{ employeeId: id, share: 100 }],
        subject: { storeId: 'shop' },
        amountFen: 100_000,
      })),
    });
  }
};
