import type { Store } from '../../../shared/adapters/store.ts';
import { SHIPPED_FACT_TYPES } from '../../../shared/contracts/facts.ts';
import type { FactTypeDefinition } from '../../../shared/contracts/sources.ts';
import { RESERVED_FACT_TYPES } from '../../../shared/kernel/metric-facts.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { factTypeKey, parseFactType, putFactType, type StoredFactType } from '../store.ts';

/** Stores an own fact type. @throws ProblemError `conflict` for a type that ships, `precondition_failed`, `version_conflict`. */
export const saveFactType = async (store: Store, definition: FactTypeDefinition, ifMatch: number | undefined): Promise<StoredFactType> => {
  if (([...SHIPPED_FACT_TYPES, ...RESERVED_FACT_TYPES] as readonly string[]).includes(definition.type)) {
    throw new ProblemError('conflict', { zh: `${definition.type} 为内置类型`, en: `${definition.type} ships and is not redefined` });
  }
  const stored = parseFactType(await store.get(factTypeKey(definition.type)));
  if (ifMatch !== undefined && ifMatch !== (stored?.version ?? 0)) throw new ProblemError('precondition_failed');
  const next: StoredFactType = { definition, version: (stored?.version ?? 0) + 1 };
  if (!(await store.write(putFactType(next))).ok) throw new ProblemError('version_conflict');
  return next;
};
