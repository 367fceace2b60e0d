/** `npm run redrive -- --queue facts [--dry-run] [--max 100] [--data .data] [--bodies]`: messages that were given up, back to work after a fix. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { QUEUES, type QueueName } from '../shared/contracts/tables.ts';
import { redrive } from '../shared/runtime/redrive.ts';
import { commandPlatform } from './lib/command-platform.ts';

const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
};

const readOptions = () => {
  try {
    return parseArgs({
      options: {
        queue: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        max: { type: 'string', default: '10000' },
        data: { type: 'string', default: '.data' },
        bodies: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
};

const options = readOptions();
const queue = QUEUES.find((name) => name === options.queue) ?? refuse(`--queue must be one of ${QUEUES.join(', ')}.`);
if (!/^[1-9]\d{0,6}$/.test(options.max)) refuse('--max must be a whole number above 0.');

const open = () => {
  try {
    return commandPlatform(resolve(process.env['INIT_CWD'] ?? '.', options.data));
  } catch (error) {
    return refuse((error as Error).message);
  }
};
const platform = open();
process.stdout.write(`${options['dry-run'] ? 'Looking at' : 'Redriving'} ${queue} of ${platform.where}\n`);
const result = await redrive({ ...platform, nowMillis: platform.clock.millis() }, queue as QueueName, {
  dryRun: options['dry-run'],
  max: Number(options.max),
  onMessage: ({ messageId, reason, sentAt, body }) => {
    process.stdout.write(`${messageId}  ${sentAt ?? ''}  ${reason}\n`);
    if (options.bodies) process.stdout.write(`  ${body}\n`);
  },
});
platform.close();
process.stdout.write(
  options['dry-run']
    ? `${result.seen} seen, nothing was moved\n`
    : `${result.moved} back in ${queue}, ${result.left} left in its dead-letter queue\n`,
);
process.exit(result.left > 0 && !options['dry-run'] ? 1 : 0);
