/** What two documents of a plan say differently, place by place, for somebody who has to agree to it. Pure. */
import { canonicalJson } from '../../../shared/kernel/canonical.ts';

export interface Difference {
  /** As a JSON pointer, but metrics, indicators and reward rules go by their id: `/rewards/new-customer/amountFen`. */
  readonly place: string;
  readonly change: 'added' | 'removed' | 'changed' | 'reordered';
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Most differences of one answer; beyond, the whole is shown as changed. */
export const MAX_DIFFERENCES = 500;

type Group = { readonly [name: string]: unknown };
const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null && !Array.isArray(value);
const idOf = (value: unknown): string | undefined =>
  isGroup(value) && Object.hasOwn(value, 'id') && typeof value['id'] === 'string' ? value['id'] : undefined;

/** The members of a list by id, when every one has an id of its own. */
const byId = (list: readonly unknown[]): Map<string, unknown> | null => {
  const members = new Map<string, unknown>();
  for (const member of list) {
    const id = idOf(member);
    if (id === undefined || members.has(id)) return null;
    members.set(id, member);
  }
  return members;
};

const step = (place: string, name: string): string => `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
const keysOf = (value: Group | readonly unknown[]): Map<string, unknown> => new Map(Object.entries(value));

/** Empty exactly when both documents have the same digest. */
export const differences = (before: unknown, after: unknown): readonly Difference[] => {
  const found: Difference[] = [];
  compare('', before, after, found);
  return found.length > MAX_DIFFERENCES ? [{ place: '', change: 'changed', before, after }] : found;
};

const compare = (place: string, before: unknown, after: unknown, found: Difference[]): void => {
  if (canonicalJson(before) === canonicalJson(after)) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    const [left, right] = [byId(before), byId(after)];
    if (left && right) {
      compareMembers(place, left, right, found);
      const order = [...left.keys()].filter((id) => right.has(id));
      const now = [...right.keys()].filter((id) => left.has(id));
      if (order.join('\n') !== now.join('\n')) found.push({ place, change: 'reordered', before: order, after: now });
      return;
    }
    compareMembers(place, keysOf(before), keysOf(after), found);
    return;
  }
  if (isGroup(before) && isGroup(after)) {
    compareMembers(place, keysOf(before), keysOf(after), found);
    return;
  }
  found.push({ place, change: 'changed', before, after });
};

const compareMembers = (
  place: string,
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  found: Difference[],
): void => {
  for (const [name, value] of before) {
    if (after.has(name)) compare(step(place, name), value, after.get(name), found);
    else found.push({ place: step(place, name), change: 'removed', before: value });
  }
  for (const [name, value] of after) if (!before.has(name)) found.push({ place: step(place, name), change: 'added', after: value });
};
