/** A source's mapping, ready to run: shipped by name or own, compiled once; and the events and facts of one payload. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import { type IncomingFact, incomingFactSchema } from '../../../shared/contracts/facts.ts';
import type { Source } from '../../../shared/contracts/sources.ts';
import { pointerOf } from '../../../shared/runtime/http/problem.ts';
import { compileMapping, type EventMapper, type Mapped, type MappingFault } from '../domain/map-event.ts';
import { expandFacts, standardMapper } from '../domain/standard-facts.ts';
import { shippedMapping } from '../mappings/index.ts';
import { doorOf } from './doors/index.ts';

export interface SourceMapper {
  /** Each event of a payload, to be mapped alone. @throws ProblemError for a payload that the source's kind never has. */
  events(payload: unknown): readonly unknown[];
  map(event: unknown): readonly MappedFact[];
}
/** A fact, or why none could be made: in words, and where. */
export type MappedFact =
  | { readonly ok: true; readonly fact: IncomingFact }
  | { readonly ok: false; readonly pointer: string; readonly detail: LocalText };

export type MapperResult =
  | { readonly ok: true; readonly mapper: SourceMapper }
  | { readonly ok: false; readonly faults: readonly MappingFault[] };

/** @returns the faults of an own mapping, or of a mapping that is not for this kind of source; pointers are into `mapping`. */
export const mapperOf = (source: Pick<Source, 'kind' | 'mapping'>): MapperResult => {
  const events = doorOf(source.kind)?.events ?? ((payload: unknown) => (Array.isArray(payload) ? payload : [payload]));
  if (!('shipped' in source.mapping)) {
    const compiled = compileMapping(source.mapping.rules);
    return compiled.ok ? { ok: true, mapper: mapperWith(events, compiled.mapper) } : compiled;
  }
  const shipped = shippedMapping(source.mapping.shipped);
  if (!shipped || (shipped.kind !== source.kind && !(shipped.passThrough && source.kind === 'erp-batch'))) {
    const detail = shipped ? `${source.mapping.shipped} is a mapping for ${shipped.kind}` : 'no mapping of this name ships';
    return { ok: false, faults: [{ pointer: '/shipped', code: 'not_available', detail }] };
  }
  if (shipped.passThrough) return { ok: true, mapper: mapperWith((payload) => events(payload).flatMap(expandFacts), standardMapper) };
  const compiled = compileMapping(shipped.rules);
  return compiled.ok ? { ok: true, mapper: mapperWith(events, compiled.mapper) } : compiled;
};

const mapperWith = (events: SourceMapper['events'], mapper: EventMapper): SourceMapper => ({
  events,
  map: (event) => mapper.map(event).map(parseMapped),
});

const parseMapped = (mapped: Mapped): MappedFact => {
  if (!mapped.ok) {
    const { pointer, detail } = mapped.fault;
    return {
      ok: false,
      pointer,
      detail: { zh: `映射 ${pointer}:${detail}`.slice(0, 200), en: `mapping ${pointer}: ${detail}`.slice(0, 200) },
    };
  }
  const parsed = incomingFactSchema.safeParse(mapped.draft);
  if (parsed.success) return { ok: true, fact: parsed.data };
  const [issue] = parsed.error.issues;
  const pointer = pointerOf(issue?.path ?? []) || '/';
  const what = `${pointer} ${issue?.message ?? 'is not a fact'}`;
  return {
    ok: false,
    pointer,
    detail: { zh: `映射结果不是有效的业务事实:${what}`.slice(0, 200), en: `not a valid fact: ${what}`.slice(0, 200) },
  };
};
