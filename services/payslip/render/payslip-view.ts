/** A payslip as people read it: one language, texts and amounts ready to print. The page and the PDF both show this and nothing else. */
import { formatYuanGrouped } from '../../../shared/kernel/money.ts';
import type { Payslip, PayslipLine, PayslipSection, SealedPayslip } from '../domain/payslip.ts';
import { roundingName } from '../domain/payslip-lines.ts';
import type { Bilingual } from '../domain/statutory-rules.ts';

export type PayslipLanguage = 'zh-CN' | 'en';

export interface ViewRow {
  readonly code: string;
  readonly name: string;
  /** `1,234.50`, `−960.00`, `2 天`. */
  readonly amount: string;
  /** Steps on lines of their own; empty where the line says it all. */
  readonly formula: string;
  readonly isTotal: boolean;
  readonly isNegative: boolean;
}

export interface ViewGroup {
  readonly id: PayslipSection;
  readonly title: string;
  readonly rows: readonly ViewRow[];
  readonly total: ViewRow | null;
}

/** One part of gross: what goes where. */
export interface ViewShare {
  readonly id: 'net' | 'insurance' | 'fund' | 'tax' | 'other';
  readonly name: string;
  readonly amount: string;
  /** Tenths of a percent of gross. */
  readonly permille: number;
  /** `86.6%`. */
  readonly percent: string;
}

export interface PayslipView {
  readonly lang: PayslipLanguage;
  readonly title: string;
  readonly company: string;
  readonly period: string;
  readonly person: readonly { readonly label: string; readonly value: string }[];
  readonly netLabel: string;
  readonly net: string;
  readonly netFormula: string;
  readonly shares: readonly ViewShare[];
  readonly sharesLabel: string;
  readonly groups: readonly ViewGroup[];
  readonly notes: readonly { readonly title: string; readonly text: string }[];
  readonly headings: { readonly item: string; readonly amount: string; readonly quantity: string };
  readonly footer: readonly string[];
}

const TEXT = {
  'zh-CN': {
    title: '工资条',
    attendance: '出勤数据',
    earnings: '应发',
    deductions: '代扣与实发',
    employer: '单位承担',
    'year-to-date': '本年累计(扣缴个人所得税)',
    name: '姓名',
    number: '工号',
    department: '部门',
    position: '岗位',
    payDate: '发放日',
    taxMonth: '个税所属月',
    net: '实发合计',
    insurance: '社会保险',
    fund: '住房公积金',
    tax: '个人所得税',
    other: '其他扣款',
    shares: '应发的去向',
    carried: '结转下期',
    warning: '提示',
    unit: { day: '天', hour: '小时', visit: '次' },
    item: '项目',
    amount: '金额(元)',
    quantity: '数量',
    objection: '如有异议,请在收到后提出;我们将在 3 个工作日内答复。未回复不视为确认。',
    document: '编号',
    digest: '校验',
    rules: '依据',
  },
  en: {
    title: 'Payslip',
    attendance: 'Attendance',
    earnings: 'Earnings',
    deductions: 'Deductions and net pay',
    employer: 'Paid by the employer',
    'year-to-date': 'Year to date (income tax)',
    name: 'Name',
    number: 'Number',
    department: 'Department',
    position: 'Position',
    payDate: 'Paid on',
    taxMonth: 'Tax month',
    net: 'Net pay',
    insurance: 'Social insurance',
    fund: 'Housing fund',
    tax: 'Income tax',
    other: 'Other deductions',
    shares: 'Where gross pay goes',
    carried: 'Carried forward',
    warning: 'Note',
    unit: { day: 'd', hour: 'h', visit: '×' },
    item: 'Item',
    amount: 'CNY',
    quantity: 'Quantity',
    objection: 'If you disagree, please say so after receipt; you will have an answer within 3 working days. Silence is not consent.',
    document: 'Document',
    digest: 'Digest',
    rules: 'Rules',
  },
} as const;

const MINUS = '−';
const CHINESE = '[\\u4e00-\\u9fff]';
const PUNCTUATION = new RegExp(`(?<=${CHINESE})[,;:]|[,;:](?=${CHINESE})`, 'g');
const FULL_WIDTH: Readonly<Record<string, string>> = { ',': '\uff0c', ';': '\uff1b', ':': '\uff1a' };
const NO_BREAK_SPACE = '\u00a0';
/** An amount stays with its label and with the sign before it: a calculation breaks before a sign only. */
const TIES = new RegExp(`(?<=${CHINESE}) (?=[-\\d])|(?<=[−+×÷=]) `, 'g');
/** Punctuation of our own explanations as Chinese sets it; thousands separators stay. Never applied to names. */
const typeset = (text: string): string => text.replace(PUNCTUATION, (mark) => FULL_WIDTH[mark] ?? mark).replace(TIES, NO_BREAK_SPACE);

const signed = (amountFen: number): string => {
  const text = formatYuanGrouped(Math.abs(amountFen));
  return amountFen < 0 ? `${MINUS}${text}` : text;
};

