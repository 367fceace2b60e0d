/**
 * (g) Check-ins: the verdict in the answer, at the rate of nine o'clock and as fast as they come; the nearest of very many customers beside a
 * scan of them all; and months of attendance days, judged and read. `BENCH_SITES` makes the map larger or smaller.
 */
import { nearestSite } from '../../services/attendance/app/nearest-site.ts';
import { judgeMonth, type MonthKnown } from '../../services/attendance/domain/judge-month.ts';
import { measuredSite } from '../../services/attendance/domain/visit-sites.ts';
import { sitesOperations } from '../../services/attendance/store.ts';
import { calendarDaysOf } from '../../services/payslip/read.ts';
import type { Store, WriteOperation } from '../../shared/adapters/store.ts';
import { attendanceRulesSchema } from '../../shared/contracts/attendance-days.ts';
import { distanceMetres, type Point } from '../../shared/kernel/geography.ts';
import { addMonths, instant, localDate, month } from '../../shared/kernel/period.ts';
import { type LoadTokens, loadStructure, send } from '../../test/companies/load-company.ts';
import type { Embedded } from '../../test/integration/embedded.ts';
import { benchCompany } from './company.ts';
import { compareRates, median, percentile, perSecond, printFigures } from './measure.ts';

const ENTITY = 'bench-visits';
const PEOPLE = 50;
const AT_NINE = 1_000;
const MINUTE_MS = 60_000;
const ABREAST = 16;
const SITES = Number(process.env['BENCH_SITES'] ?? 200_000);
const LOOKUPS = 300;

const both = (text: string) => ({ zh: text, en: text });
const plan = {
  id: 'bench-visits',
  name: both('拜访'),
  legalEntityId: ENTITY,
  appliesTo: { kind: 'legal-entity', id: ENTITY },
  metrics: [{ id: 'visits', name: both('拜访数'), fold: 'count', factTypes: ['visit.validated'] }],
  scheme: { indicators: [{ id: 'visits', name: both('拜访'), kind: 'process', metric: 'visits', weight: '100', target: '20' }] },
  rewards: [{ id: 'subsidy', name: both('补贴'), category: 'subsidy', kind: 'per-unit', metric: 'visits', amountFen: 5_000 }],
};
const HOSPITAL: Point = { latitude: 31.23, longitude: 121.47 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const benchAttendance = async (host: Embedded, tokens: LoadTokens): Promise<void> => {
  const judged = judgedMonths();
  const company = benchCompany(ENTITY, PEOPLE);
  await loadStructure({ ...company, plan: plan as never }, { baseUrl: host.baseUrl, tokens });
  const phones = await Promise.all(company.people.map(({ id }) => phoneOf(host, id)));
  await send(host.baseUrl, tokens.payroll, 'PUT', `/v1/customers/${ENTITY}/h1/sites`, {
    sites: [{ id: 'main', name: '医院', system: 'wgs84', fence: { shape: 'circle', centre: HOSPITAL } }],
  });
  const checkIn = checkInBy(host, phones);
  for (let n = 0; n < ABREAST; n += 1) await checkIn();

  const paced: number[] = [];
  const begin = performance.now();
  const pending: Promise<void>[] = [];
  for (let n = 0; n < AT_NINE; n += 1) {
    const due = begin + (n * MINUTE_MS) / AT_NINE;
    if (due > performance.now()) await sleep(due - performance.now());
    pending.push(checkIn().then((ms) => void paced.push(ms)));
  }
  await Promise.all(pending);
  const tookSeconds = (performance.now() - begin) / 1000;

  const from = performance.now();
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      for (let n = 0; n < AT_NINE / ABREAST; n += 1) await checkIn();
    }),
  );
  const rate = (ABREAST * Math.floor(AT_NINE / ABREAST) * 1000) / (performance.now() - from);
  await host.drain();

  const near = await nearest(host.platform.store);
  const pages = await readMonths(host, tokens.payroll);
  printFigures(`(g) ${PEOPLE} phones, ${SITES} customers' sites`, [
    {
      name: `check-in → verdict, ${AT_NINE} within ${tookSeconds.toFixed(0)} s`,
      value: `p50 ${median(paced).toFixed(0)} ms, p99 ${percentile(paced, 0.99).toFixed(0)} ms`,
      compared: 'aim p99 80 ms',
    },
    { name: `check-ins as fast as they come, ${ABREAST} at a time`, value: perSecond(rate), compared: 'the phones run on the same cores' },
    {
      name: 'nearest customer',
      value: `p50 ${median(near.grid).toFixed(1)} ms, p99 ${percentile(near.grid, 0.99).toFixed(1)} ms`,
      compared: `aim 5 ms; a scan in memory ${median(near.scan).toFixed(1)} ms; one bare read ${median(near.bare).toFixed(1)} ms`,
    },
    {
      name: 'a month of days, judged',
      value: perSecond(judged.get('judged') ?? 0),
      compared: `the same documents parsed: ${perSecond(judged.get('parsed') ?? 0)}`,
    },
    {
      name: 'months of people, read and judged by HTTP',
      value: perSecond(pages.rate),
      compared: `people; bare reads of their documents ${perSecond(pages.bare)}`,
    },
  ]);
};

