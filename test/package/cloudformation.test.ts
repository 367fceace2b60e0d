/** The packaged CloudFormation template against the topology. Run by `npm run package -- --check` and in CI; needs no credentials and no network. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { gatewayPath } from '../../infra/serverless/functions.ts';
import { queueId, tableId } from '../../infra/serverless/names.ts';
import { functionId } from '../../infra/serverless/resources.ts';
import { roleId, statementsOf } from '../../infra/serverless/roles.ts';
import { routesByFunction } from '../../infra/serverless/routes.ts';
import { FUNCTIONS, QUEUE_SPECS, TABLE_SPECS } from '../../infra/topology.ts';

const TEMPLATE = '.serverless/cloudformation-template-update-stack.json';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}
let resources: Record<string, Resource>;
const of = (type: string): [string, Resource][] => Object.entries(resources).filter(([, resource]) => resource.Type === type);
const at = (id: string): Resource => {
  const found = resources[id];
  if (!found) throw new Error(`no resource ${id}`);
  return found;
};

beforeAll(() => {
  if (!existsSync(TEMPLATE)) throw new Error(`${TEMPLATE} is missing: npm run package makes it`);
  resources = (JSON.parse(readFileSync(TEMPLATE, 'utf8')) as { Resources: typeof resources }).Resources;
});

describe('functions', () => {
  test('are exactly those of the topology', () => {
    expect(
      of('AWS::Lambda::Function')
        .map(([id]) => id)
        .sort(),
    ).toEqual(FUNCTIONS.map(functionId).sort());
  });

  test.each(FUNCTIONS.map((spec) => [spec.name, spec] as const))(
    '%s: runtime, limits, network, key, tracing, own role, own bundle',
    (name, spec) => {
      const properties = at(functionId(spec)).Properties;
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Timeout: spec.timeoutSeconds,
        MemorySize: spec.memoryMb,
        FunctionName: `meritrail-prod-${name}`,
        Handler: 'index.handler',
        KmsKeyArn: { 'Fn::GetAtt': ['DataKey', 'Arn'] },
        TracingConfig: { Mode: 'Active' },
        Role: { 'Fn::GetAtt': [roleId(spec), 'Arn'] },
        VpcConfig: {
          SecurityGroupIds: [{ Ref: 'FunctionSecurityGroup' }],
          SubnetIds: [{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetB' }],
        },
      });
      expect(existsSync(`dist/functions/${name}.zip`)).toBe(true);
    },
  );

  test.each(FUNCTIONS.map((spec) => [spec.name, spec] as const))(
    '%s: the bundle exports the entry point that the function names',
    (name, spec) => {
      const [, exported] = String(at(functionId(spec)).Properties['Handler']).split('.');
      // In a process of its own, as Lambda loads it; configuration is only asked for by the first event.
      const found = execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `const bundle = await import('./dist/functions/${name}/index.mjs'); process.stdout.write(typeof bundle['${exported}']); process.exit(0);`,
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      );
      expect(found).toBe('function');
    },
  );

  test('take the cursor secret from the secret store when they are deployed, never from a file', () => {
    for (const [, { Properties }] of of('AWS::Lambda::Function')) {
      const { Variables } = Properties['Environment'] as { Variables: Record<string, unknown> };
      expect(Variables['MERITRAIL_CURSOR_SECRET']).toEqual({
        'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'CursorSecret' }, '}}']],
      });
      // Nothing of ours is left that a tool should have filled in; what is left belongs to CloudFormation.
      expect(JSON.stringify(Properties)).not.toMatch(/\$\{(?:self|opt|env|file)|\$\$\{/);
    }
  });

  test('keep their logs for a named time', () => {
    const groups = of('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(FUNCTIONS.length);
    for (const [, group] of groups) expect(group.Properties['RetentionInDays']).toBeGreaterThanOrEqual(180);
  });
});

describe('roles', () => {
  test('one a function, and no role that the topology does not know', () => {
    const roles = of('AWS::IAM::Role').map(([id]) => id);
    expect(roles.sort()).toEqual([...FUNCTIONS.map(roleId), 'ScheduleRole'].sort());
  });

  test.each(FUNCTIONS.map((spec) => [spec.name, spec] as const))('%s: statements are exactly what the topology says', (_, spec) => {
    const { Policies, ManagedPolicyArns } = at(roleId(spec)).Properties as {
      Policies: { PolicyDocument: { Statement: { Action: string[]; Resource: unknown; Sid: string }[] } }[];
      ManagedPolicyArns: unknown[];
    };
    expect(Policies).toHaveLength(1);
    expect(ManagedPolicyArns).toHaveLength(1);
    expect(JSON.stringify(ManagedPolicyArns)).toContain('AWSLambdaENIManagementAccess');
    const statements = Policies[0]?.PolicyDocument.Statement ?? [];
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll('$' + '{self:provider.stage}', 'prod'));
    expect(statements).toEqual(plain(statementsOf(spec)));

    // Independent of the code that wrote the statements: what may be touched, by name.
    const touched = (actions: RegExp): string[] =>
      [
        ...new Set(
          statements
            .filter(({ Action }) => Action.some((action) => actions.test(action)))
            .flatMap(({ Resource }) => JSON.stringify(Resource).match(/[A-Za-z]+(?:Table|Queue)/g) ?? []),
        ),
      ].sort();
    expect(touched(/^dynamodb:Put/)).toEqual(spec.writes.map(tableId).sort());
    expect(touched(/^dynamodb:/)).toEqual([...spec.reads, ...spec.writes].map(tableId).sort());
    const own = spec.trigger.kind === 'queue' ? [spec.trigger.queue] : [];
    expect(touched(/^sqs:Receive/)).toEqual(own.map((queue) => queueId(queue)));
    expect(touched(/^sqs:Send/)).toEqual(
      [...spec.sends.map((queue) => queueId(queue)), ...own.map((queue) => queueId(queue, true))].sort(),
    );
  });

  test('no statement has a * resource or a * action, except tracing', () => {
    for (const [id, role] of of('AWS::IAM::Role')) {
      const policies = role.Properties['Policies'] as {
        PolicyDocument: { Statement: { Sid: string; Action: string[]; Resource: unknown }[] };
      }[];
      for (const statement of policies.flatMap((policy) => policy.PolicyDocument.Statement)) {
        expect(
          statement.Action.some((action) => action.includes('*')),
          `${id} ${statement.Sid}`,
        ).toBe(false);
        if (statement.Sid !== 'Tracing') expect(statement.Resource, `${id} ${statement.Sid}`).not.toBe('*');
        else expect(statement.Action.every((action) => action.startsWith('xray:'))).toBe(true);
      }
    }
  });
});

describe('queues', () => {
  test.each(QUEUE_SPECS.map((spec) => [spec.name, spec] as const))(
    '%s: key, dead-letter queue, redrive, visibility at least six timeouts, partial failures',
    (name, spec) => {
      const queue = at(queueId(name)).Properties;
      const reader = FUNCTIONS.find(({ trigger }) => trigger.kind === 'queue' && trigger.queue === name);
      if (!reader) throw new Error(`nobody reads ${name}`);
      expect(queue['KmsMasterKeyId']).toEqual({ 'Fn::GetAtt': ['DataKey', 'Arn'] });
      expect(queue['RedrivePolicy']).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': [queueId(name, true), 'Arn'] },
        maxReceiveCount: spec.maxReceives,
      });
      expect(queue['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * reader.timeoutSeconds);
      expect(at(queueId(name, true)).Properties['MessageRetentionPeriod']).toBe(14 * 86_400);
      const mapping = of('AWS::Lambda::EventSourceMapping').filter(([, resource]) =>
        JSON.stringify(resource.Properties['EventSourceArn']).includes(`"${queueId(name)}"`),
      );
      expect(mapping).toHaveLength(1);
      expect(mapping[0]?.[1].Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    },
  );
  test('none beside those of the topology', () => {
    expect(of('AWS::SQS::Queue')).toHaveLength(QUEUE_SPECS.length * 2);
  });
});

test.each(TABLE_SPECS.map((spec) => [spec.name] as const))('table %s: point-in-time recovery, own key, TTL, kept on deletion', (name) => {
  const table = at(tableId(name));
  expect(table.DeletionPolicy).toBe('Retain');
  expect(table.Properties).toMatchObject({
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: { 'Fn::GetAtt': ['DataKey', 'Arn'] } },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    DeletionProtectionEnabled: true,
  });
  expect(of('AWS::DynamoDB::Table')).toHaveLength(TABLE_SPECS.length);
});

describe('the API', () => {
  test('is private, reached through one endpoint only', () => {
    const [api] = of('AWS::ApiGateway::RestApi');
    expect(api?.[1].Properties['EndpointConfiguration']).toMatchObject({ Types: ['PRIVATE'], VpcEndpointIds: [{ Ref: 'ApiEndpoint' }] });
    expect(JSON.stringify(api?.[1].Properties['Policy'])).toContain('aws:SourceVpce');
  });
  test('has exactly the routes that the services declare; a path with several methods of one function is that function’s', () => {
    const routes = routesByFunction();
    const declared = [...routes.keys()].flatMap((name) => {
      const pathOfRoute = new Map<string, string[]>();
      for (const { method, path } of routes.get(name) ?? [])
        pathOfRoute.set(gatewayPath(path), [...(pathOfRoute.get(gatewayPath(path)) ?? []), method.toUpperCase()]);
      const isShared = (path: string): boolean =>
        [...routes].some(([other, list]) => other !== name && list.some((route) => gatewayPath(route.path) === path));
      return [...pathOfRoute].flatMap(([path, methods]) =>
        (methods.length > 1 && !isShared(path) ? ['ANY'] : methods).map((method) => `${method} ${path}`),
      );
    });
    const byId = new Map(of('AWS::ApiGateway::Resource'));
    const pathOf = (ref: unknown): string => {
      const id = (ref as { Ref?: string }).Ref;
      const resource = id ? byId.get(id) : undefined;
      return resource ? `${pathOf(resource.Properties['ParentId'])}/${String(resource.Properties['PathPart'])}` : '';
    };
    const packaged = of('AWS::ApiGateway::Method').map(
      ([, method]) => `${String(method.Properties['HttpMethod'])} ${pathOf(method.Properties['ResourceId'])}`,
    );
    expect(packaged.sort()).toEqual(declared.sort());
  });
  test('has one variable part below each part of a path, and none of a path twice: API Gateway takes no other', () => {
    const byId = new Map(of('AWS::ApiGateway::Resource'));
    const variables = [...byId].filter(([, { Properties }]) => String(Properties['PathPart']).startsWith('{'));
    const parents = variables.map(([, { Properties }]) => JSON.stringify(Properties['ParentId']));
    expect(variables.length).toBeGreaterThan(10);
    expect(parents.filter((parent, place) => parents.indexOf(parent) !== place)).toEqual([]);
    for (const [, own] of variables) {
      for (let at = byId.get((own.Properties['ParentId'] as { Ref?: string }).Ref ?? ''); at; ) {
        expect(at.Properties['PathPart']).not.toBe(own.Properties['PathPart']);
        at = byId.get((at.Properties['ParentId'] as { Ref?: string }).Ref ?? '');
      }
    }
  });
});

test('stays within the limit of resources of one stack', () => {
  expect(Object.keys(resources).length).toBeLessThan(500);
});

test('the network has no way to the internet', () => {
  for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EgressOnlyInternetGateway'])
    expect(of(type)).toEqual([]);
  const services = of('AWS::EC2::VPCEndpoint').map(([, endpoint]) => JSON.stringify(endpoint.Properties['ServiceName']));
  for (const service of ['dynamodb', 'sqs', 'logs', 'xray', 'execute-api'])
    expect(services.some((name) => name.includes(service))).toBe(true);
});

test('schedules of the topology, each in its time zone', () => {
  const scheduled = FUNCTIONS.filter(({ trigger }) => trigger.kind === 'schedule');
  const made = of('AWS::Scheduler::Schedule');
  expect(made).toHaveLength(scheduled.length);
  for (const { trigger } of scheduled) {
    if (trigger.kind !== 'schedule') continue;
    expect(made.some(([, schedule]) => schedule.Properties['ScheduleExpressionTimezone'] === trigger.timeZone)).toBe(true);
  }
});
