/** The acceptance companies through the real doors: HTTP, signed webhooks in the sources' formats, queues, tables. Numbers of the list of eleven. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanDocument } from '../../shared/contracts/plans.ts';
import { type Embedded, startEmbedded } from '../integration/embedded.ts';
import { channelSales, measured } from './channel/company.ts';
import { COMPANIES } from './companies.ts';
import { november, type SourceFact } from './company.ts';
import { consumerGoods, firstRefund, refundAndReorder } from './consumer-goods/company.ts';
import { anotherTwentyThousand, eCommerce } from './e-commerce/company.ts';
import { enterpriseServices } from './enterprise-services/company.ts';
import { fastMovingGoods, goodsReturned, twoMoreCustomers } from './fast-moving-goods/company.ts';
import { industrialEquipment } from './industrial-equipment/company.ts';
import { type LoadTokens, loadCompany, planDocument, publishPlan, send, sendErpFacts, sendFacts, uploadCheckIns } from './load-company.ts';
import { firstTakenBack, newIndustry } from './new-industry/company.ts';
import { lateFollowUp, pharmaAttendanceRules, pharmaLeave, pharmaVisits } from './pharma/company.ts';
import { atStage, PROJECT_SELLER, projectSales, rated } from './project-sales/company.ts';
import { saas, saasAttendance, saasOpening } from './saas/company.ts';

let host: Embedded;
let tokens: LoadTokens & { auditor: string; approver: string; visitor: string };

interface LedgerAnswer {
  readonly balanceFen: number;
}
interface HintsAnswer {
  readonly hints: readonly {
    readonly project: string | null;
    readonly indicator: string;
    readonly facts: number | null;
    readonly amount: string | null;
    readonly points: string | null;
    readonly money: string | null;
    readonly team: object | null;
    readonly text: { readonly zh: string; readonly en: string };
  }[];
}
interface ScoreAnswer {
  readonly total: string;
  readonly indicators: readonly {
    readonly id: string;
    readonly actual: string;
    readonly weight: string;
    readonly points: string;
    readonly limitedBy: string | null;
  }[];
  readonly segments: readonly { readonly from: string; readonly to: string; readonly days: number; readonly total: string }[];
  readonly projects: { readonly counted: number; readonly amount: string } | null;
  readonly behind: readonly { readonly indicator?: string; readonly id?: string; readonly pointsLost: string }[];
}

const get = <T>(path: string, token = tokens.auditor): Promise<T> => send(host.baseUrl, token, 'GET', path) as Promise<T>;
const post = <T>(path: string, token: string, body?: unknown): Promise<T> => send(host.baseUrl, token, 'POST', path, body) as Promise<T>;
const balance = async (employeeId: string): Promise<number> =>
  (await get<LedgerAnswer>(`/v1/people/${employeeId}/ledger/balance`)).balanceFen;
const score = async (employeeId: string, query = ''): Promise<ScoreAnswer> =>
  (await get<{ score: ScoreAnswer }>(`/v1/people/${employeeId}/scores/2026-11${query}`)).score;

beforeAll(async () => {
  host = await startEmbedded();
  const staff = (subject: string, role: 'payroll' | 'operator' | 'plan-owner' | 'auditor') =>
    host.tokenFor({ subject, roles: [role], entities: '*' });
  tokens = {
    payroll: await staff('payroll-1', 'payroll'),
    approver: await staff('payroll-2', 'payroll'),
    operator: await staff('operator-1', 'operator'),
    planOwner: await staff('owner-1', 'plan-owner'),
    planApprover: await staff('owner-2', 'plan-owner'),
    auditor: await staff('auditor-1', 'auditor'),
    visitor: await host.tokenFor({ subject: 'zhou-jing', roles: ['employee'], employeeId: pharmaVisits.employeeId }),
  };
  for (const company of COMPANIES) await loadCompany(company, { baseUrl: host.baseUrl, tokens });
  await host.drain();
}, 180_000);
afterAll(() => host?.stop());

describe('1 enterprise services', () => {
  test('36 + 18.75 + 16.67 + 16.5 = 87.92, the sum rounded and not the parts', async () => {
    const answer = await score('c1-chen-xi');
    expect(answer.total).toBe('87.92');
    expect(answer.indicators.map(({ points }) => points)).toEqual(['36.00', '18.75', '16.67', '16.50']);
    expect(answer.behind.map((hint) => hint.indicator ?? hint.id).sort()).toEqual(['new-customers', 'renewal', 'sales']);
  });
  test("the same person's view on an earlier day shows what had happened by then", async () => {
    const early = await score('c1-chen-xi', '?asOf=2026-11-05');
    const wonByThen = enterpriseServices.facts.filter(
      ({ type, occurredAt }) => type === 'customer.won' && occurredAt < '2026-11-06',
    ).length;
    expect(wonByThen).toBeGreaterThan(0);
    expect(wonByThen).toBeLessThan(6);
    const points = early.indicators.find(({ id }) => id === 'new-customers')?.points;
    expect(points).toBe(((25 * wonByThen) / 8).toFixed(2));
    expect((await score('c1-chen-xi', '?asOf=2026-11-30')).total).toBe('87.92');
  });
  test('the same deliveries again change nothing', async () => {
    const before = await balance('c1-chen-xi');
    await sendFacts(enterpriseServices, enterpriseServices.facts, host.baseUrl);
    await host.drain();
    expect((await score('c1-chen-xi')).total).toBe('87.92');
    expect(await balance('c1-chen-xi')).toBe(before);
  });
});

describe('hints', () => {
  const brief = ({ indicator, facts, amount, points, money }: HintsAnswer['hints'][number]) => [indicator, facts, amount, points, money];
  test('company 1: what is behind and what closing it is worth in points, exactly', async () => {
    const { hints } = await get<HintsAnswer>('/v1/people/c1-chen-xi/hints/2026-11');
    // One of 8 new customers is 25 ÷ 8; one renewal more of 24 is 20 ÷ 0.9 ÷ 24; 50,000 of 500,000 is 40 × 0.1.
    expect(hints.map(brief)).toEqual([
      ['new-customers', 1, null, '3.13', '0.00'],
      ['new-customers', 2, null, '6.25', '0.00'],
      ['renewal', 1, null, '0.93', '0.00'],
      ['sales', 1, '50000.00', '4.00', '0.00'],
    ]);
    expect(hints[0]?.text.zh).toBe('新客户数再增加 1 个 → +3.13 分');
  });
  test('company 2: nothing is behind; the next qualifying customer in money, with the kind of order that it takes', async () => {
    const { hints } = await get<HintsAnswer>('/v1/people/c2-li-na/hints/2026-11');
    expect(hints.map(brief)).toEqual([['new-customer', 1, null, '10.00', '500.00']]);
    expect(hints[0]?.text.zh).toContain('金额 10,000.00 元');
  });
  test('company 10: the third new customer opens the gate: 28 points more of sales, and its own', async () => {
    const { hints } = await get<HintsAnswer>('/v1/people/c10-deng-li/hints/2026-11');
    const customers = hints.filter(({ indicator }) => indicator === 'new-customers').map(brief);
    // 6 for one of five; with four more the target: 24 and the gate's 84 − 56.
    expect(customers).toEqual([
      ['new-customers', 4, null, '52.00', '0.00'],
      ['new-customers', 1, null, '6.00', '0.00'],
    ]);
  });
  test('a manager sees points and no money; a stranger nothing', async () => {
    const manager = await host.tokenFor({ subject: 'm', roles: ['manager'], employeeId: 'c1-wang-min' });
    const { hints } = await get<HintsAnswer>('/v1/people/c1-chen-xi/hints/2026-11', manager);
    expect(hints.map(({ money }) => money)).toEqual([null, null, null, null]);
    await expect(get('/v1/people/c2-li-na/hints/2026-11', manager)).rejects.toThrow('404');
    const me = await host.tokenFor({ subject: 'chen', roles: ['employee'], employeeId: 'c1-chen-xi' });
    expect((await get<HintsAnswer>('/v1/me/hints/2026-11', me)).hints).toHaveLength(4);
  });
});

describe('what if', () => {
  interface WhatIfAnswer {
    readonly points: { readonly before: string; readonly after: string; readonly difference: string } | null;
    readonly indicators: readonly { readonly id: string; readonly before: string; readonly after: string }[];
    readonly money: {
      readonly difference: string;
      readonly rules: readonly { readonly id: string; readonly before: string; readonly after: string }[];
    } | null;
  }
  const tryDeals = (employeeId: string, deals: readonly object[], token = tokens.auditor) =>
    post<WhatIfAnswer>(`/v1/people/${employeeId}/what-if/2026-11`, token, { deals });

  test('company 7: another 20,000 of sales is +400.00, and nothing is written', async () => {
    const before = await balance('c7-zhao-lei');
    const answer = await tryDeals('c7-zhao-lei', [{ type: 'store.sales', amountFen: 2_000_000, attributes: { orders: 0 } }]);
    expect(answer.money?.difference).toBe('400.00');
    await host.drain();
    expect(await balance('c7-zhao-lei')).toBe(before);
  });
  test('company 2: two more new customers of 10,000 are 1,000.00 and two of one customer are 500.00', async () => {
    const deal = { amountFen: 1_000_000, attributes: { dealtype: 'newbusiness' } };
    expect((await tryDeals('c2-li-na', [deal, deal])).money).toMatchObject({ difference: '1000.00', rules: [{ id: 'new-customer' }] });
    expect(
      (
        await tryDeals('c2-li-na', [
          { ...deal, customer: '甲' },
          { ...deal, customer: '甲' },
        ])
      ).money?.difference,
    ).toBe('500.00');
    expect((await tryDeals('c2-li-na', [{ ...deal, amountFen: 999_999 }])).money?.difference).toBe('0.00');
  });
  test('company 1: a new customer is what the hint says; a manager sees points and no money', async () => {
    const manager = await host.tokenFor({ subject: 'm', roles: ['manager'], employeeId: 'c1-wang-min' });
    const answer = await tryDeals('c1-chen-xi', [{ type: 'customer.won' }], manager);
    expect(answer).toMatchObject({ points: { before: '87.92', after: '91.04', difference: '3.13' }, money: null });
    expect(answer.indicators.map(({ id }) => id)).toEqual(['new-customers']);
  });
  test.each([
    ['a refund', { type: 'order.refunded', amountFen: 1 }],
    ['another month', { amountFen: 1, date: '2026-12-01' }],
    ['an unknown member', { amountFen: 1, customerId: 'c' }],
    ['a negative amount', { amountFen: -1 }],
  ])('is refused: %s', async (_, deal) => {
    await expect(tryDeals('c2-li-na', [deal])).rejects.toThrow('400');
  });
  test('is not for strangers, and needs a month that has begun', async () => {
    const stranger = await host.tokenFor({ subject: 's', roles: ['employee'], employeeId: 'c1-chen-xi' });
    await expect(tryDeals('c2-li-na', [{ amountFen: 1 }], stranger)).rejects.toThrow('404');
    await expect(post('/v1/people/c2-li-na/what-if/2027-03', tokens.auditor, { deals: [{ amountFen: 1 }] })).rejects.toThrow('422');
  });
});

describe('2 consumer goods', () => {
  test('eleven of twelve qualify: 11 × 500 + 1,000; a refund takes 1,500 back; a refund and its re-order change nothing', async () => {
    expect(await balance('c2-li-na')).toBe(650_000);
    await sendFacts(consumerGoods, firstRefund, host.baseUrl);
    await host.drain();
    expect(await balance('c2-li-na')).toBe(500_000);
    await sendFacts(consumerGoods, refundAndReorder, host.baseUrl);
    await host.drain();
    expect(await balance('c2-li-na')).toBe(500_000);
  });
  test('each award has its notice, and each that is taken back its own', async () => {
    const { items } = await get<{ items: readonly { title: { zh: string } }[] }>('/v1/notices?employeeId=c2-li-na&limit=200');
    expect(items.length).toBeGreaterThanOrEqual(13);
  });
});

describe('a draft on a month that happened', () => {
  const path = '/v1/plans/consumer-goods/draft';
  const simulation = `${path}/simulations/2026-11`;
  const dearer = () => {
    // Its examples say 500: they are of the plan as it was.
    const { examples: _examples, ...document } = planDocument('consumer-goods') as PlanDocument;
    return { ...document, rewards: document.rewards.map((rule) => (rule.kind === 'per-fact' ? { ...rule, amountFen: 60_000 } : rule)) };
  };
  test('says who gains how much before it is published, and publication posts exactly that', async () => {
    await send(host.baseUrl, tokens.planOwner, 'PUT', path, dearer());
    await expect(get(simulation, tokens.planOwner)).rejects.toThrow('verify the draft first');
    await post(`/v1/plans/consumer-goods/verify`, tokens.planOwner, {});
    const before = await balance('c2-li-na');
    expect(before).toBe(500_000);
    expect(await get(simulation)).toMatchObject({
      people: 1,
      gaining: { people: 1, byFen: 100_000 },
      losing: { people: 0, byFen: 0 },
      differenceFen: 100_000,
      items: [{ employeeId: 'c2-li-na', direction: 'gains', payBeforeFen: 500_000, payAfterFen: 600_000, differenceFen: 100_000 }],
    });
    // Whoever makes plans sees sums, not what a person is paid.
    expect(await get(simulation, tokens.planOwner)).toMatchObject({
      differenceFen: 100_000,
      items: [{ direction: 'gains', payAfterFen: null }],
    });
    expect(await balance('c2-li-na')).toBe(before);
    const stranger = await host.tokenFor({ subject: 'x', roles: ['plan-owner'], entities: ['saas'] });
    await expect(get(simulation, stranger)).rejects.toThrow('404');
    await expect(get(`${path}/simulations/2027-01`)).rejects.toThrow('2027-01 has no facts yet');
    await publishPlan(dearer(), '2026-11-01', { baseUrl: host.baseUrl, tokens });
    await host.drain();
    expect(await balance('c2-li-na')).toBe(600_000);
  });
  test('that pays whatever happens has those who have no fact in it too', async () => {
    const { rewards, metrics, ...document } = dearer();
    const floor = { kind: 'per-unit', metric: metrics[0]?.id, amountFen: 1, floorPerMonthFen: 20_000 };
    const least = { id: 'least', name: { zh: '最低奖', en: 'Least' }, category: 'subsidy', ...floor };
    await send(host.baseUrl, tokens.planOwner, 'PUT', path, { ...document, metrics, rewards: [...rewards, least] });
    expect(await post(`/v1/plans/consumer-goods/verify`, tokens.planOwner, {})).toMatchObject({ findings: [] });
    const { items, ...sums } = await get<{ items: readonly { employeeId: string; payBeforeFen: number; differenceFen: number }[] }>(
      simulation,
    );
    expect(sums).toMatchObject({ people: 2, losing: { people: 0 }, differenceFen: 40_000 });
    const brief = items.map(({ employeeId, payBeforeFen, differenceFen }) => [employeeId, payBeforeFen, differenceFen]);
    expect(brief.sort()).toEqual([
      ['c2-li-na', 600_000, 20_000],
      [consumerGoods.manager.id, 0, 20_000],
    ]);
  });
});

describe('3 channel sales', () => {
  test('48 + 37.33 = 85.33 from the ERP; the later measurement of the month counts, whichever arrived first', async () => {
    const answer = await score('c3-tang-yi');
    expect(answer.total).toBe('85.33');
    expect(answer.indicators.map(({ points }) => points)).toEqual(['48.00', '37.33']);
    // 540 of 900 is what had been measured by the 10th.
    expect((await score('c3-tang-yi', '?asOf=2026-11-10')).indicators[1]?.points).toBe('32.00');
    await sendErpFacts(channelSales, [measured('coverage-0', 2, 90)], { baseUrl: host.baseUrl, tokens });
    await host.drain();
    expect((await score('c3-tang-yi')).total).toBe('85.33');
  });
});

describe('a person who works elsewhere than before', () => {
  test('is scored anew without another fact: whoever left before the month has no score, and has it again when the record is corrected', async () => {
    const path = '/v1/people/c3-tang-yi';
    const { version: _, ...employee } = await get<Record<string, unknown>>(path, tokens.payroll);
    const standing = () => get<{ refusal: { code: string } | null; score: ScoreAnswer | null }>(`${path}/scores/2026-11`);
    await send(host.baseUrl, tokens.payroll, 'PUT', path, { ...employee, leftOn: '2026-10-31' });
    await host.drain();
    expect(await standing()).toMatchObject({ refusal: { code: 'no_assignment' }, score: null });
    await send(host.baseUrl, tokens.payroll, 'PUT', path, employee);
    await host.drain();
    expect((await standing()).score?.total).toBe('85.33');
  });
});

describe('4 project sales', () => {
  test('what is behind is worth most in the project that it is behind in, by the engine', async () => {
    const { hints } = await get<HintsAnswer>(`/v1/people/${PROJECT_SELLER}/hints/2026-11`);
    // A accepted after 90 days: (40 × 90 ÷ 95 + 60 − 95) × 0.6. B rated 4.5: 60 × (0.95 − 0.9) × 0.4.
    expect(hints.map(({ indicator, project, facts, points }) => [indicator, project, facts, points])).toEqual([
      ['cycle', 'a', 1, '1.74'],
      ['satisfaction', 'b', 1, '1.20'],
    ]);
    expect(hints.map(({ text }) => text.zh)).toEqual([
      '项目「a」:项目周期再有 1 次达标(例如:days = 90、stage = 验收) → +1.74 分',
      '项目「b」:客户满意度再有 1 次达标(例如:rating = 4.5) → +1.20 分',
    ]);
    // The engine gives exactly that when it happens.
    const before = Number((await score(PROJECT_SELLER)).total);
    await sendFacts(projectSales, [rated('b', 21, 4.5)], host.baseUrl);
    await host.drain();
    expect((Number((await score(PROJECT_SELLER)).total) - before).toFixed(2)).toBe('1.20');
    await sendFacts(projectSales, [{ ...rated('b', 21, 4.5), revision: 2, voided: true }], host.baseUrl);
    await host.drain();
  });
  test('each project by the weights of its stage, the person by amount: 97.80; a project that moves on is weighed anew', async () => {
    const answer = await score(PROJECT_SELLER);
    expect(answer.total).toBe('97.80');
    expect(answer.projects).toEqual({ counted: 2, amount: '1000000.00' });
    // Cycle 50 × 0.9 × 0.6 + 40 × 1.2 × 0.4, satisfaction 50 × 0.6 + 60 × 0.9 × 0.4.
    expect(answer.indicators.map(({ points, weight }) => [weight, points])).toEqual([
      ['46.00', '46.20'],
      ['54.00', '51.60'],
    ]);
    // A: 50 × 0.1 of its cycle, by 0.6. B: 60 × 0.1 of its satisfaction, by 0.4.
    expect(answer.behind.map(({ id, pointsLost }) => [id, pointsLost])).toEqual([
      ['satisfaction', '2.40'],
      ['cycle', '3.00'],
    ]);
    // Nothing is projected of what is scored by project: the score at the pace is the score.
    expect(await get(`/v1/people/${PROJECT_SELLER}/progress/2026-11`)).toMatchObject({ score: { projected: '97.80' } });
    const { items } = await get<{ items: readonly { projectId: string; stage: string; total: string }[] }>(
      `/v1/people/${PROJECT_SELLER}/scores/2026-11/projects`,
    );
    expect(items.map(({ projectId, stage, total }) => [projectId, stage, total])).toEqual([
      ['a', '实施', '95.00'],
      ['b', '验收', '102.00'],
    ]);
    expect((await score(PROJECT_SELLER, '?asOf=2026-11-11')).projects).toEqual({ counted: 1, amount: '400000.00' });
    // Accepted in 80 days: the cycle is the mean of 100 and 80, 40 × 1 + 60 × 1.
    await sendFacts(projectSales, [atStage('a', '验收', { day: 20, amountFen: 60_000_000, days: 80 })], host.baseUrl);
    await host.drain();
    // 100 × 0.6 + 102 × 0.4.
    expect((await score(PROJECT_SELLER)).total).toBe('100.80');
  });
});

describe('5 industrial equipment', () => {
  test('60 %, 50 %, 25 %: a skipped stage counts as passed, a reopened opportunity once', async () => {
    const answer = await score('c5-jiang-tao');
    expect(answer.indicators.map(({ actual }) => actual)).toEqual(['60%', '50%', '25%']);
    expect(answer.total).toBe('85.00');
    expect(answer.behind.map(({ id }) => id)).toEqual(['proposal-to-contract']);
  });
  test('the ranking: one’s own rank for a colleague, names for the manager, and whatever the switch says', async () => {
    const me = await host.tokenFor({ subject: 'jiang', roles: ['employee'], employeeId: 'c5-jiang-tao' });
    // The colleague: 90 % of 60 % and 8 of 9 and 5 of 8, all above target: 36 + 36 + 48.
    const own = { rank: 2, of: 2, sharedWith: 0, score: '85.00', toNext: '35.00' };
    expect(await get('/v1/me/ranking/2026-11', me)).toMatchObject({ shows: 'own-rank', own, team: null });
    const manager = await host.tokenFor({ subject: 'guo', roles: ['manager'], employeeId: 'c5-guo-qiang' });
    expect(await get('/v1/people/c5-jiang-tao/ranking/2026-11', manager)).toMatchObject({
      shows: 'names',
      own,
      team: [
        { employeeId: 'c5-shen-yue', name: '沈悦', rank: 1, score: '120.00' },
        { employeeId: 'c5-jiang-tao', rank: 2 },
      ],
    });
    const entity = { id: 'industrial', name: industrialEquipment.name };
    const switchTo = (ranking: string) =>
      send(host.baseUrl, tokens.payroll, 'PUT', '/v1/legal-entities/industrial', { ...entity, ranking });
    await switchTo('off');
    expect(await get('/v1/me/ranking/2026-11', me)).toMatchObject({ shows: 'off', own: null, team: null });
    await switchTo('names');
    expect(await get('/v1/me/ranking/2026-11', me)).toMatchObject({ shows: 'names', team: [{ rank: 1 }, { rank: 2 }] });
    await expect(get('/v1/people/c5-shen-yue/ranking/2026-11', me)).rejects.toThrow('404');
  });
  test('the hint names the step that is below the team’s, the gap of 15 points, and what to work on', async () => {
    const { hints } = await get<HintsAnswer>('/v1/people/c5-jiang-tao/hints/2026-11');
    const [hint] = hints;
    expect(hint?.team).toEqual({ own: '25%', team: '40%', gapPoints: '15', people: 2 });
    expect(hint?.text.zh).toContain('方案提交→签单 25%,团队 40%,差 15 个百分点:优先改进从「方案提交」到「签单」这一步');
    expect(hint?.text.en).toContain('15 percentage points apart');
  });
});

describe('10 fast-moving goods', () => {
  test('130 % of sales with one new customer: 56.00 of 70; with the third 84.00 at once', async () => {
    const sales = async () => (await score('c10-deng-li')).indicators.find(({ id }) => id === 'sales');
    expect(await sales()).toMatchObject({ points: '56.00', limitedBy: 'new-customers' });
    await sendFacts(fastMovingGoods, twoMoreCustomers.slice(0, 1), host.baseUrl);
    await host.drain();
    expect(await sales()).toMatchObject({ points: '56.00' });
    await sendFacts(fastMovingGoods, twoMoreCustomers.slice(1), host.baseUrl);
    await host.drain();
    expect(await sales()).toMatchObject({ points: '84.00', limitedBy: null });
  });

  test('goods returned a month later claw the commission back there, in the next payslip, named by the month it was earned in', async () => {
    const slipOf = async (period: string) => {
      const created = await post<{ id: string }>('/v1/payroll-runs', tokens.payroll, {
        legalEntityId: fastMovingGoods.legalEntityId,
        period,
        payDate: `${period}-30`,
      });
      await host.drain();
      for (const step of ['approve', 'payout', 'publish']) await post(`/v1/payroll-runs/${created.id}/${step}`, tokens.approver);
      await host.drain();
      const id = encodeURIComponent(`${created.id}:c10-xie-fei:1`);
      const { lines } = await get<{ lines: readonly { code: string; amountFen: number; earnedPeriod: string | null }[] }>(
        `/v1/payslips/${id}`,
        tokens.payroll,
      );
      return lines.filter(({ code }) => code === 'commission').map(({ amountFen, earnedPeriod }) => ({ amountFen, earnedPeriod }));
    };
    expect(await balance('c10-xie-fei')).toBe(200_000);
    expect(await slipOf('2026-10')).toEqual([{ amountFen: 200_000, earnedPeriod: '2026-10' }]);
    await sendFacts(fastMovingGoods, goodsReturned, host.baseUrl);
    await host.drain();
    expect(await balance('c10-xie-fei')).toBe(150_000);
    expect(await slipOf('2026-11')).toEqual([{ amountFen: -50_000, earnedPeriod: '2026-10' }]);
  }, 120_000);
});

describe('11 new industry', () => {
  const [first, second, third] = newIndustry.people.map(({ id }) => id) as [string, string, string];
  const balances = async (): Promise<number[]> => [await balance(first), await balance(second), await balance(third)];
  interface AwardAnswer {
    readonly amountFen: number;
    readonly tests: readonly { readonly passed: boolean; readonly zh: string }[];
  }
  const award = (id: string, customerId: string) => get<AwardAnswer>(`/v1/awards/first-in-industry:${id}:2026-11:${customerId}`);

  test('the first customer of an industry, split 60/40: 1,200 + 800; the second customer of the industry pays nothing, and says why', async () => {
    expect(await balances()).toEqual([120_000, 80_000, 0]);
    const later = await award(third, 'arm-systems');
    expect(later.amountFen).toBe(0);
    expect(later.tests.filter(({ passed }) => !passed).map(({ zh }) => zh)).toEqual(['「机器人」在本公司已有更早的一个:未达到']);
  });
  test('outside every KPI: the score is that of the sales alone', async () => {
    expect((await score(first)).total).toBe('36.00');
    expect((await score(third)).total).toBe('60.00');
  });
  test('the first is refunded: the award passes to the next by time', async () => {
    await sendFacts(newIndustry, firstTakenBack, host.baseUrl);
    await host.drain();
    expect(await balances()).toEqual([0, 0, 200_000]);
    expect((await award(third, 'arm-systems')).amountFen).toBe(200_000);
  });
});

describe('6 pharma', () => {
  interface VisitsAnswer {
    readonly valid: number;
    readonly invalid: number;
    readonly visits: readonly {
      readonly visitId: string;
      readonly date: string;
      readonly verdict: string;
      readonly tests: readonly { readonly test: string; readonly result: string }[];
    }[];
  }
  const person = pharmaVisits.employeeId;
  const visits = () => get<VisitsAnswer>(`/v1/people/${person}/visits/2026-11`);
  const points = async () => (await score(person)).indicators.find(({ id }) => id === 'visits')?.points;

  test('22 check-ins, 18 valid: 9.00 points and 900.00; each other one says why', async () => {
    const month = await visits();
    expect([month.visits.length, month.valid, month.invalid]).toEqual([22, 18, 4]);
    const failed = month.visits
      .filter(({ verdict }) => verdict === 'invalid')
      .map(({ tests }) => tests.filter(({ result }) => result === 'failed').map(({ test }) => test))
      .sort();
    expect(failed).toEqual([['fence'], ['fence'], ['follow-up'], ['one-visit-a-day']]);
    expect(await points()).toBe('9.00');
    expect(await balance(person)).toBe(90_000);
  });
  test('the phone uploads its queue once more: nothing changes', async () => {
    for (const checkIns of pharmaVisits.uploads) await uploadCheckIns(checkIns, { baseUrl: host.baseUrl, tokens });
    await host.drain();
    expect(await balance(person)).toBe(90_000);
  });
  test('from the subsidy back to the visits, and from a visit forward to the subsidy', async () => {
    const [visit] = (await visits()).visits.filter(({ verdict }) => verdict === 'valid');
    const effects = await get<{
      fact: { type?: string; fact: { type: string } };
      credits: { awards: { ruleId: string }[]; entries: object[] }[];
    }>(`/v1/facts/${encodeURIComponent(`attendance:visit-${visit?.visitId}`)}/effects`);
    expect(effects.fact.fact.type).toBe('visit.validated');
    expect(effects.credits[0]?.entries.length).toBeGreaterThan(0);
  });
  test('the late follow-up, within 24 hours of the visit, turns its verdict and pays 50 more', async () => {
    await post('/v1/follow-ups', tokens.visitor, lateFollowUp);
    await host.drain();
    expect((await visits()).valid).toBe(19);
    expect(await points()).toBe('9.50');
    expect(await balance(person)).toBe(95_000);
  });
  test('a reviewer decides the other way: the 50 go; and back', async () => {
    const manager = await host.tokenFor({ subject: 'xu-lin', roles: ['manager'], employeeId: 'c6-xu-lin' });
    // Not that of the 2nd: there the second visit of the day would count in its place.
    const visit = (await visits()).visits.find(({ date }) => date === '2026-11-06');
    const decide = (decision: string) => post(`/v1/visits/${visit?.visitId}/decision`, manager, { decision, reason: '已电话核实' });
    await decide('invalid');
    await host.drain();
    expect(await balance(person)).toBe(90_000);
    await decide('valid');
    await host.drain();
    expect(await balance(person)).toBe(95_000);
  });
  test('her days: check-ins are her clock, leave goes from asked to decided to the estimate, and a correction back out of it', async () => {
    const put = (path: string, token: string, body: object) => send(host.baseUrl, token, 'PUT', path, body);
    await put('/v1/legal-entities/pharma/attendance-rules', tokens.payroll, pharmaAttendanceRules);
    interface Month {
      readonly summary: { readonly dueDays: number; readonly unpaidDays: number };
      readonly days: readonly { readonly date: string; readonly status: string; readonly firstRecord: string | null }[];
    }
    const month = () => get<Month>('/v1/me/attendance-days/2026-11', tokens.visitor);
    const before = await month();
    expect(before.summary).toMatchObject({ dueDays: 21, unpaidDays: 0 });
    expect(before.days.find(({ date }) => date === '2026-11-04')).toMatchObject({ status: 'attended', firstRecord: '09:00' });
    const entry = `/v1/people/${person}/attendance-entries/2026/nov`;
    await put(entry, tokens.visitor, { ...pharmaLeave, body: { ...pharmaLeave.body, from: '2026-11-26', to: '2026-11-27' } });
    interface Estimate {
      readonly payslip: { readonly lines: readonly { readonly code: string; readonly amountFen: number | null }[] };
    }
    const deduction = async () =>
      (await get<Estimate>(`/v1/people/${person}/estimate?period=2026-11`, tokens.payroll)).payslip.lines.find(
        ({ code }) => code === 'unpaid-leave-deduction',
      )?.amountFen;
    expect(await deduction()).toBeUndefined();
    const manager = await host.tokenFor({ subject: 'xu-lin', roles: ['employee', 'manager'], employeeId: 'c6-xu-lin' });
    const waiting = await get<{ items: readonly { readonly id: string }[] }>('/v1/attendance-entries?status=requested', manager);
    expect(waiting.items.map(({ id }) => id)).toEqual(['nov']);
    await post(`${entry}/decisions`, manager, { decision: 'approve' });
    // 11,000 ÷ 21.75 × 2.
    expect(await deduction()).toBe(101_149);
    expect((await month()).summary.unpaidDays).toBe(2);
    await post(`${entry}/decisions`, manager, { decision: 'withdraw', reason: '当天已到岗' });
    expect(await deduction()).toBeUndefined();
  });
});

describe('7 e-commerce', () => {
  test('2,000 + 600 = 2,600, and 400 more at once for another 20,000', async () => {
    expect(await balance('c7-zhao-lei')).toBe(260_000);
    await sendFacts(eCommerce, anotherTwentyThousand, host.baseUrl);
    await host.drain();
    expect(await balance('c7-zhao-lei')).toBe(300_000);
  });
});

describe('an amount that people agree on', () => {
  const path = '/v1/adjustments/tiered/2026-11';
  const proposal = (amountFen: number, reason: string) => ({ employeeId: 'c8-zhou-yan', amountFen, reason, evidence: 'OA-2026-118' });
  const approve = async (id: string) => {
    const other = await host.tokenFor({ subject: 'other-payroll', roles: ['payroll'], entities: '*' });
    await post(`${path}/${id}/decisions`, other, { decision: 'approve' });
    await host.drain();
  };
  test('is on the ledger, told, and a line of its own on the payslip; undone by another the other way', async () => {
    await send(host.baseUrl, tokens.payroll, 'PUT', `${path}/sprint`, proposal(30_000, '季度冲刺奖励'));
    await send(host.baseUrl, tokens.payroll, 'PUT', `${path}/mentor`, proposal(10_000, '带教补贴'));
    await expect(post(`${path}/sprint/decisions`, tokens.payroll, { decision: 'approve' })).rejects.toThrow('second_person_required');
    expect(await balance('c8-zhou-yan')).toBe(220_000);
    await approve('sprint');
    await approve('mentor');
    expect(await balance('c8-zhou-yan')).toBe(260_000);
    const { payslip } = await get<{
      payslip: {
        lines: readonly { nameZh: string; amountFen: number; formula: { zh: string }; references: { awardIds: readonly string[] } }[];
      };
    }>('/v1/people/c8-zhou-yan/estimate?period=2026-11');
    const lines = payslip.lines.filter(({ nameZh }) => nameZh.includes('人工调整'));
    expect(lines.map(({ amountFen, formula, references }) => [amountFen, formula.zh, references.awardIds])).toEqual([
      [30_000, '人工调整 300.00 元:季度冲刺奖励', ['adjustment:c8-zhou-yan:2026-11:sprint']],
      [10_000, '人工调整 100.00 元:带教补贴', ['adjustment:c8-zhou-yan:2026-11:mentor']],
    ]);
    const { items } = await get<{ items: readonly { body: { zh: string } }[] }>('/v1/notices?employeeId=c8-zhou-yan&limit=200');
    expect(items.filter(({ body }) => body.zh.includes('季度冲刺奖励'))).toHaveLength(1);
    await send(host.baseUrl, tokens.payroll, 'PUT', `${path}/undo-1`, proposal(-30_000, '撤回季度冲刺奖励'));
    await send(host.baseUrl, tokens.payroll, 'PUT', `${path}/undo-2`, proposal(-10_000, '撤回带教补贴'));
    await approve('undo-1');
    await approve('undo-2');
    expect(await balance('c8-zhou-yan')).toBe(220_000);
  });
});

describe('8 tiered commission', () => {
  test.each([
    ['c8-zhou-yan', '109,999.99 → 2,200.00', 220_000],
    ['c8-sun-hao', '110,000.00 → 3,300.00', 330_000],
    ['c8-wu-di', '110,000.00 and five new customers → 3,800.00', 380_000],
    ['c8m-gao-jie', 'marginal, 110,000 → 2,200.00', 220_000],
    ['c8m-luo-bin', 'marginal, 120,000 → 2,500.00', 250_000],
  ])('%s: %s', async (employeeId, _, expected) => {
    expect(await balance(employeeId)).toBe(expected);
  });
});

describe('9 SaaS', () => {
  const lin = '/v1/people/c9-lin-xiaowen';
  test('full score; commission 8,000, three new customers, renewal reached', async () => {
    expect((await score('c9-lin-xiaowen')).total).toBe('100.00');
    expect(await balance('c9-lin-xiaowen')).toBe(800_000 + 3 * 50_000 + 30_000);
  });

  test('the November payslip from creation to payout: every amount, walkable both ways, replayed to the same digest', async () => {
    await send(host.baseUrl, tokens.payroll, 'PUT', `${lin}/tax-years/2026/opening`, saasOpening);
    await send(host.baseUrl, tokens.payroll, 'PUT', `${lin}/attendance/2026-11`, saasAttendance);
    const estimate = await get<{ payslip: { totals: { netFen: number } } }>(`${lin}/estimate?period=2026-11`);
    expect(estimate.payslip.totals.netFen).toBe(1_792_689);

    const created = await post<{ id: string }>('/v1/payroll-runs', tokens.payroll, {
      legalEntityId: saas.legalEntityId,
      period: '2026-11',
      payDate: '2026-11-30',
    });
    await host.drain();
    const checks = await get<{ done: boolean; errors: number }>(`/v1/payroll-runs/${created.id}/checks`);
    expect(checks).toMatchObject({ done: true, errors: 0 });
    for (const step of ['approve', 'payout', 'publish']) await post(`/v1/payroll-runs/${created.id}/${step}`, tokens.approver);
    await host.drain();

    const me = await host.tokenFor({ subject: 'lin', roles: ['employee'], employeeId: 'c9-lin-xiaowen' });
    const [listed] = (await get<{ items: readonly { id: string }[] }>('/v1/me/payslips', me)).items;
    const id = encodeURIComponent(listed?.id ?? '');
    const slip = await get<{
      totals: Record<string, number>;
      lines: readonly { code: string; amountFen: number; nameZh: string; references: { ledgerSeqs: readonly number[] } }[];
    }>(`/v1/payslips/${id}`, me);
    expect(slip.totals).toMatchObject({
      grossFen: 2_069_655,
      insuranceFen: 126_000,
      fundFen: 84_000,
      taxFen: 66_966,
      otherDeductionsFen: 0,
      netFen: 1_792_689,
    });
    const { grossFen = 0, insuranceFen = 0, fundFen = 0, taxFen = 0, otherDeductionsFen = 0, netFen = 0 } = slip.totals;
    expect(grossFen - insuranceFen - fundFen - taxFen - otherDeductionsFen).toBe(netFen);

    // Backwards: from the line of the new-customer bonus to the CRM events; forwards: from one event to the line.
    const line = slip.lines.findIndex(({ nameZh }) => nameZh.includes('新客户奖')) + 1;
    const provenance = await get<{ facts: readonly { factId: string }[]; awards: readonly unknown[] }>(
      `/v1/payslips/${id}/lines/${line}/provenance`,
      me,
    );
    expect(provenance.facts.map(({ factId }) => factId).sort()).toEqual([
      'hubspot-saas:customer-client-1',
      'hubspot-saas:customer-client-2',
      'hubspot-saas:customer-client-3',
    ]);
    const effects = await get<{ credits: readonly { payslipLines: readonly { payslipId: string; line: number }[] }[] }>(
      `/v1/facts/${encodeURIComponent('hubspot-saas:customer-client-1')}/effects`,
    );
    expect(effects.credits[0]?.payslipLines.some((covered) => covered.payslipId === listed?.id && covered.line === line)).toBe(true);

    expect(await get<{ status: string }>(`/v1/payslips/${id}/replay`, me)).toMatchObject({ status: 'identical' });
    const file = await get<string>(`/v1/payroll-runs/${created.id}/bank-file`, tokens.payroll);
    expect(file).toContain('17926.89');
    const page = await get<string>(`/v1/payslips/${id}/html`, me);
    expect(page).toContain('17,926.89');
    const pdf = await fetch(`${host.baseUrl}/v1/payslips/${id}/pdf`, { headers: { authorization: `Bearer ${me}` } });
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    const { items: notices } = await get<{ items: readonly { title: { zh: string } }[] }>('/v1/notices?limit=200', me).catch(() =>
      get<{ items: readonly { title: { zh: string } }[] }>('/v1/notices?employeeId=c9-lin-xiaowen&limit=200', me),
    );
    expect(notices.filter(({ title }) => title.zh.includes('工资条'))).toHaveLength(1);
  }, 120_000);
});

describe('9 SaaS, mid-month', () => {
  const options = () => ({ baseUrl: host.baseUrl, tokens });
  /** Weights of contract value and new customers; everything else as it is. */
  const weighted = (contractValue: string, newCustomers: string) => {
    const document = planDocument('saas') as PlanDocument;
    const weights: Readonly<Record<string, string>> = { 'contract-value': contractValue, 'new-customers': newCustomers };
    const indicators = document.scheme?.indicators.map((one) => ({ ...one, weight: weights[one.id] ?? one.weight })) ?? [];
    return { ...document, scheme: { ...document.scheme, indicators } };
  };
  const segments = async () => (await score('c9-lin-xiaowen')).segments.map(({ from, to, days, total }) => ({ from, to, days, total }));

  test('from 16 Nov new customers weigh 35 and contract value 40: two segments of 15 days, each on the whole month', async () => {
    const another: SourceFact = {
      id: 'mid-month',
      type: 'order.signed',
      occurredAt: november(12),
      owners: [{ owner: 'c9-lin-xiaowen', share: 100 }],
      subject: { orderId: 'mid-month', customerId: 'client-1' },
      amountFen: 8_000_000,
    };
    await sendErpFacts(saas, [another], options());
    await host.drain();
    // 480,000 of 400,000 counts 1.2: 60 + 25 + 20 + 5.
    expect((await score('c9-lin-xiaowen')).total).toBe('110.00');
    expect(await segments()).toEqual([]);
    const before = await balance('c9-lin-xiaowen');

    await publishPlan(weighted('40', '35'), '2026-11-16', options());
    await host.drain();
    // 48 + 35 + 20 + 5 = 108 for the second half.
    expect(await segments()).toEqual([
      { from: '2026-11-01', to: '2026-11-15', days: 15, total: '110.00' },
      { from: '2026-11-16', to: '2026-11-30', days: 15, total: '108.00' },
    ]);
    expect((await score('c9-lin-xiaowen')).total).toBe('109.00');
    expect(await balance('c9-lin-xiaowen')).toBe(before);
    // What was in force in October stays.
    const october = await get<{ plan: { version: number } }>('/v1/people/c9-lin-xiaowen/scores/2026-10');
    expect(october.plan.version).toBe(1);
  });

  test('a version that replaces the month counts from its first day', async () => {
    await publishPlan(weighted('30', '45'), '2026-11-20', options(), 'replace');
    await host.drain();
    // 36 + 45 + 20 + 5.
    expect((await score('c9-lin-xiaowen')).total).toBe('106.00');
    expect(await segments()).toEqual([]);
  });
});

