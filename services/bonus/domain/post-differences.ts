/**
 * Earned = posted (I5): for each award the difference between what it is to stand at and what it stands at becomes one ledger entry.
 * Late facts, refunds, plan changes and corrections are all this one operation; running it again posts nothing. Pure.
 */
import type { PlanRef } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { Award, LedgerEntry } from '../../../shared/contracts/ledger.ts';
import { fen, ZERO_FEN } from '../../../shared/kernel/money.ts';
import { awardSkOf, type LedgerHead } from './award-id.ts';
import { type Cap, capOf } from './caps.ts';
import type { CompiledRewards, SubjectRule } from './compile-rewards.ts';
import { cappedSum, type DaySums, dayOf, daySubjectOf, explainDayCap, sumByDay } from './daily-cap.ts';
import { type DesiredDraw, drawBase, evaluateDraw, explainDraw } from './draw.ts';
import { type Desired, gateIsOpen, type RewardEvidence } from './evaluate-rewards.ts';
import { explainAward, explainCap, explainGone } from './explain-award.ts';
import { type AwardChange, postTargets, type StoredAward, type Target } from './post-targets.ts';

/** What a later, partial evaluation must know of the month as a whole. */
export interface RuleState {
  /** Sum of the rule's awards by fact or customer, before the monthly cap. */
  readonly sumFen: number;
  readonly gateOpen: boolean;
  /** By day, where the rule has a cap of the day: its awards before that cap. `sumFen` is then what is left after it. */
  readonly days?: readonly (readonly [string, number])[];
}
export interface AwardsState {
  /** 0 when the month has none yet. */
  readonly version: number;
  /** Digest of the plan that every award of the month was computed with; empty when a full evaluation was left half done. */
  readonly planDigest: string;
  /** The highest book version seen. */
  readonly bookVersion: number;
  /** What the month's awards add up to. */
  readonly totalFen: number;
  /** By rule; only rules paid by fact or customer that have a cap or a gate. */
  readonly rules: ReadonlyMap<string, RuleState>;
  /** By rule: what the month pays of it, caps applied; other months may carry it. Rules without a sum that is known, or of 0, are not in it. */
  readonly paid: ReadonlyMap<string, number>;
}
export const EMPTY_STATE: AwardsState = { version: 0, planDigest: '', bookVersion: 0, totalFen: 0, rules: new Map(), paid: new Map() };

/** The digest that stands for "no plan applies". */
export const NO_PLAN = 'none';

export interface PostingInput {
  readonly employeeId: string;
  readonly legalEntityId: string;
  readonly period: string;
  readonly plan: PlanRef | null;
  readonly bookVersion: number;
  readonly compiled: CompiledRewards;
  readonly evidence: RewardEvidence;
  readonly desired: readonly Desired[];
  /** By sort key. When `everything`, all awards of the month; else at least those that `desired` and the caps speak of. */
  readonly current: ReadonlyMap<string, StoredAward>;
  readonly everything: boolean;
  readonly head: LedgerHead;
  readonly state: AwardsState;
  readonly causeKind: LedgerEntry['cause']['kind'];
  /** What changed: named as the cause of each difference it can have made. Null where the person no longer has a part of the fact. */
  readonly touchedFacts: ReadonlyMap<string, CreditedFact | null>;
  /** Now; entries never go back in time behind the head's. */
  readonly now: string;
}

export interface Posting {
  /** In posting order; entries are numbered from the head without a gap. */
  readonly changes: readonly AwardChange[];
  readonly head: LedgerHead;
  readonly state: AwardsState;
  /** Rules that pay another amount in this month than before: later months may carry it. */
  readonly moved: ReadonlySet<string>;
}

const subjectIdOf = (desired: Desired): string | undefined => (desired.for === 'month' ? undefined : desired.subjectId);

const causeOf = (desired: Desired, touched: PostingInput['touchedFacts']): readonly string[] => {
  const all = [...touched.keys()];
  // A gate may have opened or closed, or another rule of the group have given more, by any of them.
  if (desired.rule.gate !== null || desired.rule.exclusiveGroup !== null) return all;
  const found = all.filter((factId) => {
    const fact = touched.get(factId) ?? null;
    if (desired.for === 'fact') return factId === desired.subjectId;
    if (fact === null) return true;
    if (desired.for === 'month') return desired.rule.metric.factTypes?.has(fact.type) ?? true;
    const orderId = fact.subject.orderId ?? factId;
    return desired.for === 'order'
      ? orderId === desired.subjectId
      : fact.subject.customerId === desired.subjectId || orderId === desired.order?.orderId;
  });
  return found.length > 0 ? found : all;
};

