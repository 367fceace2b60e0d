/** A change of the facts (`FoldDelta`) added to what is booked: the new metrics, their values, and the items that change beside the book. */
import type { Book, BookedMetric, StoredRatio } from '../../../shared/contracts/books.ts';
import { add, divide, fromStored, type Ratio, ratio, toStored, ZERO } from '../../../shared/kernel/ratio.ts';
import { unreachable } from '../../../shared/kernel/result.ts';
import { type CompiledMetric, type CompiledPlan, PASSED } from './compile-plan.ts';
import { emptyMetric, errorPosition, type FoldDelta, type MetricDelta, measurementPosition, parseName } from './fold-facts.ts';
import { applyChanges, type Entry } from './ordered-heads.ts';

/** Most expression errors that a book lists: those with the smallest metric and fact ids. */
export const MAX_ERRORS = 20;

/** What a book says about its facts. `errors` is how many there are; at most {@link MAX_ERRORS} are listed. */
export interface FoldState {
  readonly metrics: Book['metrics'];
  readonly expressionErrors: Book['expressionErrors'];
  readonly errors: number;
}
export const EMPTY_FOLD: FoldState = { metrics: {}, expressionErrors: [], errors: 0 };

/** Member state beside the book, as far as it was loaded. A member that is absent from `counts` is in no fact. */
export interface LoadedMembers {
  readonly counts: ReadonlyMap<string, number>;
  /** First entries outside the heads of a set, in order, by {@link setOfMetric} or {@link ERROR_SET}. */
  readonly ranges: ReadonlyMap<string, readonly Entry<string>[]>;
}
export const NO_MEMBERS: LoadedMembers = { counts: new Map(), ranges: new Map() };

export const memberKey = (metricId: string, member: string): string => `${metricId}#${member}`;
export const setOfMetric = (metricId: string): string => `L#${metricId}`;
export const ERROR_SET = 'E';

/** Entries outside that a merge must see first. */
export interface NeededRange {
  readonly set: string;
  readonly order: 'first' | 'last';
  readonly limit: number;
}
export type MergeResult =
  | { readonly status: 'fetch'; readonly ranges: readonly NeededRange[] }
  | {
      readonly status: 'done';
      readonly state: FoldState;
      /** By metric index. */
      readonly values: readonly (Ratio | null)[];
      /** New counts by {@link memberKey}; 0 is deleted. */
      readonly counts: ReadonlyMap<string, number>;
      /** New entries outside by set and position; null is deleted. */
      readonly outside: ReadonlyMap<string, ReadonlyMap<string, string | null>>;
    };

/** The members whose counts a merge must be given. */
export const neededMembers = (delta: FoldDelta): string[] =>
  delta.plan.metrics.flatMap((metric) => {
    const members = delta.metrics[metric.index]?.members;
    if (!members) return [];
    return [...members].flatMap(([member, change]) => (change === 0 ? [] : [memberKey(metric.id, member)]));
  });

export const mergeFold = (plan: CompiledPlan, booked: FoldState, delta: FoldDelta, loaded: LoadedMembers): MergeResult => {
  const ranges: NeededRange[] = [];
  const counts = new Map<string, number>();
  const outside = new Map<string, ReadonlyMap<string, string | null>>();
  const metrics: Record<string, BookedMetric> = {};
  const values: (Ratio | null)[] = [];
  const erring = errorChanges(delta);
  for (const metric of plan.metrics) {
    const stored = Object.hasOwn(booked.metrics, metric.id) ? booked.metrics[metric.id] : undefined;
    const change = delta.metrics[metric.index];
    const before = stored ? wholeOf(metric, stored) : emptyMetric(metric.fold);
    const { errors: _before, ...now } = meanOf(
      metric,
      change ? mergeMetric(metric, before, change, loaded, { ranges, counts, outside }) : before,
    );
    const errors = (stored?.errors ?? 0) + (erring.get(metric.id) ?? 0);
    define(metrics, metric.id, errors > 0 ? { ...now, errors } : now);
    values.push(now.value && fromStored(now.value));
  }
  const errors = applyChanges(
    {
      heads: booked.expressionErrors.map((error) => ({ position: errorPosition(error.metric, error), payload: error.reason })),
      total: booked.errors,
    },
    delta.errors,
    { keep: MAX_ERRORS, order: 'first' },
    loaded.ranges.get(ERROR_SET),
  );
  if (errors.status === 'fetch') ranges.push({ set: ERROR_SET, order: 'first', limit: errors.limit });
  if (ranges.length > 0 || errors.status === 'fetch') return { status: 'fetch', ranges };
  if (errors.outside.size > 0) outside.set(ERROR_SET, errors.outside);
  const expressionErrors = errors.heads.map(({ position, payload }) => {
    const cut = position.indexOf('#');
    return { metric: position.slice(0, cut), ...parseName(position.slice(cut + 1)), reason: payload };
  });
  return { status: 'done', state: { metrics, expressionErrors, errors: errors.total }, values, counts, outside };
};

/** How many facts more, or fewer, each metric cannot be evaluated on. */
const errorChanges = ({ errors }: FoldDelta): ReadonlyMap<string, number> => {
  const changes = new Map<string, number>();
  for (const [position, { before, after }] of errors) {
    const metricId = position.slice(0, position.indexOf('#'));
    changes.set(metricId, (changes.get(metricId) ?? 0) + Number(after !== null) - Number(before));
  }
  return changes;
};

/** `__proto__` is just a name. */
const define = (metrics: Record<string, BookedMetric>, id: string, metric: BookedMetric): void => {
  Object.defineProperty(metrics, id, { value: metric, enumerable: true, configurable: true, writable: true });
};

