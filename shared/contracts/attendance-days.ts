/** Attendance days: shifts, who works by them, leave and what else explains a day, and the records of a clock. */
import { z } from 'zod';
import { dateSchema, idSchema, instantSchema, localTextSchema, nameSchema, slugSchema } from './common.ts';

/** A time on the wall, `09:00`. */
const wallTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM, from 00:00 to 23:59');
const minutes = (max: number) => z.int().min(0).max(max);

/** One way to spend a day at work. An end that is not after the start is on the next day. */
export const shiftSchema = z.strictObject({
  id: slugSchema,
  name: localTextSchema,
  start: wallTimeSchema,
  end: wallTimeSchema,
  /** Not worked and not counted; the first also parts the day's halves, otherwise its middle does. */
  breaks: z
    .array(z.strictObject({ from: wallTimeSchema, to: wallTimeSchema }))
    .max(4)
    .default([]),
  /** Who comes so much later goes so much later, and is not late. */
  flexibleMinutes: minutes(240).default(0),
  /** Late or early by at most so much is neither. Beyond it every minute counts. */
  graceMinutes: minutes(60).default(0),
});
export type Shift = z.infer<typeof shiftSchema>;

/** A week of shifts, Monday first; null: no work. */
export const workPatternSchema = z.strictObject({
  id: slugSchema,
  name: localTextSchema,
  /** `standard`; `irregular`: no fixed hours, nothing is measured by the minute; `comprehensive`: hours are counted over the month. */
  hours: z.enum(['standard', 'irregular', 'comprehensive']).default('standard'),
  week: z.array(slugSchema.nullable()).length(7),
  /** `calendar`: public holidays and days off by adjustment are free, weekend workdays are worked. `ignored`: the week is the week. */
  holidays: z.enum(['calendar', 'ignored']).default('calendar'),
});
export type WorkPattern = z.infer<typeof workPatternSchema>;

/** What a day of leave does to pay: nothing, all of it, or what sick pay leaves. */
export const leaveKindSchema = z.strictObject({
  id: slugSchema,
  name: localTextSchema,
  pay: z.enum(['paid', 'unpaid', 'sick']),
  /** Days that count against a balance; the others are not counted at all. */
  balance: z.boolean().default(false),
});
export type LeaveKind = z.infer<typeof leaveKindSchema>;

/** How days are judged from a day on. */
export const attendanceRuleSchema = z.strictObject({
  from: dateSchema,
  shifts: z.array(shiftSchema).min(1).max(60),
  patterns: z.array(workPatternSchema).min(1).max(60),
  /** Who has no pattern by position; null: days of the others are not judged. */
  defaultPattern: slugSchema.nullable(),
  patternByPosition: z.record(idSchema, slugSchema).default({}),
  /** Whether a check-in or check-out at a customer is also one of the clock. */
  checkIns: z.enum(['counted', 'ignored']).default('counted'),
  /** Until then a clock's record still belongs to the evening before. */
  dayBeginsAt: wallTimeSchema.default('04:00'),
  /** Late or early by more than so much asks a manager whether half a day was missed; null: never. */
  halfDayAfterMinutes: minutes(480).nullable().default(null),
  overtime: z
    .strictObject({
      /** `approved`: as far as it was approved and worked; `recorded`: what the clock shows after the end of the shift. */
      basis: z.enum(['approved', 'recorded', 'none']).default('approved'),
      /** Less than so much on a day is none. */
      minimumMinutes: minutes(240).default(30),
      /** Counted in whole steps of so much. */
      stepMinutes: z.int().min(1).max(120).default(30),
    })
    .default({ basis: 'approved', minimumMinutes: 30, stepMinutes: 30 }),
  leaveKinds: z.array(leaveKindSchema).max(40).optional(),
  /** Wireless networks of the own offices: a record that names one was made there, without a position. */
  officeNetworks: z
    .array(
      z.strictObject({
        bssid: z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, 'six bytes in lower-case hexadecimal with colons'),
        name: nameSchema(100),
      }),
    )
    .max(500)
    .default([]),
});
export type AttendanceRule = z.infer<typeof attendanceRuleSchema>;
export const attendanceRulesSchema = z.strictObject({ rules: z.array(attendanceRuleSchema).min(1).max(60) });
export type AttendanceRules = z.infer<typeof attendanceRulesSchema>;

