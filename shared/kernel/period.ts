/** Calendar months and days in the legal entity's time zone. Text throughout (`2026-11`, `2026-11-30`): comparable, storable, readable. */

/** `YYYY-MM`. */
export type Month = string & { readonly __unit: 'month' };
/** `YYYY-MM-DD`. */
export type LocalDate = string & { readonly __unit: 'date' };
/** ISO 8601 instant in UTC with milliseconds: `2026-11-23T01:02:03.004Z`. Sorts as text. */
export type Instant = string & { readonly __unit: 'instant' };

export const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const ZONED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

export const isMonth = (text: string): text is Month => MONTH.test(text);
/** True for a day that exists: `2026-02-29` does not. */
export const isLocalDate = (text: string): text is LocalDate =>
  DATE.test(text) && new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) === text;

/** @throws RangeError when not `YYYY-MM`. */
export const month = (text: string): Month => {
  if (!isMonth(text)) throw new RangeError(`not a month (YYYY-MM): ${text}`);
  return text;
};
/** @throws RangeError when not an existing day. */
export const localDate = (text: string): LocalDate => {
  if (!isLocalDate(text)) throw new RangeError(`not a calendar day (YYYY-MM-DD): ${text}`);
  return text;
};

/** Of an instant in a year of four digits, the only ones whose texts sort as time. */
const INSTANT_LENGTH = 24;

/** An instant with a zone to UTC. @throws RangeError without a zone, or for a moment that does not exist (`Date` makes 2 March of 30 February). */
export const instant = (text: string): Instant => {
  const date = ZONED.test(text) && isLocalDate(text.slice(0, 10)) ? new Date(text) : new Date(Number.NaN);
  const utcText = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  if (utcText.length !== INSTANT_LENGTH) throw new RangeError(`not a time with a zone (2026-11-23T09:00:00+08:00): ${text}`);
  return utcText as Instant;
};
export const instantFromMillis = (millis: number): Instant => new Date(millis).toISOString() as Instant;

const formatters = new Map<string, Intl.DateTimeFormat>();
const formatter = (timeZone: string): Intl.DateTimeFormat => {
  let found = formatters.get(timeZone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, found);
  }
  return found;
};

/** The calendar day of an instant in a time zone. @throws RangeError for an unknown zone. */
export const dateIn = (at: Instant, timeZone: string): LocalDate => {
  // China has had one offset and no daylight saving since 1992: the common case needs no calendar tables.
  if (timeZone === 'Asia/Shanghai' && at >= '1992') return new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10) as LocalDate;
  return formatter(timeZone).format(new Date(at)) as LocalDate;
};

const clocks = new Map<string, Intl.DateTimeFormat>();
/** What a clock on the wall says at an instant: the calendar day and the minutes since its midnight, whole. @throws RangeError for an unknown zone. */
const wallClockIn = (at: Instant, timeZone: string): { readonly date: LocalDate; readonly minute: number } => {
  if (timeZone === 'Asia/Shanghai' && at >= '1992') {
    const millis = Date.parse(at) + 8 * 3_600_000;
    return { date: dateIn(at, timeZone), minute: Math.floor((millis % 86_400_000) / 60_000) };
  }
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    clocks.set(timeZone, clock);
  }
  const [hour, minute] = clock.format(new Date(at)).split(':').map(Number) as [number, number];
  return { date: dateIn(at, timeZone), minute: hour * 60 + minute };
};
/** Whole minutes on the wall from the midnight that `from` begins with to an instant; below 0 before it. @throws RangeError for an unknown zone. */
export const wallMinutesSince = (from: LocalDate, at: Instant, timeZone: string): number => {
  if (timeZone === 'Asia/Shanghai' && at >= '1992') return Math.floor((Date.parse(at) + 8 * 3_600_000 - utc(from)) / 60_000);
  const { date, minute } = wallClockIn(at, timeZone);
  return daysBetween(from, date) * 1440 + minute;
};
export const monthIn = (at: Instant, timeZone: string): Month => dateIn(at, timeZone).slice(0, 7) as Month;
export const monthOf = (date: LocalDate): Month => date.slice(0, 7) as Month;

const utc = (date: LocalDate): number => Date.parse(`${date}T00:00:00Z`);
export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date(utc(date) + days * 86_400_000).toISOString().slice(0, 10) as LocalDate;
export const addMonths = (from: Month, count: number): Month => {
  const index = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1 + count;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}` as Month;
};
export const firstDay = (of: Month): LocalDate => `${of}-01` as LocalDate;
export const lastDay = (of: Month): LocalDate => addDays(firstDay(addMonths(of, 1)), -1);
export const daysInMonth = (of: Month): number => Number(lastDay(of).slice(8));
/** Whole days from `from` to `to`; 0 for the same day. */
export const daysBetween = (from: LocalDate, to: LocalDate): number => Math.round((utc(to) - utc(from)) / 86_400_000);
/** 1 = Monday … 7 = Sunday. */
export const weekday = (date: LocalDate): number => new Date(utc(date)).getUTCDay() || 7;
