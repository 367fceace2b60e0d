import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../test/simulation/memory-store.ts';
import { silentLog } from '../adapters/log.ts';
import { healthApp, nothingParked, readiness, tablesReachable } from './health.ts';
import { MAX_SENDS } from './outbox.ts';

const fine = () => Promise.resolve();

describe('readiness', () => {
  it('is ready when every check holds', async () => {
    const app = healthApp(readiness({ tables: tablesReachable(memoryStore(), ['people']), queues: fine }, silentLog));
    for (const path of ['/ready', '/_/ready']) {
      const answer = await app.request(path);
      expect([answer.status, await answer.json()]).toEqual([200, { ready: true, checks: { tables: 'ok', queues: 'ok' } }]);
    }
  });

  it('is alive but not ready when one fails, and does not say why to everybody', async () => {
    const failing = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:8000'));
    const app = healthApp(readiness({ tables: failing, queues: fine }, silentLog));
    const answer = await app.request('/ready');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe('{"ready":false,"checks":{"tables":"failed","queues":"ok"}}');
    expect((await app.request('/health')).status).toBe(200);
    expect((await app.request('/_/health')).status).toBe(200);
  });

  it('asks the tables once for many callers', async () => {
    let asked = 0;
    const ready = readiness(
      {
        tables: () => {
          asked += 1;
          return Promise.resolve();
        },
      },
      silentLog,
    );
    await Promise.all([ready(), ready(), ready()]);
    expect(asked).toBe(1);
  });

  it('fails while a message is given up', async () => {
    const store = memoryStore();
    const row = (sends: number) =>
      ({ op: 'put', table: 'facts', item: { pk: 'OUTBOX#3', sk: '2026-11-23T01:00:00.000Z#x', sends } }) as const;
    await store.write(row(MAX_SENDS - 1));
    await expect(nothingParked(store, ['facts'])()).resolves.toBeUndefined();
    await store.write(row(MAX_SENDS));
    await expect(nothingParked(store, ['facts'])()).rejects.toThrow('given up');
  });
});
