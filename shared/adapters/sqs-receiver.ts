import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueReceiver, QueueRef, ReceivedMessage } from './queue-receiver.ts';
import type { QueueUrls } from './sqs-queue.ts';

export const sqsReceiver = (client: SQSClient, urls: QueueUrls): QueueReceiver => {
  const urlOf = (ref: QueueRef): Promise<string> => urls.urlOf(ref.queue, ref.dead);
  return {
    async receive(ref, { max, waitSeconds, visibilitySeconds, signal }) {
      const answer = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: await urlOf(ref),
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
          ...(visibilitySeconds === undefined ? {} : { VisibilityTimeout: visibilitySeconds }),
        }),
        signal ? { abortSignal: signal } : {},
      );
      return (answer.Messages ?? []).map(
        (message): ReceivedMessage => ({
          messageId: message.MessageId ?? '',
          receiptHandle: message.ReceiptHandle ?? '',
          body: message.Body ?? '',
          attributes: { ...message.Attributes } as Record<string, string>,
          messageAttributes: Object.fromEntries(
            Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, value.StringValue ?? '']),
          ),
        }),
      );
    },

    async remove(ref, receiptHandles) {
      let notRemoved = 0;
      for (let start = 0; start < receiptHandles.length; start += 10) {
        const batch = receiptHandles.slice(start, start + 10);
        try {
          const answer = await client.send(
            new DeleteMessageBatchCommand({
              QueueUrl: await urlOf(ref),
              Entries: batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
            }),
          );
          notRemoved += answer.Failed?.length ?? 0;
        } catch {
          // The message comes again; its effect has a done mark.
          notRemoved += batch.length;
        }
      }
      return { notRemoved };
    },

    async release(ref, receiptHandle, afterSeconds) {
      try {
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: await urlOf(ref),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: afterSeconds,
          }),
        );
      } catch {
        // The visibility timeout of the queue brings it back, only later.
      }
    },

    async depth(ref) {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: await urlOf(ref),
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
        }),
      );
      return {
        waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
        inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
        delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
      };
    },
  };
};
