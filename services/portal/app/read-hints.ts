/**
 * What is behind and what closing it is worth: facts that did not happen are put through the engines themselves, and the difference in points and
 * money is what they are worth. Nothing is written.
 */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book, BookedMetric } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import type { Metric, Reward, SchemeProjects } from '../../../shared/contracts/plans.ts';
import type { Fen } from '../../../shared/kernel/money.ts';
import { type Instant, type LocalDate, lastDay, type Month } from '../../../shared/kernel/period.ts';
import { add, compare, divide, fromStored, type Ratio, ratio, subtract, toDecimal, ZERO } from '../../../shared/kernel/ratio.ts';
import { divideBig } from '../../../shared/kernel/rounding.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type PayLab, payLabs, type RulePay } from '../../bonus/what-if.ts';
import { allEmployees, assignmentInMonth } from '../../people/read.ts';
import { type ExampleFact, exampleOf, type Wanted } from '../../plans/what-if.ts';
import { bookItemKey, parseBook } from '../../scoring/read.ts';
import { type KnownProject, type MeasuredIndicator, type ScoringLab, scoringLabs } from '../../scoring/what-if.ts';
import { type HintAnswer, type HintInput, rankHints, type Step, type TeamShare } from '../domain/rank-hints.ts';

const ORDER_FACT = 'order.signed';
/** Most facts of one step; a target that is further away is shown by its next unit only. */
const MAX_FACTS = 50;
/** Most kinds of fact that are tried for one indicator. */
const MAX_TRIED = 24;
/** Most projects that each kind of fact is tried in: those of the largest amounts. */
const MAX_PROJECTS_TRIED = 5;
const MAX_STEP_FEN = 9_000_000_000_000_000n;

export interface HintRequest {
  readonly book: Book;
  /** Today, or for a month that is over its last day. */
  readonly on: LocalDate;
  readonly at: Instant;
  /** Whether the caller may see pay. */
  readonly withPay: boolean;
}
type Lab = { readonly scoring: ScoringLab; readonly pay: PayLab | null; readonly request: HintRequest };

/** Makes readers that keep compiled plans. @throws RangeError when a month has more than the bound of facts to look at. */
export const hintReader = ({
  store,
  clock,
}: Pick<Platform, 'store' | 'clock'>): ((request: HintRequest) => Promise<readonly HintAnswer[]>) => {
  const [scoringLab, payLab] = [scoringLabs(store), payLabs(store, () => clock.now())];
  return async (request) => {
    const { book, withPay } = request;
    const scored = book.score?.indicators ?? [];
    const behind = new Set(scored.filter((one) => one.behind).map(({ id }) => id));
    if (book.plan === null) return [];
    const lab: Lab = { scoring: await scoringLab(book), pay: withPay ? await payLab(book) : null, request };
    const rewards = lab.pay?.rewards ?? [];
    // Nothing to be behind on, or nothing behind: what pays next.
    if (behind.size === 0) return rankHints(rewards.map((rule) => ruleHint(lab, rule)));
    const open = lab.scoring.indicators.filter(({ id }) => behind.has(id));
    const team = open.some(({ unit }) => unit === 'ratio') ? await teamBooks(store, book) : [];
    return rankHints(
      open.map((indicator): HintInput => {
        const { metric } = indicator;
        return {
          indicator: indicator.id,
          name: scored.find(({ id }) => id === indicator.id)?.name ?? metric.name,
          steps: bestSteps(lab, indicator, rewards),
          team: teamShare(indicator, book, team),
          stages: metric.fold === 'conversion' ? { from: metric.from, to: metric.to } : null,
          counts: isMeasured(metric) ? 'measurements' : indicator.unit === 'ratio' ? 'share' : 'things',
        };
      }),
    );
  };
};

/** One more of what a rule pays for, fact by fact or customer by customer; rules by metric are seen through these. */
const ruleHint = (lab: Lab, rule: Reward): HintInput => {
  const wanted: Wanted[] =
    rule.kind !== 'per-fact'
      ? []
      : rule.per !== 'fact'
        ? [{ type: ORDER_FACT, facts: [], orders: [rule.where] }]
        : (rule.factTypes ?? []).map((type) => ({ type, facts: [rule.where], orders: [] }));
  const steps = wanted.flatMap((one) => {
    const example = exampleOf(one);
    const step = example && tried(lab, example, { count: 1, amountFen: null, project: null });
    return step && (step.moneyFen ?? 0) > 0 ? [step] : [];
  });
  return { indicator: rule.id, name: rule.name, steps: steps.slice(0, 1), team: null, stages: null, counts: 'things' };
};

