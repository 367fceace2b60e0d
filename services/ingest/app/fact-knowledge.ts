/** Which items a decision about a fact needs, and what they say: the bridge between keys and `Known`. */
import type { Key } from '../../../shared/adapters/store.ts';
import { type IncomingFact, SHIPPED_FACT_TYPES } from '../../../shared/contracts/facts.ts';
import type { Source } from '../../../shared/contracts/sources.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { DEFAULT_TIME_ZONE } from '../../../shared/kernel/period.ts';
import { customerKey, employeeKey, entityKey, ownerKey, parseEmployee, parseEntity, parseOwner } from '../../people/read.ts';
import type { Known } from '../domain/assign-credits.ts';
import type { AttributeRules } from '../domain/attribute-rules.ts';
import { orderIdsOf } from '../domain/decide-fact.ts';
import { type FactHead, factIdOf } from '../domain/fact-head.ts';
import { conflictKey, factKey, factTypeKey, orderKey, parseFactType, parseHead, parseOrder } from '../store.ts';
import type { LoadedItems } from './loaded-items.ts';

const SHIPPED: ReadonlySet<string> = new Set(SHIPPED_FACT_TYPES);

/** Which employee an owner was last: a guess that saves a second request, never an answer. */
export interface OwnerGuesses {
  get(source: string, owner: string): string | undefined;
  learn(source: string, owner: string, employeeId: string): void;
}
const MAX_GUESSES = 5_000;
export const ownerGuesses = (): OwnerGuesses => {
  const known = new Map<string, string>();
  const id = (source: string, owner: string): string => `${source}\u0000${owner}`;
  return {
    get: (source, owner) => known.get(id(source, owner)),
    learn(source, owner, employeeId) {
      if (known.size >= MAX_GUESSES) known.clear();
      known.set(id(source, owner), employeeId);
    },
  };
};

/** The fact as stored. An event kept under its digest is no fact. */
export const storedFact = (items: LoadedItems, factId: string): FactHead | undefined => {
  const head = parseHead(items.get(factKey(factId)));
  return head?.kind === 'fact' ? head : undefined;
};

/**
 * Keys that deciding this fact takes, as far as is known by now: an owner's employee, an order that an earlier revision named, and a
 * conflict come into view when the first keys are there. Ask again until nothing is missing.
 */
export const keysFor = (fact: IncomingFact, source: Source, items: LoadedItems, guesses: OwnerGuesses): Key[] => {
  const factId = factIdOf(source.id, fact.id);
  const keys: Key[] = [factKey(factId), entityKey(source.legalEntityId)];
  if (!SHIPPED.has(fact.type)) keys.push(factTypeKey(fact.type));
  for (const { employeeId, externalOwner } of fact.credits) {
    if (employeeId !== undefined) keys.push(employeeKey(employeeId));
    if (externalOwner === undefined) continue;
    const at = ownerKey(source.id, externalOwner);
    keys.push(at);
    const owner = items.has(at) ? parseOwner(items.get(at)) : undefined;
    if (owner) guesses.learn(source.id, externalOwner, owner.employeeId);
    const employee = items.has(at) ? owner?.employeeId : guesses.get(source.id, externalOwner);
    if (employee !== undefined) keys.push(employeeKey(employee));
  }
  const { customerId } = fact.subject;
  if (source.customers === 'registered' && customerId !== undefined) keys.push(customerKey(source.legalEntityId, customerId));
  const before = items.has(factKey(factId)) ? storedFact(items, factId) : undefined;
  for (const orderId of orderIdsOf({ fact }, before)) keys.push(orderKey(source.legalEntityId, orderId));
  if (before && before.fact.revision === fact.revision) {
    const digest = digestOf(fact);
    if (digest !== before.digest) keys.push(conflictKey(factId, digest));
  }
  return keys;
};

/** What the loaded items say. Only for facts whose {@link keysFor} are all loaded. */
export const knownOf = (fact: IncomingFact, source: Source, items: LoadedItems): Known => ({
  legalEntityId: source.legalEntityId,
  timeZone: parseEntity(items.get(entityKey(source.legalEntityId)))?.timeZone ?? DEFAULT_TIME_ZONE,
  attributeRules: SHIPPED.has(fact.type) ? 'anything' : ownRules(fact.type, items),
  owner: (externalOwner) => parseOwner(items.get(ownerKey(source.id, externalOwner))),
  employee: (employeeId) => parseEmployee(items.get(employeeKey(employeeId))),
  order: (orderId) => parseOrder(items.get(orderKey(source.legalEntityId, orderId))),
  customers:
    source.customers === 'open' ? 'open' : { has: (customerId) => items.get(customerKey(source.legalEntityId, customerId)) !== undefined },
});

const ownRules = (type: string, items: LoadedItems): AttributeRules | undefined => {
  const stored = parseFactType(items.get(factTypeKey(type)));
  return stored && new Map(Object.entries(stored.definition.attributes));
};
