/**
 * `org.changed` → `recalculation.requested` for the books of the present month whose plan, targets or managers are others by the new tree. A
 * tree has no days: months that are over stay as they are until something of their own changes. The done mark comes last.
 */
import type { OrgChanged } from '../../../shared/contracts/messages.ts';
import { DEFAULT_TIME_ZONE, monthIn } from '../../../shared/kernel/period.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { entityKey, parseEntity } from '../../people/read.ts';
import { putOrgSeen } from '../store.ts';
import { openMonthsOf } from './open-months.ts';
import { recalculateOutdated } from './recalculate-outdated.ts';

export const recalculateForOrg = async (
  deps: Pick<Platform, 'store' | 'queue' | 'clock' | 'log'>,
  { legalEntityId, version }: OrgChanged,
): Promise<void> => {
  const { store, clock } = deps;
  const entity = parseEntity(await store.get(entityKey(legalEntityId)));
  const month = monthIn(clock.now(), entity?.timeZone ?? DEFAULT_TIME_ZONE);
  await recalculateOutdated(deps, {
    legalEntityId,
    cause: { kind: 'org-units', of: legalEntityId, version },
    causeId: `org:${version}`,
    months: [month],
  });
  await openMonthsOf(deps, legalEntityId, [month]);
  await store.write(putOrgSeen(legalEntityId, version, clock.now()));
};
