/**
 * Leave, trips, overtime, forgotten records, excuses and confirmed absences: asked for by one, decided by another. What was decided is not
 * edited: a further decision takes it back, with its reason. Pure.
 */
import type { AttendanceEntryBody } from '../../../shared/contracts/attendance-days.ts';
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import { addDays, daysBetween, type Instant, type LocalDate } from '../../../shared/kernel/period.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import type { Half } from './work-shift.ts';

/** Who did something: the token's subject, and the employee it is where it is one. */
export interface Actor {
  readonly subject: string;
  readonly employeeId: string | null;
}
export type EntryStatus = 'requested' | 'approved' | 'declined' | 'withdrawn';
export interface AttendanceEntry {
  /** Chosen by who enters it; one within a person and the year of its first day. */
  readonly id: string;
  readonly body: AttendanceEntryBody;
  /** In the words of who enters it. */
  readonly reason: string;
  readonly status: EntryStatus;
  readonly version: number;
  /** Oldest first: entered, then each decision. */
  readonly history: readonly { readonly by: Actor; readonly at: Instant; readonly status: EntryStatus; readonly reason: string | null }[];
}
export type EntryDecision = 'approve' | 'decline' | 'withdraw';
export type EntryRefusal =
  | { readonly code: 'taken' }
  | { readonly code: 'backwards' }
  | { readonly code: 'too_long'; readonly days: number }
  | { readonly code: 'overlaps'; readonly with: string }
  | { readonly code: 'too_many' }
  | { readonly code: 'over_balance'; readonly kind: string; readonly year: number; readonly left: number; readonly asked: number }
  | { readonly code: 'own_absence' }
  | { readonly code: 'own_entry' }
  | { readonly code: 'decided'; readonly status: EntryStatus };

export const MAX_ENTRIES_A_YEAR = 400;
export const MAX_ENTRY_DAYS = 366;

/** First and last day; of a forgotten record the day it has where the legal entity is. */
export const entryDays = (
  body: AttendanceEntryBody,
  dateOf: (at: Instant) => LocalDate,
): { readonly from: LocalDate; readonly to: LocalDate } => {
  switch (body.kind) {
    case 'leave':
    case 'trip':
      return { from: body.from, to: body.to };
    case 'punch':
      return { from: dateOf(body.at), to: dateOf(body.at) };
    default:
      return { from: body.date, to: body.date };
  }
};

/** The halves of a day that leave or a trip covers. */
export const halvesOn = (body: Extract<AttendanceEntryBody, { readonly kind: 'leave' | 'trip' }>, date: LocalDate): readonly Half[] => {
  if (date < body.from || date > body.to) return [];
  return (['am', 'pm'] as const).filter(
    (half) =>
      !(half === 'am' && date === body.from && body.fromHalf === 'pm') && !(half === 'pm' && date === body.to && body.toHalf === 'am'),
  );
};
export const absentHalves = (half: 'day' | Half): readonly Half[] => (half === 'day' ? ['am', 'pm'] : [half]);

/** What is wrong with the days it is about, if anything. */
export const checkSpan = (body: AttendanceEntryBody, dateOf: (at: Instant) => LocalDate): EntryRefusal | undefined => {
  const { from, to } = entryDays(body, dateOf);
  const isSpan = body.kind === 'leave' || body.kind === 'trip';
  if (from > to || (isSpan && from === to && halvesOn(body, from).length === 0)) return { code: 'backwards' };
  const days = daysBetween(from, to) + 1;
  return days > MAX_ENTRY_DAYS ? { code: 'too_long', days } : undefined;
};

const isOpen = ({ status }: AttendanceEntry): boolean => status === 'requested' || status === 'approved';

/** Leave and trips that share half a day with what is asked for. */
const overlapping = (entries: readonly AttendanceEntry[], body: AttendanceEntryBody): AttendanceEntry | undefined => {
  if (body.kind !== 'leave' && body.kind !== 'trip') return undefined;
  return entries.find((entry) => {
    if (!isOpen(entry) || (entry.body.kind !== 'leave' && entry.body.kind !== 'trip')) return false;
    const from = entry.body.from > body.from ? entry.body.from : body.from;
    const to = entry.body.to < body.to ? entry.body.to : body.to;
    if (from > to) return false;
    // Only the first and the last shared day can be shared by other halves than both.
    if (addDays(from, 1) < to) return true;
    return [from, to].some((date) => halvesOn(body, date).some((half) => halvesOn(entry.body as typeof body, date).includes(half)));
  });
};

export interface EntryContext {
  readonly by: Actor;
  /** Whether who enters it is the person it is for. */
  readonly isOwn: boolean;
  readonly at: Instant;
  readonly dateOf: (at: Instant) => LocalDate;
  /** Other entries of the person, those of the year before too. */
  readonly others: readonly AttendanceEntry[];
  /** Days of the balance left before this one, and what this one takes, for each year it touches; empty for what has no balance. */
  readonly balances: readonly { readonly kind: string; readonly year: number; readonly left: number; readonly asked: number }[];
}

/**
 * A new entry, or the one that is there when the same was entered before. One's own waits for a decision; a manager's or payroll's about
 * somebody else holds at once.
 */
export const enter = (
  current: AttendanceEntry | undefined,
  given: Pick<AttendanceEntry, 'id' | 'body' | 'reason'>,
  context: EntryContext,
): Result<AttendanceEntry, EntryRefusal> => {
  if (current) {
    const same = canonicalJson([current.body, current.reason]) === canonicalJson([given.body, given.reason]);
    return same ? succeed(current) : fail({ code: 'taken' });
  }
  const wrongSpan = checkSpan(given.body, context.dateOf);
  if (wrongSpan) return fail(wrongSpan);
  if (context.others.length >= 2 * MAX_ENTRIES_A_YEAR) return fail({ code: 'too_many' });
  if (context.isOwn && given.body.kind === 'absence') return fail({ code: 'own_absence' });
  const other = overlapping(context.others, given.body);
  if (other) return fail({ code: 'overlaps', with: other.id });
  const over = context.balances.find(({ left, asked }) => asked > left);
  if (over) return fail({ code: 'over_balance', ...over });
  const status = context.isOwn ? 'requested' : 'approved';
  return succeed({ ...given, status, version: 1, history: [{ by: context.by, at: context.at, status, reason: null }] });
};

const STATUS = { approve: 'approved', decline: 'declined', withdraw: 'withdrawn' } as const satisfies Record<EntryDecision, EntryStatus>;

/**
 * `approve` and `decline` of what waits, by somebody else than the person it is for. `withdraw` by who entered it while it waits, and by
 * managers and payroll (never for themselves) of what holds. The same decision again gives what is there.
 */
export const decideEntry = (
  current: AttendanceEntry,
  decision: EntryDecision,
  { by, isOwn, reason, at }: { readonly by: Actor; readonly isOwn: boolean; readonly reason: string | null; readonly at: Instant },
): Result<AttendanceEntry, EntryRefusal> => {
  const status = STATUS[decision];
  if (isOwn && (decision !== 'withdraw' || current.status === 'approved')) return fail({ code: 'own_entry' });
  if (current.status === status) return succeed(current);
  const possible = decision === 'withdraw' ? isOpen(current) : current.status === 'requested';
  if (!possible) return fail({ code: 'decided', status: current.status });
  return succeed({ ...current, status, version: current.version + 1, history: [...current.history, { by, at, status, reason }] });
};
