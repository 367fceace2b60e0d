/** What the verifier says about a plan: where, how bad, what, in words for the plan's owner, and a case that shows it. */
import { type Ratio, toDecimal } from '../../../shared/kernel/ratio.ts';

/** `error` stops approval, `warning` does not, `note` reports something the plan itself declares as meant (an accepted cliff). */
export type Severity = 'error' | 'warning' | 'note';

export interface Finding {
  /** JSON pointer into the document; the document itself is the empty pointer. */
  readonly path: string;
  readonly severity: Severity;
  /** Stable, for programs. */
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  /** A concrete case in which it goes wrong, by name: amounts in yuan, rates and attainments as decimals. */
  readonly counterexample?: Readonly<Record<string, string>>;
  /** Character within the expression, from 0. */
  readonly offset?: number;
}

type More = Pick<Finding, 'counterexample' | 'offset'>;
const finding =
  (severity: Severity) =>
  (path: string, code: string, zh: string, en: string, more: More = {}): Finding => ({ path, severity, code, zh, en, ...more });

export const error = finding('error');
export const warning = finding('warning');
export const note = finding('note');

/** Most findings of one answer; the last one says that there are more. */
export const MAX_FINDINGS = 200;

const ORDER: Record<Severity, number> = { error: 0, warning: 1, note: 2 };

/** Most text of one answer, in UTF-16 units: findings are stored with the draft, in an item of at most 400 KB. */
const MAX_TEXT = 60_000;

/** Errors first, then in the order of the document; bounded in number and text. */
export const arrange = (findings: readonly Finding[]): readonly Finding[] => {
  const sorted = findings
    .map((item, index) => ({ item, index }))
    .sort((a, b) => ORDER[a.item.severity] - ORDER[b.item.severity] || a.index - b.index)
    .map(({ item }) => item);
  let text = 0;
  const tooLong = sorted.findIndex((item) => {
    text += JSON.stringify(item).length;
    return text > MAX_TEXT;
  });
  const fit = tooLong === -1 ? sorted.length : tooLong;
  if (fit === sorted.length && fit <= MAX_FINDINGS) return sorted;
  const shown = Math.min(fit, MAX_FINDINGS - 1);
  const hidden = sorted.length - shown;
  return [
    ...sorted.slice(0, shown),
    finding(sorted[shown]?.severity ?? 'error')(
      '',
      'more_findings',
      `还有 ${hidden} 条问题未列出`,
      `${hidden} more findings are not listed`,
    ),
  ];
};

/** An expression as a finding quotes it. */
export const quoted = (expression: string): string => (expression.length <= 120 ? expression : `${expression.slice(0, 117)}…`);

export const hasErrors = (findings: readonly Finding[]): boolean => findings.some(({ severity }) => severity === 'error');

/** An exact number as people write it: up to 6 decimals, without trailing zeros. */
export const plain = (value: Ratio): string => toDecimal(value, 6).replace(/\.?0+$/, '');