/** The view of a payslip in one language. Rule set warnings are for the payroll office and not shown to the employee. */
export const viewPayslip = (slip: Payslip | SealedPayslip, lang: PayslipLanguage): PayslipView => {
  const text = TEXT[lang];
  const pick = (both: Bilingual): string => (lang === 'zh-CN' ? both.zh : both.en);
  const row = (line: PayslipLine): ViewRow => rowOf(line, lang, pick);
  const groupOf = (id: PayslipSection, totalCode: string | null): ViewGroup => {
    const lines = slip.lines.filter((line) => line.section === id);
    const total = lines.find((line) => line.code === totalCode);
    return { id, title: text[id], rows: lines.filter((line) => line !== total).map(row), total: total === undefined ? null : row(total) };
  };
  const netLine = slip.lines.find((line) => line.code === 'net');
  return {
    lang,
    title: text.title,
    company: slip.legalEntity.name,
    period: monthText(slip.period, lang),
    person: [
      { label: text.name, value: slip.employee.name },
      { label: text.number, value: slip.employee.employeeNumber },
      { label: text.department, value: slip.employee.department },
      { label: text.position, value: slip.employee.position },
      { label: text.payDate, value: slip.payDate },
      { label: text.taxMonth, value: monthText(slip.taxMonth, lang) },
    ].filter((field) => field.value !== ''),
    netLabel: text.net,
    net: signed(slip.totals.netFen),
    netFormula: netLine === undefined ? '' : typeset(pick(netLine.formula)),
    shares: sharesOf(slip, lang),
    sharesLabel: text.shares,
    groups: [
      groupOf('attendance', null),
      groupOf('earnings', 'gross'),
      groupOf('deductions', 'net'),
      groupOf('employer', 'employer-cost'),
      groupOf('year-to-date', null),
    ].filter((group) => group.rows.length > 0),
    notes: notesOf(slip, lang, pick),
    headings: { item: text.item, amount: text.amount, quantity: text.quantity },
    footer: footerOf(slip, lang),
  };
};

const rowOf = (line: PayslipLine, lang: PayslipLanguage, pick: (both: Bilingual) => string): ViewRow => {
  const isTaken = line.kind === 'deduction' || line.kind === 'statutory';
  const amountFen = line.amountFen === null ? 0 : isTaken && line.amountFen !== 0 ? -line.amountFen : line.amountFen;
  const quantity = line.quantity === null ? '' : `${line.quantity.value} ${TEXT[lang].unit[line.quantity.unit]}`;
  const amount = line.amountFen === null ? quantity : signed(amountFen);
  return {
    code: line.code,
    name: lang === 'zh-CN' ? line.nameZh.replace(' · ', '·') : line.nameEn,
    amount,
    formula: line.quantity === null ? formulaOf(line, amount, pick) : '',
    isTotal: line.kind === 'total',
    isNegative: amountFen < 0,
  };
};

const formulaOf = (line: PayslipLine, amount: string, pick: (both: Bilingual) => string): string => {
  const formula = pick(line.formula);
  if (formula.replace('-', MINUS) === amount) return '';
  const rounding = line.rounding !== null && line.rounding !== 'fen_half_up' ? pick(roundingName(line.rounding)) : '';
  const whole = rounding === '' || formula.includes(rounding) ? formula : `${formula}, ${rounding}`;
  return typeset(whole.split(/; ?/).join('\n'));
};

const sharesOf = (slip: Payslip, lang: PayslipLanguage): ViewShare[] => {
  const { grossFen, netFen, insuranceFen, fundFen, taxFen, otherDeductionsFen } = slip.totals;
  if (grossFen <= 0 || netFen < 0) return [];
  const parts = [
    ['net', netFen],
    ['insurance', insuranceFen],
    ['fund', fundFen],
    ['tax', taxFen],
    ['other', otherDeductionsFen],
  ] as const;
  return parts
    .filter(([, amount]) => amount > 0)
    .map(([id, amount]) => {
      const permille = Math.round((amount * 1000) / grossFen);
      return { id, name: TEXT[lang][id], amount: signed(amount), permille, percent: `${(permille / 10).toFixed(1)}%` };
    });
};

const notesOf = (slip: Payslip, lang: PayslipLanguage, pick: (both: Bilingual) => string): { title: string; text: string }[] => {
  const text = TEXT[lang];
  const notes: { title: string; text: string }[] = slip.carriedForwardAfter.map((item) => ({
    title: text.carried,
    text: `${lang === 'zh-CN' ? item.ruleNameZh : item.ruleNameEn}(${item.earnedPeriod}) ${signed(item.amountFen)}`,
  }));
  for (const warning of slip.warnings)
    if (warning.code !== 'rule_set' && warning.code !== 'year_to_date_months' && warning.code !== 'clawback_carried_forward')
      notes.push({ title: text.warning, text: typeset(pick(warning)) });
  return notes;
};

const footerOf = (slip: Payslip | SealedPayslip, lang: PayslipLanguage): string[] => {
  const text = TEXT[lang];
  const lines: string[] = [typeset(text.objection)];
  lines.push(`${text.rules} ${slip.ruleSets.map((ref) => `${ref.id}@${ref.version}`).join(' · ')}`);
  lines.push(`${text.document} ${slip.id}${'digest' in slip ? ` · ${text.digest} ${slip.digest.slice(0, 16)}` : ''}`);
  return lines;
};

const monthText = (month: string, lang: PayslipLanguage): string =>
  lang === 'zh-CN' ? `${month.slice(0, 4)} 年 ${Number(month.slice(5, 7))} 月` : month;
