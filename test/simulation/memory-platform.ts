/** A whole platform in memory for tests of use cases and handlers: nothing listens, nothing is written anywhere. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { silentLog } from '../../shared/adapters/log.ts';
import type { Role } from '../../shared/contracts/access.ts';
import type { Config, Platform } from '../../shared/runtime/platform.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';
import { type MemoryQueue, memoryQueue } from './memory-queue.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';

export interface TestPrincipal {
  readonly subject?: string;
  readonly roles: readonly Role[];
  readonly employeeId?: string;
  readonly entities?: '*' | readonly string[];
}
export interface MemoryPlatform extends Platform {
  readonly store: MemoryStore;
  readonly queue: MemoryQueue;
  readonly clock: FixedClock;
  /** The `Authorization` header of someone: `api.request(path, { headers: { authorization: platform.bearer({ roles: ['payroll'], entities: '*' }) } })`. */
  bearer(principal: TestPrincipal, options?: { readonly expired?: boolean }): string;
}

const ISSUER = 'https://issuer.test';
const AUDIENCE = 'meritrail';
const KEY_ID = 'test-key';
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwks = JSON.stringify({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'ES256', use: 'sig' }] });

/** Signed by a key of this process that {@link testConfig} trusts; valid until 2100 by the wall clock, whatever the test's clock says. */
export const bearer = (principal: TestPrincipal, options: { readonly expired?: boolean } = {}): string => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: principal.subject ?? principal.employeeId ?? `test-${principal.roles.join('-')}`,
    roles: principal.roles,
    ...(principal.employeeId === undefined ? {} : { employee_id: principal.employeeId }),
    entities: principal.entities ?? [],
    iat: 1_700_000_000,
    exp: options.expired === true ? 1_700_000_600 : 4_102_444_800,
  };
  const content = `${part({ alg: 'ES256', typ: 'JWT', kid: KEY_ID })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return `Bearer ${content}.${signature}`;
};

export const testConfig: Config = {
  publicUrl: 'https://pay.test',
  oidc: { issuer: ISSUER, audience: AUDIENCE, jwks },
  cursorSecret: 'a cursor secret of the tests',
};

export const memoryPlatform = (overrides: Partial<Omit<MemoryPlatform, 'bearer'>> = {}): MemoryPlatform => ({
  store: memoryStore(),
  queue: memoryQueue(),
  clock: fixedClock(),
  log: silentLog,
  config: testConfig,
  ...overrides,
  bearer,
});
