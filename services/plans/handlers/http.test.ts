import { beforeEach, describe, expect, it } from 'vitest';
import type { LocalDate } from '../../../shared/kernel/period.ts';
import type { TestPrincipal } from '../../../test/simulation/memory-platform.ts';
import { composePlans } from '../compose.ts';
import { soundPlan } from '../domain/testing/sound-plan.ts';
import { planLoader, resolvePlan } from '../read.ts';
import {
  AUDITOR,
  approve,
  call,
  changed,
  codes,
  FOREIGN,
  freshPlans,
  indexNow,
  OWNER,
  P,
  PAYROLL,
  platform,
  publish,
  published,
  putDraft,
  ready,
  SECOND,
  verify,
} from './testing/plans-api.ts';

beforeEach(freshPlans);

describe('the way of a plan', () => {
  it('from draft to a version in force', async () => {
    const created = await putDraft();
    expect(created).toMatchObject({
      status: 201,
      etag: '"1"',
      body: { planId: 'sound', version: 1, status: 'edited', editedBy: 'owner', verification: null, approval: null, publication: null },
    });
    const { digest } = created.body;

    const verified = await verify();
    expect(verified).toMatchObject({ status: 200, body: { status: 'verified', digest, worstCase: null } });
    // The people service knows nothing of this legal entity yet: a warning, which does not stop anything.
    expect((verified.body['findings'] as { code: string }[]).map(({ code }) => code)).toEqual(['legal_entity_unknown']);

    expect(await approve()).toMatchObject({ status: 200, etag: '"3"', body: { approval: { digest, approvedBy: 'second' } } });

    const answer = await publish('2026-11-01', {}, { who: PAYROLL });
    expect(answer).toMatchObject({ status: 201, body: { version: 1, effectiveFrom: '2026-11-01', digest, created: true } });
    expect(published()).toEqual([
      { message: 'plan.published', planId: 'sound', version: 1, legalEntityId: 'acme', effectiveFrom: '2026-11-01' },
    ]);

    // As another service reads it.
    const subject = { employeeId: 'e1', positionId: 'rep', orgChain: [], legalEntityId: 'acme' };
    const found = resolvePlan(await indexNow(), subject, '2026-11-30' as LocalDate);
    expect(found).toMatchObject({ ok: true, value: { planId: 'sound', version: 1, digest } });
    if (found.ok) expect(await planLoader(platform.store).load(found.value)).toMatchObject({ digest, document: soundPlan() });

    expect((await call(AUDITOR, 'GET', `${P}/draft`)).body).toMatchObject({
      status: 'published',
      publication: { version: 1, publishedBy: 'payroll', effectiveFrom: '2026-11-01' },
    });
    expect((await call(AUDITOR, 'GET', `${P}/versions/1`)).body).toMatchObject({
      version: 1,
      digest,
      publishedBy: 'payroll',
      approvedBy: 'second',
      document: soundPlan(),
    });
  });

  it('has the outbox row in the same transaction as the version', async () => {
    await ready();
    const before = platform.store.dump('plans').length;
    platform.queue.wipe();
    const lost = { ...platform, queue: { ...platform.queue, send: async (rows: readonly unknown[]) => ({ notSent: rows.length }) } };
    const service = composePlans({ ...lost, clock: platform.clock });
    expect((await publish('2026-11-01', {}, { api: service.http })).status).toBe(201);
    expect(published()).toEqual([]);
    // Version, index and outbox row.
    expect(platform.store.dump('plans').length).toBe(before + 3);
    platform.clock.advance(60_000);
    expect(await composePlans(platform).sweep()).toMatchObject({ resent: 1 });
    expect(published()).toHaveLength(1);
  });

  it('makes new versions, which leave the old ones as they are', async () => {
    await ready();
    await publish('2026-11-01');
    const first = await call(AUDITOR, 'GET', `${P}/versions/1`);
    await ready(changed());
    expect((await publish('2026-12-01')).body).toMatchObject({ version: 2, created: true });
    expect((await call(AUDITOR, 'GET', `${P}/versions/1`)).text).toBe(first.text);
    expect((await indexNow()).entries.map(({ version, effectiveFrom }) => `${version} ${effectiveFrom}`)).toEqual([
      '1 2026-11-01',
      '2 2026-12-01',
    ]);
    const list = await call(PAYROLL, 'GET', `${P}/versions?limit=1`);
    expect(list.body).toMatchObject({ items: [{ version: 2 }] });
    const next = encodeURIComponent(String(list.body['next']));
    expect((await call(PAYROLL, 'GET', `${P}/versions?limit=1&cursor=${next}`)).body).toMatchObject({ items: [{ version: 1 }] });
    expect(codes(await call(AUDITOR, 'GET', `${P}/versions?cursor=${next}`))).toBe('invalid_cursor');
  });

  it('shows what versions and the draft say differently', async () => {
    await ready();
    await publish('2026-11-01');
    await ready(changed());
    await publish('2026-12-01');
    await putDraft(changed(70_000));
    const diff = (from: string, to: string) => call(AUDITOR, 'GET', `${P}/diff?from=${from}&to=${to}`);
    expect((await diff('1', '2')).body['differences']).toEqual([
      { place: '/rewards/threshold/amountFen', change: 'changed', before: 100_000, after: 60_000 },
      { place: '/rewards/per-fact', change: 'removed', before: expect.objectContaining({ id: 'per-fact' }) },
      {
        place: '/rewards',
        change: 'reordered',
        before: ['commission', 'threshold', 'visits'],
        after: ['commission', 'visits', 'threshold'],
      },
    ]);
    expect((await diff('2', 'draft')).body['differences']).toEqual([
      { place: '/rewards/threshold/amountFen', change: 'changed', before: 60_000, after: 70_000 },
    ]);
    expect((await diff('2', '2')).body['differences']).toEqual([]);
    expect(codes(await diff('1', '9'))).toBe('not_found');
    expect(codes(await diff('1', 'nothing'))).toBe('invalid_request');
  });

  it('lists the plans of a legal entity', async () => {
    await ready();
    await publish();
    await call(OWNER, 'PUT', '/v1/plans/another/draft', { body: { ...soundPlan(), id: 'another' } });
    const list = await call(AUDITOR, 'GET', '/v1/plans?legalEntityId=acme');
    expect(list.body).toMatchObject({
      next: null,
      items: [
        { planId: 'another', draft: { status: 'edited' }, published: null },
        { planId: 'sound', draft: { status: 'published' }, published: { version: 1, effectiveFrom: '2026-11-01' } },
      ],
    });
  });
});

