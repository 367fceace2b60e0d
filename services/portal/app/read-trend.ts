/**
 * A team's month day by day. A book has no days: they are worked out from its facts once for each version of it and kept, so that a trend costs
 * one batched read beside that of the dashboard, and the facts of those alone whose book has changed since somebody looked.
 */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book } from '../../../shared/contracts/books.ts';
import { firstDay, type LocalDate, lastDay } from '../../../shared/kernel/period.ts';
import { numberText } from '../../scoring/read.ts';
import { dailyReader } from '../../scoring/what-if.ts';
import { type Days, type IndicatorTrend, type TrendMember, teamTrend } from '../domain/team-trend.ts';
import { daysKey, parseDays, putDays } from '../store.ts';
import { type IsKnown, type Tagged, type TeamAsked, teamReader } from './read-team.ts';

/** Most people whose days one answer works out: the others are `pending`, and in the next one. */
export const MAX_WORKED_OUT = 500;
const AT_ONCE = 8;

export interface TrendAnswer {
  readonly people: number;
  /** People whose days are not in it yet. */
  readonly pending: number;
  readonly indicators: readonly IndicatorTrend[];
}
export interface TeamTrend {
  trend(): Promise<TrendAnswer>;
}

/** Makes readers that keep compiled plans. */
export const trendReader = (
  store: Store,
  maxWorkedOut = MAX_WORKED_OUT,
): ((asked: TeamAsked, today: LocalDate, isKnown?: IsKnown) => Promise<Tagged<TeamTrend>>) => {
  const readTeam = teamReader(store);
  const readDaily = dailyReader(store);
  /** In turn, a few at once; what another reader has worked out meanwhile is the same or newer. */
  const workOut = async (books: readonly Book[]): Promise<Map<string, Days>> => {
    const found = new Map<string, Days>();
    const open = [...books];
    const worker = async (): Promise<void> => {
      for (let book = open.shift(); book !== undefined; book = open.shift()) {
        const days = await readDaily(book);
        await store.write(putDays(book, days));
        found.set(book.employeeId, days);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return found;
  };
  return async (asked, today, isKnown) => {
    const until = lastShown(asked, today);
    const tagOf = (team: string): string => `${team}.${until ?? 'none'}`;
    const team = await readTeam(asked, isKnown && ((tag) => isKnown(tagOf(tag))));
    if (team.isKnown) return { tag: tagOf(team.tag), isKnown: true };
    return {
      tag: tagOf(team.tag),
      isKnown: false,
      trend: async () => {
        const people = await team.members();
        const books = people.flatMap(({ book }) => (book?.score ? [book] : []));
        const items = await store.getMany(books.map(daysKey));
        const kept = new Map(books.map((book, place) => [book.employeeId, parseDays(items[place], book)]));
        const missing = books.filter(({ employeeId }) => kept.get(employeeId) === null);
        const made = await workOut(missing.slice(0, maxWorkedOut));
        const daysOf = (employeeId: string): Days | null => made.get(employeeId) ?? kept.get(employeeId) ?? null;
        return {
          people: people.length,
          pending: missing.length - made.size,
          indicators: teamTrend(
            people.map((member): TrendMember => ({ ...member, days: daysOf(member.employeeId) })),
            asked.period,
            until,
            numberText,
          ),
        };
      },
    };
  };
};

/** Today, or the last day of a month that is over; null before it. */
const lastShown = ({ period }: TeamAsked, today: LocalDate): LocalDate | null => {
  if (today < firstDay(period)) return null;
  return today < lastDay(period) ? today : lastDay(period);
};
