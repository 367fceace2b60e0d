/** Metrics with windows as people see them: values, days, explanations, as of a day, before the first fact of a month, the facts behind them. */
import { describe, expect, it } from 'vitest';
import type { Month } from '../../../shared/kernel/period.ts';
import { documentOf, factOf, indicator, metric, signed, versionOf } from '../testing/plans.ts';
import { credited, newWorld, type World } from '../testing/world.ts';

const orders = { factTypes: ['order.signed'] };
const plan = versionOf(
  documentOf(
    [
      metric({ id: 'sales', fold: 'sum', unit: 'fen', ...orders }),
      metric({ id: 'quarter-sales', window: 'quarter', fold: 'sum', unit: 'fen', ...orders }),
      metric({ id: 'week-visits', window: 'week', fold: 'count', factTypes: ['visit.validated'] }),
      metric({ id: 'recent', window: { rolling: 30 }, fold: 'count', ...orders }),
      metric({ id: 'day-sales', window: 'day', fold: 'sum', unit: 'fen', ...orders }),
    ],
    {
      indicators: [
        indicator('quarter-sales', '40', '1000'),
        indicator('week-visits', '40', '2'),
        indicator('recent', '10', '2'),
        indicator('day-sales', '10', '10'),
      ],
    },
  ),
);
const periodOf = (day: string): Month => `2026-${day.slice(0, 2)}` as Month;
const order = (id: string, day: string, yuan: number) =>
  credited(signed(id, `o-${id}`, 'c1', yuan * 100, { at: `${day}T09:00`, period: periodOf(day) }));
const visit = (id: string, day: string) => credited(factOf(id, 'visit.validated', { at: `${day}T09:00`, period: periodOf(day) }));

/** October: 600.00. November: 300.00 in two orders, seven visits in the five weeks that end in it, and one on its last Monday. */
const newQuarter = async (): Promise<World> => {
  const world = await newWorld([plan]);
  await world.deliver([order('crm:a', '10-20', 600), visit('app:0', '10-26')]);
  await world.deliver([
    order('crm:b', '11-05', 200),
    order('crm:c', '11-20', 100),
    ...['02', '03', '09', '10', '17', '29', '30'].map((day) => visit(`app:${day}`, `11-${day}`)),
  ]);
  return world;
};
interface Answer {
  readonly bookVersion: number;
  readonly metrics: readonly { readonly id: string; readonly value: string | null }[];
  readonly score: {
    readonly total: string;
    readonly indicators: readonly { readonly explanation: { readonly zh: string; readonly en: string } }[];
  };
  readonly items: readonly { readonly factId: string; readonly contribution: string }[];
  readonly next: string | null;
}
const get = async (world: World, path: string): Promise<Answer> => {
  const authorization = world.platform.bearer({ roles: ['employee', 'plan-owner'], employeeId: 'e-1', entities: ['le'] });
  const response = await world.scoring.http.request(path, { headers: { authorization } });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};
const values = ({ metrics }: Answer) => Object.fromEntries(metrics.map(({ id, value }) => [id, value]));

