import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64url, CompactSign, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tokenVerifier } from './auth.ts';

const ISSUER = 'https://issuer.test';
const AUDIENCE = 'meritrail';
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let rsa: Keys;
let other: Keys;
let jwks: string;
beforeAll(async () => {
  [rsa, other] = await Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256', { extractable: true })]);
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] });
});

const seconds = (): number => Math.floor(Date.now() / 1000);
const claims = (changes: JWTPayload = {}): JWTPayload => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'someone',
  exp: seconds() + 600,
  roles: ['payroll'],
  entities: ['le-1'],
  ...changes,
});
const signed = (payload: JWTPayload, header: object = {}, key = rsa.privateKey): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key);
const verify = (token: string, scheme = 'Bearer') => tokenVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks })(`${scheme} ${token}`);
const codeOf = async (verified: Promise<unknown>): Promise<unknown> =>
  verified.then(
    () => 'taken',
    (error: { code?: unknown }) => error.code,
  );
const part = (value: unknown): string => base64url.encode(JSON.stringify(value));

describe('a bearer token', () => {
  it('says who the caller is; roles that nobody knows are none', async () => {
    const principal = await verify(await signed(claims({ roles: ['payroll', 'root', '__proto__'], employee_id: 'e-1' })));
    expect(principal).toEqual({ subject: 'someone', employeeId: 'e-1', roles: new Set(['payroll']), entities: new Set(['le-1']) });
    expect(await codeOf(verify(await signed(claims()), 'bearer'))).toBe('taken');
  });

  it.each([
    ['of another issuer', { iss: 'https://evil.test' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'other' }],
    ['without an audience', { aud: undefined }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['that never expires', { exp: undefined }],
    ['that expired 31 s ago', { exp: () => seconds() - 31 }],
    ['that is valid in a minute', { nbf: () => seconds() + 60 }],
    ['with roles that are no list', { roles: 'payroll' }],
    ['with entities that are no list', { entities: { '*': true } }],
    ['with a number for a subject', { sub: 7 }],
  ])('%s is refused', async (_, changes) => {
    const changed = Object.fromEntries(
      Object.entries(changes).map(([name, value]) => [name, typeof value === 'function' ? value() : value]),
    );
    expect(await codeOf(verify(await signed(claims(changed as JWTPayload))))).toBe('unauthenticated');
  });

  it('is given 30 s of clock skew', async () => {
    expect(await codeOf(verify(await signed(claims({ exp: seconds() - 20 }))))).toBe('taken');
    expect(await codeOf(verify(await signed(claims({ nbf: seconds() + 20 }))))).toBe('taken');
  });

  it('of another key is refused, whatever its header says of keys', async () => {
    const jwk = await exportJWK(other.publicKey);
    for (const header of [
      {},
      { jwk },
      { jku: 'https://evil.test/jwks' },
      { x5u: 'https://evil.test/x5u' },
      { kid: 'k2' },
      { kid: '../../k1' },
    ]) {
      expect([header, await codeOf(verify(await signed(claims(), header, other.privateKey)))]).toEqual([header, 'unauthenticated']);
    }
    expect(await codeOf(verify(await signed(claims(), { kid: 'unknown' })))).toBe('unauthenticated');
  });

  it('without a signature, or signed with the public key as a shared secret, is refused', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      for (const signature of ['', 'AA']) {
        expect(await codeOf(verify(`${part({ alg, kid: 'k1' })}.${part(claims())}.${signature}`))).toBe('unauthenticated');
      }
    }
    const publicKey = new TextEncoder().encode(await exportSPKI(rsa.publicKey));
    const confused = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims())))
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(publicKey);
    expect(await codeOf(verify(confused))).toBe('unauthenticated');
  });

  it('that was changed, cut or has a critical extension is refused', async () => {
    const token = await signed(claims());
    const [header, , signature] = token.split('.');
    expect(await codeOf(verify(`${header}.${part(claims({ roles: ['auditor'] }))}.${signature}`))).toBe('unauthenticated');
    for (const broken of [token.slice(0, -4), `${token}.x`, `${token} x`, token.replaceAll('.', ''), '', '..', `a${'.b'.repeat(2)}`]) {
      expect(await codeOf(verify(broken))).toBe('unauthenticated');
    }
    expect(await codeOf(verify(`${part({ alg: 'RS256', kid: 'k1', crit: ['x'], x: 1 })}.${part(claims())}.${signature}`))).toBe(
      'unauthenticated',
    );
    expect(await codeOf(verify(await signed(claims({ filler: 'x'.repeat(9000) }))))).toBe('unauthenticated');
  });

  it('with a claim twice counts as it was signed: the last one, for issuer and roles alike', async () => {
    const body = JSON.stringify(claims({ roles: ['employee'] })).replace('{', '{"roles":["payroll"],"iss":"https://evil.test",');
    const token = await new CompactSign(new TextEncoder().encode(body))
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign(rsa.privateKey);
    expect((await verify(token)).roles).toEqual(new Set(['employee']));
  });

  it('by another scheme is refused', async () => {
    const token = await signed(claims());
    for (const scheme of ['Basic', 'Token', 'BearerX', '']) expect(await codeOf(verify(token, scheme))).toBe('unauthenticated');
    expect(await codeOf(tokenVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks })(undefined))).toBe('unauthenticated');
  });
});

