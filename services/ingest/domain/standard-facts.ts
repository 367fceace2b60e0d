/**
 * The mapping `standard-facts`: events are facts already. One fact in the envelope that Standard Webhooks recommends
 * (`{ type, timestamp, data }`), or several as `{ facts: [...] }`. Pure.
 */
import type { EventMapper } from './map-event.ts';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{ facts: [...] }` → its facts, each an event that can fail alone; anything else is one event. */
export const expandFacts = (event: unknown): readonly unknown[] =>
  isObject(event) && Object.hasOwn(event, 'facts') && Array.isArray(event['facts']) ? event['facts'] : [event];

/** What the envelope says holds where the fact itself does not say it: its type, its time, and the message id as its id. */
export const standardMapper: EventMapper = {
  map(event) {
    if (!isObject(event) || !Object.hasOwn(event, 'data') || !isObject(event['data'])) return [{ ok: true, draft: event }];
    const draft: Record<string, unknown> = {};
    if (Object.hasOwn(event, 'messageId')) draft['id'] = event['messageId'];
    if (Object.hasOwn(event, 'type')) draft['type'] = event['type'];
    if (Object.hasOwn(event, 'timestamp')) draft['occurredAt'] = event['timestamp'];
    return [{ ok: true, draft: { ...draft, ...event['data'] } }];
  },
};
