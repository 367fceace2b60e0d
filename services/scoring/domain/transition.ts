import type { CreditedFact } from '../../../shared/contracts/facts.ts';

/** One fact of one person: what was applied before, and what counts now. */
export interface Transition {
  readonly factId: string;
  readonly before: CreditedFact | null;
  readonly after: CreditedFact | null;
}