const targetOf = (desired: Desired, input: PostingInput): Target => {
  const { rule, amountFen, heldFen } = desired;
  const subjectId = subjectIdOf(desired);
  const factIds =
    desired.for === 'month'
      ? []
      : desired.for === 'fact'
        ? [desired.subjectId]
        : desired.order === null
          ? []
          : [desired.order.factId, ...desired.order.refundFactIds, ...(desired.order.settlementFactIds ?? [])];
  return {
    sk: awardSkOf(rule.id, subjectId),
    ruleId: rule.id,
    ruleName: rule.name,
    category: rule.category,
    instalments: rule.instalments,
    subject: desired.for === 'month' ? null : { kind: desired.for, id: desired.subjectId },
    amountFen,
    heldFen,
    date: dayOf(desired, input.period),
    dueOn: heldFen > 0 && desired.for !== 'month' ? (desired.release?.dueOn ?? null) : null,
    explain: () => explainAward(desired, input.period),
    factIds,
    metricIds: desired.for === 'month' ? [desired.rule.metric.id] : [],
    causeFactIds: () => causeOf(desired, input.touchedFacts),
    keepZero: desired.for === 'month' || desired.applicable,
  };
};

const postedOf = (input: PostingInput, sk: string): number => input.current.get(sk)?.award.amountFen ?? 0;

/** What of a rule's awards by fact, order or customer must be known together. */
interface Remembered {
  readonly rule: SubjectRule;
  /** As they will stand, after the cap of the day, before that of the month. */
  readonly sumFen: number;
  readonly days: DaySums | null;
  readonly targets: readonly Target[];
}
/** From scratch, or the sums before and what changes. */
const remember = (rule: SubjectRule, input: PostingInput): Remembered => {
  const before = input.everything ? undefined : input.state.rules.get(rule.id);
  const { capDayFen } = rule;
  if (capDayFen === null) return { rule, sumFen: sumOf(rule, input, before?.sumFen ?? 0), days: null, targets: [] };
  const { sums, touched } = sumByDay(rule, input.desired, new Map(before?.days ?? []), {
    period: input.period,
    posted: (desired) => (input.everything ? undefined : input.current.get(awardSkOf(rule.id, subjectIdOf(desired)))?.award),
  });
  const targets = [...touched].sort().map((date) => dayCapTarget(rule, capDayFen, date, sums.get(date) ?? 0, input));
  return { rule, sumFen: fen(cappedSum(sums, capDayFen)), days: sums, targets };
};

const sumOf = (rule: SubjectRule, input: PostingInput, before: number): number => {
  let sum = before;
  for (const desired of input.desired) {
    if (desired.for === 'month' || desired.rule.id !== rule.id) continue;
    sum += desired.amountFen - (input.everything ? 0 : postedOf(input, awardSkOf(rule.id, desired.subjectId)));
  }
  return fen(sum);
};

const dayCapTarget = (rule: SubjectRule, capFen: number, date: string, sumFen: number, input: PostingInput): Target => ({
  sk: awardSkOf(rule.id, daySubjectOf(date)),
  ruleId: rule.id,
  ruleName: { zh: `${rule.name.zh}(每日上限)`, en: `${rule.name.en} (daily cap)` },
  category: rule.category,
  instalments: rule.instalments,
  subject: { kind: 'day', id: daySubjectOf(date) },
  amountFen: fen(Math.min(0, capFen - sumFen)),
  heldFen: ZERO_FEN,
  dueOn: null,
  explain: () => explainDayCap(date, sumFen, capFen),
  factIds: [],
  metricIds: [],
  causeFactIds: () => [...input.touchedFacts.keys()],
  keepZero: false,
});

const capTarget = (rule: SubjectRule, cap: Cap, sumFen: number, input: PostingInput): Target => ({
  sk: awardSkOf(rule.id),
  ruleId: rule.id,
  ruleName: capName(rule),
  category: rule.category,
  instalments: rule.instalments,
  subject: null,
  amountFen: sumFen > cap.atMostFen ? fen(cap.atMostFen - sumFen) : ZERO_FEN,
  heldFen: ZERO_FEN,
  dueOn: null,
  explain: () => explainCap(sumFen, cap),
  factIds: [],
  metricIds: [],
  causeFactIds: () => [...input.touchedFacts.keys()],
  keepZero: false,
});

const capName = ({ name, capYearFen }: SubjectRule): Award['ruleName'] =>
  capYearFen === null ? { zh: `${name.zh}(每月上限)`, en: `${name.en} (monthly cap)` } : { zh: `${name.zh}(上限)`, en: `${name.en} (cap)` };

const drawTarget = (desired: DesiredDraw, input: PostingInput): Target => {
  const { rule, amountFen } = desired;
  return {
    sk: awardSkOf(rule.id),
    ruleId: rule.id,
    ruleName: rule.name,
    category: rule.category,
    instalments: rule.instalments,
    subject: null,
    amountFen,
    heldFen: ZERO_FEN,
    dueOn: null,
    explain: () => explainDraw(desired, input.period),
    factIds: [],
    metricIds: [],
    causeFactIds: () => [...input.touchedFacts.keys()],
    keepZero: true,
  };
};

/** What the month pays of each rule whose sum is known: every metric's, and of those by fact, order or customer the remembered ones. */
const paidByRule = (input: PostingInput, sums: ReadonlyMap<string, number>): Map<string, number> => {
  const paid = new Map<string, number>();
  for (const desired of input.desired) if (desired.for === 'month') paid.set(desired.rule.id, desired.amountFen);
  for (const rule of rememberedRules(input.compiled)) {
    const sum = sums.get(rule.id) ?? 0;
    paid.set(rule.id, Math.min(sum, capOf(rule, input.evidence)?.atMostFen ?? sum));
  }
  return paid;
};