describe('the keys of an issuer', () => {
  let server: Server | undefined;
  afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));
  const serve = async (answers: (issuer: string) => Record<string, unknown>): Promise<{ issuer: string; asked: string[] }> => {
    const asked: string[] = [];
    let issuer = '';
    server = createServer((request, response) => {
      asked.push(String(request.url));
      const answer = answers(issuer)[String(request.url)];
      response.writeHead(typeof answer === 'number' ? answer : answer === undefined ? 404 : 200, {
        'content-type': 'application/json',
        connection: 'close',
      });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant`;
    return { issuer, asked };
  };
  const DISCOVERY = '/tenant/.well-known/openid-configuration';
  const tokenOf = (issuer: string, header = {}) => signed(claims({ iss: issuer }), header);

  it('are where its discovery document says, and are asked for once', async () => {
    const { issuer, asked } = await serve((self) => ({
      [DISCOVERY]: { issuer: self, jwks_uri: `${new URL(self).origin}/keys/certs` },
      '/keys/certs': jwks,
    }));
    const check = tokenVerifier({ issuer, audience: AUDIENCE });
    const authorization = `Bearer ${await tokenOf(issuer)}`;
    for (let round = 0; round < 3; round += 1) expect(await codeOf(check(authorization))).toBe('taken');
    expect(await codeOf(check(`Bearer ${await tokenOf(issuer, { kid: 'unknown' })}`))).toBe('unauthenticated');
    expect(asked).toEqual([DISCOVERY, '/keys/certs']);
  });

  it('are under jwks.json where there is no discovery document', async () => {
    const { issuer } = await serve(() => ({ '/tenant/.well-known/jwks.json': jwks }));
    expect(await codeOf(tokenVerifier({ issuer, audience: AUDIENCE })(`Bearer ${await tokenOf(issuer)}`))).toBe('taken');
  });

  it('that cannot be had are not the caller’s fault: 503, and it is tried again', async () => {
    let up = false;
    const { issuer } = await serve((self) => ({
      [DISCOVERY]: { issuer: self, jwks_uri: `${new URL(self).origin}/keys` },
      '/keys': up ? jwks : 500,
    }));
    const check = tokenVerifier({ issuer, audience: AUDIENCE });
    const authorization = `Bearer ${await tokenOf(issuer)}`;
    expect(await codeOf(check(authorization))).toBe('unavailable');
    up = true;
    expect(await codeOf(check(authorization))).toBe('taken');
  });

  it.each([
    ['of another issuer', (self: string) => ({ issuer: 'https://evil.test', jwks_uri: `${self}/keys` })],
    ['without keys', (self: string) => ({ issuer: self })],
    ['with keys in a file', (self: string) => ({ issuer: self, jwks_uri: 'file:///etc/passwd' })],
    ['that is down', () => 500],
    ['that is no JSON', () => '<html>'],
  ])('a discovery document %s is not followed', async (_, document) => {
    const { issuer } = await serve((self) => ({ [DISCOVERY]: document(self), '/tenant/keys': jwks }));
    expect(await codeOf(tokenVerifier({ issuer, audience: AUDIENCE })(`Bearer ${await tokenOf(issuer)}`))).toBe('unavailable');
  });
});
