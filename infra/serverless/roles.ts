import type { QueueName, TableName } from '../../shared/contracts/tables.ts';
import type { FunctionSpec } from '../topology.ts';
import { arnOfQueue, arnOfTable, keyArn, logGroupArn, pascal } from './names.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const WRITE = [...READ, 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem', 'dynamodb:ConditionCheckItem'];

const tables = (names: readonly TableName[]): unknown[] =>
  names.flatMap((name) => [arnOfTable(name), { 'Fn::Sub': ['$' + '{Arn}/index/*', { Arn: arnOfTable(name) }] }]);

/**
 * Exactly what the topology says a function may do, statement by statement, and nothing else. The only `*` resource is tracing, which
 * has no resource to name. Network interfaces come from the managed policy that Lambda needs inside a VPC.
 */
export const statementsOf = (spec: FunctionSpec): Statement[] => {
  const statements: Statement[] = [
    { Sid: 'Logs', Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: logGroupArn(spec.name) },
    { Sid: 'Tracing', Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
    { Sid: 'Keys', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: keyArn },
  ];
  if (spec.reads.length > 0) statements.push({ Sid: 'ReadTables', Effect: 'Allow', Action: READ, Resource: tables(spec.reads) });
  if (spec.writes.length > 0) statements.push({ Sid: 'WriteTables', Effect: 'Allow', Action: WRITE, Resource: tables(spec.writes) });
  if (spec.sends.length > 0) {
    statements.push({ Sid: 'Send', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: spec.sends.map((queue) => arnOfQueue(queue)) });
  }
  if (spec.trigger.kind === 'queue') {
    const queue: QueueName = spec.trigger.queue;
    statements.push({
      Sid: 'Receive',
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      Resource: [arnOfQueue(queue)],
    });
    statements.push({ Sid: 'SendDead', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [arnOfQueue(queue, true)] });
  }
  return statements;
};

/** One role a function. */
export const roleOf = (spec: FunctionSpec): Record<string, unknown> => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    ManagedPolicyArns: [{ 'Fn::Sub': 'arn:$' + '{AWS::Partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess' }],
    Policies: [{ PolicyName: spec.name, PolicyDocument: { Version: '2012-10-17', Statement: statementsOf(spec) } }],
  },
});

export const roleId = (spec: FunctionSpec): string => `${pascal(spec.name)}Role`;
