/** Items of the notices table: one a notice. */
import type { WriteOperation } from '../../shared/adapters/store.ts';
import { canonicalJson } from '../../shared/kernel/canonical.ts';
import type { Notice } from './domain/notice.ts';
import { noticeKey } from './read.ts';

/** Version 1 is only written where there is none: a request that comes again changes nothing. Later ones replace the version before. */
export const putNotice = (notice: Notice, version: number): WriteOperation => {
  const { table, pk, sk } = noticeKey(notice.noticeId);
  return {
    op: 'put',
    table,
    item: {
      pk,
      sk,
      doc: canonicalJson(notice),
      version,
      gsi1pk: `EMPLOYEE#${notice.employeeId}`,
      gsi1sk: `${notice.requestedAt}#${notice.noticeId}`,
    },
    condition: version === 1 ? { kind: 'absent' } : { kind: 'equals', attribute: 'version', value: version - 1 },
  };
};
