/** What the services count on of FIFO queues, on the queue server that is used here; the same holds for SQS. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sidecar, startSidecar } from '../../infra/embedded/sidecar.ts';
import { QUEUE_SPECS } from '../../infra/topology.ts';
import { ensureQueues } from '../../shared/adapters/provision.ts';
import type { Queue } from '../../shared/adapters/queue.ts';
import type { QueueReceiver } from '../../shared/adapters/queue-receiver.ts';
import { sqsClient } from '../../shared/adapters/sqs-client.ts';
import { queueUrls, sqsQueue } from '../../shared/adapters/sqs-queue.ts';
import { sqsReceiver } from '../../shared/adapters/sqs-receiver.ts';

let sidecar: Sidecar;
let queue: Queue;
let receiver: QueueReceiver;
let folder: string;
let close: () => void;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meritrail-fifo-'));
  sidecar = await startSidecar({ engine: null, database: join(folder, 'unused'), queues: true });
  const client = sqsClient(sidecar.sqsEndpoint);
  await ensureQueues(client, 'meritrail-', QUEUE_SPECS);
  const urls = queueUrls('meritrail-', client, {});
  queue = sqsQueue('meritrail-', client, urls);
  receiver = sqsReceiver(client, urls);
  close = () => client.destroy();
});
afterAll(async () => {
  close();
  await sidecar.stop();
  await rm(folder, { recursive: true, force: true });
});

const REF = { queue: 'facts' } as const;
const send = (entries: readonly (readonly [group: string, body: string])[]) =>
  queue.send(entries.map(([groupId, body]) => ({ queue: 'facts', groupId, body, deduplicationId: `${groupId}-${body}` })));
const receive = (max = 10) => receiver.receive(REF, { max, waitSeconds: 0 });

describe('a FIFO queue', () => {
  it('gives several messages of one group in one batch, in order, and holds the group back until all are deleted', async () => {
    await send([
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
      ['a', '3'],
    ]);
    const first = await receive(2);
    expect(first.map(({ body, attributes }) => `${attributes['MessageGroupId']}${body}`)).toEqual(['a1', 'a2']);
    const second = await receive();
    expect(second.map(({ body, attributes }) => `${attributes['MessageGroupId']}${body}`)).toEqual(['b1']);
    await receiver.remove(REF, [String(first[0]?.receiptHandle)]);
    expect(await receive()).toEqual([]);
    await receiver.remove(REF, [String(first[1]?.receiptHandle)]);
    const third = await receive();
    expect(third.map(({ body }) => body)).toEqual(['3']);
    await receiver.remove(
      REF,
      [...second, ...third].map(({ receiptHandle }) => receiptHandle),
    );
    expect(await receiver.depth(REF)).toEqual({ waiting: 0, inFlight: 0, delayed: 0 });
  });

  it('gives a released message again, counted, and moves it to the dead-letter queue after the fifth receive', async () => {
    await send([['c', 'x']]);
    for (let receives = 1; receives <= 5; receives += 1) {
      const [message] = await receive();
      expect(message?.attributes['ApproximateReceiveCount']).toBe(String(receives));
      await receiver.release(REF, String(message?.receiptHandle), 0);
    }
    expect(await receive()).toEqual([]);
    expect((await receiver.depth({ queue: 'facts', dead: true })).waiting).toBe(1);
  });

  it('drops a repetition of the same deduplication id', async () => {
    await send([['d', '1']]);
    await send([['d', '1']]);
    const messages = await receive();
    expect(messages).toHaveLength(1);
    await receiver.remove(
      REF,
      messages.map(({ receiptHandle }) => receiptHandle),
    );
    expect(await receive()).toEqual([]);
  });
});
