import { describe, expect, it } from 'vitest';
import type { MappingRule } from '../../../shared/contracts/sources.ts';
import { compileMapping, type Mapped } from './map-event.ts';

const rule = (changes: Partial<MappingRule> = {}): MappingRule => ({
  name: 'r',
  when: 'event.kind == "won"',
  type: 'order.signed',
  id: 'event.id',
  occurredAt: 'event.at',
  owner: 'event.owner',
  ...changes,
});
const subject = (of: Record<string, string>) => of as NonNullable<MappingRule['subject']>;
const EVENT = {
  kind: 'won',
  id: 'x1',
  at: '2026-11-05T10:00:00+08:00',
  owner: 'u-1',
  amount: '12.50',
  customer: 7,
  tags: ['a'],
  nothing: null,
};
const map = (rules: readonly MappingRule[], event: unknown = EVENT): readonly Mapped[] => {
  const made = compileMapping(rules);
  if (!made.ok) throw new Error(JSON.stringify(made.faults));
  return made.mapper.map(event);
};
const faults = (rules: readonly MappingRule[]) => {
  const made = compileMapping(rules);
  return made.ok ? [] : made.faults.map(({ pointer, code }) => `${code} ${pointer}`);
};

describe('a mapping', () => {
  it('makes a fact of every rule that applies', () => {
    const full = rule({
      revision: 'event.customer',
      amountYuan: 'event.amount',
      subject: subject({ customerId: 'event.customer', orderId: 'event.nothing' }),
      attributes: { first: 'event.tags[0]', none: 'event.nothing', __proto__x: '"y"', constructor: '1' },
      voided: 'event.kind == "lost"',
    });
    const other = rule({ name: 'other', type: 'customer.won', when: 'has(event.customer)' });
    const [first, second, ...more] = map([full, rule({ when: 'event.kind == "lost"' }), other]);
    expect(first).toEqual({
      ok: true,
      draft: {
        type: 'order.signed',
        id: 'x1',
        occurredAt: '2026-11-05T02:00:00.000Z',
        credits: [{ externalOwner: 'u-1', share: 100 }],
        revision: 7,
        amountFen: 1250,
        subject: { customerId: '7' },
        attributes: { first: 'a', __proto__x: 'y', constructor: 1 },
        voided: false,
      },
    });
    expect(second).toMatchObject({ ok: true, draft: { type: 'customer.won' } });
    expect(more).toEqual([]);
  });

  it('takes several owners with shares', () => {
    const owners = '[{"owner": event.owner, "share": 60.0}, {"owner": event.customer, "share": 40}]';
    const { owner: _, ...split } = rule({ owners });
    expect(map([split])).toMatchObject([
      {
        ok: true,
        draft: {
          credits: [
            { externalOwner: 'u-1', share: 60 },
            { externalOwner: '7', share: 40 },
          ],
        },
      },
    ]);
    for (const bad of ['event.owner', '[event.owner]', '[{"owner": event.owner}]', '[{"owner": null, "share": 1}]']) {
      expect(map([{ ...split, owners: bad }]), bad).toMatchObject([{ ok: false, fault: { pointer: '/rules/0/owners' } }]);
    }
  });

  it.each([
    [{ when: 'event.missing == 1' }, '/rules/0/when', 'missing'],
    [{ id: 'event.missing' }, '/rules/0/id', 'missing'],
    [{ id: 'event.tags' }, '/rules/0/id', 'list'],
    [{ occurredAt: 'event.kind' }, '/rules/0/occurredAt', 'zone'],
    [{ amountYuan: 'event.kind' }, '/rules/0/amountYuan', 'amount'],
    [{ revision: '0' }, '/rules/0/revision', 'revision'],
    [{ attributes: { x: 'event.tags' } }, '/rules/0/attributes/x', 'list'],
    [{ subject: subject({ orderId: 'event.tags' }) }, '/rules/0/subject/orderId', 'list'],
  ] as [Partial<MappingRule>, string, string][])('says what could not be evaluated: %j', (changes, pointer, detail) => {
    expect(map([rule(changes)])).toMatchObject([{ ok: false, fault: { pointer, detail: expect.stringContaining(detail) } }]);
  });

  it('is compiled and type-checked when it is saved, all faults at once', () => {
    expect(
      faults([
        rule({ when: 'event.', id: '1 +', occurredAt: 'nobody', owner: 'event.a(' }),
        rule({ when: '"text"', voided: '1', amountYuan: 'event.x.matches("(a+)+$")' }),
        rule({ owners: '[]' }),
      ]),
    ).toEqual([
      'expression_invalid /rules/0/when',
      'expression_invalid /rules/0/id',
      'expression_invalid /rules/0/occurredAt',
      'expression_invalid /rules/0/owner',
      'expression_invalid /rules/1/when',
      'expression_invalid /rules/1/amountYuan',
      'expression_invalid /rules/1/voided',
      'invalid /rules/2/owner',
    ]);
    const { owner: _, ...nobody } = rule();
    expect(faults([nobody])).toEqual(['invalid /rules/0/owner']);
    expect(faults([rule({ id: `event.id${' + event.id'.repeat(120)}` })])).toEqual(['expression_invalid /rules/0/id']);
  });

  it('cannot reach the machine, and hostile names are just names', () => {
    const event = JSON.parse(
      '{"kind":"won","id":"x","at":"2026-11-05T02:00:00Z","owner":"o","constructor":{"name":"c"},"__proto__":{"kind":"p"}}',
    );
    for (const source of ['event.constructor.name', 'event.__proto__.kind'])
      expect(map([rule({ id: source })], event)).toMatchObject([{ ok: true }]);
    for (const source of ['event.toString', 'event.hasOwnProperty', 'event.constructor.constructor', 'process', 'globalThis']) {
      const made = compileMapping([rule({ id: source })]);
      expect(made.ok && made.mapper.map(event)[0]?.ok, source).toBe(false);
    }
  });

  it('an event that is no object is no fact', () => {
    for (const event of [null, 1, 'x', []]) expect(map([rule({ when: 'has(event.kind)' })], event)).toMatchObject([{ ok: false }]);
  });
});
