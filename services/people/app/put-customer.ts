import type { Store } from '../../../shared/adapters/store.ts';
import type { Customer } from '../../../shared/contracts/people.ts';
import { type Result, succeed } from '../../../shared/kernel/result.ts';
import { holdsFor, type Precondition } from '../domain/precondition.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { customerKey, entityKey, versionOf } from '../read.ts';
import { customerDocument } from '../store.ts';
import { nextVersion, type Replaced, replace } from './replace.ts';

/** Registers a customer of a legal entity, or replaces it. */
export const putCustomer = (store: Store, customer: Customer, precondition: Precondition): Promise<Result<Replaced<Customer>, Refusal>> =>
  replace(store, {
    load: () => store.getMany([entityKey(customer.legalEntityId), customerKey(customer.legalEntityId, customer.id)]),
    decide: ([entity, stored]) => {
      if (!entity) return refuse('not_found');
      if (!holdsFor(precondition, versionOf(stored))) return refuse('precondition_failed');
      return succeed(nextVersion(stored, customer, () => customerDocument(customer)));
    },
  });
