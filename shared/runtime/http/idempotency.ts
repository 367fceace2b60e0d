import type { MiddlewareHandler } from 'hono';
import type { TableName } from '../../contracts/tables.ts';
import { digestOf } from '../../kernel/canonical.ts';
import type { Platform } from '../platform.ts';
import type { Env } from './api.ts';
import { ProblemError } from './problem.ts';

const KEEP_SECONDS = 24 * 3600;

/**
 * `Idempotency-Key` on writes: the first answer is kept for 24 h and given again for the same key, caller and request; another request
 * under the same key is refused. A convenience for callers only: what is written is deterministic without it, so an expired key is safe.
 */
export const idempotent =
  (platform: Platform, table: TableName): MiddlewareHandler<Env> =>
  async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (key === undefined) return next();
    if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
      throw new ProblemError('invalid_request', {
        zh: 'Idempotency-Key 须为 1–128 个可见 ASCII 字符',
        en: 'Idempotency-Key must be 1 to 128 visible ASCII characters',
      });
    }
    const caller = c.get('principal')?.subject ?? 'public';
    const pk = `IDEMPOTENCY#${digestOf([caller, key]).slice(0, 40)}`;
    const request = digestOf([c.req.method, c.req.path, c.req.url.split('?')[1] ?? '', await c.req.text()]);
    const known = await platform.store.get({ table, pk, sk: 'ANSWER' });
    if (known && Number(known['ttl']) > platform.clock.millis() / 1000) {
      if (known['request'] !== request) throw new ProblemError('idempotency_key_reused');
      c.res = new Response(String(known['body']), {
        status: Number(known['status']),
        headers: { 'Content-Type': String(known['contentType']), 'Idempotency-Replayed': 'true' },
      });
      return;
    }
    await next();
    if (c.res.status >= 500 || c.res.status === 401) return;
    const body = await c.res.clone().text();
    // Larger answers are not kept: the write itself is idempotent.
    if (body.length > 300_000) return;
    await platform.store.write({
      op: 'put',
      table,
      item: {
        pk,
        sk: 'ANSWER',
        request,
        status: c.res.status,
        contentType: c.res.headers.get('content-type') ?? 'application/json',
        body,
        ttl: Math.floor(platform.clock.millis() / 1000) + KEEP_SECONDS,
      },
    });
  };
