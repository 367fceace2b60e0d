/** Facts recorded as if their source had sent them now, on whatever platform is given: such as one whose store keeps nothing. */
import type { IncomingFact } from '../../../shared/contracts/facts.ts';
import type { Source } from '../../../shared/contracts/sources.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { ownerGuesses } from './fact-knowledge.ts';
import type { Outcome } from './fact-steps.ts';
import { recordFacts } from './record-facts.ts';
import { sourceRegistry } from './source-registry.ts';

export interface SentFacts {
  /** `undefined` for an id that nobody has. */
  sourceOf(id: string): Promise<Source | undefined>;
  /** In the order given. @throws what recording throws. */
  record(source: Source, facts: readonly IncomingFact[]): Promise<readonly Outcome[]>;
}

export const asSent = ({ store, queue, clock }: Pick<Platform, 'store' | 'queue' | 'clock'>): SentFacts => {
  const registry = sourceRegistry({ store, clock });
  const sourceOf = async (id: string): Promise<Source | undefined> => (await registry.get(id))?.source;
  const deps = { store, queue, clock, guesses: ownerGuesses() };
  return {
    sourceOf,
    record: (source, facts) =>
      recordFacts(
        deps,
        facts.map((fact) => ({ do: 'record', source, fact })),
        sourceOf,
      ),
  };
};