/** One more, and as many as the target needs; of each the kind of fact that is worth most. */
const bestSteps = (lab: Lab, indicator: MeasuredIndicator, rewards: readonly Reward[]): Step[] => {
  if (indicator.lowerIsBetter && !isMeasured(indicator.metric)) return [];
  const { projectScheme, projects } = lab.scoring;
  const examples = examplesFor(indicator, rewards, projectScheme);
  const places = [null, ...projects.slice(0, MAX_PROJECTS_TRIED)];
  const tries = (count: number, amountFen: number | null): (Step | null)[] =>
    examples.flatMap((example) => places.map((project) => tried(lab, example, { count, amountFen, project })));
  const missing = indicator.missing && fromStored(indicator.missing);
  const best = (steps: readonly (Step | null)[]): Step[] => {
    const [first] = steps
      .filter((step): step is Step => step !== null && (compare(step.points, ZERO) > 0 || (step.moneyFen ?? 0) > 0))
      .sort((a, b) => (b.moneyFen ?? 0) - (a.moneyFen ?? 0) || compare(b.points, a.points));
    return first ? [first] : [];
  };
  if (indicator.metric.fold === 'sum' && indicator.unit === 'fen') {
    const fen = missing && wholeUp(missing);
    return fen === null || fen > MAX_STEP_FEN ? [] : best(tries(1, Number(fen)));
  }
  const one = best(tries(1, null));
  const count = missing && indicator.unit === 'count' ? Number(wholeUp(missing)) : 1;
  return count > 1 && count <= MAX_FACTS ? [...one, ...best(tries(count, null))] : one;
};
const wholeUp = ({ n, d }: Ratio): bigint => divideBig(BigInt(n), BigInt(d), 'up');

/** Of these one more moves the value towards its own, whichever side it is on. */
const isMeasured = ({ fold }: Metric): boolean => fold === 'average' || fold === 'duration' || fold === 'latest';

/** Kinds of fact that the metric counts, alone, at each stage of a project that it can say, and with what each reward rule asks for. */
const examplesFor = (indicator: MeasuredIndicator, rewards: readonly Reward[], byProject: SchemeProjects | null): ExampleFact[] => {
  const { metric } = indicator;
  const found = new Map<string, ExampleFact>();
  let left = MAX_TRIED;
  const kinds = selectedBy(indicator).flatMap((wanted) => [
    wanted,
    ...(byProject?.factTypes.includes(wanted.type) ? byProject.stages : []).map(({ name }) => ({
      ...wanted,
      facts: [...wanted.facts, `(${byProject?.stage}) == ${JSON.stringify(name)}`],
    })),
  ]);
  for (const wanted of kinds) {
    const rules = rewards.flatMap((rule): Wanted[] => {
      if (rule.kind !== 'per-fact') return [];
      if (rule.per !== 'fact') return wanted.type === ORDER_FACT ? [{ ...wanted, orders: [...wanted.orders, rule.where] }] : [];
      return rule.factTypes?.includes(wanted.type) ? [{ ...wanted, facts: [...wanted.facts, rule.where] }] : [];
    });
    for (const one of [wanted, ...rules]) {
      left -= 1;
      const example = left < 0 ? null : exampleOf(one);
      if (!example) continue;
      const own = metric.fold === 'conversion' ? { ...example, attributes: { ...example.attributes, stage: metric.to } } : example;
      found.set(JSON.stringify(own), own);
    }
  }
  return [...found.values()];
};
const selectedBy = ({ metric, lowerIsBetter, target }: MeasuredIndicator): Wanted[] => {
  switch (metric.fold) {
    case 'average':
    case 'duration':
    case 'latest': {
      const reaches = `(${metric.value ?? 'fact.amount'}) ${lowerIsBetter ? '<=' : '>='} ${toDecimal(fromStored(target), 6)}`;
      return typesOf(metric).map((wanted) => ({ ...wanted, facts: [...wanted.facts, reaches] }));
    }
    case 'qualified-customers':
      return [{ type: ORDER_FACT, facts: [], orders: [metric.qualifies] }];
    case 'ratio':
      return typesOf(metric.numerator);
    case 'conversion':
    case 'count':
    case 'count-distinct':
    case 'sum':
      return typesOf(metric);
    default:
      return [];
  }
};
const typesOf = ({ factTypes, where }: { readonly factTypes: readonly string[]; readonly where?: string | undefined }): Wanted[] =>
  factTypes.map((type) => ({ type, facts: where === undefined ? [] : [where], orders: [] }));

