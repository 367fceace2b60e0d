import { afterEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../adapters/log.ts';
import type { QueueReceiver, ReceivedMessage } from '../adapters/queue-receiver.ts';
import { type Pollers, type QueueBinding, startPollers } from './poller.ts';
import type { SqsEvent } from './sqs-handler.ts';

/** A queue that gives its batches one after the other, then waits until it is aborted. */
const scripted = (batches: readonly (readonly ReceivedMessage[] | Error)[]) => {
  const removed: string[] = [];
  const released: [string, number][] = [];
  const left = [...batches];
  let receives = 0;
  const receiver: QueueReceiver = {
    receive(_ref, { signal }) {
      receives += 1;
      const next = left.shift();
      if (next instanceof Error) return Promise.reject(next);
      if (next) return Promise.resolve(next);
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }));
    },
    remove(_ref, handles) {
      removed.push(...handles);
      return Promise.resolve({ notRemoved: 0 });
    },
    release(_ref, handle, seconds) {
      released.push([handle, seconds]);
      return Promise.resolve();
    },
    depth: () => Promise.resolve({ waiting: 0, inFlight: 0, delayed: 0 }),
  };
  return { receiver, removed, released, receives: () => receives };
};
const message = (id: string, receives = 1): ReceivedMessage => ({
  messageId: id,
  receiptHandle: `handle-${id}`,
  body: `body of ${id}`,
  attributes: { ApproximateReceiveCount: String(receives) },
  messageAttributes: {},
});
const failing =
  (...ids: string[]) =>
  (event: SqsEvent) =>
    Promise.resolve({
      batchItemFailures: event.Records.filter(({ messageId }) => ids.includes(messageId)).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    });

let pollers: Pollers | undefined;
afterEach(() => pollers?.stop(100));
const poll = (receiver: QueueReceiver, binding: Partial<QueueBinding> & Pick<QueueBinding, 'handler'>): Pollers => {
  pollers = startPollers([{ queue: 'facts', batchSize: 10, timeoutSeconds: 5, ...binding }], { receiver, log: silentLog });
  return pollers;
};

describe('the poller', () => {
  it('makes the event that Lambda makes', async () => {
    const queue = scripted([[message('a', 3)]]);
    const handler = vi.fn(failing());
    poll(queue.receiver, { handler });
    await vi.waitFor(() => expect(queue.removed).toEqual(['handle-a']));
    expect(handler).toHaveBeenCalledWith({
      Records: [{ messageId: 'a', body: 'body of a', attributes: { ApproximateReceiveCount: '3' } }],
    });
  });

  it('deletes what was handled and lets the rest come again, later each time', async () => {
    const queue = scripted([[message('a'), message('b', 3), message('c')]]);
    poll(queue.receiver, { handler: failing('b') });
    await vi.waitFor(() => expect(queue.released).toEqual([['handle-b', 4]]));
    expect(queue.removed).toEqual(['handle-a', 'handle-c']);
  });

  it('deletes nothing of a batch that threw', async () => {
    const queue = scripted([[message('a'), message('b')]]);
    poll(queue.receiver, { handler: () => Promise.reject(new Error('no')) });
    await vi.waitFor(() => expect(queue.released).toHaveLength(2));
    expect(queue.removed).toEqual([]);
  });

  it('deletes nothing when the handler names a message that was not in its batch', async () => {
    const queue = scripted([[message('a'), message('b')]]);
    poll(queue.receiver, { handler: () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: 'other' }] }) });
    await vi.waitFor(() => expect(queue.released).toHaveLength(2));
    expect(queue.removed).toEqual([]);
  });

  it('deletes nothing of a batch that took too long', async () => {
    const queue = scripted([[message('a')]]);
    poll(queue.receiver, { timeoutSeconds: 0.02, handler: () => new Promise(() => undefined) });
    await vi.waitFor(() => expect(queue.released).toHaveLength(1));
    expect(queue.removed).toEqual([]);
  });

  it('goes on after the queue could not be reached', async () => {
    const queue = scripted([new Error('connection refused'), [message('a')]]);
    poll(queue.receiver, { handler: failing() });
    await vi.waitFor(() => expect(queue.removed).toEqual(['handle-a']), 3000);
  });

  it('works on several batches at once, and takes no more than it may', async () => {
    const queue = scripted(Array.from({ length: 6 }, (_, index) => [message(`m${index}`)]));
    let atWork = 0;
    let most = 0;
    let finish: (() => void)[] = [];
    const handler = async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await new Promise<void>((resolve) => finish.push(resolve));
      atWork -= 1;
      return { batchItemFailures: [] };
    };
    poll(queue.receiver, { concurrency: 3, handler });
    await vi.waitFor(() => expect(atWork).toBe(3));
    expect(queue.receives()).toBe(3);
    while (queue.removed.length < 6) {
      const now = finish;
      finish = [];
      for (const done of now) done();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(most).toBe(3);
  });

  it('stops after what is at work is done', async () => {
    const queue = scripted([[message('a')]]);
    let done: () => void = () => undefined;
    const running = poll(queue.receiver, {
      handler: async () => {
        await new Promise<void>((resolve) => {
          done = resolve;
        });
        return { batchItemFailures: [] };
      },
    });
    await vi.waitFor(() => expect(running.busy()).toBe(1));
    const stopped = running.stop(2000);
    done();
    expect(await stopped).toEqual({ unfinished: 0 });
    expect(queue.removed).toEqual(['handle-a']);
  });

  it('says what it left behind when it may not wait longer', async () => {
    const queue = scripted([[message('a')]]);
    const running = poll(queue.receiver, { handler: () => new Promise(() => undefined) });
    await vi.waitFor(() => expect(running.busy()).toBe(1));
    expect(await running.stop(30)).toEqual({ unfinished: 1 });
    expect(queue.removed).toEqual([]);
  });
});
