/** The projects behind a score, page by page: each scored as the book scored it, with the weights of its stage. */
import type { PageKey } from '../../../shared/adapters/store.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import { bookKey } from '../../../shared/contracts/messages.ts';
import { type Fen, formatYuan } from '../../../shared/kernel/money.ts';
import { multiply, type Ratio, ratio, toDecimal } from '../../../shared/kernel/ratio.ts';
import type { MetricUnit } from '../domain/compile-scheme.ts';
import { numberText, percentText } from '../domain/number-text.ts';
import { planInMonth } from '../domain/plan-windows.ts';
import { type ProjectScore, projectSchemes, scoreProject } from '../domain/score-projects.ts';
import { bookItemKey, parseBook } from '../read.ts';
import { type PersonMonth, PROJECT_PREFIX, parseProject } from '../store.ts';
import { planOfBook, type ReadScoreDeps } from './read-score.ts';

export interface ProjectAnswer {
  readonly projectId: string;
  readonly stage: string | null;
  readonly stageListed: boolean;
  /** In yuan. */
  readonly amount: string;
  readonly total: string;
  readonly facts: number;
  readonly indicators: readonly {
    readonly id: string;
    readonly name: LocalText;
    readonly unit: MetricUnit;
    readonly weight: string;
    readonly actual: string | null;
    readonly target: string | null;
    readonly attainmentPercent: string | null;
    readonly countedPercent: string;
    readonly points: string;
  }[];
  readonly explanation: LocalText;
}
export interface ProjectPage {
  readonly items: readonly ProjectAnswer[];
  readonly next?: PageKey;
}

/** By project id; of the plan version that counts last in the month. Empty where that one does not score by project. */
export const listProjects = async (
  deps: ReadScoreDeps,
  of: PersonMonth,
  page: { readonly limit: number; readonly startAfter: PageKey | undefined },
): Promise<ProjectPage> => {
  const item = await deps.store.get(bookItemKey(of.employeeId, of.period));
  const book = item ? parseBook(item) : null;
  if (!book?.plan) return { items: [] };
  const plan = planInMonth(await planOfBook(deps, book), of.period);
  const scheme = projectSchemes(plan).at(-1);
  if (!scheme) return { items: [] };
  const { items, next } = await deps.store.query({
    table: 'scores',
    pk: bookKey(of.employeeId, of.period),
    sk: { beginsWith: PROJECT_PREFIX },
    limit: page.limit,
    ...(page.startAfter ? { startAfter: page.startAfter } : {}),
  });
  const answers = items.map((one) => {
    const parts = parseProject(one);
    return answerOf(scoreProject(plan, scheme, parts), parts.facts.length);
  });
  return next ? { items: answers, next } : { items: answers };
};

const HUNDRED = ratio(100);
const percent2 = (value: Ratio): string => toDecimal(multiply(value, HUNDRED), 2);

const answerOf = (project: ProjectScore, facts: number): ProjectAnswer => {
  const { projectId, stage, stageListed, amountFen, total, indicators } = project;
  return {
    projectId,
    stage,
    stageListed,
    amount: formatYuan(amountFen as Fen),
    total: toDecimal(total, 2),
    facts,
    indicators: indicators.map(({ indicator, weight, actual, attainment, counted, points }) => ({
      id: indicator.id,
      name: indicator.name,
      unit: indicator.unit,
      weight: numberText(weight, 'number'),
      actual: actual && numberText(actual, indicator.unit),
      target: indicator.target && numberText(indicator.target, indicator.unit),
      attainmentPercent: attainment && percent2(attainment),
      countedPercent: percent2(counted),
      points: toDecimal(points, 2),
    })),
    explanation: explain(project),
  };
};

/** `处于「实施」阶段:项目周期 90% × 50 + 客户满意度 100% × 50 = 95.00`. */
const explain = ({ stage, stageListed, amountFen, total, indicators }: ProjectScore): LocalText => {
  const sum = (language: 'zh' | 'en'): string =>
    indicators
      .map(({ indicator, counted, weight }) => `${indicator.name[language]} ${percentText(counted)} × ${numberText(weight, 'number')}`)
      .join(' + ');
  const at =
    stage === null
      ? { zh: '尚无阶段,按各指标自身权重', en: "no stage yet, so the indicators' own weights apply" }
      : stageListed
        ? { zh: `处于「${stage}」阶段`, en: `in stage ${stage}` }
        : {
            zh: `阶段「${stage}」未列入方案,按各指标自身权重`,
            en: `the plan does not list stage ${stage}, so the indicators' own weights apply`,
          };
  const weighs =
    amountFen > 0
      ? { zh: `,按金额 ${formatYuan(amountFen as Fen)} 元加权`, en: `, weighed by ${formatYuan(amountFen as Fen)} yuan` }
      : { zh: ',尚无金额,不计入总分', en: ', no amount yet: it weighs nothing in the total' };
  return {
    zh: `${at.zh}:${sum('zh')} = ${toDecimal(total, 2)}${weighs.zh}`,
    en: `${at.en}: ${sum('en')} = ${toDecimal(total, 2)}${weighs.en}`,
  };
};
