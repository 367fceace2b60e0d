/** Rules for lists of dated entries (assignments, pay items, insurance). Pure. Errors carry JSON pointers into the request. */
import type { FieldError } from '../../../shared/contracts/problems.ts';
import type { Dated } from '../../../shared/kernel/effective.ts';

export const fieldError = (pointer: string, code: string, detail: string): FieldError => ({ pointer, code, detail });

/** `to` is not before `from`. */
export const checkOrder = (entries: readonly Dated[], pointer: string): FieldError[] =>
  entries.flatMap(({ from, to }, index) =>
    to !== undefined && to < from ? [fieldError(`${pointer}/${index}/to`, 'ends_before_it_begins', `ends on ${to}, before ${from}`)] : [],
  );

/**
 * Entries of one kind do not overlap. An entry without an end is in force until further notice: a later entry is that notice, so a raise
 * or a move is simply one more entry. Two that begin on the same day, or one that begins before the last one's written end, are refused.
 */
export const checkOverlaps = <T extends Dated>(entries: readonly T[], pointer: string, kindOf: (entry: T) => string): FieldError[] => {
  const byKind = new Map<string, { readonly index: number; readonly entry: T }[]>();
  entries.forEach((entry, index) => {
    const kind = kindOf(entry);
    const group = byKind.get(kind);
    if (group) group.push({ index, entry });
    else byKind.set(kind, [{ index, entry }]);
  });
  const errors: FieldError[] = [];
  for (const group of byKind.values()) {
    const ordered = group.toSorted((a, b) => (a.entry.from < b.entry.from ? -1 : a.entry.from > b.entry.from ? 1 : a.index - b.index));
    // The entry whose written end reaches furthest: a short one in between must not hide it.
    let reaching: (typeof ordered)[number] | undefined;
    let before: (typeof ordered)[number] | undefined;
    for (const current of ordered) {
      const other =
        before && before.entry.from === current.entry.from
          ? before
          : reaching?.entry.to !== undefined && reaching.entry.to >= current.entry.from
            ? reaching
            : undefined;
      if (other) errors.push(fieldError(`${pointer}/${current.index}/from`, 'overlaps', `overlaps ${pointer}/${other.index}`));
      const { to } = current.entry;
      if (to !== undefined && (reaching?.entry.to === undefined || to > reaching.entry.to)) reaching = current;
      before = current;
    }
  }
  return errors;
};
