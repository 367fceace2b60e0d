/** Builders of payslip lines: names, explanations and references, made where the amounts are decided. Amounts in fen. */
import { type Fen, fen } from '../../../shared/kernel/money.ts';
import type { Month } from '../../../shared/kernel/period.ts';
import type { Rounding } from '../../../shared/kernel/rounding.ts';
import type { CountedDeduction } from './additional-deductions.ts';
import { daysEn, yuanText } from './amount-text.ts';
import { type IncentiveGroup, partsText } from './incentive-lines.ts';
import type { WageTax, YearToDate } from './income-tax.ts';
import { type EvaluatedPayItem, METHOD_EN, METHOD_ZH } from './pay-items.ts';
import type {
  AttendanceFigures,
  CarriedForward,
  ExplainedFigures,
  LineReferences,
  PayslipLine,
  PayslipLineKind,
  PayslipSection,
} from './payslip.ts';
import type { Proration } from './proration.ts';
import type { Contribution, ContributionPart } from './social-insurance.ts';
import type { Bilingual, RuleSetRef } from './statutory-rules.ts';

const NO_LEDGER: readonly number[] = [];
const NO_TEXT: readonly string[] = [];
export const NO_REFERENCES: LineReferences = { ledgerSeqs: NO_LEDGER, awardIds: NO_TEXT, ruleSets: [] };
const NO_INPUTS = {};

export const referTo = (...ruleSets: RuleSetRef[]): LineReferences => ({ ledgerSeqs: NO_LEDGER, awardIds: NO_TEXT, ruleSets });

const ROUNDING_ZH: Readonly<Record<Rounding, string>> = {
  fen_half_up: '四舍五入到分',
  fen_up: '见厘进分',
  fen_down: '舍去厘',
  jiao_half_up: '四舍五入到角',
  jiao_up: '见分进角',
  jiao_down: '舍去分',
  yuan_half_up: '四舍五入到元',
  yuan_up: '见角进元',
  yuan_down: '舍去角',
};
const ROUNDING_EN: Readonly<Record<Rounding, string>> = {
  fen_half_up: 'half up to the fen',
  fen_up: 'up to the fen',
  fen_down: 'down to the fen',
  jiao_half_up: 'half up to the jiao',
  jiao_up: 'up to the jiao',
  jiao_down: 'down to the jiao',
  yuan_half_up: 'half up to the yuan',
  yuan_up: 'up to the yuan',
  yuan_down: 'down to the yuan',
};
/** Names of the roundings as people read them. */
export const roundingName = (rounding: Rounding): Bilingual => ({ zh: ROUNDING_ZH[rounding], en: ROUNDING_EN[rounding] });

/** A line with an amount. */
export const moneyLine = (
  code: string,
  section: PayslipSection,
  kind: PayslipLineKind,
  nameZh: string,
  nameEn: string,
  amountFen: Fen,
  rounding: Rounding | null,
  formula: Bilingual,
  inputs: Readonly<Record<string, number | string>> = NO_INPUTS,
  references: LineReferences = NO_REFERENCES,
  earnedPeriod: Month | null = null,
): PayslipLine => ({
  code,
  section,
  kind,
  nameZh,
  nameEn,
  amountFen,
  quantity: null,
  earnedPeriod,
  rounding,
  formula,
  inputs,
  references,
});

const FROM_ATTENDANCE: Bilingual = { zh: '考勤记录', en: 'attendance record' };

const figureLine = (
  code: string,
  nameZh: string,
  nameEn: string,
  value: number,
  unit: 'day' | 'hour' | 'visit',
  formula: Bilingual = FROM_ATTENDANCE,
): PayslipLine => ({
  code,
  section: 'attendance',
  kind: 'figure',
  nameZh,
  nameEn,
  amountFen: null,
  quantity: { value, unit },
  earnedPeriod: null,
  rounding: null,
  formula,
  inputs: NO_INPUTS,
  references: NO_REFERENCES,
});

