import { type Api, createRoutes } from '../../../shared/runtime/http/api.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { addAccrualRoutes } from './accrual-routes.ts';
import { addPayslipRoutes } from './http-payslips.ts';
import { addRunRoutes } from './http-runs.ts';

/** HTTP of the payslip service: runs, payslips, estimate, accruals, and what payroll takes in. */
export const payslipHttp = (platform: Platform): Api => {
  const routes = createRoutes(platform, 'payroll');
  addRunRoutes(platform, routes);
  addPayslipRoutes(platform, routes);
  addAccrualRoutes(platform, routes);
  return routes.api;
};
