/**
 * Hints in order and in words. A step is a few facts that did not happen; what they are worth was computed by the engines themselves. Pure.
 */
import type { LocalText } from '../../../shared/contracts/common.ts';
import { type Fen, formatYuan, formatYuanGrouped } from '../../../shared/kernel/money.ts';
import { compare, divide, multiply, type Ratio, ratio, subtract, toDecimal, ZERO } from '../../../shared/kernel/ratio.ts';

/** What would have to happen. */
export interface Step {
  /** How many facts. */
  readonly facts: number;
  /** The project that they are of, where it is one that there is. */
  readonly project: string | null;
  /** Of a sum of money: how much in all. */
  readonly amountFen: number | null;
  /** What each of them is like, as far as it matters: an amount, attributes. */
  readonly example: { readonly amountFen: number; readonly attributes: Readonly<Record<string, string | number | boolean>> };
  readonly points: Ratio;
  /** Null where pay is not to be told. */
  readonly moneyFen: number | null;
  readonly rules: readonly { readonly id: string; readonly name: LocalText; readonly fen: number }[];
}
/** A share of one's own beside that of everybody in the org unit. */
export interface TeamShare {
  readonly own: Ratio;
  readonly team: Ratio;
  readonly people: number;
}
export interface HintInput {
  readonly indicator: string;
  readonly name: LocalText;
  readonly steps: readonly Step[];
  readonly team: TeamShare | null;
  /** Of a conversion: the stages that it leads between. */
  readonly stages: { readonly from: string; readonly to: string } | null;
  /** What one more is one more of: something that is counted, the upper part of a share, or a measurement. */
  readonly counts: 'things' | 'share' | 'measurements';
}
export interface HintAnswer {
  readonly indicator: string;
  readonly name: LocalText;
  readonly facts: number | null;
  readonly project: string | null;
  readonly amount: string | null;
  readonly points: string | null;
  readonly money: string | null;
  readonly rules: readonly { readonly id: string; readonly name: LocalText; readonly money: string }[];
  readonly team: { readonly own: string; readonly team: string; readonly gapPoints: string; readonly people: number } | null;
  readonly text: LocalText;
}

/** One unit of effort: a fact, or of a sum of money 10,000 yuan. */
const EFFORT_FEN = 1_000_000;
const effortOf = ({ facts, amountFen }: Step): Ratio => (amountFen === null ? ratio(facts) : ratio(Math.max(amountFen, 1), EFFORT_FEN));

/** More money for the same effort first, then more points; what pays nothing comes after what pays. */
const byWorth = (a: Step, b: Step): number => {
  const per = (value: number | Ratio | null, step: Step): Ratio =>
    divide(typeof value === 'number' ? ratio(value) : (value ?? ZERO), effortOf(step));
  return compare(per(b.moneyFen, b), per(a.moneyFen, a)) || compare(per(b.points, b), per(a.points, a));
};

/** One hint for each step and for each share that is below the team's; the most worth first, shares without a step last. */
export const rankHints = (inputs: readonly HintInput[]): HintAnswer[] => {
  const stepped = inputs.flatMap((input) => input.steps.map((step) => ({ input, step })));
  const ranked = stepped
    .map((one, place) => ({ ...one, place }))
    .sort((a, b) => byWorth(a.step, b.step) || a.place - b.place)
    .map(({ input, step }) => answerOf(input, step));
  const compared = inputs.filter(({ steps, team }) => steps.length === 0 && team !== null).map((input) => answerOf(input, null));
  return [...ranked, ...compared];
};

const answerOf = (input: HintInput, step: Step | null): HintAnswer => {
  const { indicator, name, team } = input;
  const shares = team && {
    own: percent(team.own),
    team: percent(team.team),
    gapPoints: shortest(toDecimal(multiply(subtract(team.team, team.own), ratio(100)), 2)),
    people: team.people,
  };
  const money = step?.moneyFen ?? null;
  const parts = [step && stepText(input, step), shares && teamText(input, shares)].filter((part) => part !== null);
  return {
    indicator,
    name,
    facts: step?.facts ?? null,
    project: step?.project ?? null,
    amount: step?.amountFen == null ? null : formatYuan(step.amountFen as Fen),
    points: step && toDecimal(step.points, 2),
    money: money === null ? null : formatYuan(money as Fen),
    rules: money === null ? [] : (step?.rules ?? []).map(({ id, name: rule, fen }) => ({ id, name: rule, money: formatYuan(fen as Fen) })),
    team: shares,
    text: { zh: parts.map(({ zh }) => zh).join(';'), en: parts.map(({ en }) => en).join('; ') },
  };
};
const shortest = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);
const percent = (value: Ratio): string => `${shortest(toDecimal(multiply(value, ratio(100)), 2))}%`;

