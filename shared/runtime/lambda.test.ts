import { Hono } from 'hono';
import { describe, expect, it, vi } from 'vitest';
import type { Api } from './http/api.ts';
import { lambdaHttp, lambdaSchedule, lambdaSqs } from './lambda.ts';

/** As API Gateway sends it: REST API, payload version 1. */
const restEvent = (part: Record<string, unknown>) => ({
  version: '1.0',
  resource: '/{proxy+}',
  httpMethod: 'GET',
  path: '/',
  headers: { Host: 'pay.example.com' },
  multiValueHeaders: { Host: ['pay.example.com'] },
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  requestContext: { stage: 'prod', domainName: 'pay.example.com', httpMethod: 'GET', path: '/prod/' },
  body: null,
  isBase64Encoded: false,
  ...part,
});

const app = new Hono()
  .post('/bytes', async (c) => c.json({ hex: Buffer.from(await c.req.arrayBuffer()).toString('hex') }))
  .get('/query', (c) => c.json({ all: c.req.queries('a'), header: c.req.header('x-one') }))
  .get('/pdf', (c) => c.body(new Uint8Array([0x25, 0xff, 0x00]), 200, { 'Content-Type': 'application/pdf' }))
  .get('/problem', (c) => c.body('{"a":"中"}', 404, { 'Content-Type': 'application/problem+json' }))
  .get('/csv', (c) => c.body('姓名', 200, { 'Content-Type': 'text/csv; charset=utf-8' })) as unknown as Api;
type Event = Parameters<ReturnType<typeof lambdaHttp>>[0];
const call = (part: Record<string, unknown>) => lambdaHttp(app)(restEvent(part) as never as Event);

describe('lambdaHttp', () => {
  it('gives the application the very bytes of a base64 body', async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x00, 0xff, 0x7d]);
    const answer = await call({ httpMethod: 'POST', path: '/bytes', body: bytes.toString('base64'), isBase64Encoded: true });
    expect(JSON.parse(answer.body)).toEqual({ hex: bytes.toString('hex') });
  });

  it('gives it the very text of a plain body, white space and all', async () => {
    const answer = await call({ httpMethod: 'POST', path: '/bytes', body: '{ "名":1 } \n' });
    expect(JSON.parse(answer.body)).toEqual({ hex: Buffer.from('{ "名":1 } \n').toString('hex') });
  });

  it('keeps repeated query parameters and headers', async () => {
    const answer = await call({
      path: '/query',
      queryStringParameters: { a: '2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      multiValueHeaders: { Host: ['pay.example.com'], 'X-One': ['yes'] },
    });
    expect(JSON.parse(answer.body)).toEqual({ all: ['1', '2'], header: 'yes' });
  });

  it('answers bytes as base64 and text as text', async () => {
    const pdf = await call({ path: '/pdf' });
    expect([pdf.isBase64Encoded, Buffer.from(pdf.body, 'base64').toString('hex')]).toEqual([true, '25ff00']);
    const problem = await call({ path: '/problem' });
    expect([problem.isBase64Encoded, problem.body, problem.statusCode]).toEqual([false, '{"a":"中"}', 404]);
    expect((await call({ path: '/csv' })).body).toBe('姓名');
  });

  it('makes the application once, on the first call', async () => {
    const make = vi.fn(() => app);
    const handler = lambdaHttp(make);
    expect(make).not.toHaveBeenCalled();
    await handler(restEvent({ path: '/csv' }) as never as Event);
    await handler(restEvent({ path: '/csv' }) as never as Event);
    expect(make).toHaveBeenCalledTimes(1);
  });
});

describe('lambdaSqs and lambdaSchedule', () => {
  it('makes the handler once and hands on its answer', async () => {
    const make = vi.fn(() => async (event: { Records: readonly { messageId: string }[] }) => ({
      batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    }));
    const handler = lambdaSqs(make);
    const event = { Records: [{ messageId: 'm1', body: '', attributes: {} }] };
    await handler(event);
    expect(await handler(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('runs a schedule each time, whether given as it is or made first', async () => {
    const run = vi.fn(() => Promise.resolve());
    const make = vi.fn(() => run);
    const made = lambdaSchedule(make);
    await made();
    await made();
    expect([make.mock.calls.length, run.mock.calls.length]).toEqual([1, 2]);
    const plain = lambdaSchedule(run);
    await plain();
    await plain();
    expect(run.mock.calls.length).toBe(4);
  });

  it('fails when the schedule fails, so that the platform says so', async () => {
    await expect(lambdaSchedule(() => () => Promise.reject(new Error('no')))()).rejects.toThrow('no');
  });
});
