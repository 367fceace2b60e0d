/** Whom a rule is for: one answer for a person and month, by where the person works on its last day (or on the last day employed in it). */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { RewardTest } from '../../../shared/contracts/ledger.ts';
import type { Audience } from '../../../shared/contracts/plans.ts';

/** What is known of the person at the end of the month. */
export interface PersonOfMonth {
  readonly employeeId: string;
  readonly positionId: string;
  readonly orgUnitId: string;
  /** `YYYY-MM-DD`. */
  readonly hiredOn: string;
  /** The last day employed; absent or null: employed on. */
  readonly leftOn?: string | null | undefined;
}

const isOneOf = (allowed: readonly string[] | undefined, id: string): boolean => allowed === undefined || allowed.includes(id);

/** A person who works nowhere in the month is in no audience. */
export const isInAudience = (audience: Audience | null, person: PersonOfMonth | null): boolean => {
  if (audience === null) return true;
  if (person === null) return false;
  const { positions, orgUnits, persons, hiredFrom, hiredTo } = audience;
  return (
    isOneOf(positions, person.positionId) &&
    isOneOf(orgUnits, person.orgUnitId) &&
    isOneOf(persons, person.employeeId) &&
    (hiredFrom === undefined || hiredFrom <= person.hiredOn) &&
    (hiredTo === undefined || person.hiredOn <= hiredTo)
  );
};

const MOST_NAMED = 5;
const listed = (ids: readonly string[], zh: boolean): string => {
  const named = ids.slice(0, MOST_NAMED).join(zh ? '、' : ', ');
  if (ids.length <= MOST_NAMED) return named;
  return zh ? `${named} 等 ${ids.length} 个` : `${named} and ${ids.length - MOST_NAMED} more`;
};

/** Persons are counted, not named: who else has a rule is nobody's business. */
const wordsOf = ({ positions, orgUnits, persons, hiredFrom, hiredTo }: Audience): LocalText => {
  const parts: LocalText[] = [];
  if (positions) parts.push({ zh: `职位 ${listed(positions, true)}`, en: `positions ${listed(positions, false)}` });
  if (orgUnits) parts.push({ zh: `部门 ${listed(orgUnits, true)}`, en: `units ${listed(orgUnits, false)}` });
  if (persons)
    parts.push({ zh: `指定的 ${persons.length} 人`, en: `${persons.length} named ${persons.length === 1 ? 'person' : 'people'}` });
  if (hiredFrom !== undefined) parts.push({ zh: `${hiredFrom} 起入职`, en: `hired from ${hiredFrom} on` });
  if (hiredTo !== undefined) parts.push({ zh: `${hiredTo} 及以前入职`, en: `hired by ${hiredTo}` });
  return { zh: parts.map(({ zh }) => zh).join(';'), en: parts.map(({ en }) => en).join('; ') };
};

export const audienceTest = (audience: Audience, isIn: boolean): RewardTest => {
  const { zh, en } = wordsOf(audience);
  return {
    passed: isIn,
    zh: `适用对象(${zh})${isIn ? '包含' : '不包含'}本人:${isIn ? '达到' : '未达到'}`,
    en: `the rule is for ${en}: ${isIn ? 'met' : 'not met'}`,
  };
};
