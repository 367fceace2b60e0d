import { beforeEach, describe, expect, it } from 'vitest';
import { payTermsKey } from '../read.ts';
import {
  AUDITOR,
  call,
  logged,
  MANAGER,
  OPERATOR,
  OTHER_PAYROLL,
  ok,
  PAYROLL,
  PLAN_OWNER,
  person,
  platform,
  pointers,
  put,
  SELF,
  startPeople,
} from '../testing/people-fixture.ts';

beforeEach(startPeople);

describe('pay terms', () => {
  const path = '/v1/people/li/pay-terms';
  const terms = {
    taxResidence: 'resident',
    payItems: [{ item: 'base-salary', from: '2026-01-01', amountFen: 1_200_000 }],
    bankAccount: { bank: '工商银行', accountName: '李丽', accountNumber: '6222020200112230' },
  };
  beforeEach(() => ok(put('/v1/people/li', person())));

  it('are for payroll and auditors of the legal entity', async () => {
    await ok(put(path, terms));
    const statuses = await Promise.all(
      [PAYROLL, AUDITOR, SELF, MANAGER, PLAN_OWNER, OPERATOR, OTHER_PAYROLL].map(async (who) => (await call(who, 'GET', path)).status),
    );
    expect(statuses).toEqual([200, 200, 403, 403, 403, 403, 404]);
    expect((await put(path, terms, {}, AUDITOR)).status).toBe(403);
    expect((await put(path, terms, {}, OTHER_PAYROLL)).status).toBe(404);
    expect((await put('/v1/people/nobody/pay-terms', terms)).status).toBe(404);
    // An auditor of another entity who is an employee does not reach the own pay terms by being oneself.
    expect((await call({ roles: ['employee', 'auditor'], employeeId: 'li', entities: ['le-2'] }, 'GET', path)).status).toBe(404);
  });

  it('never show the account number, keep it when the mask comes back, and log every look', async () => {
    const stored = await put(path, terms);
    const read = await call(AUDITOR, 'GET', path);
    for (const { text } of [stored, read]) {
      expect(text).toContain('****2230');
      expect(text).not.toContain('62220202');
    }
    const { version, employeeId, ...masked } = read.body;
    const raised = {
      ...masked,
      payItems: [...(masked['payItems'] as unknown[]), { item: 'base-salary', from: '2026-11-20', amountFen: 1_300_000 }],
    };
    await ok(put(path, raised, { 'if-match': `"${version}"` }));
    expect(employeeId).toBe('li');
    const item = await platform.store.get(payTermsKey('li'));
    expect(JSON.parse(String(item?.['doc'])).bankAccount.accountNumber).toBe('6222020200112230');
    const wrong = { ...terms, bankAccount: { ...terms.bankAccount, accountNumber: '****0000' } };
    expect(pointers(await put(path, wrong))).toEqual(['not_the_stored_account /bankAccount/accountNumber']);
    const looks = logged.filter(({ event }) => event === 'pay.read');
    expect(looks.map(({ fields }) => [fields['employeeId'], fields['what']])).toEqual([
      ['li', 'pay-terms'],
      ['li', 'pay-terms'],
      ['li', 'pay-terms'],
    ]);
    expect(looks.every(({ fields }) => typeof fields['subject'] === 'string' && typeof fields['requestId'] === 'string')).toBe(true);
    expect(JSON.stringify(logged)).not.toContain('62220202');
  });

  it('are refused where entries of one kind overlap, and on an old version', async () => {
    const overlapping = {
      payItems: [...terms.payItems.map((one) => ({ ...one, to: '2026-06-30' })), { ...terms.payItems[0], from: '2026-06-30' }],
    };
    expect(pointers(await put(path, overlapping))).toEqual(['overlaps /payItems/1/from']);
    await ok(put(path, terms));
    expect((await put(path, { payItems: [] }, { 'if-match': '"7"' })).status).toBe(412);
  });
});
