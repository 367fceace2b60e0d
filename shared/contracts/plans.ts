/**
 * The plan language: how facts become metrics, metrics a score, and both become money. A plan is data; a published version never
 * changes. Expressions are CEL over the names documented in docs/guides/plans.md.
 */
import { z } from 'zod';
import { MAX_ROLLING_DAYS } from '../kernel/metric-window.ts';
import {
  dateSchema,
  decimalTextSchema,
  fenSchema,
  idSchema,
  localTextSchema,
  monthSchema,
  positiveFenSchema,
  rateTextSchema,
  slugSchema,
} from './common.ts';
import { attributesSchema, factTypeSchema, subjectSchema } from './facts.ts';

/** CEL text; parsed and type-checked by the verifier, bounded here. */
export const expressionSchema = z.string().min(1).max(1000);

/** Facts that feed a metric. `where` sees `fact`; `value` too, and gives a whole number (fen for money), default `fact.amount`. */
const selectorShape = {
  factTypes: z.array(factTypeSchema).min(1).max(20),
  where: expressionSchema.optional(),
};
const termSchema = z.strictObject({ ...selectorShape, value: expressionSchema.optional() });

/** Which days count for a month (`shared/kernel/metric-window.ts`). Sums and counts by `day` and `week` are means per day and week. */
export const windowSchema = z
  .union(
    [z.enum(['day', 'week', 'month', 'quarter', 'half-year', 'year']), z.strictObject({ rolling: z.int().min(1).max(MAX_ROLLING_DAYS) })],
    'day, week, month, quarter, half-year, year, or days such as { rolling: 30 }',
  )
  .default('month');

const metricBase = { id: slugSchema, name: localTextSchema, window: windowSchema };
/**
 * How facts fold into a number over a window. All folds commute (I3).
 * - `sum`: Σ value. `count`: number of facts. `count-distinct`: number of different `by`.
 * - `ratio`: Σ numerator ÷ Σ denominator, both kept (`value` defaults to 1 there, so that a ratio of counts needs none).
 * - `average`: Σ value ÷ number of facts. `latest`: value of the latest fact by time, then id.
 * - `conversion`: opportunities that got to stage `to` ÷ those that got to stage `from`, of `stages` in their order. Whoever is at a stage has
 *   passed all before it, so a skipped stage counts as passed; an opportunity counts once however often it comes back.
 * - `duration`: Σ days ÷ number of facts; `value` gives days, default `fact.attributes.days`. Lower is always better.
 * - `qualified-customers`: customers whose first order that still stands (net of refunds) satisfies `qualifies` (which sees `order`).
 */
export const metricSchema = z.discriminatedUnion('fold', [
  z.strictObject({
    ...metricBase,
    fold: z.literal('sum'),
    unit: z.enum(['fen', 'number']),
    ...selectorShape,
    value: expressionSchema.optional(),
  }),
  z.strictObject({ ...metricBase, fold: z.literal('count'), ...selectorShape }),
  z.strictObject({ ...metricBase, fold: z.literal('count-distinct'), ...selectorShape, by: expressionSchema }),
  z.strictObject({ ...metricBase, fold: z.literal('ratio'), numerator: termSchema, denominator: termSchema }),
  z.strictObject({
    ...metricBase,
    fold: z.literal('average'),
    unit: z.enum(['fen', 'number']),
    ...selectorShape,
    value: expressionSchema.optional(),
  }),
  z.strictObject({
    ...metricBase,
    fold: z.literal('latest'),
    unit: z.enum(['fen', 'number']),
    ...selectorShape,
    value: expressionSchema.optional(),
  }),
  z.strictObject({
    ...metricBase,
    fold: z.literal('conversion'),
    ...selectorShape,
    by: expressionSchema.default('fact.subject.opportunityId'),
    stage: expressionSchema.default('fact.attributes.stage'),
    stages: z.array(z.string().min(1).max(64)).min(2).max(20),
    from: z.string().min(1).max(64),
    to: z.string().min(1).max(64),
  }),
  z.strictObject({ ...metricBase, fold: z.literal('duration'), ...selectorShape, value: expressionSchema.default('fact.attributes.days') }),
  z.strictObject({ ...metricBase, fold: z.literal('qualified-customers'), qualifies: expressionSchema }),
]);
export type Metric = z.infer<typeof metricSchema>;

