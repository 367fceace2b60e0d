/** Manual adjustments: proposed, decided and, when approved, posted in one transaction with the decision and the notice. */
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import { outboxRow, putRow, tell } from '../../../shared/runtime/outbox.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import {
  type Actor,
  type Adjustment,
  type AdjustmentRefusal,
  adjustmentNotice,
  type Decision,
  decideAdjustment,
  type Limits,
  type Proposal,
  postAdjustment,
  propose,
} from '../domain/adjustment.ts';
import { ledgerHeadKey, parseHead } from '../read.ts';
import {
  type AdjustmentName,
  adjustmentKey,
  parseAdjustment,
  parseState,
  putAdjustment,
  putChange,
  putHead,
  putState,
  stateKey,
} from '../store.ts';

type Deps = Pick<Platform, 'store' | 'queue' | 'clock'>;
/** A batch of facts of the same person may post between every two attempts. */
const MAX_ATTEMPTS = 20;

export const proposeAdjustment = async (
  { store, clock }: Deps,
  proposal: Proposal,
  by: Adjustment['proposedBy'],
  limits: Limits,
): Promise<Result<{ readonly adjustment: Adjustment; readonly isNew: boolean }, AdjustmentRefusal>> => {
  // Of two at once one is first; the other finds it there.
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const current = parseAdjustment(await store.get(adjustmentKey(proposal)));
    const proposed = propose(current, proposal, { by, limits, at: clock.now() });
    if (!proposed.ok) return proposed;
    if (current) return succeed({ adjustment: current, isNew: false });
    if ((await store.write(putAdjustment(proposed.value))).ok) return succeed({ adjustment: proposed.value, isNew: true });
  }
  throw new Error(`adjustment ${proposal.id} was refused and is not there`);
};

/** What became of it; `not_found` where nothing was proposed. @throws Error when the ledger moved under every attempt. */
export const decideStoredAdjustment = async (
  { store, queue, clock }: Deps,
  name: AdjustmentName,
  { decision, by, reason }: { readonly decision: Decision; readonly by: Actor; readonly reason: string | null },
): Promise<Result<Adjustment, AdjustmentRefusal | { readonly code: 'not_found' }>> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const current = parseAdjustment(await store.get(adjustmentKey(name)));
    if (!current) return fail({ code: 'not_found' });
    const decided = decideAdjustment(current, decision, { by, reason, at: clock.now() });
    if (!decided.ok || decided.value === current) return decided;
    if (decided.value.status !== 'approved') {
      if ((await store.write(putAdjustment(decided.value))).ok) return decided;
      continue;
    }
    const { employeeId, period } = current;
    const [head, state] = await store.getMany([ledgerHeadKey(employeeId), stateKey(employeeId, period)]);
    const posting = postAdjustment(decided.value, parseHead(head), parseState(state));
    const notice = adjustmentNotice(posting);
    const row = outboxRow('ledger', notice, notice.requestedAt);
    const stored = await store.transact([
      putAdjustment(posting.adjustment),
      ...putChange(posting.change),
      putHead(employeeId, posting.head),
      putState(employeeId, period, posting.state),
      putRow(row),
    ]);
    if (!stored.ok) continue;
    await tell(queue, [row]);
    return succeed(posting.adjustment);
  }
  throw new Error(`the ledger moved under every one of ${MAX_ATTEMPTS} attempts to decide the adjustment ${name.id}`);
};
