import { GetQueueUrlCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../shared/adapters/queue.ts';
import { physicalQueueName } from '../../shared/adapters/queue-names.ts';
import { queueUrls, sqsQueue } from '../../shared/adapters/sqs-queue.ts';

const client = new SQSClient({ region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
const wire = mockClient(client);
const message = (queue: OutgoingMessage['queue'], n = 0): OutgoingMessage => ({
  queue,
  body: `{"n":${n}}`,
  groupId: `g${n}`,
  deduplicationId: `d${n}`,
});
const open = (environment: Record<string, string> = {}) => sqsQueue('t-', client, queueUrls('t-', client, environment));

beforeEach(() => {
  wire.reset();
  wire.on(GetQueueUrlCommand).callsFake(async (input: { QueueName: string }) => ({ QueueUrl: `http://q/${input.QueueName}` }));
  wire.on(SendMessageBatchCommand).resolves({});
  wire.on(SendMessageCommand).resolves({});
});

describe('names and addresses', () => {
  it('a dead-letter queue is named after its queue, FIFO as it is', () => {
    expect(physicalQueueName('t-', 'facts')).toBe('t-facts.fifo');
    expect(physicalQueueName('t-', 'facts', true)).toBe('t-facts-dead.fifo');
    expect(physicalQueueName('t-', 'notices')).toBe('t-notices');
    expect(physicalQueueName('t-', 'payslip-work', true)).toBe('t-payslip-work-dead');
  });
  it('are asked for once, or taken from the environment', async () => {
    const queue = open({ MERITRAIL_QUEUE_URL_PAYSLIP_WORK: 'http://given/payslip-work' });
    await queue.send([message('facts')]);
    await queue.send([message('facts')]);
    await queue.send([message('payslip-work')]);
    expect(wire.commandCalls(GetQueueUrlCommand)).toHaveLength(1);
    expect(wire.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.QueueUrl)).toEqual([
      'http://q/t-facts.fifo',
      'http://q/t-facts.fifo',
      'http://given/payslip-work',
    ]);
  });
  it('are asked for again after a failure', async () => {
    wire
      .on(GetQueueUrlCommand)
      .rejectsOnce(new Error('not yet'))
      .callsFake(async (input: { QueueName: string }) => ({ QueueUrl: `http://q/${input.QueueName}` }));
    const queue = open();
    expect(await queue.send([message('notices')])).toEqual({ notSent: 1 });
    expect(await queue.send([message('notices')])).toEqual({ notSent: 0 });
  });
});

describe('send', () => {
  it('sends ten at a time, by queue, with group and deduplication id for FIFO queues only', async () => {
    const queue = open();
    expect(await queue.send([...Array.from({ length: 23 }, (_, n) => message('facts', n)), message('notices', 99)])).toEqual({
      notSent: 0,
    });
    const inputs = wire.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input);
    expect(inputs.map(({ Entries }) => Entries?.length)).toEqual([10, 10, 3, 1]);
    expect(inputs[2]?.Entries?.[2]).toEqual({ Id: '2', MessageBody: '{"n":22}', MessageGroupId: 'g22', MessageDeduplicationId: 'd22' });
    expect(inputs[3]?.Entries?.[0]).toEqual({ Id: '0', MessageBody: '{"n":99}' });
  });
  it('never throws: it counts what the queue refused and what it could not reach', async () => {
    wire
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Successful: [], Failed: [{ Id: '3', SenderFault: false, Code: 'Throttled' }] })
      .rejectsOnce(new Error('socket hang up'))
      .resolves({});
    expect(await open().send(Array.from({ length: 25 }, (_, n) => message('facts', n)))).toEqual({ notSent: 11 });
    expect(wire.commandCalls(SendMessageBatchCommand)).toHaveLength(3);
  });
  it('of nothing sends nothing', async () => {
    expect(await open().send([])).toEqual({ notSent: 0 });
    expect(wire.calls()).toHaveLength(0);
  });
});

describe('sendDead', () => {
  it('carries the reason, cut to what people read, to the dead-letter queue', async () => {
    await open().sendDead(message('scores', 1), 'x'.repeat(5000));
    const [call] = wire.commandCalls(SendMessageCommand);
    expect(call?.args[0].input).toEqual({
      QueueUrl: 'http://q/t-scores-dead.fifo',
      MessageBody: '{"n":1}',
      MessageAttributes: { reason: { DataType: 'String', StringValue: 'x'.repeat(1000) } },
      MessageGroupId: 'g1',
      MessageDeduplicationId: 'd1',
    });
  });
  it('throws when it was not sent, so that the message stays where it is', async () => {
    wire.on(SendMessageCommand).rejects(new Error('socket hang up'));
    await expect(open().sendDead(message('notices'), '')).rejects.toThrow('socket hang up');
  });
});
