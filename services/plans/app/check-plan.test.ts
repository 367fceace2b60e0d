import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { soundPlan } from '../domain/testing/sound-plan.ts';
import { checkPlan } from './check-plan.ts';

const example = (name: string): unknown => parse(readFileSync(new URL(`../../../test/plans/${name}.yaml`, import.meta.url), 'utf8'));
const codes = (input: unknown): string[] => checkPlan(input).findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`);

describe('the example plans', () => {
  it.each([
    ['enterprise-services', 'enterprise'],
    ['consumer-goods', 'consumer'],
    ['e-commerce', 'ecommerce'],
    ['tiered-marginal', 'tiered-marginal'],
    ['saas', 'saas'],
  ])('%s is clean', (name, legalEntityId) => {
    const { document, findings } = checkPlan(example(name));
    expect(findings).toEqual([]);
    expect(document).toMatchObject({ id: name, legalEntityId, appliesTo: { kind: 'legal-entity', id: legalEntityId } });
  });

  it('tiered-slab says that its cliff is meant; without that it is a warning', () => {
    expect(codes(example('tiered-slab'))).toEqual(['note cliff_accepted /rewards/0/tiers/1']);
    const text = JSON.stringify(example('tiered-slab')).replace('"cliffAccepted":true', '"cliffAccepted":false');
    expect(checkPlan(JSON.parse(text)).findings).toMatchObject([
      {
        severity: 'warning',
        code: 'cliff',
        counterexample: { amount: '109999.99', pays: '2200.00', nextAmount: '110000.00', nextPays: '3300.00' },
      },
    ]);
  });
});

describe('what is not of the right shape', () => {
  it('is found together with what is wrong in the parts that can be read', () => {
    const broken = {
      ...soundPlan(),
      extra: 1,
      metrics: [...soundPlan().metrics.slice(0, 3), { id: 'visit-days', fold: 'guess' }],
      scheme: { indicators: [{ ...soundPlan().scheme?.indicators[0], target: '0' }], gates: [] },
    };
    expect(codes(broken)).toEqual([
      'error not_an_option /metrics/3/fold',
      'error unknown_field /extra',
      'error target_not_positive /scheme/indicators/0/target',
      'error weights_not_100 /scheme/indicators',
      'warning metric_unused /metrics/2',
    ]);
  });

  it('does not make references to a broken part look wrong', () => {
    const metrics = soundPlan().metrics.map((metric) => (metric.id === 'sales' ? { ...metric, unit: 'dollars' } : metric));
    expect(codes({ ...soundPlan(), metrics })).toEqual(['error not_an_option /metrics/0/unit']);
    // Without a readable id it could be any of them.
    const nameless = soundPlan().metrics.map((metric) => (metric.id === 'sales' ? { ...metric, id: 7 } : metric));
    expect(codes({ ...soundPlan(), metrics: nameless })).toEqual(['error wrong_type /metrics/0/id']);
  });

  it('says what is wrong in words, in both languages', () => {
    const [found] = checkPlan({ ...soundPlan(), name: { zh: '名称' } }).findings;
    expect(found).toMatchObject({ path: '/name/en', zh: '缺少字段 en', en: 'the field en is missing' });
    const unquoted = { ...soundPlan(), scheme: { indicators: [{ ...soundPlan().scheme?.indicators[0], weight: 100 }] } };
    expect(checkPlan(unquoted).findings[0]).toMatchObject({
      zh: 'weight 须为文本(加引号),现为 100',
      en: 'weight must be text in quotes, and is 100',
    });
  });

  it.each([null, 5, 'text', [], {}, { metrics: {} }, { metrics: 5, scheme: [], rewards: null }])('anything is answered: %j', (input) => {
    const { document, findings } = checkPlan(input);
    expect(document).toBeUndefined();
    expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('never throws, whatever it is given, and is bounded', () => {
    const keys = fc.constantFrom(
      'id',
      'name',
      'metrics',
      'scheme',
      'indicators',
      'gates',
      'rewards',
      'fold',
      'where',
      'kind',
      '__proto__',
      'constructor',
    );
    const anything = fc.anything({ key: keys, maxDepth: 4, withBigInt: false });
    fc.assert(
      fc.property(
        fc.record({ metrics: anything, scheme: anything, rewards: anything, appliesTo: anything }, { requiredKeys: [] }),
        (input) => {
          expect(checkPlan(input).findings.length).toBeLessThanOrEqual(200);
        },
      ),
      { numRuns: 300 },
    );
    const many = { ...soundPlan(), metrics: Array.from({ length: 60 }, () => ({ fold: 'sum', a: 1, b: 2, c: 3, d: 4 })) };
    expect(checkPlan(many).findings).toHaveLength(200);
  });
});
