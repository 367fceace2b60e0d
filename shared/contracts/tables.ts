/** Every table by its logical name: one a service. The physical name is prefix + logical name (`MERITRAIL_TABLE_PREFIX`). */
export const TABLES = ['people', 'plans', 'facts', 'attendance', 'scores', 'ledger', 'payroll', 'notices', 'portal'] as const;
export type TableName = (typeof TABLES)[number];

/** Every queue by its logical name; each has a dead-letter queue `<name>-dead`. FIFO where grouping by employee saves conflicts. */
export const QUEUES = ['facts', 'visits', 'scores', 'plans-published', 'payslip-work', 'notices'] as const;
export type QueueName = (typeof QUEUES)[number];
export const FIFO_QUEUES: ReadonlySet<QueueName> = new Set<QueueName>(['facts', 'visits', 'scores']);