/** Attainment → share of the weight. `linear`: attainment itself. `stepped`: value of the last step reached. `piecewise`: straight lines between points. */
export const curveSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('linear') }),
  z.strictObject({
    kind: z.literal('stepped'),
    steps: z
      .array(z.strictObject({ atLeast: decimalTextSchema, gives: decimalTextSchema }))
      .min(1)
      .max(20),
  }),
  z.strictObject({
    kind: z.literal('piecewise'),
    points: z
      .array(z.strictObject({ at: decimalTextSchema, gives: decimalTextSchema }))
      .min(2)
      .max(20),
  }),
]);

export const indicatorSchema = z.strictObject({
  id: slugSchema,
  name: localTextSchema,
  kind: z.enum(['result', 'process', 'personal']),
  metric: slugSchema,
  /** Percent of the whole score, at most 2 decimals; the scheme's weights add up to exactly 100. */
  weight: decimalTextSchema,
  /**
   * In the metric's unit: yuan for money (`"500000"`), a plain number for counts, a decimal or percentage for ratios (`"90%"`). A target that
   * is set for a month (`shared/contracts/targets.ts`) stands in its place. Absent: only where one is set; without any, nothing counts.
   */
  target: decimalTextSchema.optional(),
  /** Shares of the target for the first months of service, such as `["50%", "80%"]`; the month of hiring is the first, whatever its day. */
  ramp: z.array(decimalTextSchema).min(1).max(24).optional(),
  /** Whoever joins or leaves within the days that the metric counts has the share of the target that the days employed are of them. */
  prorate: z.literal('calendar-days').optional(),
  /** Which is better; absent: higher, or of a duration lower. */
  direction: z.enum(['higher', 'lower']).optional(),
  curve: curveSchema.default({ kind: 'linear' }),
  /** Attainment after the curve is at least / at most this: cap `"1.2"` is 120 %. */
  floor: decimalTextSchema.default('0'),
  cap: decimalTextSchema.default('1.2'),
});
export type Indicator = z.infer<typeof indicatorSchema>;

/** A limit that one metric puts on an indicator or on the total: below `atLeast`, the target's attainment (or the total score) is limited to `limitTo`. */
export const schemeGateSchema = z.strictObject({
  metric: slugSchema,
  atLeast: decimalTextSchema,
  applies: z.discriminatedUnion('to', [
    z.strictObject({ to: z.literal('indicator'), indicator: slugSchema, limitTo: decimalTextSchema }),
    z.strictObject({ to: z.literal('total'), limitTo: decimalTextSchema }),
  ]),
});

/**
 * Weights by the stage that a project is in. Each project is scored on its own facts, and a person's score is the mean over the projects,
 * weighed by their amounts. Facts of `factTypes` say stage and amount, the latest one counts. A stage that is not listed takes the indicators'
 * own weights.
 */
export const schemeProjectsSchema = z.strictObject({
  factTypes: z.array(factTypeSchema).min(1).max(20),
  stage: expressionSchema.default('fact.attributes.stage'),
  stages: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64),
        /** Every indicator by its id; together exactly 100. */
        weights: z.record(slugSchema, decimalTextSchema),
      }),
    )
    .min(1)
    .max(20),
});
export type SchemeProjects = z.infer<typeof schemeProjectsSchema>;

export const schemeSchema = z.strictObject({
  indicators: z.array(indicatorSchema).min(1).max(30),
  gates: z.array(schemeGateSchema).max(10).default([]),
  projects: schemeProjectsSchema.optional(),
});
export type Scheme = z.infer<typeof schemeSchema>;

