/**
 * Company 6, 医药: visits to hospitals. 22 check-ins: 18 valid, 2 outside the fence, 1 without follow-up, 1 second visit the same day.
 * Its check-ins come from the representative's phone, most follow-ups from the CRM (Standard Webhooks), some from the app.
 */
import { type Company, type CompanyVisits, november, type SourceFact, series, whole } from '../company.ts';

const OWNER = 'rep-6001';

/** In AMap's coordinates (GCJ-02), as a company's customer list has them; the phone gives WGS-84. */
const HOSPITALS = [
  { id: 'h-ruijin', name: '瑞金医院', latitude: 31.2113, longitude: 121.4674 },
  { id: 'h-zhongshan', name: '中山医院', latitude: 31.1968, longitude: 121.4533 },
  { id: 'h-huashan', name: '华山医院', latitude: 31.2173, longitude: 121.4425 },
  { id: 'h-renji', name: '仁济医院', latitude: 31.2086, longitude: 121.5196 },
] as const;
/** GCJ-02 less WGS-84 in the middle of Shanghai, in degrees: how far a phone's fix is from the place on the map. */
const SHIFT = { latitude: -0.0019, longitude: 0.0045 };

interface Plan {
  readonly day: number;
  readonly hour: number;
  readonly hospital: number;
  /** How far north of the hospital the representative stands. */
  readonly metres: number;
  readonly followUp: 'crm' | 'app' | 'none';
}
const WORKDAYS = [2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20];
/** One visit each workday, and three in the afternoons: 18 that count, as they are followed up. */
const counted = [...WORKDAYS.map((day) => ({ day, hour: 9 })), ...[3, 10, 17].map((day) => ({ day, hour: 14 }))].map(
  ({ day, hour }, index): Plan => ({
    day,
    hour,
    hospital: (index + (hour > 12 ? 1 : 0)) % 4,
    metres: 15 + index * 7,
    followUp: index % 6 === 5 ? 'app' : 'crm',
  }),
);
const visits: readonly Plan[] = [
  ...counted,
  // From the car park across the river, and from home.
  { day: 4, hour: 15, hospital: 3, metres: 420, followUp: 'crm' },
  { day: 11, hour: 15, hospital: 1, metres: 6_000, followUp: 'crm' },
  // Not written up yet: company 6's late follow-up.
  { day: 18, hour: 15, hospital: 3, metres: 40, followUp: 'none' },
  // The same hospital as in the morning.
  { day: 2, hour: 15, hospital: 0, metres: 55, followUp: 'crm' },
];

const hospitalOf = ({ hospital }: Plan): (typeof HOSPITALS)[number] => HOSPITALS[hospital] ?? HOSPITALS[0];
const phonePosition = (plan: Plan) => {
  const { latitude, longitude } = hospitalOf(plan);
  return { latitude: latitude - SHIFT.latitude + plan.metres / 111_319, longitude: longitude - SHIFT.longitude };
};
const CONTENT = '与科室主任沟通新适应症,约定下周科室会';

export const pharmaVisits: CompanyVisits = {
  employeeId: 'c6-zhou-jing',
  // Loaded as a demonstration, weeks later: an upload within 30 days is not late here.
  policies: [{ from: '2026-01-01', radiusMetresByType: { hospital: 300 }, lateUploadHours: 720 }],
  customers: HOSPITALS.map(({ id, name, latitude, longitude }) => ({
    id,
    customerType: 'hospital',
    sites: [{ id: 'main', name, system: 'gcj02', fence: { shape: 'circle', centre: { latitude, longitude } } }],
  })),
  uploads: [visits.slice(0, 11), visits.slice(11)].map((part, upload) =>
    part.flatMap((plan, index) => {
      const sequence = (upload * 11 + index) * 2;
      const position = { system: 'wgs84', ...phonePosition(plan), accuracyMetres: 20 };
      const common = { customerId: hospitalOf(plan).id, position };
      return [
        { ...common, clientSequence: sequence, kind: 'check-in', at: november(plan.day, plan.hour), purpose: '学术拜访' },
        { ...common, clientSequence: sequence + 1, kind: 'check-out', at: november(plan.day, plan.hour, 35) },
      ];
    }),
  ),
  followUps: visits.flatMap((plan, index) =>
    plan.followUp === 'app'
      ? [{ id: `note-${index}`, at: november(plan.day, plan.hour, 50), customerId: hospitalOf(plan).id, content: CONTENT }]
      : [],
  ),
};

/** Written the next morning, 20 hours after the visit: in time. */
export const lateFollowUp = { id: 'note-late', at: november(19, 11), customerId: HOSPITALS[3].id, content: CONTENT };

export const pharma: Company = {
  number: 6,
  legalEntityId: 'pharma',
  name: { zh: '康泽医药', en: 'Kangze Pharma' },
  unit: { id: 'c6-shanghai', zh: '上海医院部', en: 'Shanghai hospitals' },
  manager: { id: 'c6-xu-lin', name: '许琳', positionId: 'sales-manager', externalId: 'rep-6000', baseSalaryFen: 2_200_000 },
  people: [{ id: pharmaVisits.employeeId, name: '周静', positionId: 'representative', externalId: OWNER, baseSalaryFen: 1_100_000 }],
  plan: 'pharma',
  source: {
    id: 'std-pharma',
    kind: 'standard-webhooks',
    mapping: 'standard-facts',
    secret: `whsec_${btoa('the demonstration secret of pharma')}`,
  },
  facts: [
    ...series(8, 20, (index, occurredAt) => ({
      id: `po-${index + 1}`,
      type: 'order.signed',
      occurredAt,
      owners: whole(OWNER),
      subject: { orderId: `po-${index + 1}`, customerId: HOSPITALS[index % 4]?.id ?? '' },
      amountFen: 5_000_000,
    })),
    ...visits.flatMap((plan, index): SourceFact[] =>
      plan.followUp === 'crm'
        ? [
            {
              id: `note-${index}`,
              type: 'followup.logged',
              occurredAt: november(plan.day, plan.hour, 50),
              owners: whole(OWNER),
              subject: { customerId: hospitalOf(plan).id },
              attributes: { content: CONTENT },
            },
          ]
        : [],
    ),
  ],
  visits: pharmaVisits,
};

const WEEK = ['day', 'day', 'day', 'day', 'day', null, null];
/** The office from nine to six; representatives work irregular hours, and their check-ins are their clock. */
export const pharmaAttendanceRules = {
  rules: [
    {
      from: '2026-01-01',
      shifts: [
        {
          id: 'day',
          name: { zh: '白班', en: 'Day' },
          start: '09:00',
          end: '18:00',
          breaks: [{ from: '12:00', to: '13:00' }],
          flexibleMinutes: 30,
        },
      ],
      patterns: [
        { id: 'office', name: { zh: '办公室', en: 'Office' }, week: WEEK },
        { id: 'field', name: { zh: '外勤', en: 'Field' }, hours: 'irregular', week: WEEK },
      ],
      defaultPattern: 'office',
      patternByPosition: { representative: 'field', 'sales-manager': 'field' },
    },
  ],
};
export const pharmaLeave = {
  body: { kind: 'leave', leaveKind: 'personal', from: '2026-12-17', to: '2026-12-18' },
  reason: '搬家',
};
