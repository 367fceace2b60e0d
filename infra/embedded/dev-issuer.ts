/**
 * An OIDC issuer for development: whoever can reach it is given any role, so it lives on loopback only and refuses anything else. In
 * production `MERITRAIL_OIDC_ISSUER` names the company's own.
 */
import { Hono } from 'hono';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { Role } from '../../shared/contracts/access.ts';
import { StartRefusal } from './refusal.ts';

export const DEV_ISSUER_PATH = '/dev-issuer';
export const DEV_AUDIENCE = 'meritrail';
const ALGORITHM = 'ES256';
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whom a token speaks of. */
export interface TokenSubject {
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly employeeId?: string;
  readonly entities?: '*' | readonly string[];
}

export interface DevIssuer {
  readonly issuer: string;
  /** The public keys as `MERITRAIL_OIDC_JWKS` takes them. */
  readonly jwks: string;
  /** `GET /.well-known/jwks.json` and `/.well-known/openid-configuration`, to be mounted under {@link DEV_ISSUER_PATH}. */
  readonly app: Hono;
  /** A bearer token, valid for `hours` (default 12). */
  tokenFor(subject: TokenSubject, hours?: number): Promise<string>;
}

/** A new private key as JSON text, to be kept where only the owner reads it. */
export const newIssuerKey = async (): Promise<string> => {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return JSON.stringify({ ...(await exportJWK(privateKey)), kid: `dev-${Date.now().toString(36)}`, alg: ALGORITHM });
};

/** @throws StartRefusal when the host is not loopback. */
export const devIssuer = async (options: {
  readonly host: string;
  readonly publicUrl: string;
  readonly key: string;
}): Promise<DevIssuer> => {
  if (!LOOPBACK.has(options.host)) {
    throw new StartRefusal(
      `The development issuer gives every role to everybody and runs on loopback only, not on ${options.host}. Set MERITRAIL_OIDC_ISSUER to your own.`,
    );
  }
  const issuer = `${options.publicUrl}${DEV_ISSUER_PATH}`;
  const jwk = JSON.parse(options.key) as JWK;
  const privateKey = await importJWK(jwk, ALGORITHM);
  const { d: _private, ...publicJwk } = jwk;
  const jwks = { keys: [{ ...publicJwk, use: 'sig' }] };
  const app = new Hono();
  app.get('/.well-known/jwks.json', (c) => c.json(jwks));
  app.get('/.well-known/openid-configuration', (c) =>
    c.json({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json`, id_token_signing_alg_values_supported: [ALGORITHM] }),
  );
  return {
    issuer,
    jwks: JSON.stringify(jwks),
    app,
    tokenFor: ({ subject, roles, employeeId, entities }, hours = 12) =>
      new SignJWT({
        roles: [...roles],
        entities: entities === '*' ? '*' : [...(entities ?? [])],
        ...(employeeId === undefined ? {} : { employee_id: employeeId }),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', ...(jwk.kid ? { kid: jwk.kid } : {}) })
        .setIssuer(issuer)
        .setAudience(DEV_AUDIENCE)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime(`${hours}h`)
        .sign(privateKey),
  };
};
