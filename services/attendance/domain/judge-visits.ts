/**
 * Events → verdicts. A visit is valid when everything that must hold does; unverifiable when something cannot be told; a reviewer's decision
 * overrides both. It rests on the set of events and on dated policies alone: not on the clock, not on who arrived first. Pure.
 */
import type { VisitPolicy } from '../../../shared/contracts/attendance.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import type { AppealEvent, CheckInEvent, CheckOutEvent, DecisionEvent, EvidenceEvent, VisitEvent } from './events.ts';
import { clockTest, dwellTest, emulatorTest, lateUploadTest, linkedTests, mockLocationTest } from './evidence-tests.ts';
import { inTime, type Matched, matchEvents } from './match-events.ts';
import { type PositionFindings, positionTests } from './position-tests.ts';
import { flagsOf, type Verdict, VISIT_TESTS, type Visit, type VisitTest } from './visit.ts';
import type { StoredSites } from './visit-sites.ts';

export interface Known {
  readonly employee: {
    readonly id: string;
    readonly legalEntityId: string;
    readonly hiredOn: LocalDate;
    readonly leftOn: LocalDate | null;
  };
  readonly policyOn: (date: LocalDate) => { readonly policy: VisitPolicy; readonly version: number };
  readonly sitesOf: (customerId: string) => StoredSites | undefined;
}

/** Letters and digits of a follow-up: what counts as content. */
export const contentCharacters = (content: string): number => content.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

/**
 * The visits that began on the days from `from` to `to`. `events` must hold these days whole, and what may follow them up: everything until
 * the longest follow-up time after `to`.
 */
export const judgeVisits = (events: readonly VisitEvent[], known: Known, from: LocalDate, to: LocalDate): readonly Visit[] => {
  const matched = matchEvents(events).filter(({ checkIn }) => checkIn.date >= from && checkIn.date <= to);
  const drafts = matched.map((one) => draftOf(one, events, known));
  return drafts.map((draft) => visitOf(draft, drafts, known));
};

interface Draft extends Matched {
  readonly policy: VisitPolicy;
  readonly policyVersion: number;
  readonly sites: StoredSites | undefined;
  readonly position: PositionFindings;
  /** Everything but whether another visit of the day counts already. */
  readonly tests: readonly VisitTest[];
  readonly decision: DecisionEvent | undefined;
  readonly appeal: AppealEvent | undefined;
}

const latest = <T extends { readonly id: string }>(events: readonly T[], when: (event: T) => string): T | undefined =>
  [...events].sort((a, b) => (when(a) === when(b) ? (a.id < b.id ? -1 : 1) : when(a) < when(b) ? -1 : 1)).at(-1);

const draftOf = (matched: Matched, events: readonly VisitEvent[], known: Known): Draft => {
  const { checkIn, checkOut } = matched;
  const { policy, version } = known.policyOn(checkIn.date);
  const sites = checkIn.customerId === null ? undefined : known.sitesOf(checkIn.customerId);
  const ofVisit = events.filter(
    (event): event is EvidenceEvent | DecisionEvent | AppealEvent =>
      'visitId' in event && event.visitId === checkIn.id && event.kind !== 'follow-up',
  );
  const sameDay = events.filter(
    (event): event is CheckInEvent | CheckOutEvent =>
      (event.kind === 'check-in' || event.kind === 'check-out') && event.date === checkIn.date,
  );
  const position = positionTests(checkIn, sites, policy, sameDay);
  const evidence = ofVisit.filter((event): event is EvidenceEvent => event.kind === 'evidence');
  return {
    ...matched,
    policy,
    policyVersion: version,
    sites,
    position,
    tests: [
      employedTest(checkIn, known),
      ...position.tests,
      followUpTest(matched, policy),
      dwellTest(checkIn, checkOut, policy),
      clockTest(checkIn, policy),
      lateUploadTest(checkIn, policy),
      mockLocationTest(checkIn),
      emulatorTest(checkIn),
      ...linkedTests(checkIn, evidence),
    ],
    decision: latest(
      ofVisit.filter((event): event is DecisionEvent => event.kind === 'decision'),
      ({ decidedAt }) => decidedAt,
    ),
    appeal: latest(
      ofVisit.filter((event): event is AppealEvent => event.kind === 'appeal'),
      ({ appealedAt }) => appealedAt,
    ),
  };
};

const employedTest = ({ date }: CheckInEvent, { employee: { hiredOn, leftOn } }: Known): VisitTest => {
  const employed = hiredOn <= date && (leftOn === null || date <= leftOn);
  return {
    test: 'employed',
    result: employed ? 'passed' : 'failed',
    measured: null,
    limit: null,
    unit: null,
    reason: employed ? { zh: '当日在职', en: 'employed on this day' } : { zh: `${date} 不在职`, en: `not employed on ${date}` },
  };
};