describe('a draft', () => {
  it('is replaced on the version that the caller knows', async () => {
    await putDraft();
    expect(codes(await putDraft(changed(), OWNER, { 'if-match': '"2"' }))).toBe('precondition_failed');
    expect(codes(await putDraft(changed(), OWNER, { 'if-none-match': '*' }))).toBe('precondition_failed');
    expect(codes(await putDraft(changed(), OWNER, { 'if-match': 'W/"1"' }))).toBe('invalid_request');
    expect((await putDraft(changed(), OWNER, { 'if-match': '"1"' })).body).toMatchObject({ version: 2 });
    expect((await putDraft(changed(1), OWNER, { 'if-match': '*' })).body).toMatchObject({ version: 3 });
  });

  it('needs to exist for If-Match, and not to for If-None-Match', async () => {
    expect(codes(await putDraft(soundPlan(), OWNER, { 'if-match': '*' }))).toBe('precondition_failed');
    expect((await putDraft(soundPlan(), OWNER, { 'if-none-match': '*' })).status).toBe(201);
  });

  it('of the same content changes nothing, not even its last editor', async () => {
    await ready();
    expect((await putDraft(soundPlan(), SECOND)).body).toMatchObject({ status: 'approved', editedBy: 'owner', version: 3 });
  });

  it('loses verification and approval with every change', async () => {
    await ready();
    expect((await putDraft(changed())).body).toMatchObject({ status: 'edited', verification: null, approval: null });
    expect(codes(await publish())).toBe('conflict');
  });

  it('is refused with every bad field', async () => {
    const answer = await putDraft({ ...soundPlan(), extra: 1, rewards: [{ kind: 'nothing' }] });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual(['/extra', '/rewards/0/kind']);
    expect((await putDraft({ ...soundPlan(), id: 'other' })).body).toMatchObject({ errors: [{ pointer: '/id' }] });
  });

  it('stays with its legal entity', async () => {
    const both: TestPrincipal = { subject: 'both', roles: ['plan-owner'], entities: '*' };
    await putDraft();
    const moved = { ...soundPlan(), legalEntityId: 'other', appliesTo: { kind: 'legal-entity', id: 'other' } };
    expect(codes(await putDraft(moved, both))).toBe('conflict');
    // For somebody of the other entity the plan is not there at all.
    expect(codes(await putDraft(moved, FOREIGN))).toBe('not_found');
  });

  it('that is too large for an item is refused', async () => {
    const long = 'fact.amount > 0 && '.repeat(50).concat('true');
    const metrics = Array.from({ length: 60 }, (_, index) => ({
      id: `m${index}`,
      name: { zh: '名'.repeat(200), en: 'n'.repeat(200) },
      fold: 'ratio',
      numerator: { factTypes: ['order.signed'], where: long },
      denominator: { factTypes: ['order.signed'], where: long },
    }));
    expect(codes(await putDraft({ ...soundPlan(), metrics }))).toBe('payload_too_large');
  });
});

