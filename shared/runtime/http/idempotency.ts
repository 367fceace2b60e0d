import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Item } from '../../adapters/store.ts';
import type { Principal } from '../../contracts/access.ts';
import type { TableName } from '../../contracts/tables.ts';
import { digestOf } from '../../kernel/canonical.ts';
import type { Platform } from '../platform.ts';
import type { Env } from './api.ts';
import { ProblemError } from './problem.ts';

const KEEP_SECONDS = 24 * 3600;
/** A request that has not answered after this long was interrupted: its key is free again. Longer than any function may run. */
const CLAIM_SECONDS = 60;
/** Larger answers are not kept: the write itself is idempotent. */
const MAX_ANSWER_CHARACTERS = 300_000;
const REPLAYED_HEADERS = ['content-type', 'etag'] as const;

/**
 * `Idempotency-Key` on writes: the first answer is kept for 24 h and given again for the same key, caller and request; another request
 * under the same key is refused (422), and so is the same one while the first is under way (409). The claim is one conditional put, so of
 * several at once exactly one does the work. A caller whose roles or legal entities changed is another caller: what was answered before
 * is not shown again. A convenience for callers only: what is written is deterministic without it, so an expired key is safe.
 */
export const idempotent =
  (platform: Platform, table: TableName): MiddlewareHandler<Env> =>
  async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (key === undefined) return next();
    if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
      throw new ProblemError(
        'invalid_request',
        { zh: 'Idempotency-Key 须为 1–128 个可见 ASCII 字符', en: 'Idempotency-Key must be 1 to 128 visible ASCII characters' },
        { errors: [{ pointer: '/header/idempotency-key', code: 'invalid_format', detail: '1 to 128 visible ASCII characters' }] },
      );
    }
    const at = { table, pk: `IDEMPOTENCY#${digestOf([callerOf(c.get('principal')), key]).slice(0, 40)}`, sk: 'ANSWER' } as const;
    const request = digestOf([c.req.method, c.req.path, c.req.url.split('?')[1] ?? '', await c.req.text()]);
    const nowSeconds = (): number => Math.floor(platform.clock.millis() / 1000);

    const known = await platform.store.get(at);
    if (known && Number(known['ttl']) > nowSeconds()) {
      c.res = answerAgain(known, request);
      return;
    }
    const claim = { pk: at.pk, sk: at.sk, request, claim: randomUUID(), ttl: nowSeconds() + CLAIM_SECONDS };
    const claimed = await platform.store.write({
      op: 'put',
      table,
      item: claim,
      condition: known ? { kind: 'equals', attribute: 'ttl', value: Number(known['ttl']) } : { kind: 'absent' },
    });
    if (!claimed.ok) throw underWay();
    await next();
    const mine = { kind: 'equals', attribute: 'claim', value: claim.claim } as const;
    const body = await c.res.clone().text();
    // What may be otherwise the next time is not an answer to be kept; the key is free again.
    if (c.res.status >= 500 || c.res.status === 401 || body.length > MAX_ANSWER_CHARACTERS) {
      await platform.store.write({ op: 'delete', ...at, condition: mine });
      return;
    }
    const headers = Object.fromEntries(
      REPLAYED_HEADERS.flatMap((name) => (c.res.headers.has(name) ? [[name, c.res.headers.get(name)]] : [])),
    );
    await platform.store.write({
      op: 'put',
      table,
      item: { ...claim, status: c.res.status, headers, body, ttl: nowSeconds() + KEEP_SECONDS },
      condition: mine,
    });
  };

const callerOf = (principal: Principal | undefined): readonly unknown[] => {
  if (!principal) return ['public'];
  const { subject, employeeId, roles, entities } = principal;
  return [subject, employeeId, [...roles].sort(), entities === '*' ? '*' : [...entities].sort()];
};

/** @throws ProblemError for another request under the key, or when the first is under way. */
const answerAgain = (known: Item, request: string): Response => {
  if (known['request'] !== request) throw new ProblemError('idempotency_key_reused');
  if (known['status'] === undefined) throw underWay();
  return new Response(String(known['body']), {
    status: Number(known['status']),
    headers: { ...(known['headers'] as Record<string, string>), 'Idempotency-Replayed': 'true' },
  });
};

const underWay = (): ProblemError => new ProblemError('idempotency_key_in_use', undefined, { headers: { 'Retry-After': '1' } });
