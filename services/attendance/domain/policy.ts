/** Which policy holds on a day. Where a company has none, the defaults of the guide. Pure. */
import type { VisitPolicies, VisitPolicy } from '../../../shared/contracts/attendance.ts';
import { inForceOn } from '../../../shared/kernel/effective.ts';
import type { LocalDate } from '../../../shared/kernel/period.ts';

/** As `docs/guides/attendance.md` gives them; {@link VisitPolicy} has the same as the schema's defaults (tested). */
export const DEFAULT_POLICY: VisitPolicy = {
  from: '1900-01-01' as LocalDate,
  radiusMetres: 300,
  radiusMetresByType: {},
  allowanceMetres: 50,
  flaggedAccuracyMetres: 100,
  uselessAccuracyMetres: 500,
  followUpRequired: true,
  followUpHours: 24,
  minFollowUpCharacters: 5,
  dwellMinutes: 10,
  clockMinutes: 5,
  lateUploadHours: 24,
  travelKmPerHour: 150,
  travelMetres: 2000,
  clusterCustomers: 3,
  clusterMinutes: 30,
};
export const DEFAULT_POSITION_DAYS = 90;

export interface StoredPolicies extends VisitPolicies {
  readonly version: number;
}
export const NO_POLICIES: StoredPolicies = { version: 0, positionDays: DEFAULT_POSITION_DAYS, policies: [DEFAULT_POLICY] };

export const policyOn =
  ({ policies, version }: StoredPolicies) =>
  (date: LocalDate): { readonly policy: VisitPolicy; readonly version: number } => ({
    policy: inForceOn(policies, date) ?? DEFAULT_POLICY,
    version,
  });

/** The longest time in which any of the policies still takes a follow-up: how far a change can reach. */
export const longestFollowUpHours = ({ policies }: VisitPolicies): number =>
  Math.max(DEFAULT_POLICY.followUpHours, ...policies.map(({ followUpHours }) => followUpHours));
