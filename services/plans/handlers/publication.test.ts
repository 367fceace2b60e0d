import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../shared/adapters/store.ts';
import type { Api } from '../../../shared/runtime/http/api.ts';
import { composePlans } from '../compose.ts';
import { soundPlan } from '../domain/testing/sound-plan.ts';
import { parsePlanVersion, planVersionKey } from '../read.ts';
import {
  approve,
  call,
  changed,
  codes,
  freshPlans,
  indexNow,
  OWNER,
  platform,
  publish,
  published,
  putDraft,
  ready,
  SECOND,
  verify,
} from './testing/plans-api.ts';

beforeEach(freshPlans);

describe('publication', () => {
  it('needs approval', async () => {
    expect(codes(await publish())).toBe('not_found');
    await putDraft();
    expect(codes(await publish())).toBe('conflict');
    await verify();
    expect(codes(await publish())).toBe('conflict');
    expect((await indexNow()).version).toBe(0);
    expect(published()).toEqual([]);
  });

  it('again of the same document for the same day is the version that is there', async () => {
    await ready();
    await publish();
    expect(await publish()).toMatchObject({ status: 200, body: { version: 1, created: false } });
    // Also with what the caller knew before the first time.
    expect(await publish('2026-11-01', { expectedVersion: 0 })).toMatchObject({ status: 200, body: { version: 1, created: false } });
    expect(await indexNow()).toMatchObject({ version: 1 });
    expect(platform.queue.sent).toHaveLength(1);
  });

  it('of an older document again for a day makes a new version, because a later one counts there', async () => {
    await ready();
    await publish();
    await ready(changed());
    await publish();
    await ready();
    expect((await publish()).body).toMatchObject({ version: 3, created: true });
  });

  it('over a version that the caller has not seen is refused with the difference', async () => {
    await ready();
    await publish();
    await ready(changed());
    const refused = await publish('2026-12-01', { expectedVersion: 0 });
    expect(refused).toMatchObject({ status: 409, body: { code: 'version_conflict' } });
    expect(refused.body['errors']).toContainEqual({ pointer: '/rewards/threshold/amountFen', code: 'changed', detail: '100000 → 60000' });
    expect((await publish('2026-12-01', { expectedVersion: 1 })).status).toBe(201);
    expect(codes(await publish('2027-01-01', { expectedVersion: 5 }))).toBe('version_conflict');
  });

  /** Runs `first` when a publication through the returned API is about to be stored. */
  const racing = (first: () => Promise<unknown>): Api => {
    let done = false;
    const store: Store = {
      ...platform.store,
      transact: async (operations) => {
        if (!done) {
          done = true;
          await first();
        }
        return platform.store.transact(operations);
      },
    };
    return composePlans({ ...platform, store }).http;
  };

  it('of two at once for other days: one wins, the other is told of it', async () => {
    await ready();
    const answer = await publish('2026-12-01', {}, { api: racing(() => publish('2026-11-01')) });
    expect(answer).toMatchObject({ status: 409, body: { code: 'version_conflict' } });
    expect(answer.body['detail']).toContain('version 1, from 2026-11-01');
    expect((await indexNow()).entries).toHaveLength(1);
    expect(published()).toHaveLength(1);
  });

  it('of two at once for the same day: both get the one version', async () => {
    await ready();
    const answer = await publish('2026-11-01', {}, { api: racing(() => publish('2026-11-01')) });
    expect(answer).toMatchObject({ status: 200, body: { version: 1, created: false } });
    expect((await indexNow()).entries).toHaveLength(1);
    expect(platform.queue.sent).toHaveLength(1);
  });

  it('of ten at once makes one version', async () => {
    await ready();
    const answers = await Promise.all(Array.from({ length: 10 }, () => publish()));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
    expect((await indexNow()).entries).toHaveLength(1);
  });

  it('while the draft is edited does not publish what was not approved', async () => {
    await ready();
    const answer = await publish('2026-11-01', {}, { api: racing(() => putDraft(changed())) });
    expect(codes(answer)).toBe('conflict');
    expect((await indexNow()).version).toBe(0);
  });

  it('beside another plan of the legal entity is tried again', async () => {
    await ready();
    const other = { ...soundPlan(), id: 'other', appliesTo: { kind: 'position', id: 'rep' } } as const;
    await call(OWNER, 'PUT', '/v1/plans/other/draft', { body: other });
    const draft = await call(OWNER, 'POST', '/v1/plans/other/verify');
    await call(SECOND, 'POST', '/v1/plans/other/approve', { body: { digest: draft.body['digest'] } });
    const publishOther = () => call(OWNER, 'POST', '/v1/plans/other/publish', { body: { effectiveFrom: '2026-11-01' } });
    expect((await publish('2026-11-01', {}, { api: racing(publishOther) })).status).toBe(201);
    expect(await indexNow()).toMatchObject({ version: 2, entries: [{ planId: 'other' }, { planId: 'sound' }] });
  });

  it('of a second plan for one place is refused, because everybody there would have none', async () => {
    await ready();
    await publish('2026-12-01');
    const other = { ...soundPlan(), id: 'other' };
    await call(OWNER, 'PUT', '/v1/plans/other/draft', { body: other });
    const draft = await call(OWNER, 'POST', '/v1/plans/other/verify');
    await call(SECOND, 'POST', '/v1/plans/other/approve', { body: { digest: draft.body['digest'] } });
    // Before as well as after the other one begins: from 1 December on both would be in force.
    for (const effectiveFrom of ['2026-11-01', '2027-01-01']) {
      const refused = await call(OWNER, 'POST', '/v1/plans/other/publish', { body: { effectiveFrom } });
      expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(refused.body['detail']).toContain('sound v1');
    }
    // Once the first applies elsewhere, the place is free.
    await ready({ ...soundPlan(), appliesTo: { kind: 'position', id: 'rep' } });
    await publish('2027-01-01');
    expect((await call(OWNER, 'POST', '/v1/plans/other/publish', { body: { effectiveFrom: '2027-01-01' } })).status).toBe(201);
    expect((await call(OWNER, 'POST', '/v1/plans/other/publish', { body: { effectiveFrom: '2026-11-01' } })).status).toBe(409);
  });

  it('stores the very document that was approved', async () => {
    await ready();
    await publish();
    const item = await platform.store.get(planVersionKey('sound', 1));
    expect(item && parsePlanVersion(item).document).toEqual(soundPlan());
  });
});

describe('the index', () => {
  it('says of a plan whether it counts teams, by a metric or a rule', async () => {
    await ready();
    await publish();
    expect((await indexNow()).entries[0]).not.toHaveProperty('countsTeam');
    const sound = soundPlan();
    const metric = {
      id: 'members',
      name: { zh: '人数', en: 'Members' },
      window: 'month' as const,
      fold: 'count' as const,
      factTypes: ['team.member-month'],
    };
    await ready({ ...sound, metrics: [...sound.metrics, metric] });
    await publish('2026-12-01');
    expect((await indexNow()).entries[1]).toMatchObject({ version: 2, countsTeam: true });
  });
  it('names the employee who edited it last, and nobody where the editor is none', async () => {
    await putDraft(soundPlan(), { ...OWNER, employeeId: 'hr-1' });
    await verify();
    await approve();
    await publish();
    await ready(changed());
    await publish('2026-12-01');
    const [first, second] = (await indexNow()).entries;
    expect(first?.ownerId).toBe('hr-1');
    expect(second).not.toHaveProperty('ownerId');
  });
});
