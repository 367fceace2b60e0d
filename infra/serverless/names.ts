import type { QueueName, TableName } from '../../shared/contracts/tables.ts';

/** `payslip-on-work` → `PayslipOnWork`: logical ids of CloudFormation. */
export const pascal = (kebab: string): string => kebab.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());

export const tableId = (name: TableName): string => `${pascal(name)}Table`;
export const queueId = (name: QueueName, dead = false): string => `${pascal(name)}${dead ? 'Dead' : ''}Queue`;
export const attribute = (id: string, name: string): unknown => ({ 'Fn::GetAtt': [id, name] });

export const arnOfTable = (name: TableName): unknown => attribute(tableId(name), 'Arn');
export const arnOfQueue = (name: QueueName, dead = false): unknown => attribute(queueId(name, dead), 'Arn');
export const keyArn = attribute('DataKey', 'Arn');

/** `${AWS::…}` placeholders belong to CloudFormation: they are put together so that no one reads them as ours. */
const cfn = (name: string): string => `$${`{AWS::${name}}`}`;
export const logGroupName = (functionName: string): string => `/aws/lambda/meritrail-\${self:provider.stage}-${functionName}`;
export const logGroupArn = (functionName: string): unknown => ({
  'Fn::Sub': `arn:${cfn('Partition')}:logs:${cfn('Region')}:${cfn('AccountId')}:log-group:${logGroupName(functionName)}:*`,
});
