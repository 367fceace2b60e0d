/** `kill -9` in the middle of a stream of webhooks: after the restart every accepted event is in the ledger, once. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PersonaTokens } from '../../infra/embedded/personas.ts';
import { eCommerce } from '../companies/e-commerce/company.ts';
import { loadStructure, send } from '../companies/load-company.ts';
import { webhookOf } from '../companies/webhook-of.ts';
import { type StartedProcess, startProcess } from './start-process.ts';

let folder: string;
let host: StartedProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meritrail-crash-'));
});
afterEach(async () => {
  host?.child.kill('SIGKILL');
  await host?.exited;
  await vi.waitFor(() => rm(folder, { recursive: true, force: true }), 5000);
});
const start = async (): Promise<{ readonly baseUrl: string; readonly tokens: PersonaTokens }> => {
  host = startProcess(['--data', folder, '--no-demo', '--port', '0']);
  const baseUrl = await host.ready();
  return { baseUrl, tokens: JSON.parse(await readFile(join(folder, 'tokens.json'), 'utf8')) as PersonaTokens };
};

const FACTS = 120;
/** 2 % of 1,000.00 each. */
const EARNED_FEN = 2_000 * FACTS;
const facts = Array.from({ length: FACTS }, (_, index) => ({
  id: `crash-${index}`,
  type: 'store.sales',
  occurredAt: `2026-11-${String(1 + (index % 20)).padStart(2, '0')}T10:00:00+08:00`,
  owners: [{ owner: eCommerce.people[0]?.externalId ?? '', share: 100 }],
  subject: { storeId: 'flagship' },
  amountFen: 100_000,
}));

const deliver = async (baseUrl: string, fact: (typeof facts)[number]): Promise<boolean> => {
  for (const { url, headers, body } of webhookOf(eCommerce, [fact], baseUrl)) {
    const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
    if (!answer?.ok) return false;
  }
  return true;
};

it('counts every accepted event once, whenever the process is killed', async () => {
  const first = await start();
  await loadStructure(eCommerce, {
    baseUrl: first.baseUrl,
    tokens: {
      payroll: first.tokens.payroll,
      operator: first.tokens.operator,
      planOwner: first.tokens['plan-owner'],
      planApprover: first.tokens['plan-approver'],
    },
  });
  let accepted = 0;
  const unsure: typeof facts = [];
  const waiting = [...facts];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let fact = waiting.pop(); fact; fact = waiting.pop()) {
        if (await deliver(first.baseUrl, fact)) accepted += 1;
        else unsure.push(fact);
        // Events are at every stage of the chain now.
        if (accepted === FACTS / 2) host?.child.kill('SIGKILL');
      }
    }),
  );
  await host?.exited;
  expect(accepted).toBeGreaterThanOrEqual(FACTS / 2);
  expect(unsure.length).toBeGreaterThan(0);

  const { baseUrl, tokens } = await start();
  // A sender sends again what was not acknowledged, and some of what was.
  for (const fact of [...unsure, ...facts.slice(0, 20)]) expect(await deliver(baseUrl, fact)).toBe(true);
  const balance = async (): Promise<unknown> => {
    const path = `/v1/people/${eCommerce.people[0]?.id}/ledger/balance`;
    return ((await send(baseUrl, tokens.payroll, 'GET', path)) as { readonly balanceFen: number }).balanceFen;
  };
  await vi.waitFor(async () => expect(await balance()).toBe(EARNED_FEN), { timeout: 60_000, interval: 200 });
  // And it stays so after the sweepers have been over it.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(await balance()).toBe(EARNED_FEN);
});