const phoneOf = async (host: Embedded, employeeId: string) => {
  const token = await host.tokenFor({ subject: employeeId, roles: ['employee'], employeeId });
  await send(host.baseUrl, token, 'PUT', '/v1/me/location-consent', { given: true, textVersion: 'bench-1' });
  return { employeeId, token };
};

/** One press after another, by one person after another; each gives how long its answer took. */
const checkInBy = ({ baseUrl, platform }: Embedded, phones: readonly { readonly employeeId: string; readonly token: string }[]) => {
  let serial = 0;
  return async (): Promise<number> => {
    serial += 1;
    const { employeeId, token } = phones[serial % phones.length] ?? { employeeId: '', token: '' };
    const sequence = Math.floor(serial / phones.length);
    const now = platform.clock.now();
    const start = performance.now();
    const answer = (await send(baseUrl, token, 'POST', '/v1/check-ins', {
      queueId: 'bench',
      sentAt: now,
      device: { id: `phone-${employeeId}` },
      checkIns: [
        {
          clientSequence: sequence,
          kind: 'check-in',
          // A different day each time: nobody visits more than forty customers in one.
          at: new Date(Date.parse(now) - (sequence % 25) * 86_400_000).toISOString(),
          customerId: 'h1',
          position: { system: 'wgs84', latitude: HOSPITAL.latitude + serial * 1e-7, longitude: HOSPITAL.longitude, accuracyMetres: 10 },
        },
      ],
    })) as { readonly results: readonly { readonly outcome: string; readonly problem: unknown }[] };
    const took = performance.now() - start;
    if (answer.results[0]?.outcome !== 'recorded') throw new Error(`check-in: ${JSON.stringify(answer.results[0])}`);
    return took;
  };
};

/** Customers over a city and its surroundings, more of them in the middle. */
const placeOf = (n: number): Point => {
  const angle = n * 2.399963;
  const reach = (n / SITES) ** 0.75;
  return { latitude: HOSPITAL.latitude + 0.6 * reach * Math.sin(angle), longitude: HOSPITAL.longitude + 0.7 * reach * Math.cos(angle) };
};
const nearest = async (store: Store) => {
  const entity = 'bench-map';
  let rows: Extract<WriteOperation, { op: 'put' }>[] = [];
  const places: Point[] = [];
  for (let n = 0; n < SITES; n += 1) {
    const at = placeOf(n);
    places.push(at);
    const site = measuredSite({ id: 'main', name: 'x', system: 'wgs84', fence: { shape: 'circle', centre: at, radiusMetres: null } });
    const [, row] = sitesOperations(
      { legalEntityId: entity, customerId: `c-${n}`, customerType: null, sites: [site], version: 1 },
      undefined,
    );
    if (row?.op === 'put') rows.push(row);
    if (rows.length === 1_000 || n === SITES - 1) {
      await store.writeMany(rows as never);
      rows = [];
    }
  }
  const [grid, scan, bare]: [number[], number[], number[]] = [[], [], []];
  for (let n = 0; n < LOOKUPS; n += 1) {
    const at = placeOf(Math.floor((n * SITES) / LOOKUPS));
    let start = performance.now();
    const found = await nearestSite(store, entity, at);
    grid.push(performance.now() - start);
    start = performance.now();
    let best = Number.POSITIVE_INFINITY;
    for (const place of places) best = Math.min(best, distanceMetres(at, place));
    scan.push(performance.now() - start);
    if (!found || Math.abs(found.metres - best) > 0.001) throw new Error(`nearest: ${JSON.stringify(found)} is not at ${best} m`);
    start = performance.now();
    await store.get({ table: 'attendance', pk: 'NOTHING', sk: 'NOTHING' });
    bare.push(performance.now() - start);
  }
  return { grid, scan, bare };
};

