/** Flags: what makes a person look, and never takes pay by itself. Pure. */
import type { VisitPolicy } from '../../../shared/contracts/attendance.ts';
import type { CheckInEvent, CheckOutEvent, EvidenceEvent, LinkedEvidence } from './events.ts';
import type { VisitTest } from './visit.ts';

const wholeMinutes = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / 60_000);

export const dwellTest = ({ at }: CheckInEvent, checkOut: CheckOutEvent | undefined, { dwellMinutes: limit }: VisitPolicy): VisitTest => {
  const plain = { test: 'dwell', limit, unit: 'minutes' } as const;
  if (!checkOut) return { ...plain, result: 'not-measured', measured: null, reason: { zh: '没有签退', en: 'there is no check-out' } };
  const measured = wholeMinutes(at, checkOut.at);
  const stayed = { zh: `停留 ${measured} 分钟`, en: `stayed ${measured} minutes` };
  return measured < limit
    ? { ...plain, result: 'flagged', measured, reason: { zh: `${stayed.zh},少于 ${limit} 分钟`, en: `${stayed.en}, less than ${limit}` } }
    : { ...plain, result: 'passed', measured, reason: stayed };
};

/** Server time rules: the check-in's time has been put right already; the clock is only worth a look. */
export const clockTest = ({ clockOffSeconds }: CheckInEvent, { clockMinutes: limit }: VisitPolicy): VisitTest => {
  const plain = { test: 'clock', limit, unit: 'minutes' } as const;
  const measured = Math.floor(Math.abs(clockOffSeconds) / 60);
  return Math.abs(clockOffSeconds) > limit * 60
    ? {
        ...plain,
        result: 'flagged',
        measured,
        reason: { zh: `手机时钟相差 ${measured} 分钟,已按服务器时间`, en: `the phone's clock was ${measured} minutes off; our time holds` },
      }
    : { ...plain, result: 'passed', measured, reason: { zh: '手机时钟准确', en: 'the phone’s clock was right' } };
};

export const lateUploadTest = ({ at, receivedAt }: CheckInEvent, { lateUploadHours: limit }: VisitPolicy): VisitTest => {
  const plain = { test: 'late-upload', limit, unit: 'hours' } as const;
  const late = Math.max(0, Date.parse(receivedAt) - Date.parse(at));
  const measured = Math.floor(late / 3_600_000);
  return late > limit * 3_600_000
    ? { ...plain, result: 'flagged', measured, reason: { zh: `${measured} 小时后才上传`, en: `uploaded ${measured} hours later` } }
    : { ...plain, result: 'passed', measured, reason: { zh: '及时上传', en: 'uploaded in time' } };
};

const plainFlag = (test: VisitTest['test'], flagged: boolean, yes: VisitTest['reason'], no: VisitTest['reason']): VisitTest => ({
  test,
  result: flagged ? 'flagged' : 'passed',
  measured: null,
  limit: null,
  unit: null,
  reason: flagged ? yes : no,
});

export const mockLocationTest = ({ mockLocation }: CheckInEvent): VisitTest =>
  plainFlag(
    'mock-location',
    mockLocation,
    { zh: '手机报告使用了模拟定位', en: 'the phone reports a mock location' },
    { zh: '没有模拟定位', en: 'no mock location' },
  );

export const emulatorTest = ({ device: { emulator, rooted } }: CheckInEvent): VisitTest =>
  plainFlag(
    'emulator',
    emulator || rooted,
    emulator ? { zh: '来自模拟器', en: 'from an emulator' } : { zh: '手机已被 root 或越狱', en: 'the phone is rooted' },
    { zh: '来自正常手机', en: 'from an ordinary phone' },
  );

const LINKED: Readonly<Record<LinkedEvidence, readonly [VisitTest['reason'], VisitTest['reason']]>> = {
  'device-sharing': [
    { zh: '当天有两名员工使用同一部手机', en: 'two employees used one phone on this day' },
    { zh: '手机只有本人使用', en: 'nobody else used the phone' },
  ],
  'same-coordinates': [
    { zh: '至少三次拜访的坐标完全相同', en: 'three or more visits have identical coordinates' },
    { zh: '坐标没有重复', en: 'the coordinates do not repeat' },
  ],
  'photo-reuse': [
    { zh: '照片曾用于另一次拜访', en: 'the photo was used for another visit' },
    { zh: '照片没有重复使用', en: 'the photo is not used twice' },
  ],
};

export const linkedTests = ({ id, device, position, photo }: CheckInEvent, evidence: readonly EvidenceEvent[]): readonly VisitTest[] => {
  const found = new Set(evidence.filter(({ visitId }) => visitId === id).map((one) => one.evidence));
  const measurable: Readonly<Record<LinkedEvidence, boolean>> = {
    'device-sharing': device.id !== null,
    'same-coordinates': position !== null,
    'photo-reuse': photo?.perceptualHash != null,
  };
  return (Object.keys(LINKED) as LinkedEvidence[]).map((test) => {
    const [yes, no] = LINKED[test];
    if (!found.has(test) && !measurable[test]) {
      return {
        test,
        result: 'not-measured',
        measured: null,
        limit: null,
        unit: null,
        reason: { zh: '没有可比的数据', en: 'there is nothing to compare' },
      };
    }
    return plainFlag(test, found.has(test), yes, no);
  });
};
