import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression, factEnvironment } from '../../../shared/kernel/expression.ts';
import { ratio } from '../../../shared/kernel/ratio.ts';
import { exactValue, memberOf } from './exact-value.ts';

const evaluated = (source: string): unknown => {
  const compiled = compileExpression(factEnvironment, source, 'any');
  if (!compiled.ok) throw new Error(compiled.reason);
  const answer = compiled.expression.evaluate({});
  if (!answer.ok) throw new Error(answer.reason);
  return answer.value;
};

describe('exactValue', () => {
  it.each<[unknown, ReturnType<typeof ratio>]>([
    [5n, ratio(5)],
    [-5n, ratio(-5)],
    [2n ** 62n, ratio(2n ** 62n)],
    [4.5, ratio(9, 2)],
    [-0.1, ratio(-1, 10)],
    [0.1 + 0.2, ratio(30000000000000004n, 10n ** 17n)],
    [1e-7, ratio(1, 10_000_000)],
    [1.5e-10, ratio(3, 20_000_000_000)],
    [123456789012345680000, ratio(12345678901234568n * 10_000n)],
    [-0, ratio(0)],
    [3, ratio(3)],
  ])('%s', (value, expected) => {
    const exact = exactValue(value);
    if (value === 123456789012345680000) expect(exact.ok).toBe(false);
    else expect(exact).toEqual({ ok: true, value: expected });
  });
  it('takes what CEL gives: int, uint and double', () => {
    expect(exactValue(evaluated('7'))).toEqual({ ok: true, value: ratio(7) });
    expect(exactValue(evaluated('uint(7)'))).toEqual({ ok: true, value: ratio(7) });
    expect(exactValue(evaluated('7.25'))).toEqual({ ok: true, value: ratio(29, 4) });
  });
  it.each<[unknown, string]>([
    ['5', 'gives a string'],
    [true, 'gives a boolean'],
    [null, 'gives null'],
    [[1n], 'gives a list'],
    [{ value: 5 }, 'gives a map'],
    [new Map(), 'gives a map'],
    [Number.NaN, 'gives NaN'],
    [Number.POSITIVE_INFINITY, 'gives Infinity'],
    [1e300, 'out of range'],
    [1e-300, 'out of range'],
    [Object.create(null), 'gives a map'],
  ])('refuses %s by name', (value, reason) => {
    const exact = exactValue(value);
    expect(exact.ok ? '' : exact.reason).toContain(reason);
  });
  it('is the number a decimal text says, for every decimal of at most 15 digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: 0, max: 6 }), (digits, decimals) => {
        const scale = 10 ** decimals;
        expect(exactValue(digits / scale)).toEqual({ ok: true, value: ratio(digits, scale) });
      }),
    );
  });
});

describe('memberOf', () => {
  it.each<[unknown, string]>([
    ['x', 's:x'],
    ['', 's:'],
    ['5', 's:5'],
    [5n, 'n:5'],
    [5, 'n:5'],
    [4.5, 'n:9/2'],
    [true, 'b:true'],
  ])('%s is %s', (value, member) => {
    expect(memberOf(value)).toEqual({ ok: true, member });
  });
  it('refuses what has no name', () => {
    for (const value of [null, [], new Map()]) expect(memberOf(value).ok).toBe(false);
  });
});
