/**
 * The HTTP shell that every service's routes are mounted in: request id, size and depth limits, authentication, access by declared role,
 * idempotency keys, conditional answers, problem details, and the OpenAPI registry. Routes cannot be added without a declared access.
 */
import { randomUUID } from 'node:crypto';
import { createRoute, OpenAPIHono, type RouteConfig, type RouteHandler } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { Access, Principal } from '../../contracts/access.ts';
import type { TableName } from '../../contracts/tables.ts';
import type { Platform } from '../platform.ts';
import { tokenVerifier } from './auth.ts';
import { type Cursors, cursors } from './cursor.ts';
import { idempotent } from './idempotency.ts';
import { assertShallow, decodeText, hasLoneSurrogate } from './json-guard.ts';
import { fieldErrors, ProblemError, toProblem } from './problem.ts';

export interface Env {
  Variables: { requestId: string; principal: Principal | undefined; payRead: boolean | undefined };
}
export type Api = OpenAPIHono<Env>;
export type Ctx = Context<Env>;

export const MAX_BODY_BYTES = 1024 * 1024;

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    detailZh: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

const problemResponse = { description: 'Problem details (RFC 9457)', content: { 'application/problem+json': { schema: problemSchema } } };

const IDEMPOTENCY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
  description:
    'Of your choice. For 24 h the same key and request get the first answer again (`Idempotency-Replayed: true`); another request under the key is `idempotency_key_reused`, one that comes while the first is under way `idempotency_key_in_use`.',
} as const;

/** Everything a service's `http.ts` needs to declare routes. */
export interface Routes {
  readonly api: Api;
  readonly cursors: Cursors;
  /**
   * Declares one route and its handler. Adds the problem answers, the security requirement and `x-access` to the OpenAPI document.
   * Writes by JSON body accept `Idempotency-Key` unless the route says `idempotency: false`.
   */
  add<const R extends RouteConfig>(
    route: R & { readonly access: Access; readonly idempotency?: boolean },
    handler: RouteHandler<R, Env>,
  ): void;
}

/** A service's HTTP application. `table` is where its idempotency records are kept. */
export const createRoutes = (platform: Platform, table: TableName): Routes => {
  const api = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success)
        throw new ProblemError('invalid_request', undefined, {
          errors: fieldErrors(result.error as z.ZodError, pointerPrefix(result.target)),
        });
    },
  });
  shell(api, platform);
  const verify = tokenVerifier(platform.config.oidc, platform.log);
  return {
    api,
    cursors: cursors(platform.config.cursorSecret),
    add(route, handler) {
      const { access, idempotency = true, ...config } = route;
      // What a route does not know is refused, not ignored: a misspelt filter must not answer with everything.
      const request = access === 'public' ? config.request : { query: z.strictObject({}), ...config.request };
      const keyed = config.method !== 'get' && idempotency && access !== 'public';
      const middleware: MiddlewareHandler<Env>[] = [authorise(access, verify, config.request?.body !== undefined)];
      if (access !== 'public' && access.payData) middleware.push(notePayRead(platform));
      if (keyed) middleware.push(idempotent(platform, table));
      const declared = createRoute({
        ...(config as RouteConfig),
        ...(request ? { request } : {}),
        middleware: [...middleware, ...[config.middleware ?? []].flat()],
        ...(access === 'public' ? {} : { security: [{ oidc: [] }] }),
        ...((keyed ? { parameters: [IDEMPOTENCY_PARAMETER] } : {}) as object),
        ...({ 'x-access': access } as object),
        responses: {
          ...config.responses,
          ...Object.fromEntries(
            ['400', ...(access === 'public' ? [] : ['401', '403', '404'])].map((status) => [
              status,
              config.responses[status] ?? problemResponse,
            ]),
          ),
          default: problemResponse,
        },
      });
      api.openapi(declared as never, handler as never);
    },
  };
};

/** The caller's own, if it is one that can stand in a log and a header; else a new one. */
export const requestIdOf = (given: string | undefined): string => (given && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID());

