/**
 * (b) Facts a second through the whole embedded chain and the time from a signed webhook to a changed ledger (what the estimate reads);
 * (e) store and queue requests a fact; and the cost of a fact in a month of 100 beside one of 20,000. The senders run on the same machine.
 */
import { Worker } from 'node:worker_threads';
import { ledgerHeadKey, parseHead } from '../../services/bonus/read.ts';
import { countsSince, snapshotCounts, totalRequests } from '../../shared/adapters/counting.ts';
import type { Company, SourceFact } from '../../test/companies/company.ts';
import { erpSource, type LoadTokens, loadStructure, send } from '../../test/companies/load-company.ts';
import { webhookOf } from '../../test/companies/webhook-of.ts';
import type { Embedded } from '../../test/integration/embedded.ts';
import { type Figure, median, percentile, perSecond, printFigures } from './measure.ts';

const PEOPLE = 50;
const THROUGHPUT_FACTS = 3_000;
const SENDERS = 32;
const LOOK_MS = 10;
const LATENCY_FACTS = 1_000;
/** Facts a second, and the aim for the hundredth slowest. */
const LATENCIES = [
  { rate: 50, aimMs: 150 },
  { rate: 100, aimMs: 100 },
] as const;

const person = (index: number) => ({
  id: `bench-${index}`,
  name: `员工${index}`,
  positionId: 'rep',
  externalId: `owner-${index}`,
  baseSalaryFen: 1_000_000,
});
/** The plan of company 7: a commission on shop sales, so that every fact moves money. */
const company: Company = {
  number: 0,
  legalEntityId: 'ecommerce',
  name: { zh: '基准', en: 'Bench' },
  unit: { id: 'bench-unit', zh: '部', en: 'Unit' },
  manager: { ...person(0), id: 'bench-manager', externalId: 'owner-manager' },
  people: Array.from({ length: PEOPLE }, (_, index) => person(index)),
  plan: 'e-commerce',
  source: {
    id: 'bench-source',
    kind: 'standard-webhooks',
    mapping: 'standard-facts',
    secret: 'whsec_YmVuY2ggc2VjcmV0IG9mIHRoZSBiZW5jaG1hcms=',
  },
  facts: [],
};

let serial = 0;
/** Every fact that was taken: what the ledgers must add up to follows from it. */
let delivered = 0;
const fact = (owner: number, day = 1 + (serial % 20)): SourceFact => {
  serial += 1;
  return {
    id: `bench-${serial}`,
    type: 'store.sales',
    occurredAt: `2026-11-${String(day).padStart(2, '0')}T10:00:00+08:00`,
    owners: [{ owner: `owner-${owner}`, share: 100 }],
    subject: { storeId: 'shop' },
    amountFen: 100_000,
  };
};
/** 2 % of 1,000.00. */
const EARNED_FEN = 2_000;

