import { GetQueueUrlCommand, SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { FIFO_QUEUES, type QueueName } from '../contracts/tables.ts';
import type { OutgoingMessage, Queue } from './queue.ts';
import { physicalQueueName, queueUrlVariable } from './queue-names.ts';
import { sqsClient } from './sqs-client.ts';

export interface QueueUrls {
  urlOf(queue: QueueName, dead?: boolean): Promise<string>;
}

/** Queue URLs: from `MERITRAIL_QUEUE_URL_<NAME>` where the deployment gives them, else asked for once by name. */
export const queueUrls = (prefix: string, client: SQSClient, environment: Record<string, string | undefined>): QueueUrls => {
  const known = new Map<string, Promise<string>>();
  return {
    urlOf(queue, dead = false) {
      const name = physicalQueueName(prefix, queue, dead);
      let url = known.get(name);
      if (!url) {
        const given = environment[queueUrlVariable(queue, dead)];
        url = given
          ? Promise.resolve(given)
          : client.send(new GetQueueUrlCommand({ QueueName: name })).then(({ QueueUrl }) => {
              if (!QueueUrl) throw new Error(`queue ${name} has no URL`);
              return QueueUrl;
            });
        url.catch(() => known.delete(name));
        known.set(name, url);
      }
      return url;
    },
  };
};

export const sqsQueue = (
  prefix: string,
  client: SQSClient = sqsClient(),
  urls: QueueUrls = queueUrls(prefix, client, process.env),
): Queue => {
  const fifo = (message: OutgoingMessage): { MessageGroupId?: string; MessageDeduplicationId?: string } =>
    FIFO_QUEUES.has(message.queue) ? { MessageGroupId: message.groupId, MessageDeduplicationId: message.deduplicationId } : {};

  return {
    async send(messages) {
      const byQueue = groupByQueue(messages);
      let notSent = 0;
      for (const [queue, group] of byQueue) {
        for (let start = 0; start < group.length; start += 10) {
          const batch = group.slice(start, start + 10);
          try {
            const answer = await client.send(
              new SendMessageBatchCommand({
                QueueUrl: await urls.urlOf(queue),
                Entries: batch.map((message, index) => ({ Id: String(index), MessageBody: message.body, ...fifo(message) })),
              }),
            );
            notSent += answer.Failed?.length ?? 0;
          } catch {
            // The outbox row is still there; the sweeper sends it again.
            notSent += batch.length;
          }
        }
      }
      return { notSent };
    },
    async sendDead(message, reason) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: await urls.urlOf(message.queue, true),
          MessageBody: message.body,
          MessageAttributes: { reason: { DataType: 'String', StringValue: reason.slice(0, 1000) || 'unknown' } },
          ...fifo(message),
        }),
      );
    },
  };
};

const groupByQueue = (messages: readonly OutgoingMessage[]): Map<QueueName, OutgoingMessage[]> => {
  const groups = new Map<QueueName, OutgoingMessage[]>();
  for (const message of messages) {
    const group = groups.get(message.queue);
    if (group) group.push(message);
    else groups.set(message.queue, [message]);
  }
  return groups;
};
