/** What `project-1` and `project-2` of the plan set give, by hand. */
import { type Expectation, latest, numberOf, ofType, shareOf, sumOf } from './expect.ts';
import type { Part } from './facts.ts';
import { above, atLeast, type Fraction, halfUp, least, minus, of, over, plus, times, total, zero } from './fraction.ts';

const isAt = (part: Part, ...stages: readonly string[]): boolean => stages.includes(String(part.attributes['stage']));
const named = (parts: readonly Part[], name: string): string[] => [...new Set(parts.flatMap(({ subject }) => subject[name] ?? []))];

/** Mean days of the stages that were completed; null without one. */
const cycleOf = (completed: readonly Part[]): Fraction | null =>
  completed.length === 0 ? null : over(total(completed.map((part) => numberOf(part, 'days'))), of(completed.length));
/** Fewer days are better. */
const quick = (cycle: Fraction | null, target: number, cap: Fraction): Fraction =>
  cycle === null ? zero : least(over(of(target), cycle), cap);

const look = (parts: readonly Part[]) => {
  const changed = ofType(parts, 'opportunity.stage-changed');
  const completed = ofType(parts, 'project.stage-completed');
  const signatures = changed.filter((part) => isAt(part, 'signed'));
  const offered = named(
    changed.filter((part) => isAt(part, 'offer', 'signed')),
    'opportunityId',
  ).length;
  const wonRate = offered === 0 ? null : of(named(signatures, 'opportunityId').length, offered);
  return { completed, signatures, wonRate, cycle: cycleOf(completed) };
};

const MOST = of(6, 5);
const WEIGHTS: Readonly<Record<string, readonly [Fraction, Fraction]>> = {
  design: [of(141, 2), of(59, 2)],
  build: [of(20), of(80)],
};

/** Amount and points of one project: by the stage and the amount that were said last. */
const scored = (parts: readonly Part[]): { readonly amount: Fraction; readonly points: Fraction } => {
  const completed = ofType(parts, 'project.stage-completed');
  const said = latest(completed);
  const [days, stages] = WEIGHTS[String(said?.attributes['stage'])] ?? [of(40), of(60)];
  return {
    amount: of(said?.amount ?? 0n),
    points: plus(times(days, quick(cycleOf(completed), 20, MOST)), times(stages, least(of(completed.length, 2), MOST))),
  };
};
const meanOfProjects = (parts: readonly Part[]): Fraction => {
  const projects = named(parts, 'projectId').map((id) => scored(parts.filter(({ subject }) => subject['projectId'] === id)));
  const amount = total(projects.map((one) => one.amount));
  return amount.n === 0n ? zero : over(total(projects.map((one) => times(one.amount, one.points))), amount);
};

export const project1: Expectation = (_month, parts, _all, whole) => {
  const { completed, wonRate, cycle } = look(parts);
  const score = meanOfProjects(parts);
  const fees = new Map(
    completed
      .filter((part) => isAt(part, 'build') && part.whole > 0n)
      .map(({ factId, whole: fen, split }) => [factId, shareOf(halfUp(of(fen * 55n, 10_000)), split)]),
  );
  return {
    metrics: { 'won-rate': wonRate, cycle, steps: of(completed.length) },
    score,
    rules: {
      'stage-fee': sumOf(fees),
      won: wonRate !== null && atLeast(wonRate, of(1, 2)) ? 25_003n : 0n,
      'steps-pay': atLeast(whole(score), of(60)) ? BigInt(completed.length) * 1_501n : 0n,
    },
    each: { 'stage-fee': fees },
  };
};

export const project2: Expectation = (_month, parts) => {
  const { signatures, wonRate, cycle } = look(parts);
  const signed = BigInt(signatures.length);
  const isFast = cycle !== null && atLeast(of(15), cycle);
  return {
    metrics: { 'won-rate': wonRate, cycle, steps: of(signed) },
    score: total([
      times(of(50), wonRate === null ? zero : least(over(wonRate, of(3, 5)), MOST)),
      times(of(30), quick(cycle, 15, of(11, 10))),
      times(of(20), least(of(signed, 2), MOST)),
    ]),
    rules: {
      won: wonRate !== null && above(wonRate, of(2, 5)) ? halfUp(times(minus(wonRate, of(2, 5)), of(77_700))) : 0n,
      'steps-pay': signed * 2_003n > 5_000n ? 5_000n : signed * 2_003n,
      fast: signed > 1n && isFast ? 9_999n : 0n,
    },
    each: {},
  };
};