interface Effects {
  readonly ranges: NeededRange[];
  readonly counts: Map<string, number>;
  readonly outside: Map<string, ReadonlyMap<string, string | null>>;
}

const stored = (state: BookedMetric['state'], name: string): Ratio => {
  const text = Object.hasOwn(state, name) ? state[name] : undefined;
  if (typeof text !== 'string') return ZERO;
  const [n = '0', d = '1'] = text.split('/');
  return fromStored({ n, d });
};
/** `"18"`, `"9/2"`. */
const stateText = ({ n, d }: Ratio): string => (d === 1 || d === 1n ? String(n) : `${n}/${d}`);

const mergeMetric = (
  metric: CompiledMetric,
  before: BookedMetric,
  delta: MetricDelta,
  loaded: LoadedMembers,
  effects: Effects,
): BookedMetric => {
  const facts = before.facts + delta.facts;
  const present = before.value ? fromStored(before.value) : ZERO;
  switch (metric.fold) {
    case 'sum':
    case 'qualified-customers':
      return { value: toStored(add(present, delta.sum)), facts, state: {} };
    case 'count':
      return { value: { n: String(facts), d: '1' }, facts, state: {} };
    case 'average':
    case 'duration': {
      const sum = add(stored(before.state, 'sum'), delta.sum);
      return { value: facts === 0 ? null : toStored(divide(sum, ratio(facts))), facts, state: { sum: stateText(sum) } };
    }
    case 'ratio':
      return quotient(before, facts, delta.sum, delta.below);
    case 'conversion': {
      const changed = mergeMembers(metric.id, delta, loaded, effects);
      return quotient(before, facts, ratio(changed(PASSED.to)), ratio(changed(PASSED.from)));
    }
    case 'count-distinct':
      return { value: toStored(add(present, ratio(mergeMembers(metric.id, delta, loaded, effects)('')))), facts, state: {} };
    case 'latest':
      return mergeLatest(metric.id, before, delta, loaded, effects);
    default:
      return unreachable(metric);
  }
};

/** A mean per day or week is kept with its total, which is what facts are added to. */
const meanOf = ({ span }: CompiledMetric, whole: BookedMetric): BookedMetric => {
  if (!span?.meanPer || !whole.value) return whole;
  const total = fromStored(whole.value);
  return {
    value: toStored(divide(total, ratio(span.units))),
    facts: whole.facts,
    state: { total: stateText(total), per: span.meanPer, units: span.units },
  };
};
const wholeOf = ({ span }: CompiledMetric, booked: BookedMetric): BookedMetric =>
  span?.meanPer ? { value: toStored(stored(booked.state, 'total')), facts: booked.facts, state: {} } : booked;

const isZero = (value: Ratio): boolean => value.n === 0 || value.n === 0n;

/** Both parts are kept: the value is null over nothing. */
const quotient = (before: BookedMetric, facts: number, above: Ratio, below: Ratio): BookedMetric => {
  const numerator = add(stored(before.state, 'numerator'), above);
  const denominator = add(stored(before.state, 'denominator'), below);
  const state = { numerator: stateText(numerator), denominator: stateText(denominator) };
  return { value: isZero(denominator) ? null : toStored(divide(numerator, denominator)), facts, state };
};

/** How many members more or fewer there are, of those whose name begins with a prefix. */
const mergeMembers = (metricId: string, delta: MetricDelta, loaded: LoadedMembers, effects: Effects): ((prefix: string) => number) => {
  const differences = new Map<string, number>();
  for (const [member, change] of delta.members) {
    if (change === 0) continue;
    const key = memberKey(metricId, member);
    const before = loaded.counts.get(key) ?? 0;
    const after = before + change;
    if (after < 0) throw new Error(`member ${key} would be in ${after} facts`);
    effects.counts.set(key, after);
    const difference = (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
    if (difference !== 0) differences.set(member, difference);
  }
  return (prefix) => [...differences].reduce((sum, [member, difference]) => (member.startsWith(prefix) ? sum + difference : sum), 0);
};

/** The head is in the book: its time and fact in `state`, its number in `value`. */
const mergeLatest = (metricId: string, before: BookedMetric, delta: MetricDelta, loaded: LoadedMembers, effects: Effects): BookedMetric => {
  const set = setOfMetric(metricId);
  const { occurredAt, factId, period } = before.state;
  const fact = { factId: String(factId), ...(typeof period === 'string' ? { period } : {}) };
  const position = measurementPosition(String(occurredAt), fact);
  const heads = before.value === null ? [] : [{ position, payload: before.value }];
  const fetched = loaded.ranges.get(set)?.map(({ position, payload }) => ({ position, payload: parseRatioText(payload) }));
  const result = applyChanges({ heads, total: before.facts }, delta.measurements, { keep: 1, order: 'last' }, fetched);
  if (result.status === 'fetch') {
    effects.ranges.push({ set, order: 'last', limit: result.limit });
    return before;
  }
  if (result.outside.size > 0) {
    effects.outside.set(set, new Map([...result.outside].map(([position, value]) => [position, value && `${value.n}/${value.d}`])));
  }
  const [head] = result.heads;
  if (!head) return { value: null, facts: 0, state: {} };
  const cut = head.position.indexOf('#');
  return {
    value: head.payload,
    facts: result.total,
    state: { occurredAt: head.position.slice(0, cut), ...parseName(head.position.slice(cut + 1)) },
  };
};

const parseRatioText = (text: string): StoredRatio => {
  const [n = '0', d = '1'] = text.split('/');
  return { n, d };
};
