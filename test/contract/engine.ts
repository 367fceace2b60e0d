/** The embedded engine for tests: its own process on a free port with a database file of its own, gone afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { findEngine } from '../../infra/embedded/engine-binary.ts';
import { TABLE_SPECS } from '../../infra/topology.ts';
import { ensureTables } from '../../shared/adapters/provision.ts';

/** Why the embedded engine cannot run here; undefined when it can. */
export const engineMissing = (): string | undefined =>
  findEngine() === undefined ? `no table engine for ${process.platform}-${process.arch} among the packages or on the PATH` : undefined;

export interface Engine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

export const startEngine = async (): Promise<Engine> => {
  const binary = findEngine();
  if (binary === undefined) throw new Error(engineMissing());
  const folder = mkdtempSync(join(tmpdir(), 'meritrail-engine-'));
  const port = await freePort();
  const child: ChildProcess = spawn(
    binary,
    ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', join(folder, 'data.sqlite')],
    {
      stdio: 'ignore',
    },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Waits up to 10 s until the endpoint answers, then makes every table of the topology. */
export const createTables = async (client: DynamoDBClient, prefix: string): Promise<void> => {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await ensureTables(client, prefix, TABLE_SPECS);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};
export const deleteTables = async (client: DynamoDBClient, prefix: string): Promise<void> => {
  for (const { name } of TABLE_SPECS) await client.send(new DeleteTableCommand({ TableName: `${prefix}${name}` }));
};
