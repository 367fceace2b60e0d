import type { PayslipWork } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type SqsHandler, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { calculateChunk } from '../app/calculate-chunk.ts';

/** Each record is a part of a run; one that fails comes again alone. */
export const onPayslipWork = (platform: Platform): SqsHandler =>
  sqsHandler<PayslipWork>(platform, 'payslip-work', ['payslip.work'], async (received) => {
    const failures = new Map<number, string>();
    for (const { index, message } of received) {
      try {
        await calculateChunk(platform, message);
      } catch (error) {
        failures.set(index, error instanceof Error ? error.message : String(error));
      }
    }
    return failures;
  });
