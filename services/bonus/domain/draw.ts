/** A guarantee for the first months of service, and its recovery from what is earned above it later. Pure; amounts in fen. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { RewardTest } from '../../../shared/contracts/ledger.ts';
import { type Fen, fen, ZERO_FEN } from '../../../shared/kernel/money.ts';
import { daysBetween, daysInMonth, firstDay, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';
import { multiplyExact } from '../../../shared/kernel/rounding.ts';
import { audienceTest, isInAudience, type PersonOfMonth } from './audience.ts';
import type { DrawRule } from './compile-rewards.ts';
import { type GateOutcome, judgeGate, type RewardEvidence, touchesMonth } from './evaluate-rewards.ts';
import { datesTest, gateTest, passWord } from './explain-metric.ts';
import { yuanText } from './number-text.ts';

export interface DesiredDraw {
  readonly rule: DrawRule;
  /** Above 0: added to what the rules give. Below 0: recovered. */
  readonly amountFen: Fen;
  /** What the rules of `of` give in the month. */
  readonly baseFen: number;
  /** Guaranteed in this month; 0 where nothing is. */
  readonly guaranteedFen: Fen;
  /** Advanced by earlier months and not recovered yet. */
  readonly outstandingFen: number;
  /** Which month of service this is; the month of hiring is 1. Null for who works nowhere. */
  readonly monthOfService: number | null;
  /** Days employed of the month. */
  readonly days: number;
  readonly inForce: boolean;
  readonly inAudience: boolean;
  readonly gate: GateOutcome | null;
}

const monthNumber = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
const daysEmployed = ({ hiredOn, leftOn }: PersonOfMonth, period: Month): number => {
  const [first, last] = [firstDay(period), lastDay(period)];
  const from = hiredOn > first ? (hiredOn as LocalDate) : first;
  const to = leftOn != null && leftOn < last ? (leftOn as LocalDate) : last;
  return Math.max(0, daysBetween(from, to) + 1);
};

/** What the rules that a draw guarantees give together, of what a month pays by rule. */
export const drawBase = ({ of }: DrawRule, paid: ReadonlyMap<string, number>): number =>
  of.reduce((sum, id) => sum + (paid.get(id) ?? 0), 0);

/** @param baseFen what the rules of `of` give in the month together. */
export const evaluateDraw = (rule: DrawRule, evidence: RewardEvidence, baseFen: number): DesiredDraw => {
  const { person } = evidence;
  const period = evidence.period as Month;
  const inForce = touchesMonth(rule, period);
  const inAudience = person !== null && isInAudience(rule.audience, person);
  const gate = judgeGate(rule.gate, evidence);
  const monthOfService = person === null ? null : monthNumber(period) - monthNumber(person.hiredOn) + 1;
  const days = person === null ? 0 : daysEmployed(person, period);
  const isNew = monthOfService !== null && monthOfService >= 1 && monthOfService <= rule.firstMonths;
  const guarantees = inForce && inAudience && isNew && (gate === null || gate.passed);
  const guaranteedFen = !guarantees
    ? ZERO_FEN
    : rule.prorated && days < daysInMonth(period)
      ? fen(multiplyExact(rule.guaranteeFen, days, daysInMonth(period), 'fen_half_up'))
      : rule.guaranteeFen;
  const outstandingFen = rule.recoverable ? Math.max(0, evidence.earlier.get(rule.id) ?? 0) : 0;
  const base = Math.max(0, baseFen);
  const addedFen = Math.max(0, guaranteedFen - base);
  // Whom the rule is no longer for keeps what is open: a new plan may take it on under the same id.
  const recovers = inForce && inAudience;
  const recoveredFen = recovers ? Math.min(outstandingFen, Math.max(0, base - guaranteedFen)) : 0;
  const amountFen = fen(addedFen - recoveredFen);
  return { rule, amountFen, baseFen, guaranteedFen, outstandingFen, monthOfService, days, inForce, inAudience, gate };
};

/** Every test that was made, and how the amount came about. */
export const explainDraw = (desired: DesiredDraw, period: string): { tests: RewardTest[]; formula: LocalText } => {
  const { rule, gate, monthOfService, inForce, inAudience } = desired;
  const tests: RewardTest[] = [];
  if (rule.from !== '' || rule.to !== '') tests.push(datesTest(rule.from, rule.to, period, inForce));
  if (rule.audience !== null) tests.push(audienceTest(rule.audience, inAudience));
  if (gate !== null) tests.push(gateTest(gate));
  const isNew = monthOfService !== null && monthOfService >= 1 && monthOfService <= rule.firstMonths;
  const word = passWord(isNew);
  tests.push({
    passed: isNew,
    zh: `入职第 ${monthOfService ?? '-'} 个月,保底 ${rule.firstMonths} 个月:${word.zh}`,
    en: `month ${monthOfService ?? '-'} of service, guaranteed for ${rule.firstMonths}: ${word.en}`,
  });
  return { tests, formula: formulaOf(desired, period as Month) };
};

const formulaOf = ({ rule, amountFen, baseFen, guaranteedFen, outstandingFen, days }: DesiredDraw, period: Month): LocalText => {
  const [base, guaranteed] = [yuanText(baseFen), yuanText(guaranteedFen)];
  const whole = yuanText(rule.guaranteeFen);
  const share =
    guaranteedFen === 0 || guaranteedFen === rule.guaranteeFen
      ? { zh: `保底 ${guaranteed} 元`, en: `guarantee ${guaranteed} yuan` }
      : {
          zh: `保底 ${whole} 元 × ${days}/${daysInMonth(period)} 天 = ${guaranteed} 元`,
          en: `guarantee ${whole} yuan × ${days}/${daysInMonth(period)} days = ${guaranteed} yuan`,
        };
  const earned = { zh: `本月所得 ${base} 元`, en: `earned ${base} yuan` };
  if (amountFen > 0) {
    const added = yuanText(amountFen);
    return { zh: `${share.zh} − ${earned.zh} = 补足 ${added} 元`, en: `${share.en} − ${earned.en} = ${added} yuan added` };
  }
  const open = yuanText(outstandingFen);
  if (amountFen < 0) {
    const taken = yuanText(-amountFen);
    return {
      zh: `${earned.zh},超出${share.zh};此前预支未收回 ${open} 元,本月收回 ${taken} 元`,
      en: `${earned.en}, above the ${share.en}; ${open} yuan advanced before, ${taken} yuan recovered now`,
    };
  }
  return outstandingFen > 0
    ? {
        zh: `${earned.zh},${share.zh};此前预支未收回 ${open} 元,本月不收回`,
        en: `${earned.en}, ${share.en}; ${open} yuan advanced before, nothing recovered`,
      }
    : { zh: `${earned.zh},${share.zh}:不补足`, en: `${earned.en}, ${share.en}: nothing added` };
};