test('people of one company see nothing of another', async () => {
  const stranger = await host.tokenFor({ subject: 'x', roles: ['payroll', 'auditor'], entities: ['consumer'] });
  for (const path of [
    '/v1/people/c9-lin-xiaowen/ledger',
    '/v1/people/c9-lin-xiaowen/estimate',
    '/v1/people/c9-lin-xiaowen/scores/2026-11',
    '/v1/people/c9-lin-xiaowen/awards/2026-11',
  ]) {
    const response = await fetch(`${host.baseUrl}${path}`, { headers: { authorization: `Bearer ${stranger}` } });
    expect(response.status, path).toBe(404);
  }
});

describe('accruals', () => {
  test.each(['enterprise', 'consumer', 'tiered', 'ecommerce', 'saas', 'pharma'])(
    'of %s are what its ledgers add up to',
    async (legalEntityId) => {
      type Accruals = { readonly total: { readonly earnedFen: number; readonly postedFen: number }; readonly reconciles: boolean };
      const { items } = await get<{ items: readonly { id: string }[] }>(
        `/v1/people?legalEntityId=${legalEntityId}&limit=200`,
        tokens.payroll,
      );
      const balances = await Promise.all(items.map(({ id }) => balance(id)));
      const months = await Promise.all(
        ['2026-10', '2026-11', '2026-12'].map((period) => get<Accruals>(`/v1/accruals/${legalEntityId}/${period}`)),
      );
      expect(months.map(({ reconciles }) => reconciles)).toEqual([true, true, true]);
      expect(months.reduce((sum, { total }) => sum + total.postedFen, 0)).toBe(balances.reduce((sum, one) => sum + one, 0));
    },
  );
});