/** Awards that the plan no longer knows: they go to 0. */
const goneTargets = (input: PostingInput, known: ReadonlySet<string>): Target[] =>
  [...input.current]
    // What people agreed on is not the plan's to take back; shares of pools are given and taken where all of them are known.
    .filter(([sk, { award }]) => !known.has(sk) && award.subject?.kind !== 'adjustment' && award.subject?.kind !== 'pool')
    .map(([sk, { award }]) => ({
      sk,
      ruleId: award.ruleId,
      ruleName: award.ruleName,
      category: award.category,
      instalments: award.instalments ?? null,
      subject: award.subject,
      amountFen: ZERO_FEN,
      heldFen: ZERO_FEN,
      dueOn: null,
      explain: () => explainGone(input.plan === null ? 'plan' : input.compiled.ruleById.has(award.ruleId) ? 'subject' : 'rule'),
      factIds: award.factIds,
      metricIds: award.metricIds,
      causeFactIds: () => [...input.touchedFacts.keys()],
      keepZero: true,
    }));

/** The plan's rules that a partial evaluation must remember something of. */
const rememberedRules = (compiled: CompiledRewards): SubjectRule[] =>
  [...compiled.customerRules, ...compiled.orderRules, ...compiled.factRules].filter(
    ({ id, capFen, capYearFen, capDayFen, gate }) =>
      capFen !== null || capDayFen !== null || capYearFen !== null || gate !== null || compiled.drawRules.some(({ of }) => of.includes(id)),
  );

/** Whether the awards outside what was touched may have to change too: another plan, or a gate that opened or closed for all of a rule's. */
export const needsEverything = (state: AwardsState, compiled: CompiledRewards, evidence: RewardEvidence): boolean => {
  if (state.version === 0) return false;
  if (state.planDigest !== compiled.digest) return true;
  return rememberedRules(compiled).some((rule) => {
    const known = state.rules.get(rule.id);
    return known !== undefined && known.gateOpen !== gateIsOpen(rule, evidence);
  });
};

/**
 * The head goes on with every entry; where months carry, also with everything that another month could have looked at: that this one is there,
 * and which rules it carries. So of two months that look at each other one is decided after the other.
 */
const nextHead = (
  { head, state, compiled }: PostingInput,
  next: Pick<LedgerHead, 'seq' | 'balanceFen' | 'postedAt'>,
  moved: ReadonlySet<string>,
): LedgerHead => {
  const added = compiled.carryRules.map(({ id }) => id).filter((id) => !head.carries.includes(id));
  const carries = [...head.carries, ...added];
  const isSeen = carries.length > 0 && (state.version === 0 || moved.size > 0);
  return next.seq === head.seq && added.length === 0 && !isSeen ? head : { ...next, carries, version: head.version + 1 };
};

const movedRules = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Set<string> =>
  new Set([...before.keys(), ...after.keys()].filter((id) => (before.get(id) ?? 0) !== (after.get(id) ?? 0)));

/**
 * @throws RangeError when an amount or a sum leaves the range of whole fen.
 */
export const postDifferences = (input: PostingInput): Posting => {
  const { bookVersion, compiled } = input;
  const remembered = rememberedRules(compiled).map((rule) => remember(rule, input));
  const targets = input.desired.map((desired) => targetOf(desired, input));
  for (const { rule, sumFen, targets: ofDays } of remembered) {
    targets.push(...ofDays);
    const cap = capOf(rule, input.evidence);
    if (cap !== null) targets.push(capTarget(rule, cap, sumFen, input));
  }
  const paid = paidByRule(input, new Map(remembered.map(({ rule, sumFen }) => [rule.id, sumFen])));
  for (const rule of compiled.drawRules) {
    const desired = evaluateDraw(rule, input.evidence, drawBase(rule, paid));
    targets.push(drawTarget(desired, input));
    paid.set(rule.id, desired.amountFen);
  }
  if (input.everything) targets.unshift(...goneTargets(input, new Set(targets.map(({ sk }) => sk))));

  const { changes, ...after } = postTargets(input, targets);
  const moved = movedRules(input.state.paid, paid);
  return {
    changes,
    head: nextHead(input, after, moved),
    moved,
    state: {
      version: input.state.version + 1,
      planDigest: compiled.digest,
      bookVersion: Math.max(bookVersion, input.state.bookVersion),
      totalFen: input.state.totalFen + after.addedFen,
      rules: new Map(
        remembered.map(({ rule, sumFen, days }) => [
          rule.id,
          // A gate's own outcome is remembered for rules without a gate too: it is always open.
          {
            sumFen,
            gateOpen: gateIsOpen(rule, input.evidence),
            ...(days === null ? {} : { days: [...days].filter(([, sum]) => sum !== 0) }),
          },
        ]),
      ),
      paid: new Map([...paid].filter(([, amountFen]) => amountFen !== 0)),
    },
  };
};
