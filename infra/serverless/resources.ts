/** Tables, queues, key, network, schedules and alarms as CloudFormation. Pure: the topology in, resources out. */

import { physicalQueueName } from '../../shared/adapters/queue-names.ts';
import { FIFO_QUEUES } from '../../shared/contracts/tables.ts';
import { FUNCTIONS, type FunctionSpec, QUEUE_SPECS, type QueueSpec, TABLE_SPECS, type TableSpec } from '../topology.ts';
import { arnOfQueue, attribute, keyArn, pascal, queueId, tableId } from './names.ts';
import { roleId, roleOf } from './roles.ts';

type Resource = Readonly<Record<string, unknown>>;
export type Resources = Readonly<Record<string, Resource>>;

/** Resolved by the deployment tool, not by CloudFormation. */
export const TABLE_PREFIX = 'meritrail-$' + '{self:provider.stage}-';
const QUEUE_PREFIX = TABLE_PREFIX;

const table = (spec: TableSpec): Resource => ({
  Type: 'AWS::DynamoDB::Table',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    TableName: `${TABLE_PREFIX}${spec.name}`,
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
    AttributeDefinitions: ['pk', 'sk', ...spec.indexes.flatMap((index) => [`${index}pk`, `${index}sk`])].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: spec.indexes.map((index) => ({
      IndexName: index,
      KeySchema: [
        { AttributeName: `${index}pk`, KeyType: 'HASH' },
        { AttributeName: `${index}sk`, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    })),
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  },
});

const fifo = (spec: QueueSpec): Record<string, unknown> =>
  FIFO_QUEUES.has(spec.name) ? { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' } : {};

const queues = (spec: QueueSpec): Resources => ({
  [queueId(spec.name)]: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: physicalQueueName(QUEUE_PREFIX, spec.name),
      ...fifo(spec),
      VisibilityTimeout: spec.visibilitySeconds,
      MessageRetentionPeriod: spec.retentionDays * 86_400,
      KmsMasterKeyId: keyArn,
      RedrivePolicy: { deadLetterTargetArn: arnOfQueue(spec.name, true), maxReceiveCount: spec.maxReceives },
    },
  },
  [queueId(spec.name, true)]: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: physicalQueueName(QUEUE_PREFIX, spec.name, true),
      ...fifo(spec),
      MessageRetentionPeriod: 14 * 86_400,
      KmsMasterKeyId: keyArn,
    },
  },
});

const key: Resources = {
  DataKey: {
    Type: 'AWS::KMS::Key',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      Description: 'Meritrail data',
      EnableKeyRotation: true,
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Account',
            Effect: 'Allow',
            Principal: { AWS: { 'Fn::Sub': 'arn:$' + '{AWS::Partition}:iam::$' + '{AWS::AccountId}:root' } },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            Sid: 'Alarms',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Resource: '*',
          },
          {
            Sid: 'Logs',
            Effect: 'Allow',
            Principal: { Service: { 'Fn::Sub': 'logs.$' + '{AWS::Region}.$' + '{AWS::URLSuffix}' } },
            Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
            Resource: '*',
          },
        ],
      },
    },
  },
  CursorSecret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { KmsKeyId: keyArn, GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true } },
  },
};

const endpoint = (service: string, type: 'Interface' | 'Gateway'): Resource => ({
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: {
    VpcId: { Ref: 'Vpc' },
    ServiceName: { 'Fn::Sub': `com.amazonaws.$${'{AWS::Region}'}.${service}` },
    VpcEndpointType: type,
    ...(type === 'Gateway'
      ? { RouteTableIds: [{ Ref: 'PrivateRoutes' }] }
      : {
          PrivateDnsEnabled: true,
          SubnetIds: [{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetB' }],
          SecurityGroupIds: [{ Ref: 'EndpointSecurityGroup' }],
        }),
  },
});
const subnet = (zone: number, cidr: string): Resource => ({
  Type: 'AWS::EC2::Subnet',
  Properties: {
    VpcId: { Ref: 'Vpc' },
    CidrBlock: cidr,
    AvailabilityZone: { 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] },
    MapPublicIpOnLaunch: false,
  },
});
const inRoutes = (subnetId: string): Resource => ({
  Type: 'AWS::EC2::SubnetRouteTableAssociation',
  Properties: { SubnetId: { Ref: subnetId }, RouteTableId: { Ref: 'PrivateRoutes' } },
});

/** No internet gateway and no NAT: the only ways out are the endpoints named here. */
const network: Resources = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.40.0.0/22', EnableDnsHostnames: true, EnableDnsSupport: true } },
  PrivateSubnetA: subnet(0, '10.40.0.0/24'),
  PrivateSubnetB: subnet(1, '10.40.1.0/24'),
  PrivateRoutes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
  PrivateRoutesA: inRoutes('PrivateSubnetA'),
  PrivateRoutesB: inRoutes('PrivateSubnetB'),
  FunctionSecurityGroup: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: 'Meritrail functions: HTTPS to the endpoints only',
      VpcId: { Ref: 'Vpc' },
      SecurityGroupEgress: [
        {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          CidrIp: '0.0.0.0/0',
          Description: 'gateway endpoint of DynamoDB; there is no route to the internet',
        },
      ],
    },
  },
  EndpointSecurityGroup: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: 'Meritrail endpoints: HTTPS from the network',
      VpcId: { Ref: 'Vpc' },
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.40.0.0/22' }],
    },
  },
  DynamoEndpoint: endpoint('dynamodb', 'Gateway'),
  SqsEndpoint: endpoint('sqs', 'Interface'),
  LogsEndpoint: endpoint('logs', 'Interface'),
  TracingEndpoint: endpoint('xray', 'Interface'),
  ApiEndpoint: endpoint('execute-api', 'Interface'),
};