/** `新客户数再增加 1 个(例如金额 10,000.00 元)→ +3.13 分,+1,500.00 元(新客户奖 500.00、…)`. */
const stepText = (input: HintInput, step: Step): LocalText => {
  const [what, detail, worth] = [whatText(input, step), detailText(input, step), worthText(step)];
  const of = {
    zh: step.project === null ? '' : `项目「${step.project}」:`,
    en: step.project === null ? '' : `project "${step.project}": `,
  };
  return {
    zh: `${of.zh}${what.zh}${detail.zh === '' ? '' : `(例如:${detail.zh})`} → ${worth.zh}`,
    en: `${of.en}${what.en}${detail.en === '' ? '' : ` (such as ${detail.en})`} → ${worth.en}`,
  };
};

const whatText = ({ name, counts, stages }: HintInput, { facts, amountFen }: Step): LocalText => {
  if (amountFen !== null) {
    const yuan = formatYuanGrouped(amountFen as Fen);
    return { zh: `${name.zh}再增加 ${yuan} 元`, en: `${yuan} yuan more of ${name.en}` };
  }
  if (stages) {
    return {
      zh: `再有 ${facts} 个新商机到达「${stages.to}」`,
      en: `${facts} more opportunity that gets to "${stages.to}"`,
    };
  }
  if (counts === 'measurements') return { zh: `${name.zh}再有 ${facts} 次达标`, en: `${facts} more that reaches the target of ${name.en}` };
  return counts === 'share'
    ? { zh: `${name.zh}再达成 ${facts} 项`, en: `${facts} more that counts for ${name.en}` }
    : { zh: `${name.zh}再增加 ${facts} 个`, en: `${facts} more of ${name.en}` };
};

/** What each fact is like, as far as its conditions ask. */
const detailText = ({ stages }: HintInput, { amountFen, example }: Step): LocalText => {
  const attributes = stages ? [] : Object.entries(example.attributes).map(([key, value]) => `${key} = ${String(value)}`);
  const amount = amountFen === null && example.amountFen > 0 ? formatYuanGrouped(example.amountFen as Fen) : null;
  return {
    zh: [...(amount ? [`金额 ${amount} 元`] : []), ...attributes].join('、'),
    en: [...(amount ? [`an amount of ${amount} yuan`] : []), ...attributes].join(', '),
  };
};

const worthText = ({ points, moneyFen, rules }: Step): LocalText => {
  const gain = toDecimal(points, 2);
  const money = moneyFen ? formatYuanGrouped(moneyFen as Fen) : null;
  const sign = moneyFen !== null && moneyFen < 0 ? '' : '+';
  const zhRules = rules.map(({ name, fen }) => `${name.zh} ${formatYuanGrouped(fen as Fen)}`).join('、');
  const enRules = rules.map(({ name, fen }) => `${name.en} ${formatYuanGrouped(fen as Fen)}`).join(', ');
  const hasPoints = compare(points, ZERO) !== 0 || money === null;
  return {
    zh: [...(hasPoints ? [`+${gain} 分`] : []), ...(money ? [`${sign}${money} 元(${zhRules})`] : [])].join(','),
    en: [...(hasPoints ? [`+${gain} points`] : []), ...(money ? [`${sign}${money} yuan (${enRules})`] : [])].join(', '),
  };
};

const teamText = ({ name, stages }: HintInput, { own, team, gapPoints }: NonNullable<HintAnswer['team']>): LocalText => ({
  zh: `${name.zh} ${own},团队 ${team},差 ${gapPoints} 个百分点${stages ? `:优先改进从「${stages.from}」到「${stages.to}」这一步` : ''}`,
  en: `${name.en} ${own}, the team ${team}, ${gapPoints} percentage points apart${stages ? `: work on the step from "${stages.from}" to "${stages.to}" first` : ''}`,
});
