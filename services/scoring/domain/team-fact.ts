/** A member's month as one fact of the managers' months: pure. Whatever folds facts folds a team, and explains and withdraws it like any other. */
import type { Book, BookedMetric } from '../../../shared/contracts/books.ts';
import type { Attributes, CreditedFact } from '../../../shared/contracts/facts.ts';
import { TEAM_FACT_TYPE } from '../../../shared/kernel/metric-facts.ts';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';
import { compare, parseRatio, type Ratio, ratio, toStored } from '../../../shared/kernel/ratio.ts';
import { exactValue } from './exact-value.ts';

/** The name before the first colon of a fact's id; no source may be called so. */
export const TEAM_SOURCE = 'team';
export const teamFactId = ({ employeeId, period }: { readonly employeeId: string; readonly period: string }): string =>
  `${TEAM_SOURCE}:${period}:${employeeId}`;
/** Whose month a fact is; null for all other facts. */
export const memberMonthOf = (factId: string): { readonly employeeId: string; readonly period: Month } | null => {
  const [, period, employeeId] = /^team:(\d{4}-\d{2}):(.+)$/.exec(factId) ?? [];
  return period && employeeId ? { employeeId, period: period as Month } : null;
};

/** Digits that a number of an attribute holds exactly. */
const MAX_DIGITS = 15;

/**
 * What is told of a month: who, the score, how many indicators are behind, and each metric by its id; of shares and means also
 * `<id>-numerator` and `<id>-denominator`, so that a team's share can be of all facts together. A number that has no exact decimal is left out.
 */
export const teamAttributes = (book: Book): Attributes => {
  const attributes: Record<string, string | number> = { employeeId: book.employeeId };
  const put = (name: string, value: Ratio | null): void => {
    const exact = value && exactNumber(value);
    if (exact !== null) attributes[name] = exact;
  };
  if (book.score) {
    put('score', parseRatio(book.score.total));
    attributes['behind'] = book.score.indicators.filter(({ behind }) => behind).length;
  }
  for (const [id, metric] of Object.entries(book.metrics)) {
    put(id, metric.value && ratio(BigInt(metric.value.n), BigInt(metric.value.d)));
    const [above, below] = termsOf(metric);
    put(`${id}-numerator`, above);
    put(`${id}-denominator`, below);
  }
  return attributes;
};

/** The two sums of a share; of a mean its sum and its facts. Null where a metric is no quotient. */
const termsOf = ({ state, facts }: BookedMetric): readonly [Ratio | null, Ratio | null] => {
  if ('numerator' in state) return [stateRatio(state['numerator']), stateRatio(state['denominator'])];
  if ('sum' in state) return [stateRatio(state['sum']), ratio(facts)];
  return [null, null];
};
const stateRatio = (text: string | number | null | undefined): Ratio => {
  const [n = '0', d = '1'] = String(text ?? '0').split('/');
  return ratio(BigInt(n), BigInt(d));
};

/** The number whose shortest decimal text is the fraction; null where there is none of at most 15 digits. */
const exactNumber = (value: Ratio): number | null => {
  const { n, d } = toStored(value);
  const number = Number(n) / Number(d);
  const digits = String(number).replace(/^-/, '').replace('.', '').replace(/^0+/, '');
  if (!/^\d*$/.test(digits) || digits.length > MAX_DIGITS) return null;
  // As the manager's plan will read it.
  const read = exactValue(number);
  return read.ok && compare(read.value, value) === 0 ? number : null;
};

/** Noon in China: that day in every time zone around it. */
export const teamFactTime = (period: string): Instant => `${period}-01T04:00:00.000Z` as Instant;

/** The fact as one manager's month has it. It is of the month's first day: a team has no days of its own. */
export const teamFact = (
  of: { readonly employeeId: string; readonly legalEntityId: string; readonly period: Month },
  managerId: string,
  revision: number,
  attributes: Attributes,
): CreditedFact => ({
  factId: teamFactId(of),
  revision,
  type: TEAM_FACT_TYPE,
  employeeId: managerId,
  legalEntityId: of.legalEntityId,
  period: of.period,
  occurredAt: teamFactTime(of.period),
  date: `${of.period}-01` as LocalDate,
  subject: {},
  attributes,
  shareMillionths: 1_000_000,
});
