/** The functions section of the serverless configuration, made from the topology and the routes that the services declare. Pure. */
import { queueUrlVariable } from '../../shared/adapters/queue-names.ts';
import { FUNCTIONS, type FunctionSpec } from '../topology.ts';
import { arnOfQueue, attribute, keyArn, queueId } from './names.ts';
import { TABLE_PREFIX } from './resources.ts';
import { roleId } from './roles.ts';

export interface Route {
  readonly method: string;
  /** With `{name}` for path parameters, as API Gateway and OpenAPI write it. */
  readonly path: string;
}
export type RoutesByFunction = ReadonlyMap<string, readonly Route[]>;

/**
 * API Gateway has one variable part below each part of a path, whatever services call it: so it is named by its place. The functions read the
 * path itself.
 */
export const gatewayPath = (path: string): string =>
  path
    .split('/')
    .map((part, place) => (part.startsWith('{') ? `{part${place}}` : part))
    .join('/');

/**
 * What API Gateway gives to a function. A path that has several methods, all of them this function's, is given whole (`any`): a stack has at most
 * 500 resources, and the service itself says which methods it knows.
 */
export const gatewayRoutes = (functionName: string, routes: RoutesByFunction): Route[] => {
  const own = (routes.get(functionName) ?? []).map(({ method, path }) => ({ method, path: gatewayPath(path) }));
  const ofOthers = new Set([...routes].flatMap(([name, list]) => (name === functionName ? [] : list.map(({ path }) => gatewayPath(path)))));
  const byPath = new Map<string, Route[]>();
  for (const route of own) byPath.set(route.path, [...(byPath.get(route.path) ?? []), route]);
  return [...byPath].flatMap(([path, list]) => (list.length > 1 && !ofOthers.has(path) ? [{ method: 'any', path }] : list));
};

const queueUrls = (spec: FunctionSpec): Record<string, unknown> => {
  const sends = Object.fromEntries(spec.sends.map((queue) => [queueUrlVariable(queue), { Ref: queueId(queue) }]));
  return spec.trigger.kind === 'queue'
    ? { ...sends, [queueUrlVariable(spec.trigger.queue, true)]: { Ref: queueId(spec.trigger.queue, true) } }
    : sends;
};

const events = (spec: FunctionSpec, routes: RoutesByFunction): unknown[] => {
  switch (spec.trigger.kind) {
    case 'http':
      return gatewayRoutes(spec.name, routes).map((http) => ({ http }));
    case 'queue':
      return [
        {
          sqs: {
            arn: arnOfQueue(spec.trigger.queue),
            batchSize: spec.trigger.batchSize,
            functionResponseType: 'ReportBatchItemFailures',
            maximumConcurrency: 20,
          },
        },
      ];
    case 'schedule':
      // Schedules are resources of their own: they need a role that may invoke exactly these functions.
      return [];
  }
};

export const serverlessFunctions = (routes: RoutesByFunction): Record<string, unknown> =>
  Object.fromEntries(
    FUNCTIONS.map((spec) => [
      spec.name,
      {
        name: `${TABLE_PREFIX}${spec.name}`,
        // Whatever the service calls it: a bundle exports its one entry point as `handler` (scripts/build.ts).
        handler: 'index.handler',
        role: attribute(roleId(spec), 'Arn'),
        package: { artifact: `dist/functions/${spec.name}.zip` },
        timeout: spec.timeoutSeconds,
        memorySize: spec.memoryMb,
        ...(spec.reservedConcurrency === undefined ? {} : { reservedConcurrency: spec.reservedConcurrency }),
        environment: { MERITRAIL_FUNCTION: spec.name, ...queueUrls(spec) },
        kmsKeyArn: keyArn,
        events: events(spec, routes),
      },
    ]),
  );
