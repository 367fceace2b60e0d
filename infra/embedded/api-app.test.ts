import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { Api } from '../../shared/runtime/http/api.ts';
import { apiApp } from './api-app.ts';
import { mergeDocuments } from './openapi.ts';

const service = (build: (app: Hono) => Hono): Api => build(new Hono()) as unknown as Api;
const people = service((app) => app.use('*', (_c, next) => next()).get('/v1/people/:id', (c) => c.text(`person ${c.req.param('id')}`)));
const plans = service((app) => app.post('/v1/plans', async (c) => c.text(`plan ${await c.req.text()}`)));
const app = apiApp(
  [
    { service: 'people', api: people },
    { service: 'plans', api: plans },
  ],
  [new Hono().get('/health', (c) => c.text('alive'))],
);

describe('all services behind one address', () => {
  it('brings a request to the service that declares its route', async () => {
    expect(await (await app.request('/v1/people/e-1')).text()).toBe('person e-1');
    expect(await (await app.request('/v1/plans', { method: 'POST', body: 'x' })).text()).toBe('plan x');
  });

  it('answers a path of nobody and a method that is not there as problems', async () => {
    const missing = await app.request('/v1/nothing');
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(((await missing.json()) as { code: string }).code).toBe('not_found');
    const method = await app.request('/v1/people/e-1', { method: 'DELETE' });
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    for (const path of ['/v1/people/e-1', '/health']) {
      for (const name of ['OPTIONS', 'PATCH', 'DELETE', 'PROPFIND']) {
        const refused = await app.request(path, { method: name, headers: { 'x-request-id': 'mine' } });
        expect([name, refused.status, refused.headers.get('allow')]).toEqual([name, 405, 'GET, HEAD']);
        expect([refused.headers.get('x-request-id'), refused.headers.get('x-content-type-options')]).toEqual(['mine', 'nosniff']);
        expect(await refused.json()).toMatchObject({ code: 'method_not_allowed', instance: 'urn:request:mine' });
      }
    }
    const head = await app.request('/v1/people/e-1', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('takes no request id that could forge a line of a log or a header', async () => {
    for (const given of ['a b', 'a"b', 'x'.repeat(65), '中', '<script>']) {
      const answer = await app.request('/v1/nothing', { headers: { 'x-request-id': encodeURI(given).replaceAll('%20', ' ') } });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('refuses two services with one route', () => {
    const twice = service((other) => other.post('/v1/plans', (c) => c.text('')));
    expect(() =>
      apiApp([
        { service: 'plans', api: plans },
        { service: 'portal', api: twice },
      ]),
    ).toThrow(/POST \/v1\/plans is declared by plans and by portal/);
  });
});

describe('mergeDocuments', () => {
  const document = (part: object) => ({ openapi: '3.1.0', info: { title: '', version: '' }, ...part }) as never;

  it('puts paths and schemas together', () => {
    const merged = mergeDocuments([
      document({ paths: { '/b': { get: { summary: 'b' } } }, components: { schemas: { Problem: { type: 'object' } } } }),
      document({ paths: { '/a': { get: {} }, '/b': { post: {} } }, components: { schemas: { Problem: { type: 'object' } } } }),
    ]);
    expect(Object.keys(merged.paths ?? {})).toEqual(['/a', '/b']);
    expect(merged.paths?.['/b']).toEqual({ get: { summary: 'b' }, post: {} });
    expect(merged.components?.schemas).toEqual({ Problem: { type: 'object' } });
  });

  it('refuses one name with two meanings', () => {
    const schema = (type: string) => document({ paths: {}, components: { schemas: { Plan: { type } } } });
    expect(() => mergeDocuments([schema('object'), schema('string')])).toThrow(/schemas Plan has two meanings/);
  });
});
