import { fen } from './money.ts';

/** Manual adjustments stand in the ledger as awards of this rule; no plan may have one of that name. */
export const ADJUSTMENT_RULE = 'adjustment';

/** The most that one adjustment may add or take, by who proposes it, where the legal entity does not say. */
export const DEFAULT_ADJUSTMENT_LIMITS = { managerFen: fen(200_000), payrollFen: fen(5_000_000) } as const;
