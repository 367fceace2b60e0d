import { FIFO_QUEUES, type QueueName } from '../contracts/tables.ts';

/** `facts` → `<prefix>facts.fifo`, its dead-letter queue → `<prefix>facts-dead.fifo`. */
export const physicalQueueName = (prefix: string, queue: QueueName, dead = false): string =>
  `${prefix}${queue}${dead ? '-dead' : ''}${FIFO_QUEUES.has(queue) ? '.fifo' : ''}`;

/** The environment variable that gives a queue's URL: `MERITRAIL_QUEUE_URL_FACTS_DEAD`. */
export const queueUrlVariable = (queue: QueueName, dead = false): string =>
  `MERITRAIL_QUEUE_URL_${`${queue}${dead ? '-dead' : ''}`.toUpperCase().replaceAll('-', '_')}`;
