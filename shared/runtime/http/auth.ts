import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Log, silentLog } from '../../adapters/log.ts';
import { type Principal, ROLES, type Role } from '../../contracts/access.ts';
import type { Config } from '../platform.ts';
import { ProblemError } from './problem.ts';

/** Asymmetric algorithms only: no `none`, no shared secrets, whatever the token's header says. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'];

const claimsSchema = z.object({
  sub: z.string().min(1).max(256),
  roles: z.array(z.string()).max(20).default([]),
  employee_id: z.string().max(128).optional(),
  entities: z.union([z.literal('*'), z.array(z.string().max(128)).max(100)]).default([]),
});

const FETCH_MS = 3000;
const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }).max(2048) });

/**
 * Where an issuer's keys are: its discovery document says (OpenID Connect Discovery 1.0), for the very issuer that was asked; an issuer
 * without one has them under `/.well-known/jwks.json`. @throws Error when it cannot be reached or says something else.
 */
const keysLocation = async (issuer: string): Promise<URL> => {
  const base = issuer.replace(/\/$/, '');
  const response = await fetch(`${base}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(FETCH_MS), redirect: 'error' });
  if (response.status === 404) return new URL(`${base}/.well-known/jwks.json`);
  if (!response.ok) throw new Error(`the discovery document of ${issuer} was answered with ${response.status}`);
  const { issuer: named, jwks_uri } = discoverySchema.parse(await response.json());
  if (named !== issuer) throw new Error(`the discovery document of ${issuer} is of ${named}`);
  const location = new URL(jwks_uri);
  if (location.protocol === 'http:' && issuer.startsWith('https:')) throw new Error(`${issuer} has its keys without TLS`);
  return location;
};

/** Not what the token says but whether its issuer's keys could be had. */
const isUnreachable = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  error.code === errors.JOSEError.code;

/** Verifies a bearer token against the configured issuer. Keys are fetched once and kept; a key id that is unknown fetches again, at most every 30 s. */
export const tokenVerifier = (oidc: Config['oidc'], log: Log = silentLog): ((authorization: string | undefined) => Promise<Principal>) => {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const fetchedKeys = async (): Promise<JWTVerifyGetKey> =>
    createRemoteJWKSet(await keysLocation(oidc.issuer), { timeoutDuration: FETCH_MS });
  const keySet = (): Promise<JWTVerifyGetKey> => {
    keys ??= oidc.jwks ? Promise.resolve(createLocalJWKSet(JSON.parse(oidc.jwks) as JSONWebKeySet)) : fetchedKeys();
    // What failed is asked for again by the next request.
    keys.catch(() => {
      keys = undefined;
    });
    return keys;
  };
  const keysNow = async (): Promise<JWTVerifyGetKey> => {
    try {
      return await keySet();
    } catch (error) {
      throw unavailable(error, log);
    }
  };
  return async (authorization) => {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token || token.length > 8192) throw unauthenticated('a bearer token is required', '需要 Bearer 令牌');
    const known = await keysNow();
    try {
      const { payload } = await jwtVerify(token, known, {
        issuer: oidc.issuer,
        audience: oidc.audience,
        algorithms: ALGORITHMS,
        clockTolerance: 30,
        requiredClaims: ['exp', 'sub'],
      });
      const claims = claimsSchema.parse(payload);
      return {
        subject: claims.sub,
        employeeId: claims.employee_id ?? null,
        roles: new Set(claims.roles.filter((role): role is Role => (ROLES as readonly string[]).includes(role))),
        entities: claims.entities === '*' ? '*' : new Set(claims.entities),
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthenticated('the token has expired', '令牌已过期');
      if (error instanceof z.ZodError || !isUnreachable(error)) throw unauthenticated('the token is not valid', '令牌无效');
      throw unavailable(error, log);
    }
  };
};

const unavailable = (error: unknown, log: Log): ProblemError => {
  log.warn('issuer.unreachable', { reason: String(error).slice(0, 300) });
  const detail = { zh: '身份服务暂不可用', en: 'the identity provider cannot be reached' };
  return new ProblemError('unavailable', detail, { headers: { 'Retry-After': '5' } });
};

const unauthenticated = (en: string, zh: string): ProblemError =>
  new ProblemError('unauthenticated', { en, zh }, { headers: { 'WWW-Authenticate': 'Bearer realm="meritrail"' } });
