/** Metrics: expressions that compile, values of the right kind, folds that can count something. */
import type { Metric } from '../../../shared/contracts/plans.ts';
import { compileExpression, type ExpressionKind, factEnvironment, factInput, orderEnvironment } from '../../../shared/kernel/expression.ts';
import { checkCustomerWindow, checkTeamWindow } from './check-windows.ts';
import { casesOf, neverHolds, ofTypes } from './conditions.ts';
import { error, type Finding, quoted, warning } from './finding.ts';
import type { Placed } from './plan-parts.ts';

const KIND_NAMES: Partial<Record<ExpressionKind, readonly [string, string]>> = {
  bool: ['真或假', 'true or false'],
  int: ['整数(金额以分计)', 'a whole number (money in fen)'],
  number: ['数字', 'a number'],
};

/** A finding when the expression does not parse, names something unknown, or gives another kind of value. */
export const checkExpression = (path: string, source: string, kind: ExpressionKind, over: 'fact' | 'order'): Finding[] => {
  const compiled = compileExpression(over === 'fact' ? factEnvironment : orderEnvironment, source, kind);
  if (compiled.ok) return [];
  const { reason, offset } = compiled;
  const place = offset === undefined ? ['', ''] : [`(第 ${offset + 1} 个字符)`, ` (character ${offset + 1})`];
  const expected = KIND_NAMES[kind];
  const [zhHint, enHint] = expected ? [`;此处应得到${expected[0]}`, `; ${expected[1]} is expected here`] : ['', ''];
  return [
    error(
      path,
      'expression_invalid',
      `表达式有误${place[0]}:${reason}${zhHint}。可用名称见 ${over}.*`,
      `the expression is wrong${place[1]}: ${reason}${enHint}; the names available begin with ${over}.`,
      offset === undefined ? {} : { offset },
    ),
  ];
};

/** `by` may be text, a number or true/false: what can be compared. */
const checkKey = (path: string, source: string): Finding[] => {
  const tries = (['string', 'number', 'bool'] as const).map((kind) => checkExpression(path, source, kind, 'fact'));
  if (tries.some((found) => found.length === 0)) return [];
  const whole = checkExpression(path, source, 'any', 'fact');
  if (whole.length > 0) return whole;
  return [
    error(
      path,
      'expression_invalid',
      'by 须得到文本、数字或真假值',
      'by must give text, a number or true/false: what facts can be told apart by',
    ),
  ];
};

interface Selector {
  readonly factTypes: readonly string[];
  readonly where?: string | undefined;
  readonly value?: string | undefined;
}

/** Fact types, condition and value of one place that selects facts. `gives`: whole fen for money, any number otherwise. */
const checkSelector = (
  path: string,
  selector: Selector,
  gives: 'int' | 'number',
  knownFactTypes: ReadonlySet<string> | undefined,
): Finding[] => {
  const findings = checkFactTypes(`${path}/factTypes`, selector.factTypes, knownFactTypes);
  if (selector.where !== undefined) {
    const wrong = checkExpression(`${path}/where`, selector.where, 'bool', 'fact');
    findings.push(...wrong);
    if (wrong.length === 0 && neverHolds(ofTypes(casesOf(selector.where), selector.factTypes))) {
      findings.push(
        error(
          `${path}/where`,
          'never_true',
          `条件 ${quoted(selector.where)} 永远不成立:没有任何业务事实会被计入`,
          `the condition ${quoted(selector.where)} can never hold: no fact is ever counted`,
        ),
      );
    }
  }
  if (selector.value !== undefined) findings.push(...checkExpression(`${path}/value`, selector.value, gives, 'fact'));
  return findings;
};

export const checkFactTypes = (path: string, factTypes: readonly string[], known: ReadonlySet<string> | undefined): Finding[] =>
  factTypes.flatMap((type, index) => {
    if (factTypes.indexOf(type) !== index) {
      return [warning(`${path}/${index}`, 'duplicate_fact_type', `事实类型 ${type} 重复`, `the fact type ${type} is listed twice`)];
    }
    if (known === undefined || known.has(type)) return [];
    return [
      warning(
        `${path}/${index}`,
        'fact_type_not_shipped',
        `${type} 不是内置的事实类型:请确认拼写,并确认公司已配置该类型`,
        `${type} is not a fact type that ships: check the spelling, and that your company has configured it`,
      ),
    ];
  });

