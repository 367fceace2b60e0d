/** What a change makes of the targets that are set: pure. */
import type { AppliesTo } from '../../../shared/contracts/plans.ts';
import type { IndicatorTargets, TargetSet } from '../../../shared/contracts/targets.ts';
import { isSamePlace, type PlaceTargets } from './resolve-targets.ts';

/** `null` takes a target away; with `merge` what is not named stays. */
export interface WantedTargets {
  readonly of: AppliesTo;
  readonly how: 'replace' | 'merge';
  readonly targets: { readonly [indicator: string]: string | null };
}

/** The set with the change; the very same set when nothing is different. */
export const changeSet = (before: TargetSet | undefined, { of, how, targets }: WantedTargets): TargetSet => {
  const wanted = new Map<string, string | null>(Object.entries(how === 'merge' ? (before?.targets ?? {}) : {}));
  for (const [indicator, target] of Object.entries(targets)) wanted.set(indicator, target);
  const kept = [...wanted].filter((entry): entry is [string, string] => entry[1] !== null);
  const next: IndicatorTargets = Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  const stored = before ?? { of, version: 0, targets: {} };
  return JSON.stringify(stored.targets) === JSON.stringify(next) ? stored : { of, version: stored.version + 1, targets: next };
};

/** Places that have targets, in one order whatever the order of their changes. */
export const withSet = ({ version, sets }: PlaceTargets, set: TargetSet): PlaceTargets => ({
  version,
  sets: [...sets.filter(({ of }) => !isSamePlace(of, set.of)), set].sort((a, b) => (nameOf(a.of) < nameOf(b.of) ? -1 : 1)),
});
const nameOf = ({ kind, id }: AppliesTo): string => `${kind} ${id}`;
