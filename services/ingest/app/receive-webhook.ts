/** An authentic delivery → its events → facts recorded. Every event stands alone: what cannot be used is kept with its reason. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Outcome, Work } from './fact-steps.ts';
import { type RecordDeps, recordFacts } from './record-facts.ts';
import type { ReadySource, SourceRegistry } from './source-registry.ts';

/** Events of one delivery; HubSpot and Salesforce send at most 100. */
export const MAX_EVENTS = 500;

export const recordPayload = async (
  deps: RecordDeps,
  registry: SourceRegistry,
  { source, mapper }: ReadySource,
  payload: unknown,
): Promise<{ readonly events: number; readonly outcomes: readonly Outcome[] }> => {
  const events = mapper.events(payload);
  if (events.length > MAX_EVENTS) {
    throw new ProblemError('payload_too_large', { zh: `一次最多 ${MAX_EVENTS} 个事件`, en: `at most ${MAX_EVENTS} events at once` });
  }
  const tasks = events.flatMap((event) => mapper.map(event).map((mapped) => ({ event, mapped })));
  const works = tasks.map(
    ({ event, mapped }): Work =>
      mapped.ok ? { do: 'record', source, fact: mapped.fact } : { do: 'keep', source, event, detail: mapped.detail },
  );
  const sourceOf = async (id: string) => (await registry.get(id))?.source;
  const outcomes = await recordFacts(deps, works, sourceOf);
  // A source does not come again with what was refused: its event is kept, and tried again later.
  const refused = tasks.flatMap(({ event }, index): Work[] => {
    const outcome = outcomes[index];
    if (outcome?.outcome !== 'rejected' || !outcome.detail) return [];
    return [{ do: 'keep', source, event, detail: named(outcome.reason ?? '', outcome.detail) }];
  });
  if (refused.length > 0) await recordFacts(deps, refused, sourceOf);
  return { events: events.length, outcomes };
};

const named = (reason: string, detail: LocalText): LocalText => ({
  zh: `${reason}:${detail.zh}`.slice(0, 200),
  en: `${reason}: ${detail.en}`.slice(0, 200),
});