/** Only when a metric, an indicator's attainment or the score is at least this. */
const rewardGateSchema = z.strictObject({
  on: z.discriminatedUnion('of', [
    z.strictObject({ of: z.literal('metric'), metric: slugSchema }),
    z.strictObject({ of: z.literal('attainment'), indicator: slugSchema }),
    z.strictObject({ of: z.literal('score') }),
  ]),
  atLeast: decimalTextSchema,
});

/** Whom a rule is for, of those whose plan it is in: all that is said must hold, by where the person works at the end of the month. */
const audienceSchema = z
  .strictObject({
    positions: z.array(idSchema).min(1).max(50).optional(),
    /** The units themselves, not those below them. */
    orgUnits: z.array(idSchema).min(1).max(50).optional(),
    persons: z.array(idSchema).min(1).max(200).optional(),
    /** First and last day of hiring, both inclusive. */
    hiredFrom: dateSchema.optional(),
    hiredTo: dateSchema.optional(),
  })
  .refine((audience) => Object.keys(audience).length > 0, 'at least one of positions, orgUnits, persons, hiredFrom and hiredTo');
export type Audience = z.infer<typeof audienceSchema>;

const rewardBase = {
  id: slugSchema,
  name: localTextSchema,
  /** Which line of the payslip it is paid on. */
  category: z.enum(['commission', 'bonus', 'subsidy']),
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  for: audienceSchema.optional(),
  gate: rewardGateSchema.optional(),
  /** At most this much of the rule per person and month. */
  capPerMonthFen: positiveFenSchema.optional(),
  /** At most this much of the rule per person and calendar year: a month has what the months before it have left. */
  capPerYearFen: positiveFenSchema.optional(),
  /** What is taken back after it was paid is taken in so many payslips, each at most its part; without it by the next one. */
  clawbackInstalments: z.int().min(2).max(24).optional(),
  /** Of the rules with the same group only the one that gives most is paid: for the same month, customer or fact. */
  exclusiveGroup: slugSchema.optional(),
};

/**
 * What is earned is held until then, and shown as held. `paid`: the customer has paid the order's net in full, or, `part: share`, the share
 * of it that is paid. `delivered`: the order was delivered (go-live). Payments and deliveries count whatever month they are of. `days`: so
 * many days after the fact or order, in the time zone of the legal entity.
 */
const releaseSchema = z.discriminatedUnion('when', [
  z.strictObject({ when: z.literal('paid'), part: z.enum(['whole', 'share']).default('whole') }),
  z.strictObject({ when: z.literal('delivered') }),
  z.strictObject({ when: z.literal('days'), days: z.int().min(1).max(730) }),
]);
export type Release = z.infer<typeof releaseSchema>;

const metricRewardBase = {
  ...rewardBase,
  metric: slugSchema,
  /** At least this much a month, also in one without any fact; where the gate is open, within dates and audience. */
  floorPerMonthFen: positiveFenSchema.optional(),
  /**
   * Of a metric over a quarter, half-year or year: each month pays what the rule gives on the time so far, less what the months before it
   * were paid. With `advance` only that share of it, until the last month trues up to the whole.
   */
  trueUp: z.strictObject({ advance: rateTextSchema.optional() }).optional(),
};

/** A tier of a rate table: from `atLeast` on (attainment, or an amount in yuan) the rate applies. The first begins at 0. */
const tierSchema = z.strictObject({ atLeast: decimalTextSchema, rate: rateTextSchema });

