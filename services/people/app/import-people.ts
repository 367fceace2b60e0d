import type { Employee } from '../../../shared/contracts/people.ts';
import type { Result } from '../../../shared/kernel/result.ts';
import { fieldError } from '../domain/dated-entries.ts';
import { NO_PRECONDITION } from '../domain/precondition.ts';
import { type Refusal, refuseFields } from '../domain/refusal.ts';
import { type MayWrite, type PeopleDeps, preloadEmployees, putEmployee } from './put-employee.ts';
import type { Replaced } from './replace.ts';

/** A record of a batch: readable, or already refused where it was parsed. */
export type BatchRecord = Result<Employee, Refusal>;
export type BatchResult = Result<Replaced<Employee>, Refusal>;

/**
 * Employees one after the other, each in its own transaction: a bad record fails alone, and one may take over what the one before it
 * released. Everything is loaded once; whoever meets a change made meanwhile loads again for itself.
 */
export const importPeople = async (
  deps: PeopleDeps,
  records: readonly BatchRecord[],
  mayWrite: MayWrite,
): Promise<readonly BatchResult[]> => {
  const seen = new Set<string>();
  const unique = records.map((record): BatchRecord => {
    if (!record.ok) return record;
    const { id } = record.value;
    if (seen.has(id)) return refuseFields([fieldError('/id', 'duplicate', `${id} is in this batch already`)]);
    seen.add(id);
    return record;
  });
  const employees = unique.flatMap((record) => (record.ok ? [record.value] : []));
  const preloaded = new Map((await preloadEmployees(deps.store, employees)).map((loaded, index) => [employees[index]?.id, loaded]));
  const results: BatchResult[] = [];
  for (const record of unique) {
    if (!record.ok) {
      results.push(record);
      continue;
    }
    const loaded = preloaded.get(record.value.id);
    results.push(
      await putEmployee(deps, record.value, { precondition: NO_PRECONDITION, mayWrite, ...(loaded ? { preloaded: loaded } : {}) }),
    );
  }
  return results;
};
