/** What is set for places and persons: every set stands as it was said last, with each version of it kept. */
import type { StoredItem } from './audit.ts';

interface Step {
  readonly kind: string;
  readonly id: string;
  readonly period: string;
  readonly version: number;
  readonly target: string | null;
}
interface Standing {
  readonly of: { readonly kind: string; readonly id: string };
  readonly version: number;
  readonly targets: { readonly sales?: string };
}

export const auditTargets = (steps: readonly Step[], items: readonly StoredItem[]): string[] => {
  const standing = new Map<string, Standing>();
  const kept = new Map<string, number>();
  for (const { item } of items) {
    if (item.pk.startsWith('TARGETS#') && item.sk.startsWith('CHANGE#')) {
      const { set } = JSON.parse(String(item['doc'])) as { readonly set: Standing };
      const [, period] = item.sk.split('#');
      const key = keyOf(set.of.id, period);
      kept.set(key, (kept.get(key) ?? 0) + 1);
      continue;
    }
    if (!item.pk.startsWith('TARGETS#') && !item.pk.startsWith('PERSON-TARGETS#')) continue;
    const stored = JSON.parse(String(item['doc'])) as Standing | readonly Standing[];
    for (const set of [stored].flat() as Standing[]) standing.set(keyOf(set.of.id, item.sk.slice('MONTH#'.length)), set);
  }
  const findings: string[] = [];
  for (const key of new Set(steps.map(({ id, period }) => keyOf(id, period)))) {
    const said = steps.filter(({ id, period }) => keyOf(id, period) === key).toSorted((a, b) => a.version - b.version);
    const last = said.at(-1);
    const set = standing.get(key);
    if (set?.version !== last?.version || (set?.targets.sales ?? null) !== last?.target)
      findings.push(`targets of ${key} are ${JSON.stringify(set ?? null)}, said last was ${JSON.stringify(last)}`);
    if (kept.get(key) !== said.length) findings.push(`targets of ${key} keep ${kept.get(key) ?? 0} of ${said.length} versions`);
  }
  return findings;
};

const keyOf = (id: string, period = ''): string => `${id} in ${period}`;
