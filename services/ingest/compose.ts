import type { Api } from '../../shared/runtime/http/api.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { ownerGuesses } from './app/fact-knowledge.ts';
import type { RecordDeps } from './app/record-facts.ts';
import { sourceRegistry } from './app/source-registry.ts';
import { ingestHttp } from './handlers/http.ts';
import { type IngestSweep, onSweep } from './handlers/on-sweep.ts';

export interface Ingest {
  readonly http: Api;
  /** Outbox of `facts`, and the retry of unassigned facts. */
  readonly sweep: () => Promise<IngestSweep>;
}

/** The ingest service on a platform. */
export const composeIngest = (platform: Platform): Ingest => {
  const { store, queue, clock } = platform;
  const registry = sourceRegistry({ store, clock });
  const deps: RecordDeps = { store, queue, clock, guesses: ownerGuesses() };
  return { http: ingestHttp(platform, deps, registry), sweep: onSweep(platform, deps, registry) };
};
