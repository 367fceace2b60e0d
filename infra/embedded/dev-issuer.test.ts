import { describe, expect, it } from 'vitest';
import { tokenVerifier } from '../../shared/runtime/http/auth.ts';
import { DEV_AUDIENCE, devIssuer, newIssuerKey } from './dev-issuer.ts';
import { StartRefusal } from './refusal.ts';

const key = await newIssuerKey();
const issuerOn = (host: string) => devIssuer({ host, publicUrl: 'http://127.0.0.1:8080', key });

describe('the development issuer', () => {
  it.each(['0.0.0.0', '::', '192.168.1.10', 'pay.example.com', ''])('refuses to run on %j', async (host) => {
    await expect(issuerOn(host)).rejects.toThrow(StartRefusal);
  });

  it('makes tokens that the API takes for what they say', async () => {
    const { issuer, jwks, tokenFor } = await issuerOn('127.0.0.1');
    const verify = tokenVerifier({ issuer, audience: DEV_AUDIENCE, jwks });
    const token = await tokenFor({ subject: 's', roles: ['employee', 'manager'], employeeId: 'e-1', entities: ['le-1'] });
    expect(await verify(`Bearer ${token}`)).toEqual({
      subject: 's',
      employeeId: 'e-1',
      roles: new Set(['employee', 'manager']),
      entities: new Set(['le-1']),
    });
  });

  it('publishes the public half of its key and nothing more', async () => {
    const { app, jwks } = await issuerOn('localhost');
    const published = (await (await app.request('/.well-known/jwks.json')).json()) as { keys: Record<string, string>[] };
    expect(published).toEqual(JSON.parse(jwks));
    expect(Object.keys(published.keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('another key is another issuer, though it has the same name', async () => {
    const { issuer, jwks } = await issuerOn('127.0.0.1');
    const other = await devIssuer({ host: '127.0.0.1', publicUrl: 'http://127.0.0.1:8080', key: await newIssuerKey() });
    const verify = tokenVerifier({ issuer, audience: DEV_AUDIENCE, jwks });
    await expect(verify(`Bearer ${await other.tokenFor({ subject: 's', roles: [] })}`)).rejects.toThrow();
  });
});
