/** Windows in the verifier: their shape, folds that have none but the month, rules that would pay for one fact in several months. */
import { describe, expect, it } from 'vitest';
import { checkPlan } from '../app/check-plan.ts';

const name = { zh: '名', en: 'name' };
const indicator = (metric: string, target = '1') => ({ id: metric, name, kind: 'result', metric, weight: '100', target });
const planWith = (metric: object, more: object = {}) => ({
  id: 'plan',
  name,
  legalEntityId: 'le',
  appliesTo: { kind: 'legal-entity', id: 'le' },
  metrics: [{ id: 'm', name, ...metric }],
  scheme: { indicators: [indicator('m', '0.5')] },
  ...more,
});
const visits = { fold: 'count', factTypes: ['visit.validated'] };
const findingsOf = (plan: unknown): string[] => checkPlan(plan).findings.map(({ severity, path, code }) => `${severity} ${path} ${code}`);

describe('the shape of a window', () => {
  it.each([
    ['day', []],
    ['week', []],
    [{ rolling: 1 }, ['warning /scheme/indicators/0/target count_not_whole']],
    [{ rolling: 366 }, ['warning /scheme/indicators/0/target count_not_whole']],
    [{ rolling: 0 }, ['error /metrics/0/window/rolling too_small']],
    [{ rolling: 367 }, ['error /metrics/0/window/rolling too_big']],
    [{ rolling: 30, days: 2 }, ['error /metrics/0/window/days unknown_field']],
    [{}, ['error /metrics/0/window wrong_format']],
    ['fortnight', ['error /metrics/0/window wrong_format']],
    [7, ['error /metrics/0/window wrong_format']],
  ])('%j: %j', (window, expected) => {
    // A target of half a visit is odd in a month, and usual per day.
    expect(findingsOf(planWith({ ...visits, window }))).toEqual(expected);
  });
  it('says what it may be, in both languages', () => {
    const [finding] = checkPlan(planWith({ ...visits, window: 'fortnight' })).findings;
    expect(finding?.en).toBe(
      'window, which is "fortnight", must be day, week, month, quarter, half-year, year, or days such as { rolling: 30 }',
    );
    expect(finding?.zh).toContain('须为 day、week、month、quarter、half-year、year,或天数');
  });
  it('a plan that says nothing is the plan of the month, with the same digest', () => {
    expect(checkPlan(planWith(visits)).document).toEqual(checkPlan(planWith({ ...visits, window: 'month' })).document);
  });
});

describe('windows and folds', () => {
  it.each(['day', 'week', 'quarter', 'half-year', 'year', { rolling: 28 }])('qualified-customers over %j is refused', (window) => {
    const plan = planWith(
      { fold: 'qualified-customers', qualifies: 'order.net > 0', window },
      { scheme: { indicators: [indicator('m')] } },
    );
    expect(findingsOf(plan)).toEqual(['error /metrics/0/window window_unsupported']);
  });
  it('a day cannot have two days: a target out of reach is found by the window', () => {
    const days = { fold: 'count-distinct', factTypes: ['visit.validated'], by: 'fact.date' };
    const rule = (moreThan: string) => ({
      rewards: [{ id: 'r', name, category: 'bonus', kind: 'count-threshold', metric: 'm', moreThan, amountFen: 1 }],
    });
    expect(findingsOf(planWith({ ...days, window: { rolling: 10 } }, rule('10')))).toContain('error /rewards/0/moreThan never_fires');
    expect(findingsOf(planWith({ ...days, window: { rolling: 10 } }, rule('9')))).not.toContain('error /rewards/0/moreThan never_fires');
  });
});

describe('rules by a metric with a window', () => {
  const rule = { id: 'r', name, category: 'bonus', kind: 'per-unit', metric: 'm', amountFen: 100 };
  it.each<[unknown, boolean]>([
    ['month', true],
    ['day', true],
    [{ rolling: 28 }, true],
    [{ rolling: 29 }, false],
    ['week', false],
    ['quarter', false],
    ['half-year', false],
    ['year', false],
  ])('%j: %s', (window, allowed) => {
    const found = checkPlan(planWith({ ...visits, window }, { rewards: [rule] })).findings.filter(({ severity }) => severity === 'error');
    expect(found.map(({ path, code }) => `${path} ${code}`)).toEqual(allowed ? [] : ['/rewards/0/metric window_beyond_month']);
    // As a gate of a rule that pays by the month it is fine.
    const gated = { ...rule, metric: 'n', gate: { on: { of: 'metric', metric: 'm' }, atLeast: '1' } };
    const plan = planWith({ ...visits, window }, { rewards: [gated] });
    const both = { ...plan, metrics: [...plan.metrics, { id: 'n', name, ...visits }] };
    expect(checkPlan(both).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('metrics of the team', () => {
  const ofTeam = { fold: 'count', factTypes: ['team.member-month'] };
  it.each([
    ['month', []],
    ['quarter', []],
    ['half-year', []],
    ['year', []],
    ['day', ['error /metrics/0/window team_window_unsupported']],
    ['week', ['error /metrics/0/window team_window_unsupported']],
    [{ rolling: 31 }, ['error /metrics/0/window team_window_unsupported']],
  ])('over %j: %j', (window, expected) => {
    const scheme = { indicators: [indicator('m', '3')] };
    expect(findingsOf(planWith({ ...ofTeam, window }, { scheme }))).toEqual(expected);
  });
  it('of a share, too', () => {
    const terms = { numerator: { factTypes: ['team.member-month'] }, denominator: { factTypes: ['visit.validated'] } };
    expect(findingsOf(planWith({ fold: 'ratio', ...terms, window: 'week' }))).toEqual(['error /metrics/0/window team_window_unsupported']);
  });
});
