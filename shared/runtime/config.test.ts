import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const good = {
  MERITRAIL_PUBLIC_URL: 'https://pay.example.com/',
  MERITRAIL_OIDC_ISSUER: 'https://login.example.com/',
  MERITRAIL_OIDC_AUDIENCE: 'meritrail',
  MERITRAIL_CURSOR_SECRET: 'a-secret-that-has-at-least-32-characters',
};
const messageOf = (environment: Record<string, string | undefined>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('readConfig', () => {
  it('reads what is set and has a prefix for tables and queues', () => {
    expect(readConfig(good)).toEqual({
      publicUrl: 'https://pay.example.com',
      oidc: { issuer: 'https://login.example.com/', audience: 'meritrail' },
      cursorSecret: good.MERITRAIL_CURSOR_SECRET,
      tablePrefix: 'meritrail-',
      queuePrefix: 'meritrail-',
    });
  });

  it('takes the table prefix for queues too, unless they have their own', () => {
    expect(readConfig({ ...good, MERITRAIL_TABLE_PREFIX: 'acme-' }).queuePrefix).toBe('acme-');
    expect(readConfig({ ...good, MERITRAIL_TABLE_PREFIX: 'acme-', MERITRAIL_QUEUE_PREFIX: 'q-' }).queuePrefix).toBe('q-');
  });

  it('names every variable that is missing, at once', () => {
    const message = messageOf({});
    for (const name of Object.keys(good)) expect(message).toContain(`${name} is not set`);
  });

  it('treats an empty variable as not set', () => {
    expect(messageOf({ ...good, MERITRAIL_OIDC_AUDIENCE: '' })).toContain('MERITRAIL_OIDC_AUDIENCE is not set');
  });

  it.each([
    ['MERITRAIL_PUBLIC_URL', 'ftp://pay.example.com'],
    ['MERITRAIL_PUBLIC_URL', 'pay.example.com'],
    ['MERITRAIL_PUBLIC_URL', 'https://pay.example.com/?a=1'],
    ['MERITRAIL_OIDC_ISSUER', 'login'],
    ['MERITRAIL_OIDC_JWKS', 'not json'],
    ['MERITRAIL_OIDC_JWKS', '{"keys":[]}'],
    ['MERITRAIL_OIDC_JWKS', 'null'],
    ['MERITRAIL_CURSOR_SECRET', 'short-secret-of-31-characters--'],
    ['MERITRAIL_TABLE_PREFIX', 'with space-'],
    ['MERITRAIL_QUEUE_PREFIX', '#'],
  ])('refuses %s = %s by name, without its value where it is a secret', (name, value) => {
    const message = messageOf({ ...good, [name]: value });
    expect(message).toContain(name);
    if (name === 'MERITRAIL_CURSOR_SECRET') expect(message).not.toContain(value);
  });

  it('takes keys of an issuer that the network does not reach', () => {
    expect(readConfig({ ...good, MERITRAIL_OIDC_JWKS: '{"keys":[{"kty":"EC"}]}' }).oidc.jwks).toBe('{"keys":[{"kty":"EC"}]}');
  });
});
