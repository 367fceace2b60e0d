/**
 * The targets of one person's month: those that are set for the person or the places where he or she works stand in place of the plan's;
 * new hires have a share by month of service; whoever joins or leaves has the share of the days employed.
 *
 * Defined for every case: a target set for the person on every day counts as it is set, without ramp or proration: whoever sets it knows the
 * person. Other targets that change with a move within the days are their mean by days. A day for which there is neither a set target
 * nor one of the plan has none, and then the whole has none. Exact fractions throughout; nothing is rounded.
 */
import type { AssignedTargets } from '../../../shared/contracts/targets.ts';
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import { type MetricWindow, wholeWindow } from '../../../shared/kernel/metric-window.ts';
import { daysBetween, firstDay, type LocalDate, lastDay, type Month, monthOf } from '../../../shared/kernel/period.ts';
import { multiply, ONE, type Ratio, ratio } from '../../../shared/kernel/ratio.ts';
import type { CompiledPlan } from './compile-plan.ts';
import { type CompiledIndicator, type CompiledScheme, inMetricUnit, type TargetBasis } from './compile-scheme.ts';
import { meanByDays } from './mean-by-days.ts';
import { targetText } from './number-text.ts';

interface Days {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

const hasTargets = ({ days }: AssignedTargets): boolean => days.some(({ targets }) => Object.keys(targets).length > 0);
const asks = (scheme: CompiledScheme | null): boolean =>
  scheme?.indicators.some(({ ramp, prorateOver }) => ramp.length > 0 || prorateOver !== null) ?? false;

/** The plan with the targets of this person and month. A plan that asks for nothing, with nothing set, stays as it is. */
export const assignTargets = (plan: CompiledPlan, assigned: AssignedTargets | undefined, period: Month): CompiledPlan => {
  if (!assigned) return plan;
  if (!hasTargets(assigned) && !asks(plan.scheme) && !plan.segments?.some(({ scheme }) => asks(scheme))) return plan;
  const within = (scheme: CompiledScheme | null, days: Days): CompiledScheme | null =>
    scheme && { ...scheme, indicators: scheme.indicators.map((one) => withTarget(one, assigned, days, period)) };
  return {
    ...plan,
    scheme: within(plan.scheme, { from: firstDay(period), to: lastDay(period) }),
    ...(plan.segments ? { segments: plan.segments.map((one) => ({ ...one, scheme: within(one.scheme, one) })) } : {}),
    assigned,
  };
};

/** Whether a book was made with these targets. A book that names none was made where none was set, by a plan that asks for nothing more. */
export const isAssigned = (stored: AssignedTargets | undefined, now: AssignedTargets | undefined): boolean =>
  stored === undefined ? now === undefined || !hasTargets(now) : now !== undefined && canonicalJson(stored) === canonicalJson(now);

const withTarget = (indicator: CompiledIndicator, assigned: AssignedTargets, days: Days, period: Month): CompiledIndicator => {
  const parts = partsOf(indicator, assigned, days);
  const isPersonal = parts.length > 0 && parts.every(({ of }) => of?.kind === 'person');
  const ramp = isPersonal ? null : rampOf(indicator, assigned, period);
  const prorated = isPersonal ? null : proratedOf(indicator.prorateOver, assigned, period);
  if (parts.every(({ of }) => of === null) && !ramp && !prorated) return indicator;
  const mean = meanOf(parts);
  const share = multiply(ramp?.share ?? ONE, prorated ? ratio(prorated.days, prorated.of) : ONE);
  const target = mean && multiply(mean, share);
  return {
    ...indicator,
    target,
    targetText: target && targetText(target, indicator.unit),
    targetBasis: { parts, ramp, prorated },
  };
};

/** The days that a version counts for, by the target that is set on them; alike ones together. */
const partsOf = ({ id, target: own, unit }: CompiledIndicator, { days: stretches }: AssignedTargets, days: Days): TargetBasis['parts'] => {
  const parts: { days: number; target: Ratio | null; of: TargetBasis['parts'][number]['of']; key: string }[] = [];
  for (const { from, to, targets } of stretches) {
    const [first, last] = [from > days.from ? from : days.from, to < days.to ? to : days.to];
    if (first > last) continue;
    const count = daysBetween(first as LocalDate, last as LocalDate) + 1;
    const set = Object.hasOwn(targets, id) ? targets[id] : undefined;
    const key = set ? JSON.stringify([set.of, set.target]) : '';
    const known = parts.find((part) => part.key === key);
    if (known) known.days += count;
    else parts.push({ days: count, target: set ? inMetricUnit(set.target, unit) : own, of: set?.of ?? null, key });
  }
  return parts.map(({ key: _key, ...part }) => part);
};

const meanOf = (parts: TargetBasis['parts']): Ratio | null => {
  const known = parts.flatMap(({ days, target }) => (target ? [{ days, value: target }] : []));
  return known.length === 0 || known.length < parts.length ? null : meanByDays(known);
};

const rampOf = ({ ramp }: CompiledIndicator, { hiredOn }: AssignedTargets, period: Month): TargetBasis['ramp'] => {
  const month = monthsBetween(monthOf(hiredOn as LocalDate), period) + 1;
  const share = ramp[month - 1];
  return share ? { month, share } : null;
};
const monthsBetween = (from: Month, to: Month): number =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5)) - Number(from.slice(5));

/** The days employed of all the days of the window, to its end: null for whoever is employed on all of them. */
const proratedOf = (window: MetricWindow | null, { hiredOn, leftOn }: AssignedTargets, period: Month): TargetBasis['prorated'] => {
  if (window === null) return null;
  const { from, to } = wholeWindow(window, period);
  const first = hiredOn > from ? (hiredOn as LocalDate) : from;
  const last = leftOn !== null && leftOn < to ? (leftOn as LocalDate) : to;
  const [days, of] = [Math.max(0, daysBetween(first, last) + 1), daysBetween(from, to) + 1];
  return days === of ? null : { days, of };
};