/** Days of one month on which somebody's shift is not that of the pattern; null: free. */
export const rosterSchema = z.strictObject({
  days: z.record(dateSchema, slugSchema.nullable()).refine((days) => Object.keys(days).length <= 31, 'at most 31 days'),
});
export type Roster = z.infer<typeof rosterSchema>;

const half = z.enum(['day', 'am', 'pm']);
/** From a day (or its afternoon) to a day (or its morning). */
const span = {
  from: dateSchema,
  to: dateSchema,
  /** `pm`: from the afternoon of the first day on. */
  fromHalf: z.enum(['day', 'pm']).default('day'),
  /** `am`: to the morning of the last day. */
  toHalf: z.enum(['day', 'am']).default('day'),
};
/** What explains a day beside the clock. Asked for by the person, or entered by a manager or payroll; somebody else decides. */
export const attendanceEntryBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('leave'), leaveKind: slugSchema, ...span }),
  z.strictObject({ kind: z.literal('trip'), ...span }),
  /** `fromTime` before the day begins (`dayBeginsAt`) is in the night after it. */
  z.strictObject({ kind: z.literal('overtime'), date: dateSchema, fromTime: wallTimeSchema, minutes: z.int().min(1).max(960) }),
  /** A record that the clock lacks. */
  z.strictObject({ kind: z.literal('punch'), at: instantSchema }),
  /** What the person is not to be blamed for. */
  z.strictObject({ kind: z.literal('excuse'), date: dateSchema, of: z.enum(['late', 'early', 'absence']) }),
  /** That somebody was not there, and it is not paid: only a person says so. */
  z.strictObject({ kind: z.literal('absence'), date: dateSchema, half }),
]);
export type AttendanceEntryBody = z.infer<typeof attendanceEntryBodySchema>;

/** Days of leave a person may take in a year, by kind. */
export const leaveBalancesSchema = z.strictObject({
  days: z
    .record(slugSchema, z.number().min(0).max(366).multipleOf(0.5))
    .refine((days) => Object.keys(days).length <= 40, 'at most 40 kinds'),
});
export type LeaveBalances = z.infer<typeof leaveBalancesSchema>;

/** One press of the clock in the own app, without position. */
export const punchSchema = z.strictObject({
  clientSequence: z.int().min(0).max(1_000_000_000),
  at: instantSchema,
  /** Of the wireless network the phone is in. */
  bssid: z.string().max(17).optional(),
});
export type PunchRecord = z.infer<typeof punchSchema>;

/** From 2000 to 2199: beyond it a number is in another unit. */
const seconds = z.int().min(946_684_800).max(7_258_118_399);
const millis = z.int().min(946_684_800_000).max(7_258_118_399_999);
/** A record of another clock. Of WeCom and DingTalk what their own interfaces answer; what else stands in it is not looked at. */
export const importedRecordSchema = z.discriminatedUnion('format', [
  /** One of `checkindata` of WeCom's getcheckindata. */
  z.object({
    format: z.literal('wecom'),
    userid: nameSchema(128),
    checkin_time: seconds,
    checkin_type: nameSchema(40),
    exception_type: z.string().max(200).default(''),
  }),
  /** One of `recordresult` of DingTalk's attendance/list or attendance/listRecord. */
  z.object({
    format: z.literal('dingtalk'),
    id: z.union([z.int(), slugSchema]),
    userId: nameSchema(128),
    userCheckTime: millis,
    timeResult: z.string().max(40).optional(),
  }),
  /** Of any other clock, with our own ids. */
  z.strictObject({ format: z.literal('plain'), id: idSchema, employeeId: idSchema, at: instantSchema }),
]);
export type ImportedRecord = z.infer<typeof importedRecordSchema>;
