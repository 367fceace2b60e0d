/** What no engine at hand does on demand: conflicts, throttling, partial batches, answers that never arrive. The wire is a mock of the SDK. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoStore } from '../../shared/adapters/dynamo-store.ts';
import type { Item } from '../../shared/adapters/store.ts';

const client = new DynamoDBClient({ region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
const wire = mockClient(client);
const store = dynamoStore('t-', client);

const $metadata = {};
const cancelled = (...codes: string[]): TransactionCanceledException =>
  new TransactionCanceledException({ $metadata, message: 'cancelled', CancellationReasons: codes.map((Code) => ({ Code })) });
const throttled = (): ProvisionedThroughputExceededException =>
  new ProvisionedThroughputExceededException({ $metadata, message: 'too many requests' });
const timeout = (): Error => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
const put = (sk: string) => ({ op: 'put', table: 'scores', item: { pk: 'p', sk } }) as const;
const operations = [put('a'), put('b'), put('c')];

beforeEach(() => {
  wire.reset();
  // Waits are counted, not waited.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('transact', () => {
  it('tries again when another transaction was in the way', async () => {
    wire
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('None', 'TransactionConflict', 'None'))
      .rejectsOnce(new TransactionConflictException({ $metadata, message: 'conflict' }))
      .rejectsOnce(Object.assign(new Error('in progress'), { name: 'TransactionInProgressException' }))
      .resolves({});
    expect(await store.transact(operations)).toEqual({ ok: true });
    expect(wire.commandCalls(TransactWriteItemsCommand)).toHaveLength(4);
  });
  it('tries again when capacity ran out inside a transaction', async () => {
    wire
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('ThrottlingError', 'None', 'None'))
      .resolves({});
    expect(await store.transact(operations)).toEqual({ ok: true });
  });
  it('gives up after eight times, with the error', async () => {
    wire.on(TransactWriteItemsCommand).rejects(cancelled('TransactionConflict', 'None', 'None'));
    await expect(store.transact(operations)).rejects.toThrow(TransactionCanceledException);
    expect(wire.commandCalls(TransactWriteItemsCommand)).toHaveLength(8);
  });
  it('waits longer each time, at most a second', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    const waits: number[] = [];
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((resolve: () => void, millis: number) => {
      waits.push(millis);
      resolve();
    }) as never);
    wire.on(TransactWriteItemsCommand).rejects(cancelled('TransactionConflict', 'None', 'None'));
    await expect(store.transact(operations)).rejects.toThrow();
    expect(waits).toHaveLength(7);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000);
  });
  it('says which conditions failed, even if others met a conflict, and does not try again', async () => {
    wire.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'TransactionConflict', 'ConditionalCheckFailed'));
    expect(await store.transact(operations)).toEqual({ ok: false, failed: [0, 2] });
    expect(wire.commandCalls(TransactWriteItemsCommand)).toHaveLength(1);
  });
  it('hands an answer that never came to the caller: it may have been applied', async () => {
    wire.on(TransactWriteItemsCommand).rejects(timeout());
    await expect(store.transact(operations)).rejects.toThrow('socket hang up');
    expect(wire.commandCalls(TransactWriteItemsCommand)).toHaveLength(1);
  });
  it('sends conditions as expressions and every operation under the physical name of its table', async () => {
    wire.on(TransactWriteItemsCommand).resolves({});
    await store.transact([
      {
        op: 'put',
        table: 'ledger',
        item: { pk: 'p', sk: 'h', seq: 2, gone: undefined },
        condition: { kind: 'equals', attribute: 'seq', value: 1 },
      },
      { op: 'delete', table: 'scores', pk: 'p', sk: 'd', condition: { kind: 'present' } },
      { op: 'check', table: 'people', pk: 'p', sk: 'c', condition: { kind: 'absent' } },
    ]);
    const [call] = wire.commandCalls(TransactWriteItemsCommand);
    expect(call?.args[0].input.TransactItems).toEqual([
      {
        Put: {
          TableName: 't-ledger',
          Item: marshall({ pk: 'p', sk: 'h', seq: 2 }),
          ConditionExpression: '#a = :v',
          ExpressionAttributeNames: { '#a': 'seq' },
          ExpressionAttributeValues: { ':v': { N: '1' } },
        },
      },
      { Delete: { TableName: 't-scores', Key: marshall({ pk: 'p', sk: 'd' }), ConditionExpression: 'attribute_exists(pk)' } },
      { ConditionCheck: { TableName: 't-people', Key: marshall({ pk: 'p', sk: 'c' }), ConditionExpression: 'attribute_not_exists(pk)' } },
    ]);
  });
});

describe('write', () => {
  it('answers a failed condition, and throws everything else', async () => {
    wire
      .on(PutItemCommand)
      .rejectsOnce(new ConditionalCheckFailedException({ $metadata, message: 'no' }))
      .rejectsOnce(timeout())
      .rejectsOnce(throttled())
      .resolves({});
    expect(await store.write(put('a'))).toEqual({ ok: false, failed: [0] });
    await expect(store.write(put('a'))).rejects.toThrow('socket hang up');
    await expect(store.write(put('a'))).rejects.toThrow(ProvisionedThroughputExceededException);
    expect(await store.write(put('a'))).toEqual({ ok: true });
    wire.on(DeleteItemCommand).rejects(new ConditionalCheckFailedException({ $metadata, message: 'no' }));
    expect(await store.write({ op: 'delete', table: 'scores', pk: 'p', sk: 'a', condition: { kind: 'present' } })).toEqual({
      ok: false,
      failed: [0],
    });
  });
});

describe('getMany', () => {
  const item = (n: number): Item => ({ pk: 'p', sk: `k${n}`, n });
  const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ table: 'scores' as const, pk: 'p', sk: `k${n}` }));

  it('asks again for the keys that were not processed, and only for those', async () => {
    wire
      .on(BatchGetItemCommand)
      .resolvesOnce({
        Responses: { 't-scores': [marshall(item(1))] },
        UnprocessedKeys: { 't-scores': { Keys: [marshall({ pk: 'p', sk: 'k0' })], ConsistentRead: true } },
      })
      .resolvesOnce({ Responses: { 't-scores': [marshall(item(0))] } });
    expect(await store.getMany(keys(2))).toEqual([item(0), item(1)]);
    const calls = wire.commandCalls(BatchGetItemCommand);
    expect(calls).toHaveLength(2);
    expect(calls[1]?.args[0].input.RequestItems).toEqual({ 't-scores': { Keys: [marshall({ pk: 'p', sk: 'k0' })], ConsistentRead: true } });
  });
  it('gives up when keys stay unprocessed: a missing answer is never taken for a missing item', async () => {
    wire.on(BatchGetItemCommand).resolves({ UnprocessedKeys: { 't-scores': { Keys: [marshall({ pk: 'p', sk: 'k0' })] } } });
    await expect(store.getMany(keys(1))).rejects.toThrow('unprocessed');
    expect(wire.commandCalls(BatchGetItemCommand)).toHaveLength(8);
  });
  it('reads consistently, a hundred at a time, each key once', async () => {
    wire.on(BatchGetItemCommand).callsFake(async (input: { RequestItems: Record<string, { Keys: Record<string, { S: string }>[] }> }) => ({
      Responses: { 't-scores': input.RequestItems['t-scores']?.Keys ?? [] },
    }));
    const found = await store.getMany([...keys(120), ...keys(120)]);
    expect(found).toHaveLength(240);
    expect(found.every((one) => one !== undefined)).toBe(true);
    const sizes = wire.commandCalls(BatchGetItemCommand).map((call) => {
      const request = call.args[0].input.RequestItems?.['t-scores'];
      expect(request?.ConsistentRead).toBe(true);
      return request?.Keys?.length;
    });
    expect(sizes).toEqual([100, 20]);
  });
  it('reads one item consistently too', async () => {
    wire.on(GetItemCommand).resolves({});
    expect(await store.get({ table: 'scores', pk: 'p', sk: 'a' })).toBeUndefined();
    expect(wire.commandCalls(GetItemCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
  });
});

describe('writeMany', () => {
  it('writes the items again that were not processed, and only those', async () => {
    const left = { 't-scores': [{ PutRequest: { Item: marshall({ pk: 'p', sk: 'b' }) } }] };
    wire.on(BatchWriteItemCommand).resolvesOnce({ UnprocessedItems: left }).resolves({});
    await store.writeMany(operations);
    const calls = wire.commandCalls(BatchWriteItemCommand);
    expect(calls).toHaveLength(2);
    expect(calls[1]?.args[0].input.RequestItems).toEqual(left);
  });
  it('gives up when items stay unprocessed', async () => {
    wire.on(BatchWriteItemCommand).callsFake(async (input: { RequestItems: object }) => ({ UnprocessedItems: input.RequestItems }));
    await expect(store.writeMany(operations)).rejects.toThrow('unprocessed');
    expect(wire.commandCalls(BatchWriteItemCommand)).toHaveLength(8);
  });
  it('sends 25 at a time', async () => {
    wire.on(BatchWriteItemCommand).resolves({});
    await store.writeMany(Array.from({ length: 60 }, (_, n) => put(String(n))));
    expect(wire.commandCalls(BatchWriteItemCommand).map((call) => call.args[0].input.RequestItems?.['t-scores']?.length)).toEqual([
      25, 25, 10,
    ]);
  });
});

describe('query', () => {
  it('hands the end of a page back as it came, reads the table consistently and an index not', async () => {
    wire.on(QueryCommand).resolves({ Items: [marshall({ pk: 'p', sk: 'a' })], LastEvaluatedKey: marshall({ pk: 'p', sk: 'a' }) });
    const page = await store.query({ table: 'scores', pk: 'p', sk: { between: ['a', 'b'] }, limit: 1, descending: true });
    expect(page).toEqual({ items: [{ pk: 'p', sk: 'a' }], next: { pk: 'p', sk: 'a' } });
    await store.query({ table: 'scores', index: 'gsi1', pk: 'g', ...(page.next ? { startAfter: page.next } : {}) });
    const [first, second] = wire.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(first).toMatchObject({ ConsistentRead: true, Limit: 1, ScanIndexForward: false, TableName: 't-scores' });
    expect(second).toMatchObject({ IndexName: 'gsi1', ExclusiveStartKey: marshall({ pk: 'p', sk: 'a' }) });
    expect(second).not.toHaveProperty('ConsistentRead');
  });
  it('throws when it is throttled: a page that did not come is not an empty page', async () => {
    wire.on(QueryCommand).rejects(throttled());
    await expect(store.query({ table: 'scores', pk: 'p' })).rejects.toThrow(ProvisionedThroughputExceededException);
  });
});