const followUpTest = ({ checkIn, followUps }: Matched, policy: VisitPolicy): VisitTest => {
  const { followUpHours: limit, minFollowUpCharacters, followUpRequired } = policy;
  const hoursAfter = (at: string): number => Math.max(0, Math.floor((Date.parse(at) - Date.parse(checkIn.at)) / 3_600_000));
  const inWindow = (at: string): boolean => Date.parse(at) - Date.parse(checkIn.at) <= limit * 3_600_000;
  const plain = { test: 'follow-up', limit, unit: 'hours' } as const;
  const full = followUps.filter(({ content }) => contentCharacters(content) >= minFollowUpCharacters);
  const good = full.find(({ at }) => inWindow(at));
  if (good) {
    const measured = hoursAfter(good.at);
    return {
      ...plain,
      result: 'passed',
      measured,
      reason: { zh: `拜访后 ${measured} 小时内有跟进记录`, en: `followed up within ${measured + 1} hours` },
    };
  }
  const result = followUpRequired ? 'failed' : 'not-measured';
  const [late] = full;
  if (late) {
    const measured = hoursAfter(late.at);
    return {
      ...plain,
      result,
      measured,
      reason: { zh: `跟进记录在 ${measured} 小时后,允许 ${limit} 小时`, en: `followed up ${measured} hours later, ${limit} allowed` },
    };
  }
  const [empty] = followUps;
  if (empty) {
    const measured = contentCharacters(empty.content);
    return {
      test: 'follow-up',
      result,
      measured,
      limit: minFollowUpCharacters,
      unit: 'characters',
      reason: {
        zh: `跟进记录没有内容(${measured} 字,至少 ${minFollowUpCharacters} 字)`,
        en: `a follow-up without content (${measured} characters of at least ${minFollowUpCharacters})`,
      },
    };
  }
  return {
    ...plain,
    result,
    measured: null,
    reason: { zh: `没有跟进记录(拜访后 ${limit} 小时内)`, en: `no follow-up (within ${limit} hours of the visit)` },
  };
};

const verdictOf = (tests: readonly VisitTest[]): Verdict => {
  if (tests.some(({ result }) => result === 'failed')) return 'invalid';
  return tests.some(({ result }) => result === 'unknown') ? 'unverifiable' : 'valid';
};

/**
 * One visit counts per customer and day: one that a reviewer decided for, or else the first that is valid in everything else. An
 * unverifiable one before it does not take its place: it may never count.
 */
const oneVisitTest = (draft: Draft, drafts: readonly Draft[]): VisitTest => {
  const { checkIn } = draft;
  const others = drafts.filter(
    ({ checkIn: other }) =>
      other.id !== checkIn.id && other.date === checkIn.date && checkIn.customerId !== null && other.customerId === checkIn.customerId,
  );
  const decided = others.find((other) => other.decision?.decision === 'valid');
  const earlier = others.find(
    (other) => other.decision === undefined && verdictOf(other.tests) === 'valid' && inTime(other.checkIn, checkIn) < 0,
  );
  const first = decided ?? earlier;
  return {
    test: 'one-visit-a-day',
    result: first ? 'failed' : 'passed',
    measured: null,
    limit: null,
    unit: null,
    reason: first
      ? { zh: `当日该客户已有有效拜访 ${first.checkIn.id}`, en: `visit ${first.checkIn.id} of this customer counts on this day` }
      : { zh: '当日该客户首次有效拜访', en: 'the first visit of this customer on this day' },
  };
};

const visitOf = (draft: Draft, drafts: readonly Draft[], { employee }: Known): Visit => {
  const { checkIn, checkOut, sites, position, decision, appeal } = draft;
  const made = new Map([...draft.tests, oneVisitTest(draft, drafts)].map((test) => [test.test, test]));
  const tests = VISIT_TESTS.flatMap((name) => made.get(name) ?? []);
  const byRules = verdictOf(tests);
  return {
    visitId: checkIn.id,
    employeeId: employee.id,
    legalEntityId: employee.legalEntityId,
    customerId: checkIn.customerId,
    customerType: sites?.customerType ?? null,
    at: checkIn.at,
    date: checkIn.date,
    checkedOutAt: checkOut?.at ?? null,
    purpose: checkIn.purpose,
    siteId: position.siteId,
    distanceMetres: position.distanceMetres,
    followUpIds: draft.followUps.map(({ id }) => id),
    verdict: decision?.decision ?? byRules,
    verdictByRules: byRules,
    tests,
    review: reviewOf(byRules, flagsOf({ tests }), decision, appeal),
    decision: decision ? { decision: decision.decision, reason: decision.reason, by: decision.by, decidedAt: decision.decidedAt } : null,
    appeal: appeal ? { reason: appeal.reason, appealedAt: appeal.appealedAt } : null,
    policyVersion: draft.policyVersion,
    sitesVersion: sites?.version ?? 0,
  };
};

/** An appeal asks again, and so does evidence that was not on the table when it was decided. */
const reviewOf = (
  byRules: Verdict,
  flags: readonly string[],
  decision: DecisionEvent | undefined,
  appeal: AppealEvent | undefined,
): Visit['review'] => {
  if (decision) {
    const appealed = appeal !== undefined && appeal.appealedAt > decision.decidedAt;
    return appealed || flags.some((flag) => !decision.seenFlags.includes(flag)) ? 'to-review' : 'decided';
  }
  if (appeal || byRules === 'unverifiable') return 'to-review';
  return byRules === 'valid' && flags.length > 0 ? 'to-review' : 'none';
};
