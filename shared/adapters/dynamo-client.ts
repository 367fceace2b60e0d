import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { localEndpoint, tuning, withoutLogging } from './client-options.ts';

const TIMEOUT_MS = 10_000;

/** Without an endpoint everything comes from the environment, as the SDK reads it by itself; with one, a server on this machine is meant. */
export const dynamoClient = (endpoint?: string): DynamoDBClient =>
  withoutLogging(
    new DynamoDBClient({
      maxAttempts: 5,
      ...tuning(TIMEOUT_MS),
      ...(endpoint === undefined ? {} : localEndpoint<NonNullable<DynamoDBClientConfig['signer']>>(endpoint, 'dynamodb')),
    }),
  );
