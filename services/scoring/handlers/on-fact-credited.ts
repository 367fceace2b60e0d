import type { FactCredited, RecalculationRequested } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type SqsHandler, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { applyFacts } from '../app/apply-facts.ts';
import { planMemory } from '../app/plan-memory.ts';

/** Reads the queue `facts`. Compiled plans are kept from one batch to the next. */
export const onFactCredited = (platform: Platform): SqsHandler => {
  const memory = planMemory();
  return sqsHandler<FactCredited | RecalculationRequested>(platform, 'facts', ['fact.credited', 'recalculation.requested'], (received) =>
    applyFacts({ ...platform, memory }, received),
  );
};
