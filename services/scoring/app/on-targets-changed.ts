/**
 * `targets.changed` → `recalculation.requested` for the books of that month that were scored with other targets. The done mark comes last, and
 * names the version that was looked at: of the many messages of an import the first one read does the work of those that were there.
 */
import type { TargetsChanged } from '../../../shared/contracts/messages.ts';
import { targetsSeenKey } from '../../../shared/contracts/messages.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { employeeKey, parseEmployee } from '../../people/read.ts';
import { putTargetsSeen } from '../store.ts';
import { loadShared } from './outdated-months.ts';
import { recalculateOutdated } from './recalculate-outdated.ts';

export const recalculateForTargets = async (
  deps: Pick<Platform, 'store' | 'queue' | 'clock' | 'log'>,
  message: TargetsChanged,
): Promise<void> => {
  const { store, clock } = deps;
  const { legalEntityId, period, employeeId } = message;
  const [seen, employeeItem] = await store.getMany([
    { table: 'scores', ...targetsSeenKey(message) },
    // Only meant for a person; another key of the same item costs nothing.
    employeeId === null ? { table: 'scores', ...targetsSeenKey(message) } : employeeKey(employeeId),
  ]);
  if (Number(seen?.['version'] ?? 0) >= message.version) return;
  const shared = await loadShared(store, legalEntityId, [period]);
  const version = employeeId === null ? Math.max(message.version, shared.places.get(period)?.version ?? 0) : message.version;
  const employee = employeeId === null ? undefined : parseEmployee(employeeItem);
  if (employeeId === null || employee) {
    const of = {
      legalEntityId,
      cause: { kind: 'targets' as const, of: employeeId ?? legalEntityId, version },
      causeId: `targets:${period}:${employeeId ?? ''}:${version}`,
      months: [period],
    };
    await recalculateOutdated(deps, employee ? { ...of, employee } : of, shared);
  }
  await store.write(putTargetsSeen({ legalEntityId, period, employeeId, version }, clock.now()));
};
