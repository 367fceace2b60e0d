import { z } from 'zod';
import type { Source } from '../../../shared/contracts/sources.ts';
import { type Ctx, type Routes, stackOf } from '../../../shared/runtime/http/api.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import type { Delivery, Door } from '../app/doors/door.ts';
import { doorOf } from '../app/doors/index.ts';
import type { Outcome } from '../app/fact-steps.ts';
import { recordPayload } from '../app/receive-webhook.ts';
import type { RecordDeps } from '../app/record-facts.ts';
import type { ReadySource, SourceRegistry } from '../app/source-registry.ts';
import { json, webhookProblems } from './answers.ts';

const receivedAnswer = z
  .object({
    events: z.int(),
    results: z.array(z.object({ factId: z.string(), outcome: z.string(), reason: z.string().nullable() })),
  })
  .meta({ id: 'WebhookReceived' });

/** Where CRM and ERP send their events. */
export const addWebhookRoutes = ({ add }: Routes, platform: Platform, deps: RecordDeps, registry: SourceRegistry): void => {
  add(
    {
      method: 'post',
      path: '/v1/webhooks/{source}',
      access: 'public',
      tags: ['webhooks'],
      summary: 'Events of a source, signed by it',
      description:
        'No token: the delivery proves itself, by the signature of its kind over the bytes as they came. 401: wrong signature or a timestamp more than 5 minutes off. 200 also for what was known, contradicts what is known, or could not be used: every event is answered for, and kept where it needs a person. Salesforce is answered in SOAP, 纷享销客 encrypted; the header X-Meritrail-Outcomes counts for all.',
      request: {
        params: z.object({ source: z.string().max(100) }),
        body: {
          required: true,
          content: { 'application/json': { schema: {} }, 'text/xml': { schema: { type: 'string' } } },
        },
      },
      responses: { 200: json(receivedAnswer, 'Everything is stored'), ...webhookProblems },
    },
    async (c) => {
      const id = c.req.valid('param').source;
      const { ready, door } = await openableSource(registry, id);
      assertReadable(c, door);
      const delivery = await deliveryOf(c, platform);
      const payload = openDelivery(delivery, ready.source, door, platform);
      const { events, outcomes } = await recordPayload(deps, registry, ready, payload).catch((error: unknown) =>
        notNow(c, error, platform),
      );
      const counts = countsOf(outcomes);
      platform.log.info('webhook.received', { source: id, requestId: c.get('requestId'), events, outcomes: counts });
      c.header('X-Meritrail-Outcomes', counts);
      const answer = door.answer?.(delivery, ready.source);
      if (answer) return c.body(answer.body, 200, { 'Content-Type': answer.contentType }) as never;
      return c.json({ events, results: outcomes.map(({ factId, outcome, reason }) => ({ factId, outcome, reason })) }, 200);
    },
  );
};

/** A source that takes webhooks. Unknown, disabled and batch sources are the same to a stranger. */
const openableSource = async (registry: SourceRegistry, id: string): Promise<{ readonly ready: ReadySource; readonly door: Door }> => {
  const ready = /^[a-z0-9][a-z0-9-]{0,63}$/.test(id) ? await registry.get(id) : undefined;
  const door = ready?.source.enabled ? doorOf(ready.source.kind) : undefined;
  if (!ready || !door) throw new ProblemError('not_found');
  return { ready, door };
};

/** Before the body is touched: what the sender of this kind sends, and nothing that would have to be unpacked first. */
const assertReadable = (c: Ctx, door: Door): void => {
  const encoding = c.req.header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new ProblemError('unsupported_media_type', { zh: '不支持压缩的请求体', en: 'a compressed body is not supported' });
  }
  if (!door.contentType.test(c.req.header('content-type') ?? '')) throw new ProblemError('unsupported_media_type');
};

const deliveryOf = async (c: Ctx, platform: Platform): Promise<Delivery> => {
  const { url } = c.req;
  const path = url.slice(url.indexOf('/', url.indexOf('://') + 3));
  return {
    method: c.req.method,
    uri: `${platform.config.publicUrl.replace(/\/$/, '')}${path}`,
    query: new URL(url).searchParams,
    header: (name) => c.req.header(name),
    bytes: new Uint8Array(await c.req.arrayBuffer()),
    nowMillis: platform.clock.millis(),
  };
};

const openDelivery = (delivery: Delivery, source: Source, door: Door, platform: Platform): unknown => {
  try {
    return door.open(delivery, source);
  } catch (error) {
    if (error instanceof ProblemError) platform.log.warn('webhook.refused', { source: source.id, code: error.code });
    throw error;
  }
};

/**
 * An authentic delivery that could not be stored now (the store is away, somebody else was always faster): the sender is asked to come
 * again, never told that it is at fault or that we are broken. Nothing of a fact is half-stored, so coming again has the effect of once.
 */
const notNow = (c: Ctx, error: unknown, { log }: Platform): never => {
  if (error instanceof ProblemError) throw error;
  log.error('webhook.failed', { requestId: c.get('requestId'), path: c.req.path, error: stackOf(error) });
  throw new ProblemError('unavailable', undefined, { headers: { 'Retry-After': '5' } });
};

/** `recorded=2, duplicate=1`, by name. */
const countsOf = (outcomes: readonly Outcome[]): string => {
  const counts = new Map<string, number>();
  for (const { outcome } of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([outcome, count]) => `${outcome}=${count}`)
    .join(', ');
};
