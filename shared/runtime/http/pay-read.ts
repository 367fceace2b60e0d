import type { Platform } from '../platform.ts';
import { type Ctx, principalOf } from './api.ts';

/** Notes in the log who looked at whose pay (I10). What a route with `payData` answers without having noted it is noted by the shell. */
export const logPayRead = ({ log }: Pick<Platform, 'log'>, c: Ctx, employeeId: string, what: string): void => {
  c.set('payRead', true);
  log.info('pay.read', { subject: principalOf(c).subject, employeeId, what, requestId: c.get('requestId') });
};
