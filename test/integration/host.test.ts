import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUEUE_SPECS, TABLE_SPECS } from '../../infra/topology.ts';
import { dynamoClient } from '../../shared/adapters/dynamo-client.ts';
import { describeQueue, describeTable } from '../../shared/adapters/provision.ts';
import { physicalQueueName } from '../../shared/adapters/queue-names.ts';
import { sqsClient } from '../../shared/adapters/sqs-client.ts';
import { FIFO_QUEUES } from '../../shared/contracts/tables.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

let host: Embedded;
beforeAll(async () => {
  host = await startEmbedded();
});
afterAll(() => host.stop());

const PREFIX = 'meritrail-';

describe('the embedded host', () => {
  it.each(TABLE_SPECS.map((spec) => [spec.name, spec] as const))('has table %s as the topology says', async (_, spec) => {
    const client = dynamoClient(host.host.endpoints.dynamo);
    expect(await describeTable(client, PREFIX, spec.name)).toEqual({
      keys: ['pk', 'sk'],
      indexes: Object.fromEntries(spec.indexes.map((index) => [index, [`${index}pk`, `${index}sk`]])),
      ttl: 'ttl',
    });
    client.destroy();
  });

  it.each(QUEUE_SPECS.map((spec) => [spec.name, spec] as const))('has queue %s as the topology says', async (_, spec) => {
    const client = sqsClient(host.host.endpoints.sqs);
    expect(await describeQueue(client, PREFIX, spec.name)).toEqual({
      fifo: FIFO_QUEUES.has(spec.name),
      visibilitySeconds: spec.visibilitySeconds,
      retentionDays: spec.retentionDays,
      maxReceives: spec.maxReceives,
      dead: physicalQueueName(PREFIX, spec.name, true),
    });
    client.destroy();
  });

  it('is alive and ready', async () => {
    expect((await fetch(`${host.baseUrl}/health`)).status).toBe(200);
    const ready = await fetch(`${host.baseUrl}/ready`);
    expect(await ready.json()).toEqual({ ready: true, checks: { tables: 'ok', queues: 'ok', outbox: 'ok' } });
    await host.drain();
  });
});
