/**
 * Every statutory rule set that ships. Immutable: a change is a new version or a new rule set with its own dates, never an edit
 * of one that a payslip may already name.
 */
import type { StatutoryRuleSet } from '../../services/payslip/domain/statutory-rules.ts';
import { additionalDeductions, incomeTaxNonResident, incomeTaxWage, incomeTaxYearEndBonus } from './income-tax.ts';
import { beijing202507, beijing202607, shanghai202507, shanghai202607, shenzhen202607 } from './social-insurance.ts';
import { calendar2026, minimumWageBeijing, minimumWageShanghai, minimumWageShenzhen, wageLaw2025 } from './wage-law.ts';

export const STATUTORY_RULE_SETS: readonly StatutoryRuleSet[] = [
  incomeTaxWage,
  incomeTaxYearEndBonus,
  incomeTaxNonResident,
  additionalDeductions,
  shanghai202507,
  shanghai202607,
  beijing202507,
  beijing202607,
  shenzhen202607,
  minimumWageShanghai,
  minimumWageBeijing,
  minimumWageShenzhen,
  wageLaw2025,
  calendar2026,
];