/** 出勤数据; figures that are 0 are left out, except the days worked. */
export const attendanceLines = (figures: AttendanceFigures): PayslipLine[] => {
  const lines = [
    figureLine('paid-days', '应计薪天数', 'Paid days of the month', figures.paidDays, 'day'),
    figureLine('worked-days', '实际出勤天数', 'Days worked', figures.workedDays, 'day'),
  ];
  const { unpaid, sick, overtime }: Partial<ExplainedFigures> = figures.explained ?? {};
  const add = (code: string, zh: string, en: string, value: number, unit: 'day' | 'hour' | 'visit', days?: Bilingual): void => {
    if (value !== 0) lines.push(figureLine(code, zh, en, value, unit, days));
  };
  add('unpaid-leave-days', '事假(不计薪)天数', 'Unpaid leave', figures.unpaidLeaveDays, 'day', unpaid);
  add('sick-leave-days', '病假天数', 'Sick leave', figures.sickLeaveDays, 'day', sick);
  add('overtime-hours-weekday', '工作日加班', 'Overtime, working days', figures.overtimeHours.weekday, 'hour', overtime);
  add('overtime-hours-rest-day', '休息日加班', 'Overtime, rest days', figures.overtimeHours.restDay, 'hour', overtime);
  add('overtime-hours-holiday', '法定节假日加班', 'Overtime, statutory holidays', figures.overtimeHours.statutoryHoliday, 'hour', overtime);
  add('valid-visits', '有效拜访次数', 'Valid visits', figures.validVisits, 'visit');
  return lines;
};

const figureWords = (before: AttendanceFigures, after: AttendanceFigures): Bilingual => {
  const changes: Bilingual[] = [];
  const add = (zh: string, en: string, was: number, is: number, unit: Bilingual): void => {
    if (was !== is) changes.push({ zh: `${zh} ${was} → ${is} ${unit.zh}`, en: `${en} ${was} → ${is} ${unit.en}` });
  };
  const [days, hours] = [
    { zh: '天', en: 'days' },
    { zh: '小时', en: 'hours' },
  ];
  add('事假(不计薪)', 'unpaid leave', before.unpaidLeaveDays, after.unpaidLeaveDays, days);
  add('病假', 'sick leave', before.sickLeaveDays, after.sickLeaveDays, days);
  for (const kind of ['weekday', 'restDay', 'statutoryHoliday'] as const)
    add(OVERTIME[kind].zh, OVERTIME[kind].en, before.overtimeHours[kind], after.overtimeHours[kind], hours);
  return { zh: changes.map(({ zh }) => zh).join(','), en: changes.map(({ en }) => en).join(', ') };
};

/** 考勤差额: what an earlier month's attendance pay is now, less what payslips have paid of it. */
export const attendanceDifferenceLine = (
  period: Month,
  figures: { readonly before: AttendanceFigures; readonly after: AttendanceFigures },
  beforeFen: Fen,
  afterFen: Fen,
  references: LineReferences,
): PayslipLine => {
  const words = figureWords(figures.before, figures.after);
  const text = `${yuanText(afterFen)} − (${yuanText(beforeFen)})`;
  return {
    ...moneyLine(
      'attendance-difference',
      'earnings',
      'earning',
      `考勤差额(${period})`,
      `Attendance corrected (${period})`,
      fen(afterFen - beforeFen),
      null,
      { zh: `${words.zh};加班费减考勤扣款:更正后 ${text}`, en: `${words.en}; overtime less deductions, as corrected: ${text}` },
      { beforeFen, afterFen },
      references,
    ),
    earnedPeriod: period,
  };
};

export const payItemLine = (evaluated: EvaluatedPayItem, references: LineReferences): PayslipLine =>
  moneyLine(
    evaluated.item.code,
    'earnings',
    'earning',
    evaluated.item.nameZh,
    evaluated.item.nameEn,
    evaluated.amountFen,
    evaluated.rounding,
    evaluated.explanation,
    { itemAmountFen: evaluated.item.amountFen, monthlyFen: evaluated.monthlyFen },
    references,
  );

const CATEGORY = {
  commission: { code: 'commission', zh: '提成', en: 'Commission' },
  bonus: { code: 'bonus', zh: '奖金', en: 'Bonus' },
  subsidy: { code: 'allowance', zh: '津贴补贴', en: 'Allowance' },
} as const;

