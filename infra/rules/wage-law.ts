import type { CalendarRules, MinimumWageRules, WageLawRules } from '../../services/payslip/domain/statutory-rules.ts';

/** 21.75 paid days and 174 hours; 20.67 is working time and never divides pay. */
export const wageLaw2025: WageLawRules = {
  kind: 'wage-law',
  id: 'cn-wage-law',
  version: 1,
  region: 'CN',
  from: '2025-01-01',
  source:
    '人社部发〔2025〕2号 (21.75 days, 174 hours); 劳动法 art. 41, 44 (overtime, 36 hours); 劳动合同法 art. 20 (probation); 工资支付暂行规定 art. 16 (damage); 企业职工带薪年休假实施办法 art. 10–12; 劳部发〔1995〕309号 art. 59 (sick pay)',
  confidence: 'R',
  warnings: [],
  paidDaysPerMonth: '21.75',
  paidHoursPerMonth: '174',
  workDays: { year: 248, quarter: 62, month: '20.67' },
  overtimeRates: { weekday: '150%', restDay: '200%', statutoryHoliday: '300%' },
  overtimeCapHoursPerMonth: 36,
  probationFloorRate: '80%',
  sickPayFloorRate: '80%',
  damageDeductionCapRate: '20%',
  unusedLeaveTotalRate: '300%',
  unusedLeaveAlreadyPaidRate: '100%',
  annualLeaveYearDays: 365,
  annualLeave: [
    { fromYears: 1, days: 5 },
    { fromYears: 10, days: 10 },
    { fromYears: 20, days: 15 },
  ],
};

/** 2026. Load the official notice for later years as further rule sets: a missing year is refused, never guessed. */
export const calendar2026: CalendarRules = {
  kind: 'calendar',
  id: 'cn-calendar-2026',
  version: 1,
  region: 'CN',
  from: '2026-01-01',
  to: '2026-12-31',
  source: '国务院令第795号 (13 statutory days); 国办发明电〔2025〕7号 (weekend workdays)',
  confidence: '3P',
  warnings: [
    {
      zh: '2026 年调休放假日(1月2日、2月20日、2月23日、4月6日、5月4–5日、10月5–7日)未全部核对,请对照国务院办公厅通知确认。',
      en: 'The adjusted days off of 2026 (2 Jan, 20 and 23 Feb, 6 Apr, 4–5 May, 5–7 Oct) were not all confirmed: check them against the official notice.',
    },
  ],
  year: 2026,
  statutoryHolidays: [
    '2026-01-01',
    '2026-02-16',
    '2026-02-17',
    '2026-02-18',
    '2026-02-19',
    '2026-04-05',
    '2026-05-01',
    '2026-05-02',
    '2026-06-19',
    '2026-09-25',
    '2026-10-01',
    '2026-10-02',
    '2026-10-03',
  ],
  weekendWorkdays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  adjustedDaysOff: [
    '2026-01-02',
    '2026-02-20',
    '2026-02-23',
    '2026-04-06',
    '2026-05-04',
    '2026-05-05',
    '2026-10-05',
    '2026-10-06',
    '2026-10-07',
  ],
};

/** The wage must reach this after the employee's insurance and fund. */
export const minimumWageShanghai: MinimumWageRules = {
  kind: 'minimum-wage',
  id: 'shanghai-minimum-wage-2025-07',
  version: 1,
  region: 'shanghai',
  from: '2025-07-01',
  source: '上海市人力资源和社会保障局: 月最低工资标准 2,740 元 (2025-07-01 起)',
  confidence: '3P',
  warnings: [
    {
      zh: '上海最低工资 2,740 元:2026 年 7 月以后是否调整请薪酬人员确认。',
      en: 'Shanghai minimum wage 2,740: have your payroll office confirm whether it changed after July 2026.',
    },
  ],
  monthlyYuan: '2740',
  testedAfterInsurance: true,
};

export const minimumWageBeijing: MinimumWageRules = {
  kind: 'minimum-wage',
  id: 'beijing-minimum-wage-2025-09',
  version: 1,
  region: 'beijing',
  from: '2025-09-01',
  source: '北京市月最低工资标准 2,540 元 (agrees with the fund base floor of 2026)',
  confidence: 'M',
  warnings: [
    {
      zh: '北京最低工资 2,540 元及其检验口径(扣除个人社保公积金后)须由薪酬人员确认。',
      en: 'Beijing minimum wage 2,540 and how it is tested (after insurance and fund) must be confirmed by your payroll office.',
    },
  ],
  monthlyYuan: '2540',
  testedAfterInsurance: true,
};

export const minimumWageShenzhen: MinimumWageRules = {
  kind: 'minimum-wage',
  id: 'shenzhen-minimum-wage-2026-07',
  version: 1,
  region: 'shenzhen',
  from: '2026-07-01',
  source: 'read off the fund and unemployment base floor of 2026-07 (2,700); no instrument on record',
  confidence: 'M',
  warnings: [
    {
      zh: '深圳最低工资 2,700 元由缴费基数下限推得,须由薪酬人员确认。',
      en: 'Shenzhen minimum wage 2,700 was read off the contribution floor and must be confirmed by your payroll office.',
    },
  ],
  monthlyYuan: '2700',
  testedAfterInsurance: false,
};
