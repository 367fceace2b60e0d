/** The YAML of docs/guides/plans.md is what it says it is. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { metricSchema, rewardSchema } from '../../../shared/contracts/plans.ts';
import { mostTierPay, tierPay, tiersInFen } from '../domain/tier-pay.ts';
import { estimateWorstCase } from '../domain/worst-case.ts';
import { checkPlan } from './check-plan.ts';
import { volumesSchema } from './volumes.ts';

const guide = readFileSync(new URL('../../../docs/guides/plans.md', import.meta.url), 'utf8');
const blocks = (kind: string): unknown[] =>
  [...guide.matchAll(/```yaml (\w+)\n([\s\S]*?)```/g)].flatMap(([, name, text]) => (name === kind ? [parse(text ?? '')] : []));

const metrics = blocks('metric').flat();
const rewards = blocks('reward');
const scheme = { indicators: blocks('indicator'), gates: blocks('gate') };
const examples = blocks('example');
const planWith = (rules: readonly unknown[]) => ({
  id: 'guide',
  name: { zh: '示例', en: 'guide' },
  legalEntityId: 'acme',
  appliesTo: { kind: 'legal-entity', id: 'acme' },
  metrics,
  scheme,
  rewards: rules,
});
const kindsOf = (schema: { readonly options: readonly { readonly shape: object }[] }, field: string): string[] =>
  schema.options.map(({ shape }) => String((shape as Record<string, { readonly value: unknown }>)[field]?.value));
const members = (list: readonly unknown[], field: string): unknown[] => list.map((item) => (item as Record<string, unknown>)[field]);

describe('the guide', () => {
  it('shows every fold, curve and kind of rule', () => {
    expect(new Set(members(metrics, 'fold'))).toEqual(new Set(kindsOf(metricSchema, 'fold')));
    expect(new Set(members(rewards, 'kind'))).toEqual(new Set(kindsOf(rewardSchema, 'kind')));
    expect(members(scheme.indicators, 'curve').map((curve) => (curve as { kind: string } | undefined)?.kind ?? 'linear')).toEqual([
      'linear',
      'stepped',
      'piecewise',
    ]);
    expect(scheme.gates).toHaveLength(1);
  });

  it('shows nothing that the verifier refuses', () => {
    for (const rule of rewards) {
      // A draw is of other rules.
      const { of = [] } = rule as { readonly of?: readonly string[] };
      const named = rewards.filter((one) => of.includes((one as { readonly id: string }).id));
      const { document, findings } = checkPlan(planWith([...named, rule]));
      expect(document).toBeDefined();
      // One rule at a time: what the others measure is unused, and their groups are without them.
      expect(
        findings.filter(({ severity, code }) => severity !== 'note' && code !== 'metric_unused' && code !== 'exclusive_alone'),
      ).toEqual([]);
    }
  });

  it('shows examples that hold', () => {
    expect(examples).toHaveLength(1);
    const { findings } = checkPlan({ ...planWith([]), examples });
    expect(findings.filter(({ code }) => code.startsWith('example_') || code === 'more_findings')).toEqual([]);
    const wrong = JSON.stringify(examples).replace('"90000"', '"90001"');
    expect(checkPlan({ ...planWith([]), examples: JSON.parse(wrong) }).findings).toContainEqual(
      expect.objectContaining({ code: 'example_differs' }),
    );
  });

  it('pays what it says for rate tables', () => {
    const pays = (id: string, yuan: number): number => {
      const rule = rewardSchema.parse(rewards.find((one) => (one as { id: string }).id === id));
      if (rule.kind !== 'tiered-rate') throw new Error(`${id} has no tiers`);
      const tiers = tiersInFen(rule) ?? [];
      const amount = BigInt(Math.round(yuan * 100));
      expect(mostTierPay(rule, tiers, amount)).toBeGreaterThanOrEqual(tierPay(rule, tiers, amount));
      return Number(tierPay(rule, tiers, amount)) / 100;
    };
    expect([pays('commission', 109_999.99), pays('commission', 110_000)]).toEqual([2_200, 3_300]);
    expect([pays('marginal-commission', 110_000), pays('marginal-commission', 120_000)]).toEqual([2_200, 2_500]);
  });

  it('has volumes for everything that it shows', () => {
    const { document } = checkPlan(planWith(rewards));
    const [volumes] = blocks('volumes');
    if (!document) throw new Error('the guide is not a plan');
    expect(estimateWorstCase(document, volumesSchema.parse(volumes)).missing).toEqual([]);
  });
});
