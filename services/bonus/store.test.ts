import { beforeEach, describe, expect, it } from 'vitest';
import type { Award, LedgerEntry } from '../../shared/contracts/ledger.ts';
import type { ScoreUpdated } from '../../shared/contracts/messages.ts';
import type { Fen } from '../../shared/kernel/money.ts';
import { type MemoryStore, memoryStore } from '../../test/simulation/memory-store.ts';
import type { AwardChange } from './domain/post-targets.ts';
import { awardIdOf, awardKey, awardSkOf, entriesBetween, ledgerHeadKey, parseAwardId, parseHead } from './read.ts';
import { checkHead, parseState, putChange, putHead, putSeen, putState, seenKey, stateKey } from './store.ts';

let store: MemoryStore;
beforeEach(() => {
  store = memoryStore();
});

const award = (more: Partial<Award> = {}): Award => ({
  awardId: 'rule:e-1:2026-11',
  employeeId: 'e-1',
  legalEntityId: 'le-1',
  period: '2026-11',
  ruleId: 'rule',
  ruleName: { zh: '规则', en: 'rule' },
  category: 'bonus',
  subject: null,
  amountFen: 100,
  tests: [],
  formula: { zh: '', en: '' },
  plan: null,
  factIds: [],
  metricIds: [],
  bookVersion: 1,
  lastSeq: 1,
  ...more,
});
const entry = (seq: number): LedgerEntry => ({
  seq,
  employeeId: 'e-1',
  legalEntityId: 'le-1',
  awardId: 'rule:e-1:2026-11',
  ruleId: 'rule',
  ruleName: { zh: '规则', en: 'rule' },
  category: 'bonus',
  amountFen: 100,
  beforeFen: 0,
  afterFen: 100,
  balanceFen: 100,
  earnedPeriod: '2026-11',
  postedAt: '2026-11-10T00:00:00.000Z',
  plan: null,
  cause: { kind: 'facts', bookVersion: 1, factIds: [] },
});
const change = (readVersion: number, more: Partial<AwardChange> = {}): AwardChange => ({
  sk: awardSkOf('rule'),
  award: award(),
  readVersion,
  entry: null,
  dueOn: null,
  ...more,
});
const head = (seq: number) => ({
  seq,
  balanceFen: 100 as Fen,
  postedAt: '2026-11-10T00:00:00.000Z',
  version: seq,
  carries: [] as string[],
});
const state = (version: number) => ({
  version,
  planDigest: 'd',
  bookVersion: 3,
  totalFen: 7,
  rules: new Map([['r', { sumFen: 1, gateOpen: true }]]),
  paid: new Map([['r', 1]]),
});

describe('every write holds only on what was read', () => {
  it('an award: the version before, or none', async () => {
    expect((await store.transact(putChange(change(1)))).ok).toBe(false);
    expect((await store.transact(putChange(change(0)))).ok).toBe(true);
    expect((await store.transact(putChange(change(0)))).ok).toBe(false);
    expect((await store.transact(putChange(change(1)))).ok).toBe(true);
    expect((await store.transact(putChange(change(1)))).ok).toBe(false);
  });
  it('an entry: once', async () => {
    expect((await store.transact(putChange(change(0, { entry: entry(1) })))).ok).toBe(true);
    expect((await store.transact(putChange(change(1, { entry: entry(1) })))).ok).toBe(false);
  });
  it('the head: the version before, or none', async () => {
    expect((await store.write(putHead('e-1', head(2)))).ok).toBe(false);
    expect((await store.write(checkHead('e-1', parseHead(undefined)))).ok).toBe(true);
    expect((await store.write(putHead('e-1', head(1)))).ok).toBe(true);
    expect((await store.write(putHead('e-1', head(1)))).ok).toBe(false);
    expect((await store.write(putHead('e-1', head(2)))).ok).toBe(true);
    expect((await store.write(putHead('e-1', head(2)))).ok).toBe(false);
    expect((await store.write(checkHead('e-1', head(1)))).ok).toBe(false);
    expect((await store.write(checkHead('e-1', head(2)))).ok).toBe(true);
    expect(parseHead(await store.get(ledgerHeadKey('e-1')))).toEqual(head(2));
    const carrying = { ...head(3), postedAt: null, carries: ['quarter', 'draw'] };
    expect((await store.write(putHead('e-1', carrying))).ok).toBe(true);
    expect(parseHead(await store.get(ledgerHeadKey('e-1')))).toEqual(carrying);
    expect(parseHead(undefined)).toEqual({ seq: 0, balanceFen: 0, postedAt: null, version: 0, carries: [] });
  });
  it('the state: the version before, or none', async () => {
    expect((await store.write(putState('e-1', '2026-11', state(2)))).ok).toBe(false);
    expect((await store.write(putState('e-1', '2026-11', state(1)))).ok).toBe(true);
    expect((await store.write(putState('e-1', '2026-11', state(1)))).ok).toBe(false);
    expect((await store.write(putState('e-1', '2026-11', state(2)))).ok).toBe(true);
    expect(parseState(await store.get(stateKey('e-1', '2026-11')))).toEqual(state(2));
  });
});

describe('keys', () => {
  it('the done mark is where the sender looks for it, and goes after 60 days', async () => {
    const message = { employeeId: 'e-1', period: '2026-11', bookVersion: 42 } as ScoreUpdated;
    await store.write(putSeen(message, 1_000_000_000));
    expect(await store.get({ table: 'ledger', pk: 'AWARDS#e-1#2026-11', sk: 'SEEN#000000000042' })).toMatchObject({
      ttl: 1_000_000 + 5_184_000,
    });
    expect(seenKey(message).sk).toBe('SEEN#000000000042');
  });
  it('award ids are read back in one way only', () => {
    for (const [employee, subject] of [
      ['e-1', undefined],
      ['a:b%', 'crm:1:2026-12:x'],
      ['张三', 'crm:订单/1'],
      ['a:2026-11', undefined],
      ['a', '2026-12'],
    ] as const) {
      const id = awardIdOf('rule-1', employee, '2026-11', subject);
      expect(parseAwardId(id)).toEqual({ ruleId: 'rule-1', employeeId: employee, month: '2026-11', subjectId: subject });
    }
    expect(awardIdOf('r', 'a:2026-11', '2026-12')).not.toBe(awardIdOf('r', 'a', '2026-11', '2026-12'));
    for (const wrong of [
      '',
      'r',
      'r:e',
      'r:e:2026-13',
      'r:e:2026-11:',
      'R:e:2026-11',
      'r:e#x:2026-11',
      'r:e:2026-11:a#b',
      '__proto__:e:2026-11',
    ]) {
      expect(parseAwardId(wrong), wrong).toBeUndefined();
    }
    expect(awardKey('e-1', '2026-11', awardSkOf('rule', 'c-1'))).toEqual({
      table: 'ledger',
      pk: 'AWARDS#e-1#2026-11',
      sk: 'AWARD#rule#c-1',
    });
  });
});

describe('entriesBetween', () => {
  it('gives exactly the range, and refuses a ledger with a hole', async () => {
    for (const seq of [1, 2, 3, 5]) {
      await store.transact(putChange(change(0, { sk: `AWARD#${seq}`, entry: entry(seq) })));
    }
    expect((await entriesBetween(store, 'e-1', 1, 3)).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await entriesBetween(store, 'e-1', 3, 3)).toEqual([]);
    await expect(entriesBetween(store, 'e-1', 2, 5)).rejects.toThrow('not all there');
    await expect(entriesBetween(store, 'e-1', 3, 4)).rejects.toThrow('not all there');
  });
});
