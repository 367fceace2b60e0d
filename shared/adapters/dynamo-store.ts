import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  type AttributeValue as DynamoValue,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { TableName } from '../contracts/tables.ts';
import { dynamoClient } from './dynamo-client.ts';
import {
  type Condition,
  type Item,
  type Key,
  MAX_TRANSACTION,
  type Page,
  type Query,
  type Store,
  type WriteOperation,
  type WriteResult,
} from './store.ts';

const CONDITIONAL = 'ConditionalCheckFailedException';
const MAX_ATTEMPTS = 8;

interface Expression {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, DynamoValue>;
}

/** A condition as DynamoDB says it. Pure. */
export const toExpression = (condition: Condition): Expression => {
  switch (condition.kind) {
    case 'absent':
      return { ConditionExpression: 'attribute_not_exists(pk)' };
    case 'present':
      return { ConditionExpression: 'attribute_exists(pk)' };
    case 'equals':
      return named(condition.attribute, condition.value, '#a = :v');
    case 'absent-or-equals':
      return named(condition.attribute, condition.value, 'attribute_not_exists(pk) OR #a = :v');
    case 'absent-or-below':
      return named(condition.attribute, condition.value, 'attribute_not_exists(pk) OR #a < :v');
  }
};
const named = (attribute: string, value: string | number | boolean, text: string): Expression => ({
  ConditionExpression: text,
  ExpressionAttributeNames: { '#a': attribute },
  ExpressionAttributeValues: marshall({ ':v': value }),
});

const OPTIONS = { removeUndefinedValues: true } as const;
const keyOf = (pk: string, sk: string): Record<string, DynamoValue> => ({ pk: { S: pk }, sk: { S: sk } });
const itemOf = (raw: Record<string, DynamoValue>): Item => unmarshall(raw) as Item;

