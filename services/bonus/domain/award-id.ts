/** How awards are named, and what the head of a ledger is. */
import type { Fen } from '../../../shared/kernel/money.ts';

/** The ledger's head: how far it goes and what it adds up to. */
export interface LedgerHead {
  /** Sequence number of the last entry; 0 before the first. */
  readonly seq: number;
  readonly balanceFen: Fen;
  /** When the last entry was posted; null before the first. Never decreases with `seq`, whatever the clocks of the writers say. */
  readonly postedAt: string | null;
  /** Raised by one whenever the head is written; 0: it never was. */
  readonly version: number;
  /** Rules of which some month of the person looks at what earlier months were paid: every decision then holds on to the head. */
  readonly carries: readonly string[];
}

/** Prefix of every award's sort key within its `AWARDS#<employee>#<month>` partition. */
export const AWARD_PREFIX = 'AWARD#';

/** Sort key of an award: `AWARD#<rule>`, or `AWARD#<rule>#<fact or customer id>` for one that is paid by fact or customer. */
export const awardSkOf = (ruleId: string, subjectId?: string): string =>
  subjectId === undefined ? `${AWARD_PREFIX}${ruleId}` : `${AWARD_PREFIX}${ruleId}#${subjectId}`;

/** Employee ids may contain the separator: escaped, so that an award id is read in one way only. */
const escapePart = (part: string): string => part.replaceAll('%', '%25').replaceAll(':', '%3A');
const unescapePart = (part: string): string => part.replace(/%(3A|25)/g, (_, code: string) => (code === '25' ? '%' : ':'));

/** `rule:employee:month[:subject]`: deterministic. A `:` in the employee's id is written `%3A`; the subject comes last, as it is. */
export const awardIdOf = (ruleId: string, employeeId: string, month: string, subjectId?: string): string =>
  `${ruleId}:${escapePart(employeeId)}:${month}${subjectId === undefined ? '' : `:${subjectId}`}`;

export interface AwardIdParts {
  readonly ruleId: string;
  readonly employeeId: string;
  readonly month: string;
  readonly subjectId: string | undefined;
}
/** The parts of an award id; undefined for anything else. */
export const parseAwardId = (awardId: string): AwardIdParts | undefined => {
  const match = /^([a-z0-9][a-z0-9-]{0,63}):([^:#\s]{1,400}):(\d{4}-(?:0[1-9]|1[0-2]))(?::([^#\s]{1,300}))?$/u.exec(awardId);
  if (!match) return undefined;
  const [, ruleId = '', employee = '', month = '', subjectId] = match;
  return { ruleId, employeeId: unescapePart(employee), month, subjectId };
};
