/** Items of the portal table: hints that managers sent, and what reading would otherwise work out again each time (that can be thrown away). */
import type { Item, Key, Query, WriteOperation } from '../../shared/adapters/store.ts';
import type { Book } from '../../shared/contracts/books.ts';
import type { ManagerHint } from './domain/manager-hint.ts';
import type { Days } from './domain/team-trend.ts';

type Owner = Pick<Book, 'employeeId' | 'period'>;

/** The days of a person's month, as of a version of the book or a later one. */
export const daysKey = ({ employeeId, period }: Owner): Key => ({ table: 'portal', pk: `DAYS#${employeeId}#${period}`, sk: 'DAYS' });
/** Null for what was worked out before the book changed. */
export const parseDays = (item: Item | undefined, { version }: Pick<Book, 'version'>): Days | null =>
  item !== undefined && Number(item['bookVersion']) >= version ? (JSON.parse(String(item['doc'])) as Days) : null;

/** Never in place of what is newer. */
export const putDays = (book: Book, days: Days): WriteOperation => {
  const { table, pk, sk } = daysKey(book);
  return {
    op: 'put',
    table,
    item: { pk, sk, bookVersion: book.version, doc: JSON.stringify(days) },
    condition: { kind: 'absent-or-below', attribute: 'bookVersion', value: book.version },
  };
};

export const hintKey = (hintId: string): Key => ({ table: 'portal', pk: `HINT#${hintId}`, sk: 'HINT' });
export const parseHint = (item: Item | undefined): ManagerHint | undefined =>
  item === undefined ? undefined : (JSON.parse(String(item['doc'])) as ManagerHint);
/** Newest first. */
export const hintsQuery = (employeeId: string): Query => ({
  table: 'portal',
  index: 'gsi1',
  pk: `HINTS#${employeeId}`,
  descending: true,
});
/** Only where there is none: what was sent is never edited. */
export const putHint = (hint: ManagerHint): WriteOperation => {
  const { table, pk, sk } = hintKey(hint.hintId);
  const gsi1 = { gsi1pk: `HINTS#${hint.employeeId}`, gsi1sk: `${hint.sentAt}#${hint.hintId}` };
  return { op: 'put', table, item: { pk, sk, doc: JSON.stringify(hint), ...gsi1 }, condition: { kind: 'absent' } };
};
