import type { Store } from '../../../shared/adapters/store.ts';
import type { LegalEntity } from '../../../shared/contracts/people.ts';
import type { Result } from '../../../shared/kernel/result.ts';
import { succeed } from '../../../shared/kernel/result.ts';
import { unmaskAccount } from '../domain/masks.ts';
import { holdsFor, type Precondition } from '../domain/precondition.ts';
import { type Refusal, refuse, refuseFields } from '../domain/refusal.ts';
import { entityKey, listEmployees, parseEntity, versionOf } from '../read.ts';
import { entityDocument } from '../store.ts';
import { nextVersion, type Replaced, replace } from './replace.ts';

/**
 * Creates or replaces a legal entity. Its time zone decides which month a fact belongs to, so it stays as it is once the entity has people.
 * The value given back has the whole account number: mask it before it leaves.
 */
export const putLegalEntity = (
  store: Store,
  given: LegalEntity,
  precondition: Precondition,
): Promise<Result<Replaced<LegalEntity>, Refusal>> =>
  replace(store, {
    load: async () => {
      const stored = await store.get(entityKey(given.id));
      const known = parseEntity(stored);
      const movesZone = known !== undefined && known.timeZone !== given.timeZone;
      return { stored, zoneInUse: movesZone && (await listEmployees(store, given.id, { limit: 1 })).items.length > 0 };
    },
    decide: ({ stored, zoneInUse }) => {
      if (!holdsFor(precondition, versionOf(stored))) return refuse('precondition_failed');
      if (zoneInUse) {
        return refuse(
          'conflict',
          { zh: '法人主体已有员工,时区不能更改', en: 'the time zone cannot change once the legal entity has employees' },
          [{ pointer: '/timeZone', code: 'in_use', detail: 'facts were put into months by the present time zone' }],
        );
      }
      if (given.payerAccount === null) return succeed(nextVersion(stored, given, () => entityDocument(given)));
      const { accountNumber, errors } = unmaskAccount(given.payerAccount, parseEntity(stored)?.payerAccount, '/payerAccount');
      if (errors.length > 0) return refuseFields(errors);
      const entity = { ...given, payerAccount: accountNumber };
      return succeed(nextVersion(stored, entity, () => entityDocument(entity)));
    },
  });