/** Five cron fields to the scheduler's six: a day of month and a day of week cannot both be given there. */
export const schedulerExpression = (cron: string): string => {
  const [minute, hour, day, monthField, weekdayField, ...rest] = cron.split(' ');
  if (!weekdayField || rest.length > 0) throw new Error(`not five cron fields: ${cron}`);
  return `cron(${minute} ${hour} ${day === '*' && weekdayField !== '*' ? '?' : day} ${monthField} ${weekdayField === '*' ? '?' : weekdayField} *)`;
};

const schedules = (): Resources => {
  const scheduled = FUNCTIONS.filter((spec) => spec.trigger.kind === 'schedule');
  const entries: [string, Resource][] = scheduled.map((spec) => [
    `${pascal(spec.name)}Schedule`,
    {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Description: spec.trigger.kind === 'schedule' ? spec.trigger.what : '',
        ScheduleExpression: spec.trigger.kind === 'schedule' ? schedulerExpression(spec.trigger.cron) : '',
        ScheduleExpressionTimezone: spec.trigger.kind === 'schedule' ? spec.trigger.timeZone : 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: functionArn(spec),
          RoleArn: attribute('ScheduleRole', 'Arn'),
          RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 },
        },
      },
    },
  ]);
  return {
    ...Object.fromEntries(entries),
    ScheduleRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'invoke-scheduled-functions',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Sid: 'Invoke', Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: scheduled.map(functionArn) }],
            },
          },
        ],
      },
    },
  };
};

/** Logical id that the deployment tool gives a function. */
export const functionId = (spec: FunctionSpec): string =>
  `${spec.name.charAt(0).toUpperCase()}${spec.name.slice(1).replaceAll('-', 'Dash').replaceAll('_', 'Underscore')}LambdaFunction`;
const functionArn = (spec: FunctionSpec): unknown => attribute(functionId(spec), 'Arn');

const alarm = (metric: Record<string, unknown>, description: string): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription: description,
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [{ Ref: 'AlarmTopic' }],
    ...metric,
  },
});
const alarms: Resources = {
  AlarmTopic: { Type: 'AWS::SNS::Topic', Properties: { KmsMasterKeyId: keyArn } },
  ...Object.fromEntries(
    QUEUE_SPECS.map((spec) => [
      `${pascal(spec.name)}DeadAlarm`,
      alarm(
        {
          Namespace: 'AWS/SQS',
          MetricName: 'ApproximateNumberOfMessagesVisible',
          Dimensions: [{ Name: 'QueueName', Value: attribute(queueId(spec.name, true), 'QueueName') }],
        },
        `A message of ${spec.name} could not be handled: see its reason, fix, then redrive`,
      ),
    ]),
  ),
  ...Object.fromEntries(
    FUNCTIONS.map((spec) => [
      `${pascal(spec.name)}ErrorAlarm`,
      alarm(
        {
          Namespace: 'AWS/Lambda',
          MetricName: 'Errors',
          Statistic: 'Sum',
          Period: 300,
          Dimensions: [{ Name: 'FunctionName', Value: { Ref: functionId(spec) } }],
        },
        `${spec.name} fails`,
      ),
    ]),
  ),
};

/** Everything but the functions and the API themselves. */
export const resources = (): Resources => ({
  ...key,
  ...network,
  ...Object.fromEntries(TABLE_SPECS.map((spec) => [tableId(spec.name), table(spec)])),
  ...Object.assign({}, ...QUEUE_SPECS.map(queues)),
  ...Object.fromEntries(FUNCTIONS.map((spec) => [roleId(spec), roleOf(spec)])),
  ...schedules(),
  ...alarms,
});
