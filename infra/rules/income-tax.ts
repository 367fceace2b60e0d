import type {
  AdditionalDeductionRules,
  IncomeTaxRules,
  NonResidentTaxRules,
  YearEndBonusRules,
} from '../../services/payslip/domain/statutory-rules.ts';

/** Wages of residents: cumulative withholding, table 1 of STA announcement 2018 No. 61. */
export const incomeTaxWage: IncomeTaxRules = {
  kind: 'income-tax-wage',
  id: 'cn-income-tax-wage',
  version: 1,
  region: 'CN',
  from: '2019-01-01',
  source:
    '国家税务总局公告2018年第61号 (withholding, table 1); 2020年第13号 (first wage of the year); 2020年第19号 (60,000 from January); 个人所得税法 art. 3, 6',
  confidence: 'R',
  warnings: [],
  bands: [
    { upToYuan: '36000', rate: '3%', quickDeductionYuan: '0' },
    { upToYuan: '144000', rate: '10%', quickDeductionYuan: '2520' },
    { upToYuan: '300000', rate: '20%', quickDeductionYuan: '16920' },
    { upToYuan: '420000', rate: '25%', quickDeductionYuan: '31920' },
    { upToYuan: '660000', rate: '30%', quickDeductionYuan: '52920' },
    { upToYuan: '960000', rate: '35%', quickDeductionYuan: '85920' },
    { upToYuan: null, rate: '45%', quickDeductionYuan: '181920' },
  ],
  basicDeductionMonthlyYuan: '5000',
  basicDeductionAnnualYuan: '60000',
};

const MONTHLY_BANDS = [
  { upToYuan: '3000', rate: '3%', quickDeductionYuan: '0' },
  { upToYuan: '12000', rate: '10%', quickDeductionYuan: '210' },
  { upToYuan: '25000', rate: '20%', quickDeductionYuan: '1410' },
  { upToYuan: '35000', rate: '25%', quickDeductionYuan: '2660' },
  { upToYuan: '55000', rate: '30%', quickDeductionYuan: '4410' },
  { upToYuan: '80000', rate: '35%', quickDeductionYuan: '7160' },
  { upToYuan: null, rate: '45%', quickDeductionYuan: '15160' },
] as const;

/** Year-end one-off bonus taxed apart; elective, once a year, until the end of 2027. */
export const incomeTaxYearEndBonus: YearEndBonusRules = {
  kind: 'income-tax-year-end-bonus',
  id: 'cn-income-tax-year-end-bonus',
  version: 1,
  region: 'CN',
  from: '2019-01-01',
  to: '2027-12-31',
  source: '财政部 税务总局公告2023年第30号; 财税〔2018〕164号; monthly table of STA 2018 No. 61',
  confidence: 'R',
  warnings: [],
  bands: MONTHLY_BANDS,
  divisorMonths: 12,
};

/** Wages of non-residents: month by month, not cumulative. */
export const incomeTaxNonResident: NonResidentTaxRules = {
  kind: 'income-tax-non-resident',
  id: 'cn-income-tax-non-resident',
  version: 1,
  region: 'CN',
  from: '2019-01-01',
  source: '国家税务总局公告2018年第61号 (table 3); 财政部 税务总局公告2019年第35号 (several-month bonuses over six months)',
  confidence: 'R',
  warnings: [],
  bands: MONTHLY_BANDS,
  basicDeductionMonthlyYuan: '5000',
  bonusMonths: 6,
};

/** Special additional deductions and the other deductions with a ceiling. */
export const additionalDeductions: AdditionalDeductionRules = {
  kind: 'additional-deductions',
  id: 'cn-additional-deductions',
  version: 1,
  region: 'CN',
  from: '2023-01-01',
  source:
    '国发〔2023〕13号 (child, infant, elderly); 国发〔2018〕41号 (housing, study); 财政部 税务总局公告2024年第21号 (personal pension)',
  confidence: 'R',
  warnings: [
    {
      zh: '继续教育 400 元/月与职业资格证书 3,600 元的标准须由贵司薪酬人员确认后使用。',
      en: 'Study (400 a month) and certificate (3,600 once) amounts must be confirmed by your payroll office before use.',
    },
  ],
  standards: [
    {
      kind: 'child',
      nameZh: '子女教育',
      nameEn: 'Child education',
      ceilingYuan: '2000',
      maxCount: 20,
      frequency: 'monthly',
      confidence: 'R',
    },
    {
      kind: 'infant',
      nameZh: '3岁以下婴幼儿照护',
      nameEn: 'Infant under 3',
      ceilingYuan: '2000',
      maxCount: 20,
      frequency: 'monthly',
      confidence: 'R',
    },
    {
      kind: 'elderly',
      nameZh: '赡养老人(独生子女)',
      nameEn: 'Elderly parents (only child)',
      ceilingYuan: '3000',
      maxCount: 1,
      frequency: 'monthly',
      confidence: 'R',
    },
    {
      kind: 'elderly-shared',
      nameZh: '赡养老人(分摊)',
      nameEn: 'Elderly parents (shared)',
      ceilingYuan: '1500',
      maxCount: 1,
      frequency: 'monthly',
      confidence: 'R',
    },
    {
      kind: 'housing-loan',
      nameZh: '住房贷款利息',
      nameEn: 'Housing loan interest',
      ceilingYuan: '1000',
      maxCount: 1,
      frequency: 'monthly',
      confidence: 'R',
    },
    {
      kind: 'housing-rent',
      nameZh: '住房租金',
      nameEn: 'Housing rent',
      ceilingYuan: '1500',
      maxCount: 1,
      frequency: 'monthly',
      confidence: 'R',
    },
    {
      kind: 'continuing-education',
      nameZh: '继续教育',
      nameEn: 'Continuing education',
      ceilingYuan: '400',
      maxCount: 1,
      frequency: 'monthly',
      confidence: 'M',
    },
    {
      kind: 'certificate',
      nameZh: '职业资格继续教育',
      nameEn: 'Professional certificate',
      ceilingYuan: '3600',
      maxCount: 1,
      frequency: 'once',
      confidence: 'M',
    },
  ],
  rentCeilingYuanByCity: { shanghai: '1500', beijing: '1500', shenzhen: '1500' },
  personalPensionAnnualYuan: '12000',
  healthInsuranceMonthlyYuan: '200',
  annuityRateOfBase: '4%',
};