const RULES = attendanceRulesSchema.parse({
  rules: [
    {
      from: '2026-01-01',
      shifts: [{ id: 'day', name: both('白班'), start: '09:00', end: '18:00', breaks: [{ from: '12:00', to: '13:00' }] }],
      patterns: [{ id: 'office', name: both('办公室'), week: ['day', 'day', 'day', 'day', 'day', null, null] }],
      defaultPattern: 'office',
    },
  ],
});
/** Two records each workday, some late, and a day of leave. */
const judgedMonths = (): Map<string, number> => {
  const days = Array.from({ length: 28 }, (_, index) => `2026-11-${String(index + 1).padStart(2, '0')}`);
  const records = days.flatMap((day, n) => [
    { id: `${day}-in`, at: instant(`${day}T09:0${n % 7}:00+08:00`), source: 'device', bssid: null, said: null } as const,
    { id: `${day}-out`, at: instant(`${day}T18:1${n % 7}:00+08:00`), source: 'device', bssid: null, said: null } as const,
  ]);
  const known: MonthKnown = {
    period: month('2026-11'),
    employee: {
      hiredOn: localDate('2026-01-01'),
      leftOn: null,
      assignments: [{ from: localDate('2026-01-01'), orgUnitId: 'u', positionId: 'p' }],
    },
    timeZone: 'Asia/Shanghai',
    rules: RULES.rules,
    calendarOf: calendarDaysOf,
    roster: {},
    records,
    entries: [
      {
        id: 'l',
        reason: 'r',
        status: 'approved',
        version: 1,
        history: [],
        body: {
          kind: 'leave',
          leaveKind: 'personal',
          from: localDate('2026-11-12'),
          to: localDate('2026-11-12'),
          fromHalf: 'day',
          toHalf: 'day',
        },
      },
    ],
    now: instant('2026-12-01T00:00:00+08:00'),
  };
  const text = JSON.stringify(known);
  const repeat =
    (work: () => unknown) =>
    (count: number): unknown => {
      let last: unknown;
      for (let n = 0; n < count; n += 1) last = work();
      return last;
    };
  return compareRates([
    { name: 'judged', count: 2_000, run: repeat(() => judgeMonth(known)) },
    { name: 'parsed', count: 2_000, run: repeat(() => JSON.parse(text)) },
  ]);
};

const readMonths = async ({ baseUrl, platform }: Embedded, payroll: string): Promise<{ readonly rate: number; readonly bare: number }> => {
  await send(baseUrl, payroll, 'PUT', `/v1/legal-entities/${ENTITY}/attendance-rules`, RULES);
  const period = platform.clock.now().slice(0, 7);
  const [read, bare]: [number[], number[]] = [[], []];
  const following = [period, addMonths(month(period), 1)];
  for (let round = 0; round < 9; round += 1) {
    let start = performance.now();
    const page = (await send(baseUrl, payroll, 'GET', `/v1/attendance-days/${ENTITY}/${period}?limit=200`)) as {
      readonly items: readonly { readonly employeeId: string }[];
    };
    read.push((performance.now() - start) / page.items.length);
    start = performance.now();
    await platform.store.getMany(
      page.items.flatMap(({ employeeId }) =>
        following.map((one) => ({ table: 'attendance' as const, pk: `EMPLOYEE#${employeeId}`, sk: `CLOCK#${one}` })),
      ),
    );
    bare.push((performance.now() - start) / page.items.length);
  }
  return { rate: 1000 / median(read), bare: 1000 / median(bare) };
};
