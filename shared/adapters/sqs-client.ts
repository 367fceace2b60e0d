import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { localEndpoint, tuning, withoutLogging } from './client-options.ts';

/** Longer than the longest poll (20 s). */
const TIMEOUT_MS = 30_000;

/** Without an endpoint everything comes from the environment, as the SDK reads it by itself; with one, a server on this machine is meant. */
export const sqsClient = (endpoint?: string): SQSClient =>
  withoutLogging(
    new SQSClient({
      maxAttempts: 3,
      ...tuning(TIMEOUT_MS),
      ...(endpoint === undefined ? {} : localEndpoint<NonNullable<SQSClientConfig['signer']>>(endpoint, 'sqs')),
    }),
  );