describe('the chain', () => {
  interface Slip {
    readonly id: string;
    readonly employee: { readonly id: string };
    readonly ledgerRange: { readonly fromSeq: number; readonly toSeq: number };
    readonly lines: readonly { readonly amountFen: number | null; readonly references: { readonly ledgerSeqs: readonly number[] } }[];
  }
  interface Entry {
    readonly seq: number;
    readonly awardId: string;
    readonly amountFen: number;
    readonly cause: { readonly factIds: readonly string[] };
  }
  interface Effects {
    readonly credits: readonly {
      readonly employeeId: string;
      readonly awards: readonly { readonly awardId: string }[];
      readonly entries: readonly { readonly seq: number }[];
      readonly payslipLines: readonly { readonly payslipId: string; readonly line: number }[];
    }[];
  }
  const effectsOf = (factId: string) => get<Effects>(`/v1/facts/${encodeURIComponent(factId)}/effects`);

  test.each([
    ['saas', 'c9-lin-xiaowen', 5],
    // From GPS fixes on: its run is made here.
    ['pharma', 'c6-zhou-jing', 19],
  ])(
    'of %s: every incentive line back to its facts, and each of these facts forward to the line',
    async (legalEntityId, employeeId, fewest) => {
      const runs = await get<{ items: readonly { id: string; period: string; status: string }[] }>(
        `/v1/payroll-runs?legalEntityId=${legalEntityId}`,
        tokens.payroll,
      );
      let runId = runs.items.find(({ period, status }) => period === '2026-11' && status !== 'cancelled')?.id;
      if (runId === undefined) {
        runId = (
          await post<{ id: string }>('/v1/payroll-runs', tokens.payroll, { legalEntityId, period: '2026-11', payDate: '2026-11-30' })
        ).id;
        await host.drain();
        for (const step of ['approve', 'payout', 'publish']) await post(`/v1/payroll-runs/${runId}/${step}`, tokens.approver);
        await host.drain();
      }
      const slip = await get<Slip>(`/v1/payslips/${encodeURIComponent(`${runId}:${employeeId}:1`)}`);
      const seqs: number[] = [];
      const facts = new Set<string>();
      for (const [index, { amountFen, references }] of slip.lines.entries()) {
        if (references.ledgerSeqs.length === 0) continue;
        const line = index + 1;
        const back = await get<{
          entries: readonly Entry[];
          awards: readonly { awardId: string }[];
          facts: readonly { factId: string }[];
          moreFacts: boolean;
        }>(`/v1/payslips/${encodeURIComponent(slip.id)}/lines/${line}/provenance`);
        expect(back.entries.map(({ seq }) => seq)).toEqual(references.ledgerSeqs);
        expect(back.entries.reduce((sum, entry) => sum + entry.amountFen, 0)).toBe(amountFen);
        expect(back.moreFacts).toBe(false);
        const known = new Set(back.facts.map(({ factId }) => factId));
        for (const entry of back.entries) {
          seqs.push(entry.seq);
          expect(back.awards.map(({ awardId }) => awardId)).toContain(entry.awardId);
          expect((await get<{ employeeId: string }>(`/v1/awards/${encodeURIComponent(entry.awardId)}`)).employeeId).toBe(employeeId);
          for (const factId of entry.cause.factIds) {
            facts.add(factId);
            expect(known).toContain(factId);
            const mine = (await effectsOf(factId)).credits.filter((credit) => credit.employeeId === employeeId);
            expect(mine.flatMap(({ awards }) => awards.map(({ awardId }) => awardId))).toContain(entry.awardId);
            expect(mine.flatMap(({ entries }) => entries.map(({ seq }) => seq))).toContain(entry.seq);
            expect(mine.flatMap(({ payslipLines }) => payslipLines)).toContainEqual(expect.objectContaining({ payslipId: slip.id, line }));
          }
        }
      }
      // Nothing of the ledger is on no line, and nothing on two.
      const { fromSeq, toSeq } = slip.ledgerRange;
      expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => fromSeq + index));
      expect(facts.size).toBeGreaterThanOrEqual(fewest);
      for (const factId of facts) {
        const visitId = /^attendance:visit-(.+)$/.exec(factId)?.[1];
        if (visitId === undefined) expect((await get<{ source: string }>(`/v1/facts/${encodeURIComponent(factId)}`)).source).toMatch(/./);
        else expect((await get<{ verdict: string; at: string }>(`/v1/visits/${encodeURIComponent(visitId)}`)).at).toMatch(/^2026-11/);
      }
    },
  );
});