/** A refund's amount is positive: a sum over signed and refunded orders that does not turn it around grows with each refund. */
const checkRefunds = (path: string, metric: Metric): Finding[] => {
  if (metric.fold !== 'sum' || !metric.factTypes.includes('order.refunded') || metric.factTypes.length === 1) return [];
  const probe = factInput({
    factId: 'example',
    type: 'order.refunded',
    date: '2026-11-15',
    amountFen: 100,
    totalAmountFen: 100,
    subject: {},
    attributes: {},
  });
  const holds = (source: string | undefined, whenAbsent: unknown): unknown => {
    if (source === undefined) return whenAbsent;
    const compiled = compileExpression(factEnvironment, source, 'any');
    const value = compiled.ok ? compiled.expression.evaluate(probe) : undefined;
    return value?.ok ? value.value : undefined;
  };
  const value = holds(metric.value, 100n);
  if (holds(metric.where, true) !== true || typeof value !== 'bigint' || value <= 0n) return [];
  return [
    warning(
      `${path}/value`,
      'refund_adds',
      '退款会使合计增加:退款金额为正数,请用 value 取负,例如 fact.type == "order.refunded" ? -fact.amount : fact.amount',
      'a refund makes this sum larger: its amount is positive; turn it around, such as fact.type == "order.refunded" ? -fact.amount : fact.amount',
      { counterexample: { fact: 'order.refunded', amount: '1.00', adds: '1.00' } },
    ),
  ];
};

/** Stages are in order: `from` and `to` are two of them, `to` the later one. */
const checkStages = (path: string, { stage, stages, from, to }: Extract<Metric, { fold: 'conversion' }>): Finding[] => {
  const findings = checkExpression(`${path}/stage`, stage, 'string', 'fact');
  stages.forEach((name, place) => {
    if (stages.indexOf(name) === place) return;
    findings.push(
      error(`${path}/stages/${place}`, 'stage_twice', `阶段 ${quoted(name)} 重复`, `the stage ${quoted(name)} is listed twice`),
    );
  });
  const listed = stages.map(quoted);
  for (const [key, name] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (stages.includes(name)) continue;
    findings.push(
      error(
        `${path}/${key}`,
        'unknown_stage',
        `${quoted(name)} 不在阶段中,可用:${listed.join('、')}`,
        `${quoted(name)} is not one of the stages ${listed.join(', ')}`,
      ),
    );
  }
  const [first, last] = [stages.indexOf(from), stages.indexOf(to)];
  if (first >= 0 && last >= 0 && first >= last) {
    findings.push(
      error(
        `${path}/to`,
        'stages_not_in_order',
        `${quoted(to)} 须在 ${quoted(from)} 之后:否则转化率总是 100% 或没有意义`,
        `${quoted(to)} must come after ${quoted(from)}: the conversion would always be 100 %, or mean nothing`,
        { counterexample: { from, to, stages: stages.join(' → ') } },
      ),
    );
  }
  return findings;
};

/** Findings about one metric. */
export const checkMetric = ({ path, value: metric }: Placed<Metric>, knownFactTypes: ReadonlySet<string> | undefined): Finding[] => {
  if (metric.fold === 'qualified-customers') {
    const wrong = [...checkCustomerWindow(path, metric.window), ...checkExpression(`${path}/qualifies`, metric.qualifies, 'bool', 'order')];
    if (wrong.length > 0 || !neverHolds(casesOf(metric.qualifies))) return wrong;
    return [
      error(
        `${path}/qualifies`,
        'never_true',
        `条件 ${quoted(metric.qualifies)} 永远不成立:没有任何客户会被计入`,
        `the condition ${quoted(metric.qualifies)} can never hold: no customer ever qualifies`,
      ),
    ];
  }
  if (metric.fold === 'ratio') {
    return [
      ...checkTeamWindow(path, metric),
      ...checkSelector(`${path}/numerator`, metric.numerator, 'number', knownFactTypes),
      ...checkSelector(`${path}/denominator`, metric.denominator, 'number', knownFactTypes),
    ];
  }
  const findings = [
    ...checkTeamWindow(path, metric),
    ...checkSelector(path, metric, 'unit' in metric && metric.unit === 'fen' ? 'int' : 'number', knownFactTypes),
  ];
  if (metric.fold === 'count-distinct' || metric.fold === 'conversion') findings.push(...checkKey(`${path}/by`, metric.by));
  if (metric.fold === 'conversion') findings.push(...checkStages(path, metric));
  if ('unit' in metric && metric.unit === 'number' && metric.value === undefined) {
    findings.push(
      error(
        path,
        'value_missing',
        '单位为 number 的指标口径须写 value:缺省取 fact.amount,那是金额(分)',
        'a metric in plain numbers needs a value: without one it takes fact.amount, which is money in fen',
      ),
    );
  }
  return [...findings, ...checkRefunds(path, metric)];
};
