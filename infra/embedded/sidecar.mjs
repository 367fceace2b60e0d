// The table engine and the queue server, in a process of their own: the queue server gets the second core, and both end with the host,
// however it ends. The host is watched through the IPC channel, which the operating system closes even on `kill -9`.
//
// Plain JavaScript, so that it runs before and without any build. Everything listens on loopback only.
//
//   argv[2]: JSON { engine: path | null, database: path, enginePort, queues: boolean, queuePort }
//   to the host: { event: 'engine', pid } | { event: 'ready', enginePort, queuePort } | { event: 'failed', what, detail }
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';
const options = JSON.parse(process.argv[2]);
let engine;
let queues;
let ending = false;

const tell = (message) =>
  new Promise((resolve) => (process.connected ? process.send(message, () => resolve(undefined)) : resolve(undefined)));

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, LOOPBACK, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const end = async (code) => {
  if (ending) return;
  ending = true;
  if (engine && engine.exitCode === null && engine.signalCode === null) {
    const exited = new Promise((resolve) => engine.once('exit', resolve));
    engine.kill('SIGTERM');
    // What is committed is safe whichever signal ends the engine.
    const timer = setTimeout(() => engine.kill('SIGKILL'), 800);
    await exited;
    clearTimeout(timer);
  }
  process.exit(code);
};

const fail = async (what, detail) => {
  if (ending) return;
  await tell({ event: 'failed', what, detail: String(detail).trim().slice(0, 1000) });
  await end(1);
};

const answers = async (port) => {
  try {
    const response = await fetch(`http://${LOOPBACK}:${port}/`, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

const startEngine = async () => {
  const port = options.enginePort || (await freePort());
  engine = spawn(options.engine, ['serve', '--host', LOOPBACK, '--port', String(port), '--db-path', options.database], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C in a terminal reaches the host alone, which first drains.
    detached: true,
  });
  let said = '';
  engine.stdout.on('data', () => undefined);
  engine.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  engine.on('error', (error) => void fail('engine', error.message));
  engine.on('exit', (code, signal) => void fail('engine', said || `the engine ended (${signal ?? code})`));
  await tell({ event: 'engine', pid: engine.pid });
  for (let attempt = 0; attempt < 400 && !ending; attempt += 1) {
    if (await answers(port)) return port;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await fail('engine', said || 'the engine does not answer');
  return 0;
};

/**
 * SQS gives as many messages of one FIFO group in a batch as there are; this server gives one, so that a hundred events of one person would
 * make a hundred round trips. Its own bookkeeping (a count of messages in flight for each group) is ready for more.
 */
const giveWholeGroups = (SqsQueue) => {
  SqsQueue.prototype.dequeueFifo = function dequeueFifo(maxCount, visibilityOverride, deadLetterQueueOf) {
    this.processTimers();
    const now = Date.now();
    const visibleAgain = now + (visibilityOverride ?? Number(this.attributes.VisibilityTimeout)) * 1000;
    const policy = this.attributes.RedrivePolicy ? JSON.parse(this.attributes.RedrivePolicy) : {};
    const result = [];
    for (const [groupId, messages] of this.fifoMessages) {
      if (result.length >= Math.min(maxCount, 10)) break;
      if (this.fifoLockedGroups.has(groupId)) continue;
      while (result.length < Math.min(maxCount, 10) && messages.length > 0) {
        const message = messages.shift();
        message.approximateReceiveCount += 1;
        message.approximateFirstReceiveTimestamp ||= now;
        const dead =
          message.approximateReceiveCount > (policy.maxReceiveCount ?? Infinity) && deadLetterQueueOf?.(policy.deadLetterTargetArn);
        if (dead) {
          dead.enqueue(message);
          continue;
        }
        const receiptHandle = randomUUID();
        this.inflightMessages.set(receiptHandle, { message, receiptHandle, visibilityDeadline: visibleAgain });
        this.fifoLockedGroups.set(groupId, (this.fifoLockedGroups.get(groupId) ?? 0) + 1);
        result.push({
          MessageId: message.messageId,
          ReceiptHandle: receiptHandle,
          MD5OfBody: message.md5OfBody,
          Body: message.body,
          ...(message.md5OfMessageAttributes ? { MD5OfMessageAttributes: message.md5OfMessageAttributes } : {}),
          ...(Object.keys(message.messageAttributes).length > 0 ? { MessageAttributes: message.messageAttributes } : {}),
        });
      }
      if (messages.length === 0) this.fifoMessages.delete(groupId);
    }
    return result;
  };
};

const startQueues = async () => {
  const { buildApp } = await import('fauxqs');
  const { SqsQueue } = await import(new URL('./sqs/sqsStore.js', import.meta.resolve('fauxqs')).href);
  giveWholeGroups(SqsQueue);
  // Not `startFauxqs`: that one listens on every interface.
  queues = buildApp({ logger: false });
  const address = await queues.listen({ port: options.queuePort, host: LOOPBACK });
  return Number(new URL(address).port);
};

process.on('disconnect', () => void end(0));
process.on('message', (message) => {
  if (message === 'stop') void end(0);
});
// The host decides when to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.on('uncaughtException', (error) => void fail('queues', error.stack ?? error));

try {
  const [enginePort, queuePort] = await Promise.all([options.engine ? startEngine() : 0, options.queues ? startQueues() : 0]);
  if (!ending) await tell({ event: 'ready', enginePort, queuePort });
} catch (error) {
  await fail('queues', error.message);
}
