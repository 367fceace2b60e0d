/**
 * The store and the queues for commands (`npm run redrive`, `rebuild`, …): those of the environment when it names a region or an endpoint,
 * else those of the host that runs on the data folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../shared/adapters/clock.ts';
import { dynamoClient } from '../../shared/adapters/dynamo-client.ts';
import { dynamoStore } from '../../shared/adapters/dynamo-store.ts';
import { jsonLog } from '../../shared/adapters/log.ts';
import type { QueueReceiver } from '../../shared/adapters/queue-receiver.ts';
import { sqsClient } from '../../shared/adapters/sqs-client.ts';
import { queueUrls, sqsQueue } from '../../shared/adapters/sqs-queue.ts';
import { sqsReceiver } from '../../shared/adapters/sqs-receiver.ts';
import type { Platform } from '../../shared/runtime/platform.ts';

// Commands run on the Node that is here; the SDK's notice about its future is for whoever upgrades it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const DEFAULT_PREFIX = 'meritrail-';
const endpointsSchema = z.object({ dynamo: z.string(), sqs: z.string() });

export interface CommandPlatform extends Omit<Platform, 'config'> {
  readonly receiver: QueueReceiver;
  /** Where this is, to be shown before anything is changed. */
  readonly where: string;
  close(): void;
}

/** @throws Error with one sentence when there is nothing to connect to. */
export const commandPlatform = (
  dataFolder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): CommandPlatform => {
  const given = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_SQS', 'AWS_REGION'].some((name) => environment[name]);
  const endpoints = given ? undefined : hostEndpoints(dataFolder);
  const dynamo = dynamoClient(endpoints?.dynamo || undefined);
  const sqs = sqsClient(endpoints?.sqs || undefined);
  const tablePrefix = environment['MERITRAIL_TABLE_PREFIX'] || DEFAULT_PREFIX;
  const queuePrefix = environment['MERITRAIL_QUEUE_PREFIX'] || tablePrefix;
  const urls = queueUrls(queuePrefix, sqs, environment);
  return {
    store: dynamoStore(tablePrefix, dynamo),
    queue: sqsQueue(queuePrefix, sqs, urls),
    receiver: sqsReceiver(sqs, urls),
    clock: systemClock,
    log: jsonLog((line) => process.stderr.write(`${line}\n`)),
    where: endpoints
      ? `the host on ${dataFolder}`
      : `${environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? environment['AWS_REGION']}, ${tablePrefix}*`,
    close() {
      dynamo.destroy();
      sqs.destroy();
    },
  };
};

const hostEndpoints = (dataFolder: string): z.infer<typeof endpointsSchema> => {
  const file = join(dataFolder, 'endpoints.json');
  if (!existsSync(file)) {
    throw new Error(`No host runs on ${dataFolder}. Start it with npm start, or set AWS_REGION (and endpoints) for another place.`);
  }
  return endpointsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
};
