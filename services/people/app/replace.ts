/** Load, decide, store on the condition that what was loaded still stands; otherwise load and decide again. */
import type { Item, Store, WriteOperation } from '../../../shared/adapters/store.ts';
import { type Result, succeed } from '../../../shared/kernel/result.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { versionOf } from '../read.ts';
import { type Document, isSameDocument, putVersion } from '../store.ts';

const MAX_ATTEMPTS = 8;

export interface Replaced<T> {
  readonly value: T;
  readonly version: number;
  /** `unchanged`: the same content was stored already, nothing was written. */
  readonly outcome: 'created' | 'replaced' | 'unchanged';
}
export interface Decided<T> {
  readonly result: Replaced<T>;
  /** In one transaction; none when nothing changes. */
  readonly operations: readonly WriteOperation[];
}

/** The next version of a document, or no write at all when it says the same already. `others` join its transaction. */
export const nextVersion = <T>(
  stored: Item | undefined,
  value: T,
  documentOf: (version: number) => Document,
  others: readonly WriteOperation[] = [],
): Decided<T> => {
  const before = versionOf(stored);
  if (isSameDocument(stored, documentOf(before))) return { result: { value, version: before, outcome: 'unchanged' }, operations: [] };
  const version = before + 1;
  return {
    result: { value, version, outcome: before === 0 ? 'created' : 'replaced' },
    operations: [putVersion(documentOf(version), version), ...others],
  };
};

/**
 * `preloaded` may be stale (a batch loads once for all its records): a refusal decided on it is decided again on what is stored now.
 * Refuses with `version_conflict` after {@link MAX_ATTEMPTS} attempts.
 */
export const replace = async <Loaded, T>(
  store: Store,
  steps: {
    readonly preloaded?: Loaded;
    readonly load: () => Promise<Loaded>;
    readonly decide: (loaded: Loaded) => Result<Decided<T>, Refusal>;
  },
): Promise<Result<Replaced<T>, Refusal>> => {
  let preloaded = steps.preloaded;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const isStale = preloaded !== undefined;
    const decided = steps.decide(preloaded ?? (await steps.load()));
    preloaded = undefined;
    if (!decided.ok) {
      if (isStale) continue;
      return decided;
    }
    const { result, operations } = decided.value;
    if (operations.length === 0 || (await store.transact(operations)).ok) return succeed(result);
  }
  return refuse('version_conflict');
};
