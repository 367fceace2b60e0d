/**
 * What `services/<service>/lambda.ts` exports is made with these. Everything is given as a function and made on the first call, so that
 * the bundle of one function keeps only what that function uses (`scripts/build.ts` tells the bundler that these calls have no effects):
 *
 *     export const http = lambdaHttp(() => composeBonus(productionPlatform()).http);
 *     export const onScoreUpdated = lambdaSqs(() => composeBonus(productionPlatform()).onScoreUpdated);
 *     export const sweep = lambdaSchedule(() => composeBonus(productionPlatform()).sweep);
 *
 * A ready-made application, handler or function is taken as well as one that makes it.
 */
import { type APIGatewayProxyResult, handle, type LambdaEvent } from 'hono/aws-lambda';
import { systemClock } from '../adapters/clock.ts';
import { dynamoStore } from '../adapters/dynamo-store.ts';
import { jsonLog } from '../adapters/log.ts';
import type { Queue } from '../adapters/queue.ts';
import { readConfig } from './config.ts';
import type { Api } from './http/api.ts';
import type { Platform } from './platform.ts';
import type { SqsBatchResponse, SqsEvent, SqsHandler } from './sqs-handler.ts';

let platform: Platform | undefined;

/** The platform of this process: clients by the SDK's own environment, configuration by ours. @throws ConfigError */
export const productionPlatform = (): Platform => {
  if (!platform) {
    const config = readConfig(process.env);
    platform = {
      store: dynamoStore(config.tablePrefix),
      queue: lazyQueue(config.queuePrefix),
      clock: systemClock,
      log: jsonLog(),
      config,
    };
  }
  return platform;
};

/**
 * The SQS client is loaded when something is sent, so that functions that only read never pay for it. A function that was given queue
 * URLs is one that sends: it loads the client while it starts.
 */
const lazyQueue = (prefix: string): Queue => {
  let loading: Promise<Queue> | undefined;
  const load = (): Promise<Queue> => {
    loading ??= import('../adapters/sqs-queue.ts').then(({ sqsQueue }) => sqsQueue(prefix));
    return loading;
  };
  if (Object.keys(process.env).some((name) => name.startsWith('MERITRAIL_QUEUE_URL_'))) void load();
  return {
    send: async (messages) => (await load()).send(messages),
    sendDead: async (message, reason) => (await load()).sendDead(message, reason),
  };
};

export type LambdaHttp = (event: LambdaEvent, context?: unknown) => Promise<APIGatewayProxyResult>;

/**
 * REST API (payload version 1) events, also base64 bodies: the application sees the bytes that were signed. Answers that are not text,
 * such as PDF, go back as base64; the API declares its binary media types.
 */
export const lambdaHttp = (api: Api | (() => Api)): LambdaHttp => {
  let handler: LambdaHttp | undefined;
  return (event, context) => {
    handler ??= handle(isApi(api) ? api : api(), { isContentTypeBinary: isBinary }) as LambdaHttp;
    return handler(event, context);
  };
};
const isApi = (api: Api | (() => Api)): api is Api => typeof (api as { fetch?: unknown }).fetch === 'function';
const isBinary = (contentType: string): boolean =>
  !/^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|xml|yaml)\b|application\/javascript\b|image\/svg)/i.test(contentType);

/** A queue's batch. Partial failures are the handler's answer; the event source mapping has `ReportBatchItemFailures`. */
export const lambdaSqs = (handler: SqsHandler | (() => SqsHandler)): ((event: SqsEvent) => Promise<SqsBatchResponse>) => {
  let made: SqsHandler | undefined;
  return (event) => {
    // A handler takes its event, a factory takes nothing.
    made ??= handler.length === 0 ? (handler as () => SqsHandler)() : (handler as SqsHandler);
    return made(event);
  };
};

/** A schedule. What it returns is logged by nobody; what it throws is the invocation's failure, with Lambda's own retries. */
export const lambdaSchedule = (run: (() => Promise<unknown>) | (() => () => Promise<unknown>)): (() => Promise<void>) => {
  let made: (() => Promise<unknown>) | undefined;
  return async () => {
    if (made) {
      await made();
      return;
    }
    const first = run();
    if (typeof first === 'function') {
      made = first;
      await made();
      return;
    }
    made = run as () => Promise<unknown>;
    await first;
  };
};
