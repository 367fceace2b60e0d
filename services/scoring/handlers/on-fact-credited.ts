import type { FactCredited, MemberScored, RecalculationRequested } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { type Received, type SqsHandler, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { applyFacts } from '../app/apply-facts.ts';
import { planMemory } from '../app/plan-memory.ts';
import { tellManagers } from '../app/tell-managers.ts';

/** Reads the queue `facts`. Compiled plans are kept from one batch to the next. */
export const onFactCredited = (platform: Platform): SqsHandler => {
  const memory = planMemory();
  return sqsHandler<FactCredited | RecalculationRequested | MemberScored>(
    platform,
    'facts',
    ['fact.credited', 'recalculation.requested', 'member.scored'],
    async (received) => {
      const scored = received.filter((one): one is Received<MemberScored> => one.message.message === 'member.scored');
      const others = received.filter((one): one is Received<FactCredited | RecalculationRequested> => !scored.includes(one as never));
      const failures = await applyFacts({ ...platform, memory }, others);
      if (scored.length === 0) return failures;
      return new Map([...failures, ...(await tellManagers(platform, scored))]);
    },
  );
};