export const rewardSchema = z.discriminatedUnion('kind', [
  /**
   * An amount for each fact (`per: fact`, condition sees `fact`), each order of the month that still stands (`per: order`, condition sees
   * `order`) or each customer (`per: customer`, condition sees the customer's first order that stands). Split facts pay each employee's share.
   */
  z.strictObject({
    ...rewardBase,
    kind: z.literal('per-fact'),
    per: z.enum(['fact', 'customer', 'order']),
    factTypes: z.array(factTypeSchema).min(1).max(20).optional(),
    where: expressionSchema,
    /** Either this, or `rate` of the fact's whole amount, or of what is left of the order. */
    amountFen: positiveFenSchema.optional(),
    rate: rateTextSchema.optional(),
    /** At most this for each fact, order or customer, whoever shares it; with `rate`. */
    capPerFactFen: positiveFenSchema.optional(),
    /** At most this for the facts, orders or customers of one day, per person. */
    capPerDayFen: positiveFenSchema.optional(),
    /**
     * When part of the order is refunded: `pro-rata` keeps the share of the amount that is left, `full` nothing; absent: all of it until
     * nothing of the order is left. A `rate` is of what is left in any case.
     */
    clawback: z.enum(['pro-rata', 'full']).optional(),
    release: releaseSchema.optional(),
    /**
     * Pays only the first of a group in the whole legal entity, whoever is credited: text by which facts or orders are grouped, such as
     * `order.attributes.industry`. First by time, then by id, of those that `where` holds for; when it falls away, the next is the first.
     */
    firstIn: expressionSchema.optional(),
    /** Two rules that pay for one fact must both say that they stack. */
    stacks: z.boolean().default(false),
  }),
  /** An amount once when a metric exceeds `moreThan` (more than, not from). */
  z.strictObject({
    ...metricRewardBase,
    kind: z.literal('count-threshold'),
    moreThan: decimalTextSchema,
    amountFen: positiveFenSchema,
  }),
  /**
   * Rate on an amount. `slab`: the reached tier's rate on the whole amount. `marginal`: each tier's rate on its own part.
   * `tiersBy: attainment` reads the attainment of `metric` against `target` (yuan); `amount` reads the amount in yuan.
   */
  z.strictObject({
    ...metricRewardBase,
    kind: z.literal('tiered-rate'),
    mode: z.enum(['slab', 'marginal']),
    tiersBy: z.enum(['attainment', 'amount']),
    target: decimalTextSchema.optional(),
    tiers: z.array(tierSchema).min(1).max(20),
    /** The plan says that a jump of pay at a tier's edge is meant. */
    cliffAccepted: z.boolean().default(false),
  }),
  /** (metric − target) in percentage points × amount, never below 0. */
  z.strictObject({
    ...metricRewardBase,
    kind: z.literal('over-target'),
    target: decimalTextSchema,
    amountPerPointFen: positiveFenSchema,
  }),
  /** An amount for each unit of a metric. */
  z.strictObject({ ...metricRewardBase, kind: z.literal('per-unit'), amountFen: positiveFenSchema }),
  /** An amount once when a metric reaches its target (from, not more than). */
  z.strictObject({
    ...metricRewardBase,
    kind: z.literal('fixed-on-target'),
    target: decimalTextSchema,
    amountFen: positiveFenSchema,
  }),
  /**
   * An amount a month, or a rate of what a metric of all members adds up to, shared out among them by their scores or by a metric, to the fen.
   * Members: whose plan it is in, whom it is for and whose gate is open; those of one org unit, or all together. Shared out again within
   * minutes of any change, never month by month alone.
   */
  z.strictObject({
    ...rewardBase,
    kind: z.literal('pool'),
    amountFen: positiveFenSchema.optional(),
    rate: rateTextSchema.optional(),
    /** Of money; with `rate`. */
    of: slugSchema.optional(),
    sharedBy: z.discriminatedUnion('by', [
      z.strictObject({ by: z.literal('score') }),
      z.strictObject({ by: z.literal('metric'), metric: slugSchema }),
      z.strictObject({ by: z.literal('head') }),
    ]),
    among: z.enum(['org-unit', 'plan']).default('org-unit'),
  }),
  /**
   * A guarantee for the first months of service (the month of hiring is the first): the rules of `of` give at least `guaranteeFen` together.
   * What it adds is, unless `recoverable: false`, an advance: recovered from what these rules give above the guarantee in later months.
   */
  z.strictObject({
    ...rewardBase,
    kind: z.literal('draw'),
    of: z.array(slugSchema).min(1).max(20),
    guaranteeFen: positiveFenSchema,
    firstMonths: z.int().min(1).max(24),
    /** Whoever joins or leaves within the month is guaranteed the share that the days employed are of the month's. */
    prorate: z.literal('calendar-days').optional(),
    recoverable: z.boolean().default(true),
  }),
]);
export type Reward = z.infer<typeof rewardSchema>;

