/** What a book would be with a few facts more: the same folds and the same scoring as of real facts. Nothing is written. */
import type { Store } from '../../../shared/adapters/store.ts';
import type { Book, StoredRatio } from '../../../shared/contracts/books.ts';
import type { CreditedFact } from '../../../shared/contracts/facts.ts';
import { bookKey } from '../../../shared/contracts/messages.ts';
import type { Metric, PlanDocument, SchemeProjects } from '../../../shared/contracts/plans.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import { compare, fromStored, type Ratio, subtract, toStored } from '../../../shared/kernel/ratio.ts';
import { planLoader } from '../../plans/read.ts';
import { bookWithFacts, type HypotheticalBook } from '../domain/book-with-facts.ts';
import { type CompiledPlan, planCompiler } from '../domain/compile-plan.ts';
import type { CompiledScheme } from '../domain/compile-scheme.ts';
import { planInMonth } from '../domain/plan-windows.ts';
import type { ProjectParts } from '../domain/project-state.ts';
import { projectSchemes, scoreProject } from '../domain/score-projects.ts';
import { PROJECT_PREFIX, parseProject } from '../store.ts';
import { planOfBook } from './read-score.ts';

/** Most projects that are looked at. */
const MAX_PROJECTS = 200;

/** What an indicator is measured by, with its target in the metric's own unit (fen for money). */
export interface MeasuredIndicator {
  readonly id: string;
  readonly metric: Metric;
  readonly unit: 'fen' | 'count' | 'number' | 'ratio';
  readonly lowerIsBetter: boolean;
  readonly actual: StoredRatio | null;
  readonly target: StoredRatio;
  /** Target − actual, or for lower is better actual − target; null without an actual or when nothing is missing. */
  readonly missing: StoredRatio | null;
}
export interface KnownProject {
  readonly projectId: string;
  readonly stage: string | null;
  readonly amountFen: number;
}
export interface ScoringLab {
  readonly indicators: readonly MeasuredIndicator[];
  /** Where the scheme weighs by the stage of a project: which facts say it. */
  readonly projectScheme: SchemeProjects | null;
  /** Those of such a scheme, the largest first; of more than {@link MAX_PROJECTS} the first by id. */
  readonly projects: readonly KnownProject[];
  /**
   * Of subjects (customers, orders, opportunities …) that the month does not have yet, but for its projects. Null when it cannot be told from
   * the book alone.
   */
  with(facts: readonly CreditedFact[]): HypotheticalBook | null;
}

/** Makes labs; compiled plans are kept from one to the next. */
export const scoringLabs = (store: Store): ((book: Book) => Promise<ScoringLab>) => {
  const deps = { plans: planLoader(store), compile: planCompiler() };
  return async (book) => {
    const plan = planInMonth(await planOfBook(deps, book), book.period as Month);
    const last = plan.segments?.filter(({ scheme }) => scheme).at(-1);
    const [scheme, ref] = last ? [last.scheme, last.ref] : [plan.scheme, plan.ref];
    const { document } = await deps.plans.load(ref);
    const byProject = projectSchemes(plan).at(-1);
    const parts = byProject ? await projectsOf(store, book) : [];
    const known = new Map(parts.map((one) => [one.projectId, one]));
    return {
      indicators: measured(plan, scheme, document, book),
      projectScheme: document.scheme?.projects ?? null,
      projects: byProject
        ? parts
            .map((one) => scoreProject(plan, byProject, one))
            .map(({ projectId, stage, amountFen }) => ({ projectId, stage, amountFen }))
            .sort((a, b) => b.amountFen - a.amountFen)
        : [],
      with: (facts) => bookWithFacts(plan, book, facts, known),
    };
  };
};

const projectsOf = async (store: Store, { employeeId, period }: Book): Promise<ProjectParts[]> => {
  const { items } = await store.query({
    table: 'scores',
    pk: bookKey(employeeId, period),
    sk: { beginsWith: PROJECT_PREFIX },
    limit: MAX_PROJECTS,
  });
  return items.map(parseProject);
};

const measured = (plan: CompiledPlan, scheme: CompiledScheme | null, document: PlanDocument, book: Book): MeasuredIndicator[] => {
  return (scheme?.indicators ?? []).flatMap(({ id, metricIndex, unit, lowerIsBetter, target }) => {
    const own = plan.metrics[metricIndex];
    const named = document.scheme?.indicators.find((one) => one.id === id)?.metric;
    const metric = document.metrics.find((one) => one.id === named);
    if (!own || !metric || !target) return [];
    const value = Object.hasOwn(book.metrics, own.id) ? (book.metrics[own.id]?.value ?? null) : null;
    const gap = value && missingOf(fromStored(value), target, lowerIsBetter);
    return [{ id, metric, unit, lowerIsBetter, actual: value, target: toStored(target), missing: gap && toStored(gap) }];
  });
};
const missingOf = (actual: Ratio, target: Ratio, lowerIsBetter: boolean): Ratio | null => {
  const gap = lowerIsBetter ? subtract(actual, target) : subtract(target, actual);
  return compare(gap, { n: 0, d: 1 }) > 0 ? gap : null;
};