/** An incentive; one earned in another month carries that month in its name. */
export const incentiveLine = (group: IncentiveGroup, period: Month): PayslipLine => {
  const category = CATEGORY[group.category];
  const ledgerSeqs: number[] = [];
  const awardIds: string[] = [];
  for (const entry of group.entries) {
    ledgerSeqs.push(entry.seq);
    if (!awardIds.includes(entry.awardId)) awardIds.push(entry.awardId);
  }
  const isLate = group.earnedPeriod !== period;
  const zhMonth = isLate ? `(${group.earnedPeriod} ${group.amountFen < 0 ? '追回' : '补发'})` : '';
  const enMonth = isLate ? ` (${group.earnedPeriod}, ${group.amountFen < 0 ? 'taken back' : 'late'})` : '';
  return {
    code: category.code,
    section: 'earnings',
    kind: 'earning',
    nameZh: `${category.zh} · ${group.ruleNameZh}${zhMonth}`,
    nameEn: `${category.en} · ${group.ruleNameEn}${enMonth}`,
    amountFen: group.amountFen,
    quantity: null,
    earnedPeriod: group.earnedPeriod,
    rounding: null,
    formula: partsText(group.entries),
    inputs: { entries: group.entries.length },
    references: { ledgerSeqs, awardIds, ruleSets: NO_REFERENCES.ruleSets },
  };
};

const carriedNames = (item: CarriedForward): Bilingual => ({
  zh: `${CATEGORY[item.category].zh} · ${item.ruleNameZh}`,
  en: `${CATEGORY[item.category].en} · ${item.ruleNameEn}`,
});

/** What an earlier payslip could not take back: taken now. */
export const broughtForwardLine = (item: CarriedForward): PayslipLine => {
  const names = carriedNames(item);
  return moneyLine(
    'clawback-brought-forward',
    'earnings',
    'earning',
    `${names.zh}(${item.earnedPeriod} 追回,上期结转)`,
    `${names.en} (${item.earnedPeriod} taken back, brought forward)`,
    item.amountFen,
    null,
    { zh: `上期未扣完的 ${yuanText(-item.amountFen)}`, en: `${yuanText(-item.amountFen)} not taken last month` },
    { broughtForwardFen: item.amountFen },
    { ledgerSeqs: NO_LEDGER, awardIds: [item.awardId], ruleSets: [] },
    item.earnedPeriod,
  );
};

/** What this payslip cannot take without going below the minimum wage: given back here, taken later. */
export const carriedForwardLine = (item: CarriedForward, takeableFen: Fen, minimumFen: Fen, minimumRef: RuleSetRef): PayslipLine => {
  const names = carriedNames(item);
  return moneyLine(
    'clawback-carried-forward',
    'earnings',
    'earning',
    `${names.zh}(${item.earnedPeriod} 追回,结转下期)`,
    `${names.en} (${item.earnedPeriod} taken back, carried forward)`,
    fen(-item.amountFen),
    null,
    {
      zh: `本月不低于最低工资 ${yuanText(minimumFen)} 可追回 ${yuanText(takeableFen)},其余 ${yuanText(-item.amountFen)} 结转下期`,
      en: `above the minimum wage ${yuanText(minimumFen)} only ${yuanText(takeableFen)} can be taken back; ${yuanText(-item.amountFen)} goes to the next month`,
    },
    { takeableFen, minimumWageFen: minimumFen, carriedForwardFen: item.amountFen },
    { ledgerSeqs: NO_LEDGER, awardIds: [item.awardId], ruleSets: [minimumRef] },
    item.earnedPeriod,
  );
};

/** The part of a clawback that later payslips take, because it is taken by instalments. */
export const instalmentLine = (item: CarriedForward): PayslipLine => {
  const names = carriedNames(item);
  const [each, rest] = [yuanText(item.instalmentFen ?? 0), yuanText(-item.amountFen)];
  return moneyLine(
    'clawback-carried-forward',
    'earnings',
    'earning',
    `${names.zh}(${item.earnedPeriod} 追回,分期)`,
    `${names.en} (${item.earnedPeriod} taken back, by instalments)`,
    fen(-item.amountFen),
    null,
    {
      zh: `分期追回,每期至多 ${each},其余 ${rest} 由以后各期追回`,
      en: `taken back by instalments of at most ${each}; ${rest} is left to later payslips`,
    },
    { instalmentFen: item.instalmentFen ?? 0, carriedForwardFen: item.amountFen },
    { ledgerSeqs: NO_LEDGER, awardIds: [item.awardId], ruleSets: [] },
    item.earnedPeriod,
  );
};