export const PLACE_KINDS = ['person', 'position', 'org-unit', 'legal-entity'] as const;
/** Whose plan it is. The most specific one in force wins: person, position, org unit (nearest first), legal entity. */
export const appliesToSchema = z.strictObject({ kind: z.enum(PLACE_KINDS), id: idSchema });
export type AppliesTo = z.infer<typeof appliesToSchema>;

/**
 * A month of one person, and what the plan must make of it: run by the engines whenever the plan is verified. Everything expected is optional;
 * what is not named is not looked at. Facts are wholly the person's.
 */
export const planExampleSchema = z.strictObject({
  name: localTextSchema,
  month: monthSchema,
  /** Where the person works, for rules that are for some only. */
  person: z.strictObject({ employeeId: idSchema, positionId: idSchema, orgUnitId: idSchema, hiredOn: dateSchema }).optional(),
  facts: z
    .array(
      z.strictObject({
        type: factTypeSchema,
        /** The day it happens on; of other months only windows longer than a month see it. A refund counts in the month of its order. */
        date: dateSchema,
        amountFen: positiveFenSchema.optional(),
        subject: subjectSchema.default({}),
        attributes: attributesSchema.default({}),
      }),
    )
    .max(50),
  expects: z
    .strictObject({
      /** By metric, written as targets are: yuan for money, a decimal or percentage for ratios. Null: no value yet. */
      metrics: z.record(slugSchema, decimalTextSchema.nullable()).optional(),
      /** By indicator: its points, rounded to 2 decimals. */
      points: z.record(slugSchema, decimalTextSchema).optional(),
      score: decimalTextSchema.optional(),
      /** By reward rule: fen in the month. */
      rewards: z.record(slugSchema, fenSchema).optional(),
    })
    .refine((expects) => Object.keys(expects).length > 0, 'at least one of metrics, points, score and rewards'),
});
export type PlanExample = z.infer<typeof planExampleSchema>;

export const planDocumentSchema = z.strictObject({
  id: slugSchema,
  name: localTextSchema,
  legalEntityId: idSchema,
  appliesTo: appliesToSchema,
  metrics: z.array(metricSchema).min(1).max(60),
  scheme: schemeSchema.optional(),
  rewards: z.array(rewardSchema).max(60).default([]),
  examples: z.array(planExampleSchema).min(1).max(20).optional(),
});
/** A plan's content, as drafted, verified, approved and published. */
export type PlanDocument = z.infer<typeof planDocumentSchema>;

/** A published version: immutable. `digest` is over the document. */
export interface PlanVersion {
  readonly planId: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly digest: string;
  /** Replaces the month that it begins in from the first day on. Absent: each version counts by its days. */
  readonly midMonth?: 'replace';
  readonly document: PlanDocument;
}

/** An entry of a legal entity's index of published versions; small, so that resolving needs one item. */
export interface PlanIndexEntry {
  readonly planId: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly appliesTo: AppliesTo;
  readonly digest: string;
  readonly midMonth?: 'replace';
  /** Some rule may pay in a month without any fact: such months are opened (`scoring/app/open-months.ts`). */
  readonly paysWithoutFacts?: true;
  /** Some metric counts the months of the team. Where no entry does, nobody's month is told to managers. */
  readonly countsTeam?: true;
  /** The employee who edited it last: told when it cannot be computed. Absent: the editor is no employee. */
  readonly ownerId?: string;
}
