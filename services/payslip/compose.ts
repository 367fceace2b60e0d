import type { Api } from '../../shared/runtime/http/api.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { sweepPayroll } from './app/sweep-payroll.ts';
import { payslipHttp } from './handlers/http.ts';
import { onMonthEnd } from './handlers/on-month-end.ts';
import { onPayslipWork } from './handlers/on-payslip-work.ts';

export interface PayslipService {
  readonly http: Api;
  readonly onPayslipWork: SqsHandler;
  readonly onMonthEnd: () => Promise<void>;
  readonly sweep: () => Promise<void>;
}

export const composePayslip = (platform: Platform): PayslipService => ({
  http: payslipHttp(platform),
  onPayslipWork: onPayslipWork(platform),
  onMonthEnd: onMonthEnd(platform),
  sweep: () => sweepPayroll(platform),
});