/** The parts that hold for every request, also those that match no route. */
export const shell = (api: Api, platform: Platform): void => {
  api.use('*', async (c, next) => {
    const requestId = requestIdOf(c.req.header('x-request-id'));
    c.set('requestId', requestId);
    await next();
    c.header('X-Request-Id', requestId);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Vary', 'Authorization');
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'private, no-cache');
  });
  api.use('*', etag());
  api.use(
    '*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new ProblemError('payload_too_large', { zh: '请求体不能超过 1 MB', en: 'the body may be at most 1 MB' });
      },
    }),
  );
  api.onError((error, c) => answerError(error, c as Ctx, platform));
  api.notFound((c) => problemAnswer(c as Ctx, new ProblemError('not_found')));
};

/**
 * Before a JSON body is parsed: right content type, not compressed, whole UTF-8, bounded depth. Used by routes with a JSON body (all but
 * webhooks and files). A route that takes no body refuses one that says something, rather than ignore it.
 */
const guardJson = async (c: Ctx, takesBody: boolean): Promise<void> => {
  if (c.req.method === 'GET' || c.req.method === 'DELETE' || c.req.method === 'HEAD') return;
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.length === 0) return;
  if ((c.req.header('content-encoding') ?? 'identity').toLowerCase() !== 'identity') {
    throw new ProblemError('unsupported_media_type', { zh: '不支持压缩的请求体', en: 'a compressed body is not supported' });
  }
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new ProblemError('unsupported_media_type', { zh: '请使用 application/json', en: 'send application/json' });
  }
  const text = decodeText(bytes);
  assertShallow(text);
  if (hasLoneSurrogate(text)) {
    throw new ProblemError('malformed_json', {
      zh: '文本含有不完整的字符(单独的代理项)',
      en: 'a text has half a character (a lone surrogate)',
    });
  }
  if (!takesBody && !/^\s*(?:\{\s*\}\s*)?$/.test(text)) {
    throw new ProblemError('invalid_request', { zh: '此接口不接受请求体', en: 'this route takes no body' });
  }
};

const authorise =
  (access: Access, verify: (authorization: string | undefined) => Promise<Principal>, takesBody: boolean): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (access !== 'public') {
      const principal = await verify(c.req.header('authorization'));
      const byRole = access.roles.some((role) => principal.roles.has(role));
      const bySelf = access.self === true && principal.employeeId !== null && principal.roles.has('employee');
      if (!byRole && !bySelf) throw new ProblemError('forbidden');
      c.set('principal', principal);
      await guardJson(c, takesBody);
    }
    await next();
  };

/** Every answer with pay data is in the log, also one that no handler made: an `Idempotency-Key` that was given again. */
const notePayRead =
  ({ log }: Platform): MiddlewareHandler<Env> =>
  async (c, next) => {
    await next();
    if (!c.res.ok || c.get('payRead')) return;
    log.info('pay.read', { subject: principalOf(c).subject, what: `${c.req.method} ${c.req.path}`, requestId: c.get('requestId') });
  };

/** The caller of a route that is not public. */
export const principalOf = (c: Ctx): Principal => {
  const principal = c.get('principal');
  if (!principal) throw new ProblemError('unauthenticated');
  return principal;
};

const pointerPrefix = (target: string): string => (target === 'json' ? '' : `/${target}`);

export const problemAnswer = (c: Ctx, error: ProblemError): Response => {
  const problem = toProblem(error, c.get('requestId') ? `urn:request:${c.get('requestId')}` : undefined);
  return c.body(JSON.stringify(problem), problem.status as 400, { 'Content-Type': 'application/problem+json', ...error.headers });
};

/** For the log only. */
export const stackOf = (error: unknown): string => String((error instanceof Error && error.stack) || error).slice(0, 2000);

const answerError = (error: Error, c: Ctx, platform: Platform): Response => {
  if (error instanceof ProblemError) return problemAnswer(c, error);
  if (error instanceof HTTPException) {
    const code =
      error.status === 400
        ? 'malformed_json'
        : error.status === 413
          ? 'payload_too_large'
          : error.status === 401
            ? 'unauthenticated'
            : 'invalid_request';
    return problemAnswer(c, new ProblemError(code));
  }
  // Nothing of the error reaches the caller; the log has it under the same request id.
  platform.log.error('http.failed', {
    requestId: c.get('requestId'),
    method: c.req.method,
    path: c.req.path,
    error: stackOf(error),
  });
  return problemAnswer(c, new ProblemError('internal'));
};
