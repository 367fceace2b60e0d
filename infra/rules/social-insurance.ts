import type { ContributionSide, InsuranceSchemeData, SocialInsuranceRules } from '../../services/payslip/domain/statutory-rules.ts';

/** National industry classes I–VIII of work-injury insurance; the company's own floating rate is recorded by class. */
const INJURY_CLASS_RATES = ['0.2%', '0.4%', '0.7%', '0.9%', '1.1%', '1.3%', '1.6%', '1.9%'] as const;

const side = (rate: string): ContributionSide => ({ rate, rounding: 'fen_half_up' });

interface Limits {
  readonly baseFloorYuan: string;
  readonly baseCeilingYuan: string;
}

const pension = (limits: Limits, employer = '16%'): InsuranceSchemeData => ({
  code: 'pension',
  nameZh: '养老保险',
  nameEn: 'Pension',
  ...limits,
  employee: side('8%'),
  employer: side(employer),
});
const medical = (limits: Limits, employee: ContributionSide, employer: string): InsuranceSchemeData => ({
  code: 'medical',
  nameZh: '医疗保险',
  nameEn: 'Medical',
  ...limits,
  employee,
  employer: side(employer),
});
const unemployment = (limits: Limits, employee = '0.5%', employer = '0.5%'): InsuranceSchemeData => ({
  code: 'unemployment',
  nameZh: '失业保险',
  nameEn: 'Unemployment',
  ...limits,
  employee: side(employee),
  employer: side(employer),
});
const injury = (limits: Limits, employerDefault: string): InsuranceSchemeData => ({
  code: 'injury',
  nameZh: '工伤保险',
  nameEn: 'Work injury',
  ...limits,
  employee: side('0%'),
  employer: side(employerDefault),
  employerRateByClass: INJURY_CLASS_RATES,
});

const shanghaiSchemes = (limits: Limits): InsuranceSchemeData[] => [
  pension(limits),
  medical(limits, side('2%'), '9%'),
  unemployment(limits),
  injury(limits, '0.2%'),
];
const SHANGHAI_FUND = {
  minRate: '5%',
  maxRate: '7%',
  supplementary: { minRate: '1%', maxRate: '5%' },
  rounding: 'yuan_half_up',
  taxFreeRate: '12%',
} as const;

export const shanghai202507: SocialInsuranceRules = {
  kind: 'social-insurance',
  id: 'shanghai-social-insurance-2025-07',
  version: 1,
  region: 'shanghai',
  from: '2025-07-01',
  to: '2026-06-30',
  source: '上海市 2025 年度社会保险缴费基数、住房公积金调整通知 (average wage 2024: 12,434)',
  confidence: 'R',
  warnings: [],
  schemes: shanghaiSchemes({ baseFloorYuan: '7460', baseCeilingYuan: '37302' }),
  housingFund: { baseFloorYuan: '2690', baseCeilingYuan: '37302', ...SHANGHAI_FUND },
};

export const shanghai202607: SocialInsuranceRules = {
  kind: 'social-insurance',
  id: 'shanghai-social-insurance-2026-07',
  version: 1,
  region: 'shanghai',
  from: '2026-07-01',
  to: '2027-06-30',
  source:
    '上海市 2026 年度社会保险缴费基数、住房公积金调整通知 (average wage 2025: 12,577); medical: 沪医保规〔2026〕2号, 2026-03-01..2027-02-28',
  confidence: 'R',
  warnings: [
    {
      zh: '2026 年度上海失业保险单位费率(0.5%)未见正式文件,请薪酬人员确认。',
      en: 'The employer rate of unemployment insurance in Shanghai for 2026 (0.5 %) has no instrument on record: have your payroll office confirm it.',
    },
  ],
  schemes: shanghaiSchemes({ baseFloorYuan: '7546', baseCeilingYuan: '37731' }),
  housingFund: { baseFloorYuan: '2740', baseCeilingYuan: '37731', ...SHANGHAI_FUND },
};

