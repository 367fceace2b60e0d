/**
 * Months whose plan looks at days of earlier months: a fact of an earlier month changes their books too.
 *
 * Such a month is *registered* in one small item a person, with the first day it looks at, before its book is folded. Every transaction that
 * applies facts holds on to that item as it was read, and one that changes a day of a registered month asks for that month to be folded
 * again and raises the item's version. A book is only stored on the version read before its facts were read, so no such change can have
 * come in between. Why nothing is lost is argued in README.md, "Windows".
 */
import type { Item, Key, WriteOperation } from '../../../shared/adapters/store.ts';
import type { RecalculationRequested } from '../../../shared/contracts/messages.ts';
import { countingDay } from '../../../shared/kernel/metric-window.ts';
import { type Instant, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';
import { type OutboxRow, outboxRow, putRow } from '../../../shared/runtime/outbox.ts';
import type { Transition } from '../domain/transition.ts';
import type { PersonMonth } from '../store.ts';

interface Registered {
  /** The first day that the month looks at. Only ever moves back: a fold that is under way with another plan must not lose its days. */
  readonly from: LocalDate;
  readonly legalEntityId: string;
}
export interface WindowMonths {
  /** 0: there is no item. */
  readonly version: number;
  readonly months: Readonly<Record<string, Registered>>;
}

export const windowMonthsKey = (employeeId: string): Key => ({ table: 'scores', pk: `WINDOWS#${employeeId}`, sk: 'WINDOWS' });
export const parseWindowMonths = (item: Item | undefined): WindowMonths =>
  item === undefined
    ? { version: 0, months: {} }
    : { version: Number(item['version']), months: JSON.parse(String(item['doc'])) as WindowMonths['months'] };

const asRead = ({ version }: WindowMonths) =>
  version === 0 ? ({ kind: 'absent' } as const) : ({ kind: 'equals', attribute: 'version', value: version } as const);
const replace = (employeeId: string, read: WindowMonths, months: WindowMonths['months']): WriteOperation => {
  const { table, pk, sk } = windowMonthsKey(employeeId);
  return { op: 'put', table, item: { pk, sk, version: read.version + 1, doc: JSON.stringify(months) }, condition: asRead(read) };
};

export const isRegistered = ({ period, legalEntityId }: PersonMonth, from: LocalDate, { months }: WindowMonths): boolean => {
  const known = months[period];
  return known !== undefined && known.from <= from && known.legalEntityId === legalEntityId;
};
export const registerMonth = (of: PersonMonth, from: LocalDate, read: WindowMonths): WriteOperation => {
  const known = read.months[of.period];
  const first = known && known.from < from ? known.from : from;
  return replace(of.employeeId, read, { ...read.months, [of.period]: { from: first, legalEntityId: of.legalEntityId } });
};

export interface OtherMonths {
  /** To go into the transaction of the facts. */
  readonly operations: readonly WriteOperation[];
  /** To be told when it is stored; their rows are among the operations. */
  readonly rows: readonly OutboxRow[];
}

/** What a change of facts means for other months: the registered ones that look at a day of it. */
export const otherMonths = (
  of: PersonMonth,
  transitions: readonly Transition[],
  read: WindowMonths,
  { bookVersion, at }: { readonly bookVersion: number; readonly at: Instant },
): OtherMonths => {
  const days = transitions.flatMap(({ before, after }) => [before, after].flatMap((fact) => (fact ? [countingDay(fact)] : [])));
  const concerned = Object.entries(read.months).filter(
    ([period, { from, legalEntityId }]) =>
      period !== of.period && legalEntityId === of.legalEntityId && days.some((day) => day >= from && day <= lastDay(period as Month)),
  );
  if (concerned.length === 0) {
    return { operations: [{ op: 'check', ...windowMonthsKey(of.employeeId), condition: asRead(read) }], rows: [] };
  }
  const rows = concerned.map(([period]) => {
    const message: RecalculationRequested = {
      message: 'recalculation.requested',
      // A book has each version once.
      causeId: `window:${of.period}:${bookVersion}`,
      employeeId: of.employeeId,
      legalEntityId: of.legalEntityId,
      period: period as Month,
    };
    return outboxRow('scores', message, at);
  });
  return { operations: [replace(of.employeeId, read, read.months), ...rows.map(putRow)], rows };
};