/** What a step is worth; null when the engines cannot tell from the book alone. */
interface Trial {
  readonly count: number;
  /** Of each fact, where it is to be a sum of money. */
  readonly amountFen: number | null;
  /** One that there is; null: a new one. */
  readonly project: KnownProject | null;
}
const tried = (
  { scoring, pay, request: { book, on, at } }: Lab,
  example: ExampleFact,
  { count, amountFen, project }: Trial,
): Step | null => {
  const facts = Array.from({ length: count }, (_, index): CreditedFact => {
    const id = `hypothetical-${index + 1}`;
    const fen = (amountFen === null ? example.amountFen : Math.max(amountFen, example.amountFen)) as Fen;
    // What says nothing of an amount leaves the project its own.
    const amounts = project !== null && fen === 0 ? {} : { amountFen: fen, totalAmountFen: fen };
    return {
      factId: id,
      revision: 1,
      type: example.type,
      employeeId: book.employeeId,
      legalEntityId: book.legalEntityId,
      period: book.period as Month,
      occurredAt: at,
      date: on,
      subject: { customerId: id, orderId: id, contractId: id, opportunityId: id, projectId: project?.projectId ?? id },
      attributes: { ...example.attributes },
      ...amounts,
      shareMillionths: 1_000_000,
    };
  });
  const after = scoring.with(facts);
  if (!after) return null;
  const [paidNow, paidThen] = pay ? [pay.pay(book), pay.pay(after.book, { ...after, facts })] : [];
  const rules = (pay?.rewards ?? []).flatMap(({ id, name }) => {
    const fen = worth(paidThen?.get(id)) - worth(paidNow?.get(id));
    return fen === 0 ? [] : [{ id, name, fen }];
  });
  return {
    facts: count,
    project: project?.projectId ?? null,
    amountFen: amountFen === null ? null : (facts[0]?.amountFen ?? amountFen),
    example,
    points: after.book.score && book.score ? subtract(fromStored(after.book.score.totalExact), fromStored(book.score.totalExact)) : ZERO,
    moneyFen: pay ? rules.reduce((sum, { fen }) => sum + fen, 0) : null,
    rules,
  };
};

/** What is held until the customer pays is worth it too. */
const worth = (pay: RulePay | undefined): number => (pay ? pay.amountFen + pay.heldFen : 0);

/** The books of everybody who works in the person's org unit in the month, the person included. */
const teamBooks = async (store: Store, { employeeId, legalEntityId, period }: Book): Promise<Book[]> => {
  const people = await allEmployees(store, legalEntityId);
  const unitOf = (of: (typeof people)[number]): string | undefined => assignmentInMonth(of, period as Month)?.orgUnitId;
  const own = people.find(({ id }) => id === employeeId);
  const unit = own && unitOf(own);
  const members = unit === undefined ? [] : people.filter((one) => unitOf(one) === unit);
  const items = await store.getMany(members.map(({ id }) => bookItemKey(id, period)));
  return items.flatMap((item) => (item ? [parseBook(item)] : []));
};

/** Σ numerators ÷ Σ denominators of the same metric; null where the person is not below it, or is alone. */
const teamShare = ({ metric, unit }: MeasuredIndicator, book: Book, team: readonly Book[]): TeamShare | null => {
  if (unit !== 'ratio') return null;
  const parts = team.flatMap(({ metrics }) => partsOf(Object.hasOwn(metrics, metric.id) ? metrics[metric.id] : undefined));
  const [own] = partsOf(Object.hasOwn(book.metrics, metric.id) ? book.metrics[metric.id] : undefined);
  if (!own || parts.length < 2) return null;
  const sum = (of: 'above' | 'below'): Ratio => parts.reduce((all, part) => add(all, part[of]), ZERO);
  const share = { own: divide(own.above, own.below), team: divide(sum('above'), sum('below')), people: parts.length };
  return compare(share.own, share.team) < 0 ? share : null;
};
const partsOf = (metric: BookedMetric | undefined): { readonly above: Ratio; readonly below: Ratio }[] => {
  const { numerator, denominator } = metric?.state ?? {};
  if (typeof numerator !== 'string' || typeof denominator !== 'string') return [];
  const below = parsed(denominator);
  return compare(below, ZERO) > 0 ? [{ above: parsed(numerator), below }] : [];
};
const parsed = (text: string): Ratio => {
  const [n = '0', d = '1'] = text.split('/');
  return ratio(BigInt(n), BigInt(d));
};

/** Today within the month, else its last day. */
export const hintDay = (period: Month, today: LocalDate): LocalDate => (today.startsWith(period) ? today : lastDay(period));
