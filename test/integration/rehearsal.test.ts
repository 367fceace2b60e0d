/** What a correction would do is what it does: each fact is tried, then sent, and the ledger posts exactly what was said. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eCommerce } from '../companies/e-commerce/company.ts';
import { erpSource, type LoadTokens, loadStructure, publishPlan, send } from '../companies/load-company.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { staffTokens } from './staff-tokens.ts';

let host: Embedded;
let tokens: LoadTokens;
const { legalEntityId } = eCommerce;
const [SELLER, COLLEAGUE] = ['c7-zhao-lei', 'c7-he-jun'];
const source = erpSource(eCommerce);

const rule = (id: string, more: object) => ({ id, name: { zh: id, en: id }, category: 'commission', stacks: true, ...more });
const sales = {
  id: 'sales',
  name: { zh: '销售额', en: 'Sales' },
  fold: 'sum',
  unit: 'fen',
  factTypes: ['order.signed', 'order.refunded'],
  value: 'fact.type == "order.refunded" ? -fact.amount : fact.amount',
};
const { stacks: _, ...commission } = rule('commission', {
  kind: 'tiered-rate',
  metric: 'sales',
  mode: 'marginal',
  tiersBy: 'amount',
  tiers: [
    { atLeast: '0', rate: '1%' },
    { atLeast: '50000', rate: '2%' },
  ],
  capPerYearFen: 150_000,
});
const PLAN = {
  id: 'rehearsed',
  name: { zh: '试算', en: 'Rehearsed' },
  legalEntityId,
  appliesTo: { kind: 'legal-entity', id: legalEntityId },
  metrics: [sales],
  scheme: {
    indicators: [{ id: 'sales', name: { zh: '销售额', en: 'Sales' }, kind: 'result', metric: 'sales', weight: '100', target: '100000' }],
  },
  rewards: [
    commission,
    rule('first', { kind: 'per-fact', per: 'customer', where: 'order.net >= 1000000', amountFen: 50_000, firstIn: 'order.date' }),
    rule('collect', { kind: 'per-fact', per: 'order', where: 'true', rate: '0.3%', release: { when: 'paid', part: 'share' } }),
  ],
};
const whole = [{ employeeId: SELLER, share: 100 }];
const split = [
  { employeeId: SELLER, share: 60 },
  { employeeId: COLLEAGUE, share: 40 },
];
const order = (id: string, date: string, amountFen: number, more: object = {}) => ({
  id: `order-${id}`,
  type: 'order.signed',
  occurredAt: `${date}T10:00:00+08:00`,
  credits: whole,
  subject: { orderId: id, customerId: `customer-${id}` },
  amountFen,
  ...more,
});
const ofOrder = (id: string, type: string, date: string, amountFen: number) => ({
  ...order(id, date, amountFen),
  id: `${type}-${id}`,
  type,
});

interface Month {
  readonly employeeId: string;
  readonly period: string;
  readonly scoreAfter: string | null;
  readonly differenceFen: number;
  readonly payAfterFen: number;
  readonly rules: readonly { readonly ruleId: string; readonly heldDifferenceFen: number }[];
}
interface Rehearsal {
  readonly results: readonly { readonly factId: string; readonly outcome: string }[];
  readonly months: readonly Month[];
}
const rehearse = (facts: readonly object[], token = tokens.payroll): Promise<Rehearsal> =>
  send(host.baseUrl, token, 'POST', '/v1/rehearsals', { source, facts }) as Promise<Rehearsal>;
const get = <T>(path: string): Promise<T> => send(host.baseUrl, tokens.payroll, 'GET', path) as Promise<T>;
const PEOPLE_MONTHS = [SELLER, COLLEAGUE].flatMap((id) => ['2026-10', '2026-11'].map((period) => [id, period] as const));
const standing = async (): Promise<Map<string, { fen: number; score: string | null }>> => {
  const found = new Map<string, { fen: number; score: string | null }>();
  for (const [id, period] of PEOPLE_MONTHS) {
    const { items } = await get<{ items: readonly { amountFen: number }[] }>(`/v1/people/${id}/awards/${period}`);
    const score = await get<{ score: { total: string } | null }>(`/v1/people/${id}/scores/${period}`).catch(() => null);
    found.set(`${id} ${period}`, { fen: items.reduce((sum, one) => sum + one.amountFen, 0), score: score?.score?.total ?? null });
  }
  return found;
};

beforeAll(async () => {
  host = await startEmbedded();
  tokens = await staffTokens(host);
  await loadStructure(eCommerce, { baseUrl: host.baseUrl, tokens });
  for (const position of ['shop-operator', 'shop-lead']) {
    const plan = { ...PLAN, id: `rehearsed-${position}`, appliesTo: { kind: 'position', id: position } };
    await publishPlan(plan, '2026-01-01', { baseUrl: host.baseUrl, tokens });
  }
}, 120_000);
afterAll(() => host?.stop());

describe('a rehearsal', () => {
  test.each<[string, readonly object[], readonly string[]]>([
    ['a deal that nobody has told', [order('a', '2026-10-18', 6_000_000)], ['recorded']],
    ['a deal of the month after, with what the year has left', [order('b', '2026-11-03', 9_000_000)], ['recorded']],
    [
      'a deal an hour before another of the day, which is the first no more',
      [order('c', '2026-11-03', 2_000_000, { occurredAt: '2026-11-03T09:00:00+08:00', credits: [{ employeeId: COLLEAGUE, share: 100 }] })],
      ['recorded'],
    ],
    ['a wrong split', [order('a', '2026-10-18', 6_000_000, { credits: split, revision: 2 })], ['corrected']],
    [
      'a wrong amount and a payment, together',
      [order('a', '2026-10-18', 4_500_001, { credits: split, revision: 3 }), ofOrder('a', 'order.paid', '2026-11-20', 1_000_000)],
      ['corrected', 'recorded'],
    ],
    ['a refund', [ofOrder('b', 'order.refunded', '2026-11-25', 8_100_000)], ['recorded']],
    ['a withdrawal', [order('a', '2026-10-18', 4_500_001, { credits: split, revision: 4, voided: true })], ['corrected']],
    ['the same once more', [order('b', '2026-11-03', 9_000_000)], ['duplicate']],
    ['another content under the same revision', [order('b', '2026-11-03', 1)], ['conflict']],
  ])('of %s says what the ledger then posts', async (_name, facts, outcomes) => {
    const before = await standing();
    const said = await rehearse(facts);
    expect(said.results.map(({ outcome }) => outcome)).toEqual(outcomes);
    await host.drain();
    // Nothing of it is there.
    expect(await standing()).toEqual(before);
    await send(host.baseUrl, tokens.operator, 'POST', `/v1/facts?source=${source}`, { facts });
    await host.drain();
    const after = await standing();
    const posted = [...after]
      .map(([key, { fen, score }]) => ({ key, by: fen - (before.get(key)?.fen ?? 0), score, was: before.get(key)?.score ?? null }))
      .filter(({ by, score, was }) => by !== 0 || score !== was);
    const told = said.months
      .filter(({ differenceFen, rules, scoreAfter, employeeId, period }) => {
        const held = rules.some(({ heldDifferenceFen }) => heldDifferenceFen !== 0);
        return differenceFen !== 0 || scoreAfter !== (before.get(`${employeeId} ${period}`)?.score ?? null) || !held;
      })
      .map(({ employeeId, period, differenceFen, scoreAfter }) => ({
        key: `${employeeId} ${period}`,
        by: differenceFen,
        score: scoreAfter,
      }));
    const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
    expect(told.sort(byKey)).toEqual(posted.map(({ key, by, score }) => ({ key, by, score })).sort(byKey));
    if (outcomes.includes('recorded') || outcomes.includes('corrected')) expect(posted.length).toBeGreaterThan(0);
    else expect(said.months).toEqual([]);
  });

  test('names rules with what they would pay and hold, the largest change first', async () => {
    const { months } = await rehearse([order('d', '2026-11-21', 3_000_000, { credits: split })]);
    expect(months.map(({ employeeId }) => employeeId)).toEqual([SELLER, COLLEAGUE]);
    expect(months[0]?.rules.map(({ ruleId, heldDifferenceFen }) => [ruleId, heldDifferenceFen])).toEqual([
      ['collect', 5_400],
      ['commission', 0],
      ['first', 0],
    ]);
    await expect(get(`/v1/facts/${encodeURIComponent(`${source}:order-d`)}`)).rejects.toThrow('404');
  });
  test('is for payroll of the legal entity, of a source that is there, and bounded', async () => {
    const facts = [order('d', '2026-11-21', 1)];
    const of = (roles: readonly ('payroll' | 'operator' | 'auditor')[], entities: '*' | string[]) =>
      host.tokenFor({ subject: 'x', roles: [...roles], entities });
    await expect(rehearse(facts, await of(['payroll'], ['saas']))).rejects.toThrow('404');
    await expect(rehearse(facts, await of(['operator', 'auditor'], '*'))).rejects.toThrow('403');
    await expect(send(host.baseUrl, tokens.payroll, 'POST', '/v1/rehearsals', { source: 'nobody', facts })).rejects.toThrow('404');
    await expect(rehearse(Array.from({ length: 21 }, (_, n) => order(`x${n}`, '2026-11-21', 1)))).rejects.toThrow('400');
    await expect(rehearse([order('d', '2026-11-21', -1)])).rejects.toThrow('/facts/0/amountFen');
    expect((await rehearse([order('d', '2099-01-01', 1)])).results[0]).toMatchObject({ outcome: 'rejected' });
  });
});
