/** Items of the portal table: what reading would otherwise work out again each time. Each can be thrown away; none is read by others. */
import type { Item, Key, WriteOperation } from '../../shared/adapters/store.ts';
import type { Book } from '../../shared/contracts/books.ts';
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