const BEIJING_WARNINGS = [
  {
    zh: '北京医疗保险个人 3 元大额互助、社保与公积金的取整方式未经复核,请薪酬人员确认。',
    en: 'Beijing: the 3 yuan large-sum medical contribution and the rounding of insurance and fund were not re-verified: have your payroll office confirm them.',
  },
];
const beijingSchemes = (limits: Limits): InsuranceSchemeData[] => [
  pension(limits),
  medical(limits, { rate: '2%', fixedYuan: '3', rounding: 'fen_half_up' }, '9.8%'),
  unemployment(limits),
  injury(limits, '0.4%'),
];
const BEIJING_FUND = { minRate: '5%', maxRate: '12%', supplementary: null, rounding: 'yuan_half_up', taxFreeRate: '12%' } as const;

export const beijing202507: SocialInsuranceRules = {
  kind: 'social-insurance',
  id: 'beijing-social-insurance-2025-07',
  version: 1,
  region: 'beijing',
  from: '2025-07-01',
  to: '2026-06-30',
  source: '北京市 2025 年度社会保险缴费基数、住房公积金通知 (average wage 2024: 11,937); employer medical 9 % + maternity 0.8 %',
  confidence: '3P',
  warnings: BEIJING_WARNINGS,
  schemes: beijingSchemes({ baseFloorYuan: '7162', baseCeilingYuan: '35811' }),
  housingFund: { baseFloorYuan: '2540', baseCeilingYuan: '35811', ...BEIJING_FUND },
};

export const beijing202607: SocialInsuranceRules = {
  ...beijing202507,
  id: 'beijing-social-insurance-2026-07',
  from: '2026-07-01',
  to: '2027-06-30',
  source: '北京市 2026 年度社会保险缴费基数、住房公积金通知 (average wage 2025: 12,116); rates as 2025-07',
  schemes: beijingSchemes({ baseFloorYuan: '7270', baseCeilingYuan: '36348' }),
  housingFund: { baseFloorYuan: '2540', baseCeilingYuan: '36348', ...BEIJING_FUND },
};

const SHENZHEN_PENSION = { baseFloorYuan: '4775', baseCeilingYuan: '27549' };
const SHENZHEN_MEDICAL = { baseFloorYuan: '6727', baseCeilingYuan: '33633' };
const SHENZHEN_OTHER = { baseFloorYuan: '2700', baseCeilingYuan: '48471' };

export const shenzhen202607: SocialInsuranceRules = {
  kind: 'social-insurance',
  id: 'shenzhen-social-insurance-2026-07',
  version: 1,
  region: 'shenzhen',
  from: '2026-07-01',
  to: '2027-06-30',
  source: '深圳市 2026 年度社会保险缴费比例及基数表 (one transcription; base month differs by scheme)',
  confidence: 'M',
  warnings: [
    {
      zh: '深圳数据可信度低:仅一份转录;养老保险单位费率 15% 或 16% 有争议(此处按 16%),工伤按行业类别,均须向深圳税务确认后使用。',
      en: 'Shenzhen data is of low confidence: one transcription; the employer pension rate is disputed (15 or 16 %, 16 % is used here) and injury goes by class. Confirm with the Shenzhen tax office before use.',
    },
  ],
  schemes: [
    pension(SHENZHEN_PENSION, '16%'),
    medical(SHENZHEN_MEDICAL, side('2%'), '6%'),
    { code: 'maternity', nameZh: '生育保险', nameEn: 'Maternity', ...SHENZHEN_MEDICAL, employee: side('0%'), employer: side('0.5%') },
    unemployment(SHENZHEN_OTHER, '0.2%', '0.8%'),
    injury(SHENZHEN_OTHER, '0.8%'),
  ],
  housingFund: {
    baseFloorYuan: '2700',
    baseCeilingYuan: '48471',
    minRate: '5%',
    maxRate: '12%',
    supplementary: null,
    rounding: 'fen_half_up',
    taxFreeRate: '12%',
  },
};
