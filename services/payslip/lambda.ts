/** Entry points of the deployed functions. Each is made on its first call, so that a bundle holds only what its function uses. */
import { lambdaHttp, lambdaSchedule, lambdaSqs, productionPlatform } from '../../shared/runtime/lambda.ts';
import { sweepPayroll } from './app/sweep-payroll.ts';
import { payslipHttp } from './handlers/http.ts';
import { onMonthEnd as monthEnd } from './handlers/on-month-end.ts';
import { onPayslipWork as payslipWork } from './handlers/on-payslip-work.ts';

export const http = lambdaHttp(() => payslipHttp(productionPlatform()));
export const onPayslipWork = lambdaSqs(() => payslipWork(productionPlatform()));
export const onMonthEnd = lambdaSchedule(() => monthEnd(productionPlatform()));
export const sweep = lambdaSchedule(() => () => sweepPayroll(productionPlatform()));
