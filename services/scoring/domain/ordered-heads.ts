/**
 * An ordered set of which only the first few entries, the heads, are kept at hand; the others are items of their own. So the latest of
 * 100,000 measurements, a customer's first standing order, or the first 20 errors cost the same to keep as those of ten.
 *
 * Invariant: the items outside are exactly the entries that are not heads.
 */

export interface Entry<P> {
  readonly position: string;
  readonly payload: P;
}
/** What happened at a position: whether an entry was there before, and what is there now (null: nothing). */
export interface Change<P> {
  readonly before: boolean;
  readonly after: P | null;
}
export interface OrderedHeads<P> {
  readonly heads: readonly Entry<P>[];
  /** All entries, heads included. */
  readonly total: number;
}
export type HeadsResult<P> =
  /** The heads cannot be told without the first `limit` entries outside. */
  | { readonly status: 'fetch'; readonly limit: number }
  | {
      readonly status: 'done';
      readonly heads: readonly Entry<P>[];
      readonly total: number;
      /** Entries outside: to put, or with null to delete. */
      readonly outside: ReadonlyMap<string, P | null>;
    };

/** `first`: heads are those with the smallest positions, in rising order. `last`: the largest, in falling order. */
export type HeadsOrder = 'first' | 'last';

/**
 * @param fetched the first entries outside as they were before the changes, in order; `[]` when none are needed or there are none.
 */
export const applyChanges = <P>(
  state: OrderedHeads<P>,
  changes: ReadonlyMap<string, Change<P>>,
  options: { readonly keep: number; readonly order: HeadsOrder },
  fetched?: readonly Entry<P>[],
): HeadsResult<P> => {
  const { keep, order } = options;
  const compare = order === 'first' ? ascending : descending;
  const headsBefore = new Map(state.heads.map((entry) => [entry.position, entry.payload]));
  let total = state.total;
  let outsideChanged = 0;
  const known = state.heads.filter(({ position }) => !changes.has(position));
  for (const [position, { before, after }] of changes) {
    total += (after === null ? 0 : 1) - (before ? 1 : 0);
    if (before && !headsBefore.has(position)) outsideChanged += 1;
    if (after !== null) known.push({ position, payload: after });
  }
  known.sort((a, b) => compare(a.position, b.position));

  // Entries outside that did not change all come after the last head before.
  const unknown = state.total - state.heads.length - outsideChanged;
  const lastHead = state.heads.at(-1);
  const decided = known.slice(0, keep);
  const lastDecided = decided.at(-1);
  const settled =
    unknown <= 0 ||
    (decided.length === keep &&
      (lastDecided === undefined || (lastHead !== undefined && compare(lastDecided.position, lastHead.position) <= 0)));
  let heads: readonly Entry<P>[] = decided;
  if (!settled) {
    if (fetched === undefined) return { status: 'fetch', limit: keep + outsideChanged };
    heads = [...known, ...fetched.filter(({ position }) => !changes.has(position))]
      .sort((a, b) => compare(a.position, b.position))
      .slice(0, keep);
  }
  return { status: 'done', heads, total, outside: outsideAfter(headsBefore, heads, changes) };
};

const outsideAfter = <P>(
  headsBefore: ReadonlyMap<string, P>,
  heads: readonly Entry<P>[],
  changes: ReadonlyMap<string, Change<P>>,
): Map<string, P | null> => {
  const outside = new Map<string, P | null>();
  const isHead = new Set(heads.map(({ position }) => position));
  // Changed entries: the new payload goes outside unless it is a head now.
  for (const [position, { before, after }] of changes) {
    const wasOutside = before && !headsBefore.has(position);
    if (after !== null && !isHead.has(position)) outside.set(position, after);
    else if (wasOutside) outside.set(position, null);
  }
  // Unchanged ones: pushed out of the heads, or promoted.
  for (const [position, payload] of headsBefore) {
    if (!changes.has(position) && !isHead.has(position)) outside.set(position, payload);
  }
  for (const { position } of heads) {
    if (!changes.has(position) && !headsBefore.has(position)) outside.set(position, null);
  }
  return outside;
};

/** By UTF-8 bytes, as the store orders its keys: by code point, not by UTF-16 unit. */
export const ascending = (a: string, b: string): number => {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x === y) continue;
    const xSurrogate = x >= 0xd800 && x <= 0xdfff;
    const ySurrogate = y >= 0xd800 && y <= 0xdfff;
    if (xSurrogate !== ySurrogate) return xSurrogate ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
};
const descending = (a: string, b: string): number => ascending(b, a);
