/** Metrics that could not be computed on some facts: in words, and as what the plan's owner is told. Pure. */
import type { Book } from '../../../shared/contracts/books.ts';
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { CompiledPlan } from './compile-plan.ts';

/** What an indicator is marked with. Its value is that of the facts that could be read. */
export interface Unavailable {
  readonly facts: number;
  readonly reason: LocalText;
}

/** The first of the facts that are left out, by id, and how many there are; null where none is. */
export const unavailableOf = (
  metricId: string,
  { metrics, expressionErrors }: Pick<Book, 'metrics' | 'expressionErrors'>,
): Unavailable | null => {
  const facts = Object.hasOwn(metrics, metricId) ? (metrics[metricId]?.errors ?? 0) : 0;
  if (facts === 0) return null;
  const first = expressionErrors.find(({ metric }) => metric === metricId);
  const why = first
    ? { zh: `,例如 ${first.factId}:${first.reason}`, en: `, such as ${first.factId}: ${first.reason}` }
    : { zh: '', en: '' };
  return {
    facts,
    reason: {
      zh: `有 ${facts} 条记录无法按方案计算,未计入${why.zh}`,
      en: `${facts} records cannot be computed by the plan and are not counted${why.en}`,
    },
  };
};

export interface UnavailableMetric extends Unavailable {
  readonly metric: string;
}
/** Every metric of a book that leaves facts out. */
export const unavailableMetrics = (book: Pick<Book, 'metrics' | 'expressionErrors'>): UnavailableMetric[] =>
  Object.keys(book.metrics).flatMap((metric) => {
    const found = unavailableOf(metric, book);
    return found ? [{ metric, ...found }] : [];
  });

interface OwnerNotice {
  readonly noticeId: string;
  readonly template: string;
  readonly title: LocalText;
  readonly body: LocalText;
  readonly link: string;
}
const MAX_REASON = 300;

/** For each metric of the book that has such facts, and had none in `known`. The id is that of plan, version and metric: once for all people. */
export const unavailableNotices = ({ ref, name, metrics }: CompiledPlan, known: Book['metrics'], book: Book): OwnerNotice[] =>
  metrics.flatMap((metric) => {
    const now = unavailableOf(metric.id, book);
    if (!now || (Object.hasOwn(known, metric.id) && (known[metric.id]?.errors ?? 0) > 0)) return [];
    const { planId, version } = ref;
    const where = { zh: `${book.employeeId} ${book.period}`, en: `${book.employeeId}, ${book.period}` };
    return [
      {
        noticeId: `plan-unavailable:${planId}:${version}:${metric.id}`,
        template: 'plan-unavailable',
        title: { zh: '方案有指标无法计算', en: 'A metric of your plan cannot be computed' },
        body: {
          zh: `方案「${name.zh}」第 ${version} 版的「${metric.name.zh}」(${where.zh}):${now.reason.zh.slice(0, MAX_REASON)}。记录已保留;请修订方案,或由来源更正记录。`,
          en: `Plan "${name.en}", version ${version}, metric "${metric.name.en}" (${where.en}): ${now.reason.en.slice(0, MAX_REASON)}. The records are kept: revise the plan, or have the source correct them.`,
        },
        link: `/v1/plans/${planId}/versions/${version}`,
      },
    ];
  });
