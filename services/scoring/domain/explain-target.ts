/** A target in words: the number, and where it is not simply the plan's, what it is made of. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { AppliesTo } from '../../../shared/contracts/plans.ts';
import type { CompiledIndicator, MetricUnit, TargetBasis } from './compile-scheme.ts';
import { percentText, valueText } from './number-text.ts';

/** `250,000.00 元`. */
export const targetValueText = ({ target, unit }: Pick<CompiledIndicator, 'target' | 'unit'>): LocalText =>
  target ? valueText(target, unit) : { zh: '未设定', en: 'not set' };

/** `250,000.00 元(岗位 sales 设定 500,000.00 元 × 当月在职 15/30 天)`. */
export const explainTarget = (indicator: CompiledIndicator): LocalText => {
  const value = targetValueText(indicator);
  const basis = explainBasis(indicator);
  return basis ? { zh: `${value.zh}(${basis.zh})`, en: `${value.en} (${basis.en})` } : value;
};

/** What the target is made of; null where it is the plan's as it is. */
export const explainBasis = ({ targetBasis, unit }: CompiledIndicator): LocalText | null => {
  if (!targetBasis) return null;
  const { ramp, prorated } = targetBasis;
  const made = partsText(targetBasis.parts, unit);
  const share = ramp
    ? {
        zh: ` × 入职第 ${ramp.month} 个月 ${percentText(ramp.share)}`,
        en: ` × ${percentText(ramp.share)} in month ${ramp.month} of service`,
      }
    : EMPTY;
  const days = prorated
    ? { zh: ` × 在职 ${prorated.days}/${prorated.of} 天`, en: ` × ${prorated.days}/${prorated.of} days employed` }
    : EMPTY;
  return { zh: `${made.zh}${share.zh}${days.zh}`, en: `${made.en}${share.en}${days.en}` };
};
const EMPTY: LocalText = { zh: '', en: '' };

const partsText = (parts: TargetBasis['parts'], unit: MetricUnit): LocalText => {
  const texts = parts.map(({ days, target, of }) => {
    const [value, place] = [targetValueText({ target, unit }), placeText(of)];
    return { days, zh: `${place.zh} ${value.zh}`, en: `${place.en} ${value.en}` };
  });
  const [only] = texts;
  if (only && texts.length === 1) return only;
  const days = texts.reduce((sum, part) => sum + part.days, 0);
  const mean = (part: (text: (typeof texts)[number]) => string): string => texts.map(part).join(' + ');
  return {
    zh: `(${mean((text) => `${text.zh} × ${text.days} 天`)}) ÷ ${days} 天`,
    en: `(${mean((text) => `${text.en} × ${text.days} days`)}) ÷ ${days} days`,
  };
};

const placeText = (of: AppliesTo | null): LocalText => {
  switch (of?.kind) {
    case undefined:
      return { zh: '方案目标', en: 'the plan’s' };
    case 'person':
      return { zh: '为本人设定', en: 'set for the person:' };
    case 'position':
      return { zh: `为岗位 ${of?.id} 设定`, en: `set for position ${of?.id}:` };
    case 'org-unit':
      return { zh: `为部门 ${of?.id} 设定`, en: `set for org unit ${of?.id}:` };
    case 'legal-entity':
      return { zh: '为全公司设定', en: 'set for the company:' };
  }
};
