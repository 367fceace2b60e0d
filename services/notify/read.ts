/** What others may know of notices: their key (also the done mark of `notice.requested`), their shape, and a person's notices by time. */
import type { Item, Key, Query } from '../../shared/adapters/store.ts';
import type { Notice } from './domain/notice.ts';

export type { Notice } from './domain/notice.ts';

export const noticeKey = (noticeId: string): Key => ({ table: 'notices', pk: `NOTICE#${noticeId}`, sk: 'NOTICE' });

export const parseNotice = (item: Item | undefined): Notice | undefined =>
  item === undefined ? undefined : (JSON.parse(String(item['doc'])) as Notice);

/** A person's notices, newest request first whatever the order they came in. From an index: the newest may be missing for a moment. */
export const noticesQuery = (employeeId: string): Query => ({
  table: 'notices',
  index: 'gsi1',
  pk: `EMPLOYEE#${employeeId}`,
  descending: true,
});
