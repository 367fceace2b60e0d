import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, it } from 'vitest';
import { dynamoClient } from '../../shared/adapters/dynamo-client.ts';
import { dynamoStore } from '../../shared/adapters/dynamo-store.ts';
import { memoryStore } from '../simulation/memory-store.ts';
import { createTables, deleteTables, type Engine, engineMissing, startEngine } from './engine.ts';
import { storeContract } from './store.contract.ts';

storeContract('in memory', () => memoryStore());

const missing = engineMissing();
if (missing) {
  describe('store contract: embedded engine', () => {
    it.skip(`skipped: ${missing}`, () => undefined);
    console.warn(`store contract against the embedded engine skipped: ${missing}`);
  });
} else {
  let engine: Engine | undefined;
  let client: DynamoDBClient | undefined;
  afterAll(async () => {
    client?.destroy();
    await engine?.stop();
  });
  storeContract('embedded engine', async () => {
    engine = await startEngine();
    client = dynamoClient(engine.endpoint);
    await createTables(client, 'contract-');
    return dynamoStore('contract-', client);
  });
}

/** DynamoDB Local, LocalStack, ExtendDB, …: tables of a random prefix are made there and deleted afterwards. */
const endpoint = process.env['MERITRAIL_TEST_DYNAMODB_ENDPOINT'];
if (endpoint) {
  const prefix = `contract-${randomUUID().slice(0, 8)}-`;
  const client = dynamoClient(endpoint);
  afterAll(async () => {
    await deleteTables(client, prefix);
    client.destroy();
  });
  storeContract(endpoint, async () => {
    await createTables(client, prefix);
    return dynamoStore(prefix, client);
  });
}
