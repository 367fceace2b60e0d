import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { employeeKey, parseEmployee } from '../../people/read.ts';
import { type Consent, withConsent } from '../domain/consent.ts';
import { consentKey, parseConsent, putConsent } from '../store.ts';
import { type EraseDeps, erasePositionsOf } from './erase-positions.ts';

/**
 * Records that consent to be located is given or withdrawn. Withdrawn, the positions held are erased; visits and pay stay as they are.
 * @throws ProblemError `not_found` for an unknown person, `version_conflict`.
 */
export const giveConsent = async (
  deps: EraseDeps,
  employeeId: string,
  given: { readonly given: boolean; readonly textVersion: string },
): Promise<Consent> => {
  const { store, clock } = deps;
  const [employeeItem, item] = await store.getMany([employeeKey(employeeId), consentKey(employeeId)]);
  const employee = parseEmployee(employeeItem);
  if (!employee) throw new ProblemError('not_found');
  const before = parseConsent(item);
  const next = withConsent(before, { ...given, at: clock.now() });
  if (next !== before && !(await store.write(putConsent(employeeId, next))).ok) throw new ProblemError('version_conflict');
  // Also when it was withdrawn before: an erasure that was interrupted is finished by asking again.
  if (!given.given) await erasePositionsOf(deps, employeeId, employee.legalEntityId);
  return next;
};