/** The one client per process. Endpoint, region and credentials come from the environment, as the SDK reads it by itself. */
export const dynamoStore = (tablePrefix: string, client: DynamoDBClient = dynamoClient()): Store => {
  const physical = (table: TableName): string => `${tablePrefix}${table}`;
  const logical = (name: string): TableName => name.slice(tablePrefix.length) as TableName;

  const toTransactItem = (operation: WriteOperation): TransactWriteItem => {
    const condition = operation.condition ? toExpression(operation.condition) : {};
    const TableName = physical(operation.table);
    switch (operation.op) {
      case 'put':
        return { Put: { TableName, Item: marshall(operation.item, OPTIONS), ...condition } };
      case 'delete':
        return { Delete: { TableName, Key: keyOf(operation.pk, operation.sk), ...condition } };
      case 'check':
        return { ConditionCheck: { TableName, Key: keyOf(operation.pk, operation.sk), ...toExpression(operation.condition) } };
    }
  };

  const transact = async (operations: readonly WriteOperation[]): Promise<WriteResult> => {
    if (operations.length === 0) return { ok: true };
    if (operations.length > MAX_TRANSACTION)
      throw new RangeError(`${operations.length} operations in one transaction, at most ${MAX_TRANSACTION}`);
    const TransactItems = operations.map(toTransactItem);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.send(new TransactWriteItemsCommand({ TransactItems }));
        return { ok: true };
      } catch (error) {
        const reasons = cancellationReasons(error);
        if (!reasons) throw error;
        const failed = reasons.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
        if (failed.length > 0) return { ok: false, failed };
        if (attempt >= MAX_ATTEMPTS) throw error;
        await backOff(attempt);
      }
    }
  };

  return {
    async get(key) {
      const answer = await client.send(
        new GetItemCommand({ TableName: physical(key.table), Key: keyOf(key.pk, key.sk), ConsistentRead: true }),
      );
      return answer.Item ? itemOf(answer.Item) : undefined;
    },

    async getMany(keys) {
      const found = new Map<string, Item>();
      const id = (table: string, pk: string, sk: string): string => `${table}\u0000${pk}\u0000${sk}`;
      const wanted = [...new Map(keys.map((key) => [id(key.table, key.pk, key.sk), key])).values()];
      for (let start = 0; start < wanted.length; start += 100) {
        let pending: Record<string, { Keys: Record<string, DynamoValue>[]; ConsistentRead: boolean }> = {};
        for (const key of wanted.slice(start, start + 100)) {
          const name = physical(key.table);
          pending[name] ??= { Keys: [], ConsistentRead: true };
          pending[name].Keys.push(keyOf(key.pk, key.sk));
        }
        for (let attempt = 1; Object.keys(pending).length > 0; attempt += 1) {
          if (attempt > MAX_ATTEMPTS) throw new Error('keys still unprocessed after every retry');
          if (attempt > 1) await backOff(attempt);
          const answer = await client.send(new BatchGetItemCommand({ RequestItems: pending }));
          for (const [name, items] of Object.entries(answer.Responses ?? {})) {
            for (const raw of items) {
              const item = itemOf(raw);
              found.set(id(logical(name), item.pk, item.sk), item);
            }
          }
          pending = (answer.UnprocessedKeys ?? {}) as typeof pending;
        }
      }
      return keys.map((key: Key) => found.get(id(key.table, key.pk, key.sk)));
    },

    async query(query: Query): Promise<Page> {
      const names: Record<string, string> = { '#p': query.index ? `${query.index}pk` : 'pk' };
      const values: Record<string, DynamoValue> = { ':p': { S: query.pk } };
      let text = '#p = :p';
      if (query.sk) {
        names['#s'] = query.index ? `${query.index}sk` : 'sk';
        if ('beginsWith' in query.sk) {
          values[':s'] = { S: query.sk.beginsWith };
          text += ' AND begins_with(#s, :s)';
        } else {
          values[':from'] = { S: query.sk.between[0] };
          values[':to'] = { S: query.sk.between[1] };
          text += ' AND #s BETWEEN :from AND :to';
        }
      }
      const answer = await client.send(
        new QueryCommand({
          TableName: physical(query.table),
          ...(query.index ? { IndexName: query.index } : { ConsistentRead: true }),
          KeyConditionExpression: text,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
          ...(query.limit ? { Limit: query.limit } : {}),
          ...(query.descending ? { ScanIndexForward: false } : {}),
          ...(query.startAfter ? { ExclusiveStartKey: marshall(query.startAfter) } : {}),
        }),
      );
      const items = (answer.Items ?? []).map(itemOf);
      return answer.LastEvaluatedKey ? { items, next: unmarshall(answer.LastEvaluatedKey) as Record<string, string> } : { items };
    },

    async write(operation) {
      if (operation.op === 'check') return transact([operation]);
      const condition = operation.condition ? toExpression(operation.condition) : {};
      const TableName = physical(operation.table);
      try {
        if (operation.op === 'put') {
          await client.send(new PutItemCommand({ TableName, Item: marshall(operation.item, OPTIONS), ...condition }));
        } else {
          await client.send(new DeleteItemCommand({ TableName, Key: keyOf(operation.pk, operation.sk), ...condition }));
        }
        return { ok: true };
      } catch (error) {
        if ((error as { name?: string }).name === CONDITIONAL) return { ok: false, failed: [0] };
        throw error;
      }
    },

    transact,

    async writeMany(operations) {
      for (let start = 0; start < operations.length; start += 25) {
        let pending: Record<string, WriteRequest[]> = {};
        for (const operation of operations.slice(start, start + 25)) {
          const name = physical(operation.table);
          pending[name] ??= [];
          pending[name].push(
            operation.op === 'put'
              ? { PutRequest: { Item: marshall(operation.item, OPTIONS) } }
              : { DeleteRequest: { Key: keyOf(operation.pk, operation.sk) } },
          );
        }
        for (let attempt = 1; Object.keys(pending).length > 0; attempt += 1) {
          if (attempt > MAX_ATTEMPTS) throw new Error('items still unprocessed after every retry');
          if (attempt > 1) await backOff(attempt);
          pending = (await client.send(new BatchWriteItemCommand({ RequestItems: pending }))).UnprocessedItems ?? {};
        }
      }
    },
  };
};

/** The codes of a cancelled transaction in the order of its operations; undefined for any other error. */
const cancellationReasons = (error: unknown): string[] | undefined => {
  const { name, CancellationReasons } = error as { name?: string; CancellationReasons?: { Code?: string }[] };
  if (name === 'TransactionConflictException' || name === 'TransactionInProgressException') return [];
  return name === 'TransactionCanceledException' ? (CancellationReasons ?? []).map((reason) => reason.Code ?? 'None') : undefined;
};

/** Full jitter, 10 ms doubling to 1 s. */
const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(1000, 10 * 2 ** attempt)));