const deliver = async (host: Embedded, one: SourceFact): Promise<void> => {
  for (const { url, headers, body } of webhookOf(company, [one], host.baseUrl)) {
    const response = await fetch(url, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`webhook: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
    delivered += 1;
  }
};
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const balances = async (host: Embedded): Promise<number> =>
  (await host.platform.store.getMany(company.people.map(({ id }) => ledgerHeadKey(id)))).reduce(
    (sum, item) => sum + parseHead(item).balanceFen,
    0,
  );
/** Until the ledgers hold every fact that was delivered. */
const untilPosted = async (host: Embedded): Promise<void> => {
  const deadline = performance.now() + 300_000;
  while ((await balances(host)) !== delivered * EARNED_FEN) {
    if (performance.now() > deadline) throw new Error(`the ledgers stand at ${await balances(host)}, expected ${delivered * EARNED_FEN}`);
    await sleep(20);
  }
};

export const prepareChain = (host: Embedded, tokens: LoadTokens): Promise<void> => {
  delivered = 0;
  return loadStructure(company, { baseUrl: host.baseUrl, tokens });
};

/** Signed beforehand and sent from another thread: what the sources cost is theirs. */
const throughput = async (host: Embedded): Promise<Figure> => {
  const requests = Array.from({ length: THROUGHPUT_FACTS }, (_, index) => webhookOf(company, [fact(index % PEOPLE)], host.baseUrl)).flat();
  const from = performance.now();
  const sender = new Worker(new URL('./sender.mjs', import.meta.url), { workerData: { requests, senders: SENDERS } });
  await new Promise<void>((resolve, reject) => {
    sender.once('message', () => resolve());
    sender.once('error', reject);
  });
  delivered += requests.length;
  const received = (performance.now() - from) / 1000;
  await untilPosted(host);
  const seconds = (performance.now() - from) / 1000;
  await sender.terminate();
  return {
    name: `${THROUGHPUT_FACTS} signed webhooks, ${PEOPLE} people, until the ledgers hold them`,
    value: perSecond(THROUGHPUT_FACTS / seconds),
    compared: `received at ${perSecond(THROUGHPUT_FACTS / received)}; aim 300/s`,
  };
};

/** When the ledgers of people change, by one look at all who are waited for every few milliseconds: a look for each would be most of the load. */
const watchLedgers = (host: Embedded) => {
  const waiting = new Set<{ readonly owner: number; readonly before: number; resolve(): void }>();
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      const open = [...waiting];
      const heads = await host.platform.store.getMany(open.map(({ owner }) => ledgerHeadKey(`bench-${owner}`)));
      for (const [place, one] of open.entries()) {
        if (parseHead(heads[place]).seq === one.before) continue;
        waiting.delete(one);
        one.resolve();
      }
      await sleep(LOOK_MS);
    }
  };
  const looking = look();
  return {
    changed: (owner: number, before: number): Promise<void> => new Promise((resolve) => waiting.add({ owner, before, resolve })),
    async end(): Promise<void> {
      isOver = true;
      await looking;
    },
  };
};

const latency = async (host: Embedded, { rate, aimMs }: (typeof LATENCIES)[number]): Promise<Figure> => {
  const times: number[] = [];
  const ledgers = watchLedgers(host);
  const started = performance.now();
  const one = async (index: number): Promise<void> => {
    await sleep(Math.max(0, (index * 1000) / rate - (performance.now() - started)));
    const owner = index % PEOPLE;
    const key = ledgerHeadKey(`bench-${owner}`);
    const before = parseHead(await host.platform.store.get(key)).seq;
    const from = performance.now();
    await deliver(host, fact(owner));
    await ledgers.changed(owner, before);
    times.push(performance.now() - from);
  };
  await Promise.all(Array.from({ length: LATENCY_FACTS }, (_, index) => one(index)));
  await ledgers.end();
  await untilPosted(host);
  return {
    name: `webhook → changed estimate at ${rate} facts/s`,
    value: `p50 ${percentile(times, 0.5).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms`,
    compared: `${LATENCY_FACTS} facts; aim p99 ≤ ${aimMs} ms`,
  };
};

export const benchChain = async (host: Embedded): Promise<void> => {
  await Promise.all(Array.from({ length: 10 }, (_, index) => deliver(host, fact(index))));
  await untilPosted(host);
  printFigures('(b) the whole embedded chain, signed webhook in → ledger out, 2 cores, senders included', [
    await throughput(host),
    await latency(host, LATENCIES[0]),
    await latency(host, LATENCIES[1]),
  ]);
};

const batch = async (host: Embedded, token: string, facts: readonly SourceFact[]): Promise<void> => {
  await send(host.baseUrl, token, 'POST', `/v1/facts?source=${erpSource(company)}`, {
    facts: facts.map(({ owners, ...rest }) => ({
      ...rest,
      credits: owners.map(({ owner, share }) => ({ employeeId: owner.replace('owner-', 'bench-'), share })),
    })),
  });
  delivered += facts.length;
};

/** Requests that a piece of work causes on the store and the queues, up to the posted ledger; empty receives are not counted. */
const requestsOf = async (host: Embedded, facts: number, work: () => Promise<unknown>): Promise<number> => {
  const before = snapshotCounts(host.counts);
  await work();
  // Waiting itself must not be counted: no reads of ours until it is surely done.
  await sleep(Math.max(400, facts * 5));
  const after = snapshotCounts(host.counts);
  await untilPosted(host);
  return totalRequests(countsSince(before, after));
};

export const benchRequests = async (host: Embedded, tokens: { readonly source: string }): Promise<void> => {
  const firsts: number[] = [];
  const singles: number[] = [];
  for (let round = 0; round < 5; round += 1) firsts.push(await requestsOf(host, 1, () => deliver(host, fact(round))));
  for (let round = 0; round < 5; round += 1) singles.push(await requestsOf(host, 1, () => deliver(host, fact(round))));
  const onePerson = await requestsOf(host, 100, () =>
    batch(
      host,
      tokens.source,
      Array.from({ length: 100 }, () => fact(7)),
    ),
  );
  const tenPeople = await requestsOf(host, 100, () =>
    batch(
      host,
      tokens.source,
      Array.from({ length: 100 }, (_, index) => fact(index % 10)),
    ),
  );
  printFigures(
    '(e) store and queue requests a fact (aim ≤ 12 for one); the sweeper is off: it adds one read for 100 and one delete for 25 messages',
    [
      {
        name: 'one webhook, one fact',
        value: median(singles).toFixed(0),
        compared: `ingest, scoring, bonus: reads, transactions, sends, receives, deletes; ${median(firsts).toFixed(0)} for the first of a month`,
      },
      { name: 'a batch of 100 facts of one person', value: (onePerson / 100).toFixed(2), compared: `${onePerson} in all` },
      { name: 'a batch of 100 facts of ten people', value: (tenPeople / 100).toFixed(2), compared: `${tenPeople} in all` },
    ],
  );
};

const MONTH_SIZES = [100, 20_000, 100_000] as const;
/** One person's month grows; 200 single facts are timed at each size, one after the other. */
export const benchFlatCost = async (host: Embedded, tokens: { readonly source: string }): Promise<void> => {
  const owner = PEOPLE - 1;
  const key = ledgerHeadKey(`bench-${owner}`);
  const grow = async (count: number): Promise<void> => {
    for (let start = 0; start < count; start += 500) {
      await batch(
        host,
        tokens.source,
        Array.from({ length: Math.min(500, count - start) }, () => fact(owner)),
      );
    }
    await untilPosted(host);
  };
  const timeSingles = async (): Promise<number> => {
    const times: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      const before = parseHead(await host.platform.store.get(key)).seq;
      const from = performance.now();
      await deliver(host, fact(owner));
      while (parseHead(await host.platform.store.get(key)).seq === before) await sleep(2);
      times.push(performance.now() - from);
    }
    return median(times);
  };
  const medians: { readonly facts: number; readonly ms: number }[] = [];
  for (const [index, facts] of MONTH_SIZES.entries()) {
    await grow(facts - (MONTH_SIZES[index - 1] ?? 0));
    medians.push({ facts, ms: await timeSingles() });
  }
  const smallMs = medians[0]?.ms ?? 0;
  printFigures(
    'cost of a fact as the month of one person grows (the sweeper is off)',
    medians.map(({ facts, ms }) => ({
      name: `median webhook → ledger, about ${facts} facts in the month`,
      value: `${ms.toFixed(1)} ms`,
      compared: `× ${(ms / smallMs).toFixed(2)}`,
    })),
  );
};