const OVERTIME = {
  weekday: { code: 'overtime-weekday', zh: '加班费 · 工作日', en: 'Overtime · working days' },
  restDay: { code: 'overtime-rest-day', zh: '加班费 · 休息日', en: 'Overtime · rest days' },
  statutoryHoliday: { code: 'overtime-holiday', zh: '加班费 · 法定节假日', en: 'Overtime · statutory holidays' },
} as const;

export const overtimeLine = (
  kind: keyof typeof OVERTIME,
  amountFen: Fen,
  baseFen: Fen,
  hours: number,
  ratePercent: number,
  hoursText: string,
  references: LineReferences,
): PayslipLine => {
  const calculation = `${yuanText(baseFen)} ÷ ${hoursText} × ${hours} × ${ratePercent}%`;
  return moneyLine(
    OVERTIME[kind].code,
    'earnings',
    'earning',
    OVERTIME[kind].zh,
    OVERTIME[kind].en,
    amountFen,
    'fen_half_up',
    { zh: `${calculation}(${hours} 小时)`, en: `${calculation} (${hours} hours)` },
    { baseFen, hours, ratePercent, paidHours: hoursText },
    references,
  );
};

const INSURANCE_INPUT = (contribution: Contribution, part: ContributionPart): Readonly<Record<string, number | string>> => ({
  declaredBaseFen: contribution.declaredFen,
  baseFen: contribution.baseFen,
  rate: part.rateText,
  fixedFen: part.fixedFen,
});

const contributionFormula = (contribution: Contribution, part: ContributionPart): Bilingual => {
  let text = `${yuanText(contribution.baseFen)} × ${part.rateText}`;
  if (part.fixedFen !== 0) text += ` + ${yuanText(part.fixedFen)}`;
  let zh = text;
  let en = text;
  if (contribution.clampedTo !== 'none') {
    const declared = yuanText(contribution.declaredFen);
    zh = contribution.clampedTo === 'floor' ? `申报基数 ${declared} 低于下限,${text}` : `申报基数 ${declared} 高于上限,${text}`;
    en =
      contribution.clampedTo === 'floor'
        ? `declared ${declared} is below the floor, ${text}`
        : `declared ${declared} is above the ceiling, ${text}`;
  }
  if (part.rounding !== 'fen_half_up') {
    zh += `,${ROUNDING_ZH[part.rounding]}`;
    en += `, ${ROUNDING_EN[part.rounding]}`;
  }
  return { zh, en };
};

export const employeeContributionLine = (contribution: Contribution, references: LineReferences): PayslipLine =>
  moneyLine(
    contribution.scheme,
    'deductions',
    'statutory',
    contribution.nameZh,
    contribution.nameEn,
    contribution.employee.amountFen,
    contribution.employee.rounding,
    contributionFormula(contribution, contribution.employee),
    INSURANCE_INPUT(contribution, contribution.employee),
    references,
  );

const employerNames = new Map<string, readonly [code: string, zh: string, en: string]>();

export const employerContributionLine = (contribution: Contribution, references: LineReferences): PayslipLine => {
  let names = employerNames.get(contribution.scheme);
  if (names === undefined) {
    names = [`employer-${contribution.scheme}`, `单位${contribution.nameZh}`, `Employer ${contribution.nameEn.toLowerCase()}`];
    employerNames.set(contribution.scheme, names);
  }
  return moneyLine(
    names[0],
    'employer',
    'employer',
    names[1],
    names[2],
    contribution.employer.amountFen,
    contribution.employer.rounding,
    contributionFormula(contribution, contribution.employer),
    INSURANCE_INPUT(contribution, contribution.employer),
    references,
  );
};

