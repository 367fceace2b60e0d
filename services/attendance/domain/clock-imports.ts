/** Records of other clocks in their own formats → records of ours. What only those systems want to say of them is left out. Pure. */
import type { ImportedRecord } from '../../../shared/contracts/attendance-days.ts';
import { type Instant, instantFromMillis } from '../../../shared/kernel/period.ts';
import type { ClockRecord } from './judge-month.ts';

/** Whose it is: an id of the other system, or ours. */
export interface ReadRecord {
  readonly owner: { readonly source: 'wecom' | 'dingtalk'; readonly externalId: string } | { readonly employeeId: string };
  readonly record: ClockRecord;
}

const clockRecord = (id: string, at: Instant, source: ClockRecord['source']): ClockRecord => ({ id, at, source, bssid: null, said: null });

/**
 * `null`: the system only says that there was no record (未打卡, NotSigned), which is no record. Position, photo and the other system's own
 * verdict are not taken: the first are not needed, and the last is not ours.
 */
export const readImported = (imported: ImportedRecord): ReadRecord | null => {
  switch (imported.format) {
    case 'wecom': {
      const { userid, checkin_time: seconds, checkin_type: type, exception_type: exception } = imported;
      if (exception.split(';').includes('未打卡')) return null;
      return {
        owner: { source: 'wecom', externalId: userid },
        record: clockRecord(`wecom:${seconds}:${type}`, instantFromMillis(seconds * 1000), 'wecom'),
      };
    }
    case 'dingtalk': {
      const { id, userId, userCheckTime, timeResult } = imported;
      if (timeResult === 'NotSigned') return null;
      return {
        owner: { source: 'dingtalk', externalId: userId },
        record: clockRecord(`dingtalk:${id}`, instantFromMillis(userCheckTime), 'dingtalk'),
      };
    }
    case 'plain':
      return { owner: { employeeId: imported.employeeId }, record: clockRecord(`device:${imported.id}`, imported.at, 'device') };
  }
};
