import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
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

/** Verifies a bearer token against the configured issuer. Keys are fetched once and kept; a key id that is unknown fetches again, at most every 30 s. */
export const tokenVerifier = (oidc: Config['oidc']): ((authorization: string | undefined) => Promise<Principal>) => {
  let keys: JWTVerifyGetKey | undefined;
  const keySet = (): JWTVerifyGetKey => {
    keys ??= oidc.jwks
      ? createLocalJWKSet(JSON.parse(oidc.jwks) as JSONWebKeySet)
      : createRemoteJWKSet(new URL(`${oidc.issuer.replace(/\/$/, '')}/.well-known/jwks.json`), { timeoutDuration: 3000 });
    return keys;
  };
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1];
    if (!token || token.length > 8192) throw unauthenticated('a bearer token is required', '需要 Bearer 令牌');
    try {
      const { payload } = await jwtVerify(token, keySet(), {
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
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw unauthenticated('the token is not valid', '令牌无效');
      throw new ProblemError('unavailable', { zh: '身份服务暂不可用', en: 'the identity provider cannot be reached' });
    }
  };
};

const unauthenticated = (en: string, zh: string): ProblemError =>
  new ProblemError('unauthenticated', { en, zh }, { headers: { 'WWW-Authenticate': 'Bearer realm="meritrail"' } });
