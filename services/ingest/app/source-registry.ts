/** Sources with their mappings ready, kept for at most 5 seconds: a changed secret or mapping holds everywhere a moment later. */
import type { Clock } from '../../../shared/adapters/clock.ts';
import type { Store } from '../../../shared/adapters/store.ts';
import type { Source } from '../../../shared/contracts/sources.ts';
import { parseSource, sourceKey } from '../store.ts';
import { mapperOf, type SourceMapper } from './source-mapper.ts';

export const KEEP_MS = 5_000;
const MAX_KEPT = 500;

export interface ReadySource {
  readonly source: Source;
  readonly version: number;
  readonly mapper: SourceMapper;
}
export interface SourceRegistry {
  /** `undefined` for an id that nobody has. */
  get(id: string): Promise<ReadySource | undefined>;
  /** After a write in this process. */
  forget(id: string): void;
}

export const sourceRegistry = (deps: { readonly store: Store; readonly clock: Clock }): SourceRegistry => {
  const kept = new Map<string, { readonly at: number; readonly ready: ReadySource }>();
  return {
    async get(id) {
      const now = deps.clock.millis();
      const known = kept.get(id);
      if (known && Math.abs(now - known.at) < KEEP_MS) return known.ready;
      const stored = parseSource(await deps.store.get(sourceKey(id)));
      if (!stored) {
        kept.delete(id);
        return undefined;
      }
      const ready = known?.ready.version === stored.version ? known.ready : prepare(stored);
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.set(id, { at: now, ready });
      return ready;
    },
    forget(id) {
      kept.delete(id);
    },
  };
};

const prepare = ({ source, version }: { readonly source: Source; readonly version: number }): ReadySource => {
  const made = mapperOf(source);
  // A mapping is only stored when it compiles; one from a release whose mappings were named otherwise keeps every event for review.
  const mapper: SourceMapper = made.ok ? made.mapper : brokenMapper(made.faults[0]?.detail ?? 'the mapping cannot be used');
  return { source, version, mapper };
};

const brokenMapper = (why: string): SourceMapper => ({
  events: (payload) => (Array.isArray(payload) ? payload : [payload]),
  map: () => [
    {
      ok: false,
      pointer: '/mapping',
      detail: { zh: `映射不可用:${why}`.slice(0, 200), en: `the mapping cannot be used: ${why}`.slice(0, 200) },
    },
  ],
});
