/**
 * Creates tables and queues where no deployment does: on the embedded host, and in tests. What exists already is left as it is. The
 * description of what is there is given back in the words of the topology, so that the two can be compared.
 */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTablesCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { FIFO_QUEUES, type QueueName, type TableName } from '../contracts/tables.ts';
import { physicalQueueName } from './queue-names.ts';
import { queueUrls } from './sqs-queue.ts';
import type { IndexName } from './store.ts';

export interface TableShape {
  readonly name: TableName;
  readonly indexes: readonly IndexName[];
}
export interface QueueShape {
  readonly name: QueueName;
  readonly visibilitySeconds: number;
  readonly maxReceives: number;
  readonly retentionDays: number;
}

const TTL_ATTRIBUTE = 'ttl';
const DAY_SECONDS = 24 * 3600;

const keySchema = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

/** @throws what the store says when a table cannot be made. */
export const ensureTables = async (client: DynamoDBClient, prefix: string, tables: readonly TableShape[]): Promise<void> => {
  const existing = new Set<string>();
  let from: string | undefined;
  do {
    const page = await client.send(new ListTablesCommand(from ? { ExclusiveStartTableName: from } : {}));
    for (const name of page.TableNames ?? []) existing.add(name);
    from = page.LastEvaluatedTableName;
  } while (from);

  for (const { name, indexes } of tables) {
    const TableName = `${prefix}${name}`;
    if (existing.has(TableName)) continue;
    const attributes = ['pk', 'sk', ...indexes.flatMap((index) => [`${index}pk`, `${index}sk`])];
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
        KeySchema: keySchema('pk', 'sk'),
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index,
          KeySchema: keySchema(`${index}pk`, `${index}sk`),
          Projection: { ProjectionType: 'ALL' as const },
        })),
      }),
    );
    await untilActive(client, TableName);
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true } }));
  }
};

const untilActive = async (client: DynamoDBClient, TableName: string): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`table ${TableName} did not become active`);
};

/** What is there, to be compared with the topology. */
export const describeTable = async (
  client: DynamoDBClient,
  prefix: string,
  name: TableName,
): Promise<{
  readonly keys: readonly string[];
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  readonly ttl: string | undefined;
}> => {
  const TableName = `${prefix}${name}`;
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  return {
    keys: (Table?.KeySchema ?? []).map((key) => key.AttributeName ?? ''),
    indexes: Object.fromEntries(
      (Table?.GlobalSecondaryIndexes ?? []).map((index) => [
        index.IndexName ?? '',
        (index.KeySchema ?? []).map((key) => key.AttributeName ?? ''),
      ]),
    ),
    ttl: TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED' ? TimeToLiveDescription.AttributeName : undefined,
  };
};

/** Each queue with its dead-letter queue, which keeps its messages for 14 days, and the redrive policy between them. */
export const ensureQueues = async (client: SQSClient, prefix: string, queues: readonly QueueShape[]): Promise<void> => {
  for (const { name, visibilitySeconds, maxReceives, retentionDays } of queues) {
    const fifo: Record<string, string> = FIFO_QUEUES.has(name) ? { FifoQueue: 'true' } : {};
    const { QueueUrl: deadUrl } = await client.send(
      new CreateQueueCommand({
        QueueName: physicalQueueName(prefix, name, true),
        Attributes: { ...fifo, MessageRetentionPeriod: String(14 * DAY_SECONDS) },
      }),
    );
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ['QueueArn'] }));
    await client.send(
      new CreateQueueCommand({
        QueueName: physicalQueueName(prefix, name),
        Attributes: {
          ...fifo,
          VisibilityTimeout: String(visibilitySeconds),
          MessageRetentionPeriod: String(retentionDays * DAY_SECONDS),
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: maxReceives }),
        },
      }),
    );
  }
};

export const describeQueue = async (
  client: SQSClient,
  prefix: string,
  name: QueueName,
): Promise<{
  readonly fifo: boolean;
  readonly visibilitySeconds: number;
  readonly retentionDays: number;
  readonly maxReceives: number | undefined;
  readonly dead: string | undefined;
}> => {
  const QueueUrl = await queueUrls(prefix, client, {}).urlOf(name);
  const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const redrive = JSON.parse(Attributes['RedrivePolicy'] ?? '{}') as { deadLetterTargetArn?: string; maxReceiveCount?: number };
  return {
    fifo: Attributes['FifoQueue'] === 'true',
    visibilitySeconds: Number(Attributes['VisibilityTimeout']),
    retentionDays: Number(Attributes['MessageRetentionPeriod']) / DAY_SECONDS,
    maxReceives: redrive.maxReceiveCount === undefined ? undefined : Number(redrive.maxReceiveCount),
    dead: redrive.deadLetterTargetArn?.split(':').at(-1),
  };
};