describe('verification', () => {
  it('runs the examples: one that differs stops approval, one that holds does not', async () => {
    const example = (sales: string) => ({
      name: { zh: '示例', en: 'example' },
      month: '2026-11',
      facts: [{ type: 'order.signed', date: '2026-11-02', amountFen: 5000, subject: { customerId: 'c', orderId: 'o' } }],
      expects: { metrics: { sales }, rewards: { commission: 100 } },
    });
    await putDraft({ ...soundPlan(), examples: [example('50.01')] });
    const faulty = await verify();
    expect(faulty.body).toMatchObject({ status: 'faulty' });
    expect(faulty.body['findings']).toContainEqual(
      expect.objectContaining({
        path: '/examples/0/expects/metrics/sales',
        code: 'example_differs',
        counterexample: { expected: '50.01', actual: '50' },
      }),
    );
    expect((await approve()).status).toBe(422);
    await putDraft({ ...soundPlan(), examples: [example('50')] });
    expect((await verify()).body).toMatchObject({ status: 'verified' });
    expect((await approve()).status).toBe(200);
  });

  it('keeps the findings with the digest, and approval refuses them by place', async () => {
    const weights = { ...soundPlan().scheme, indicators: soundPlan().scheme?.indicators.slice(0, 2) };
    await putDraft({ ...soundPlan(), scheme: weights });
    const answer = await verify({ volumes: { people: 1 } });
    expect(answer.body).toMatchObject({ status: 'faulty', worstCase: null });
    expect(answer.body['findings']).toContainEqual(
      expect.objectContaining({ path: '/scheme/indicators', severity: 'error', code: 'weights_not_100' }),
    );
    const kept = (await call(AUDITOR, 'GET', `${P}/draft`)).body;
    expect(kept['verification']).toMatchObject({ digest: kept['digest'], verifiedBy: 'owner', findings: answer.body['findings'] });
    const refused = await approve();
    expect(refused).toMatchObject({ status: 422, body: { code: 'plan_invalid' } });
    expect(refused.body['errors']).toMatchObject([{ pointer: '/scheme/indicators', code: 'weights_not_100' }]);
    expect(codes(await publish())).toBe('plan_invalid');
  });

  it('estimates the most that the plan can cost at given volumes', async () => {
    await putDraft();
    const volumes = { people: 10, customers: 12, facts: { 'customer.won': 12 }, metrics: { sales: '120000' } };
    expect((await verify({ volumes })).body['worstCase']).toMatchObject({ perPersonFen: 1_060_000, totalFen: 10_600_000, missing: [] });
    expect(codes(await verify({ volumes: { people: 0 } }))).toBe('invalid_request');
  });

  it('again of what is approved keeps the approval', async () => {
    await ready();
    expect((await verify()).body).toMatchObject({ status: 'approved' });
    expect((await publish()).status).toBe(201);
    expect((await verify()).body).toMatchObject({ status: 'published' });
  });

  it('warns of places that are not on record', async () => {
    await putDraft({ ...soundPlan(), appliesTo: { kind: 'org-unit', id: 'nowhere' } });
    expect((await verify()).body['findings']).toMatchObject([
      { code: 'legal_entity_unknown' },
      { code: 'place_unknown', severity: 'warning' },
    ]);
    await platform.store.write({ op: 'put', table: 'people', item: { pk: 'ENTITY#acme', sk: 'PROFILE', doc: '{}', version: 1 } });
    const units = [{ id: 'nowhere', legalEntityId: 'acme', name: { zh: '部', en: 'unit' }, parentId: null, managerEmployeeId: null }];
    await platform.store.write({
      op: 'put',
      table: 'people',
      item: { pk: 'ENTITY#acme', sk: 'ORG', doc: JSON.stringify({ version: 1, units }), version: 1 },
    });
    expect((await verify()).body['findings']).toEqual([]);
  });
});

describe('approval', () => {
  it('needs another person than the last editor', async () => {
    await putDraft();
    await verify();
    expect(codes(await approve(OWNER))).toBe('second_person_required');
    // Who edits last is the one who may not approve, whoever edited before.
    await putDraft(changed(), SECOND);
    await verify();
    expect(codes(await approve(SECOND))).toBe('second_person_required');
    expect((await approve(OWNER)).body).toMatchObject({ status: 'approved', approval: { approvedBy: 'owner' } });
    // Also when it is approved already.
    expect(codes(await approve(SECOND))).toBe('second_person_required');
  });

  it('needs verification of this very document', async () => {
    await putDraft();
    expect(codes(await approve())).toBe('conflict');
    await verify();
    await putDraft(changed());
    expect(codes(await approve())).toBe('conflict');
  });

  it('is of the document that the approver names', async () => {
    const seen = (await putDraft()).body['digest'];
    await putDraft(changed());
    await verify();
    expect(codes(await approve(SECOND, seen))).toBe('version_conflict');
    expect(codes(await approve(SECOND, 'not a digest'))).toBe('invalid_request');
  });

  it('twice is the first one', async () => {
    await ready();
    expect((await approve(PAYROLL)).body).toMatchObject({ version: 3, approval: { approvedBy: 'second' } });
  });
});
