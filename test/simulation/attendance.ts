/** Attendance days of the simulated company: entered, withdrawn and recorded by clocks that send twice, while months are being paid. */
import { attendanceRulesSchema } from '../../shared/contracts/attendance-days.ts';
import { bearer } from './memory-platform.ts';
import type { Services } from './processes.ts';
import type { Random } from './random.ts';
import type { Workload } from './workload.ts';
import type { Job } from './world.ts';

/** One thing about one day of one person; no two are about the same day. */
export interface AttendanceStep {
  readonly id: string;
  readonly employeeId: string;
  readonly date: string;
  readonly kind: 'absence' | 'half-absence' | 'leave' | 'overtime';
  /** Virtual milliseconds after the start. */
  readonly enteredAt: number;
  readonly withdrawnAt: number | null;
  /** When the day's two records are sent, each time the one or the other first. */
  readonly recordedAt: readonly number[];
}

/** Workdays of two months: few enough for a month that less than half of it is missed. */
const DAYS = [
  '2026-10-12',
  '2026-10-13',
  '2026-10-15',
  '2026-10-22',
  '2026-10-26',
  '2026-11-02',
  '2026-11-05',
  '2026-11-12',
  '2026-11-19',
  '2026-11-30',
];

/** In half of the companies. */
export const drawAttendance = (random: Random, employeeIds: readonly string[], length: number): AttendanceStep[] => {
  if (random.chance(0.5)) return [];
  return employeeIds.flatMap((employeeId, person) => {
    // A manager who goes through a month enters much of it at one moment.
    const moment = random.int(length);
    return DAYS.filter(() => random.chance(0.3)).map((date, n): AttendanceStep => {
      const enteredAt = random.chance(0.6) ? moment + random.int(10) : random.int(length);
      return {
        id: `day-${person}-${n}`,
        employeeId,
        date,
        kind: random.pick(['absence', 'half-absence', 'leave', 'overtime']),
        enteredAt,
        withdrawnAt: random.chance(0.4) ? Math.min(length - 1, enteredAt + random.int(length / 2)) : null,
        recordedAt: Array.from({ length: random.between(1, 2) }, () => random.int(length)),
      };
    });
  });
};

const TIMEKEEPER = { subject: 'timekeeper', roles: ['payroll'], entities: '*' } as const;
const send = async (services: Services, method: 'PUT' | 'POST', path: string, body: object): Promise<number> => {
  const response = await services.attendance.http.request(path, {
    method,
    headers: { authorization: bearer(TIMEKEEPER), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.status;
};

/** Monday to Friday, nine to six; overtime as approved. */
export const foundAttendance = async (services: Services, { legalEntityId }: Workload): Promise<void> => {
  const name = { zh: '白班', en: 'Day' };
  const rules = attendanceRulesSchema.parse({
    rules: [
      {
        from: '2026-10-01',
        shifts: [{ id: 'day', name, start: '09:00', end: '18:00', breaks: [{ from: '12:00', to: '13:00' }] }],
        patterns: [{ id: 'office', name, week: ['day', 'day', 'day', 'day', 'day', null, null] }],
        defaultPattern: 'office',
      },
    ],
  });
  const status = await send(services, 'PUT', `/v1/legal-entities/${legalEntityId}/attendance-rules`, rules);
  if (status !== 200) throw new Error(`attendance rules: ${status}`);
};

const bodyOf = ({ kind, date }: AttendanceStep): object => {
  switch (kind) {
    case 'absence':
      return { kind: 'absence', date, half: 'day' };
    case 'half-absence':
      return { kind: 'absence', date, half: 'pm' };
    case 'leave':
      return { kind: 'leave', leaveKind: 'personal', from: date, to: date };
    case 'overtime':
      return { kind: 'overtime', date, fromTime: '18:00', minutes: 180 };
  }
};

/** Each is sent again until it is answered. The records show two hours after the end of the shift. */
export const attendanceJobs = ({ legalEntityId }: Workload, step: AttendanceStep, start: number): Job<Services>[] => {
  const path = `/v1/people/${step.employeeId}/attendance-entries/2026/${step.id}`;
  const job = (name: string, at: number, run: (services: Services) => Promise<boolean>): Job<Services> => ({
    name: `${name} ${step.kind} of ${step.employeeId} on ${step.date}`,
    at: start + at,
    againMillis: 20_000,
    run,
  });
  const records = ['09:00', '20:00'].map((time) => ({
    id: `${step.id}-${time.slice(0, 2)}`,
    employeeId: step.employeeId,
    at: `${step.date}T${time}:00+08:00`,
  }));
  return [
    job('enter', step.enteredAt, async (services) => (await send(services, 'PUT', path, { body: bodyOf(step), reason: '模拟' })) < 300),
    ...(step.withdrawnAt === null
      ? []
      : [
          job(
            'withdraw',
            step.withdrawnAt,
            async (services) => (await send(services, 'POST', `${path}/decisions`, { decision: 'withdraw' })) === 200,
          ),
        ]),
    ...(step.kind === 'overtime' ? step.recordedAt : []).map((at, n) =>
      job('records for', at, async (services) => {
        const body = { legalEntityId, format: 'plain', records: n === 0 ? records : [...records].reverse() };
        return (await send(services, 'POST', '/v1/clock-records/import', body)) === 200;
      }),
    ),
  ];
};