/** 考勤扣款: what the month would be without the leave, less what the method pays with it. */
export const unpaidLeaveLine = (
  amountFen: Fen,
  monthlyFen: Fen,
  withoutLeaveFen: Fen,
  days: number,
  paid: Proration,
  references: LineReferences,
): PayslipLine => {
  const [methodZh, methodEn] = [METHOD_ZH[paid.method], METHOD_EN[paid.method]];
  const perDay = `${yuanText(monthlyFen)} ÷ ${paid.divisor}`;
  const formula: Bilingual =
    paid.method === 'forward'
      ? {
          zh: `${yuanText(withoutLeaveFen)} − ${perDay} × 出勤 ${paid.days} 天(${methodZh},缺勤 ${days} 天)`,
          en: `${yuanText(withoutLeaveFen)} − ${perDay} × ${daysEn(paid.days)} present (${methodEn}, ${daysEn(days)} absent)`,
        }
      : { zh: `${perDay} × ${days} 天(${methodZh})`, en: `${perDay} × ${daysEn(days)} (${methodEn})` };
  return moneyLine(
    'unpaid-leave-deduction',
    'earnings',
    'deduction',
    '考勤扣款 · 事假',
    'Unpaid leave',
    amountFen,
    'fen_half_up',
    formula,
    { monthlyFen, absentDays: days, divisorDays: paid.divisor, method: paid.method },
    references,
  );
};

export const additionalDeductionInputs = (items: readonly CountedDeduction[]): Readonly<Record<string, number>> => {
  const inputs: Record<string, number> = {};
  for (const item of items) inputs[`${item.kind}Fen`] = (inputs[`${item.kind}Fen`] ?? 0) + item.amountFen;
  return inputs;
};

const figure = (code: string, zh: string, en: string, amountFen: Fen, formula: Bilingual, references: LineReferences): PayslipLine =>
  moneyLine(code, 'year-to-date', 'figure', zh, en, amountFen, null, formula, NO_INPUTS, references);

/** `before + this month`. */
const addition = (before: number, month: number): Bilingual => {
  const text = `${yuanText(before)} + ${yuanText(month)}`;
  return { zh: `此前 + 本月:${text}`, en: `before + this month: ${text}` };
};

/** Year-to-date income, deductions and tax of a resident. */
export const yearToDateLines = (before: YearToDate, tax: WageTax, references: LineReferences): PayslipLine[] => {
  const grown = (code: string, zh: string, en: string, after: Fen, start: Fen): PayslipLine =>
    figure(code, zh, en, after, addition(start, after - start), references);
  const lines = [grown('ytd-income', '累计收入', 'Income', tax.cumulativeIncomeFen, before.incomeFen)];
  if (tax.cumulativeExemptFen !== 0)
    lines.push(grown('ytd-exempt', '累计免税收入', 'Exempt income', tax.cumulativeExemptFen, before.exemptFen));
  lines.push(
    figure(
      'ytd-basic-deduction',
      '累计减除费用',
      'Basic deduction',
      tax.cumulativeBasicDeductionFen,
      { zh: '任职受雇月份累计', en: 'by months employed here' },
      references,
    ),
    grown(
      'ytd-special-deduction',
      '累计专项扣除(三险一金)',
      'Insurance and fund',
      tax.cumulativeSpecialDeductionFen,
      before.specialDeductionFen,
    ),
    grown(
      'ytd-additional-deduction',
      '累计专项附加扣除',
      'Additional deductions',
      tax.cumulativeAdditionalDeductionFen,
      before.additionalDeductionFen,
    ),
  );
  if (tax.cumulativeOtherDeductionFen !== 0)
    lines.push(grown('ytd-other-deduction', '累计其他扣除', 'Other deductions', tax.cumulativeOtherDeductionFen, before.otherDeductionFen));
  lines.push(
    figure('ytd-taxable', '累计应纳税所得额', 'Taxable', tax.cumulativeTaxableFen, TAXABLE, references),
    grown('ytd-tax', '累计已预扣税额', 'Tax withheld', tax.cumulativeWithheldFen, tax.alreadyWithheldFen),
  );
  return lines;
};
const TAXABLE: Bilingual = { zh: '累计收入减各项累计扣除,不低于 0', en: 'income less the deductions, not below 0' };