describe('the standing with windows', () => {
  it('has the value, the days that count, and says so', async () => {
    const answer = await get(await newQuarter(), '/v1/me/scores/2026-11');
    expect(answer.metrics).toMatchObject([
      { id: 'sales', value: '300.00', from: '2026-11-01', to: '2026-11-30', meanOver: null },
      { id: 'quarter-sales', value: '900.00', from: '2026-10-01', to: '2026-11-30', meanOver: null, facts: 3 },
      // 7 visits of 26 October to 29 November ÷ 5 weeks
      { id: 'week-visits', value: '1.4', from: '2026-10-26', to: '2026-11-29', meanOver: { unit: 'week', units: 5 }, facts: 7 },
      { id: 'recent', value: '2', from: '2026-11-01', to: '2026-11-30' },
      { id: 'day-sales', value: '10.00', meanOver: { unit: 'day', units: 30 } },
    ]);
    // 40 × 0.9 + 40 × 0.7 + 10 + 10
    expect(answer.score.total).toBe('84.00');
    const [quarter, week, recent, day] = answer.score.indicators.map(({ explanation }) => explanation);
    expect(quarter?.en).toContain('actual 900.00 yuan (2026-10-01 to 2026-11-30) ÷ target 1,000.00 yuan = attainment 90%');
    expect(quarter?.zh).toContain('实际 900.00 元 (2026-10-01 至 2026-11-30)');
    expect(week?.en).toContain('actual 1.4 (7 from 2026-10-26 to 2026-11-29 ÷ 5 weeks)');
    expect(week?.zh).toContain('实际 1.4 (2026-10-26 至 2026-11-29 合计 7 ÷ 5 周)');
    expect(recent?.en).toContain('(2026-11-01 to 2026-11-30)');
    expect(day?.zh).toContain('合计 300.00 元 ÷ 30 天');
  });
  it('as of a day: what the window was at its end', async () => {
    const world = await newQuarter();
    const at = async (day: string) => values(await get(world, `/v1/me/scores/2026-11?asOf=2026-11-${day}`));
    // The first week is complete on Sunday the 1st; on Monday the second has begun.
    expect(await at('01')).toMatchObject({ 'quarter-sales': '600.00', 'week-visits': '1', recent: '1', 'day-sales': '0.00' });
    expect(await at('02')).toMatchObject({ 'week-visits': '1', recent: '1' });
    expect(await at('03')).toMatchObject({ 'week-visits': '1.5' });
    expect(await at('05')).toMatchObject({ 'quarter-sales': '800.00', sales: '200.00', 'day-sales': '40.00', recent: '2' });
    // 30 days that end on the 18th begin on 20 October.
    expect(await at('18')).toMatchObject({ recent: '2' });
    expect(await at('19')).toMatchObject({ recent: '1' });
    expect(await at('30')).toEqual(values(await get(world, '/v1/me/scores/2026-11')));
  });
  it('before the first fact of a month shows what its windows hold already, and writes nothing', async () => {
    const world = await newQuarter();
    const answer = await get(world, '/v1/me/scores/2026-12');
    expect(answer.bookVersion).toBe(0);
    expect(values(answer)).toMatchObject({ sales: '0.00', 'quarter-sales': '900.00', 'week-visits': '0.25', recent: '0' });
    expect(values(await get(world, '/v1/me/scores/2026-12?asOf=2026-12-01'))).toMatchObject({ 'week-visits': '1', recent: '2' });
  });
});

describe('the facts behind a number with a window', () => {
  const all = async (world: World, metricId: string, limit: number): Promise<string[]> => {
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer = await get(
        world,
        `/v1/people/e-1/scores/2026-11/facts?metric=${metricId}&limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      found.push(...page.items.map(({ factId, contribution }) => `${factId} ${contribution}`));
      cursor = page.next;
    } while (cursor);
    return found;
  };
  it.each([1, 2, 3, 50])('are those of every month that it looks at, in pages of %i', async (limit) => {
    const world = await newQuarter();
    expect(await all(world, 'quarter-sales', limit)).toEqual(['crm:a 600.00', 'crm:b 200.00', 'crm:c 100.00']);
    expect(await all(world, 'week-visits', limit)).toEqual(
      ['app:0', 'app:02', 'app:03', 'app:09', 'app:10', 'app:17', 'app:29'].map((id) => `${id} 1`),
    );
    expect(await all(world, 'sales', limit)).toEqual(['crm:b 200.00', 'crm:c 100.00']);
  });
});

it('the example of docs/guides/plans.md', async () => {
  const windows = ['month', 'quarter', 'half-year', 'year', { rolling: 15 }, 'week', 'day'] as const;
  const metrics = windows.map((window, place) => metric({ id: `m${place}`, window, fold: 'sum', unit: 'fen', ...orders }));
  const customers = metric({ id: 'customers', window: 'week', fold: 'count-distinct', ...orders, by: 'fact.subject.customerId' });
  const world = await newWorld([versionOf(documentOf([...metrics, customers], { indicators: [indicator('m0', '100', '1')] }))]);
  const facts = [order('crm:a', '10-20', 600), order('crm:b', '11-05', 200), order('crm:c', '11-20', 100), order('crm:d', '11-30', 50)];
  for (const fact of facts) await world.deliver([fact]);
  const of = async (month: string) => Object.values(values(await get(world, `/v1/me/scores/${month}`)));
  expect(await of('2026-11')).toEqual(['350.00', '950.00', '950.00', '950.00', '150.00', '60.00', '≈11.67', '0.4']);
  // c1 and c2 in one week of December and c1 in another: 3 ÷ 4, and the order of 30 November is in the first.
  const buys = (id: string, day: string, customerId: string) =>
    credited(signed(id, `o-${id}`, customerId, 100, { at: `${day}T09:00`, period: periodOf(day) }));
  await world.deliver([
    buys('crm:e', '12-14', 'c1'),
    buys('crm:f', '12-15', 'c2'),
    buys('crm:g', '12-20', 'c1'),
    buys('crm:h', '12-02', 'c1'),
  ]);
  expect((await of('2026-12')).at(-1)).toBe('0.75');
});
