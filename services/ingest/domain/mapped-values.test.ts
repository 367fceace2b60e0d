import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeOf, fenOf, instantOf, revisionOf, shareOf, textOf, toExpressionValue } from './mapped-values.ts';

describe('amounts', () => {
  it.each([
    ['12000.50', 1_200_050],
    ['12000.5', 1_200_050],
    ['9999.990', 999_999],
    ['0.07', 7],
    ['-3.20', -320],
    ['1.25E7', 1_250_000_000],
    ['1.2345E2', 12_345],
    ['5e-2', 5],
    ['007', 700],
    ['5.', 500],
    [12_000.5, 1_200_050],
    [0.29, 29],
    [123_456_789_012.34, 12_345_678_901_234],
    [15_000n, 1_500_000],
    [' 8 ', 800],
  ] as const)('%s is %s fen', (given, fen) => expect(fenOf(given)).toBe(fen));

  it.each([
    '1.005',
    '1,000',
    '¥5',
    '',
    'NaN',
    '1e99',
    '1e-9',
    '--1',
    '0x10',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e21,
    null,
    true,
    [],
    '9'.repeat(20),
  ])('%s is refused', (given) => expect(() => fenOf(given)).toThrow(RangeError));

  it('is exact for every amount, as text and as JSON number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), (fen) => {
        const text = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
        expect(fenOf(text)).toBe(fen);
        expect(fenOf(JSON.parse(text) as number)).toBe(fen);
      }),
    );
  });
});

describe('times, revisions, ids, shares, attributes', () => {
  it('takes ISO with a zone, milliseconds as number or text, and CEL timestamps', () => {
    for (const given of ['2026-11-01T10:26:40+08:00', 1_793_500_000_000n, '1793500000000', new Date(1_793_500_000_000)]) {
      expect(instantOf(given)).toBe('2026-11-01T02:26:40.000Z');
    }
    for (const given of ['2026-11-01', '2026-11-01T10:00:00', -1n, 10n ** 15n, 1.5, null, new Date(Number.NaN), '']) {
      expect(() => instantOf(given), String(given)).toThrow(RangeError);
    }
  });
  it('takes a counter or the time of the last change as revision', () => {
    expect([revisionOf(3n), revisionOf('3'), revisionOf('1793500000000'), revisionOf('2026-11-01T02:26:40Z')]).toEqual([
      3, 3, 1_793_500_000_000, 1_793_500_000_000,
    ]);
    for (const given of [0n, -1n, '0', 'x', 1.5, null, '9'.repeat(16)]) expect(() => revisionOf(given), String(given)).toThrow(RangeError);
  });
  it('takes text and whole numbers as ids', () => {
    expect([textOf('a'), textOf(65_059_681_032n)]).toEqual(['a', '65059681032']);
    for (const given of [1.5, null, undefined, true, [], new Map()]) expect(() => textOf(given)).toThrow(RangeError);
  });
  it('takes shares in percent, binary dust taken off', () => {
    expect([shareOf(100 - 33.3333), shareOf('40'), shareOf('33.3333'), shareOf(60n)]).toEqual([66.6667, 40, 33.3333, 60]);
    for (const given of ['x', '1e2', null, [], Number.NaN]) expect(() => shareOf(given), String(given)).toThrow(RangeError);
  });
  it('takes plain attributes', () => {
    expect([attributeOf('a'), attributeOf(5n), attributeOf(1.5), attributeOf(false), attributeOf(null)]).toEqual([
      'a',
      5,
      1.5,
      false,
      undefined,
    ]);
    for (const given of [[], new Map(), Number.NaN, 10n ** 20n]) expect(() => attributeOf(given)).toThrow(RangeError);
  });
  it('hands objects to expressions as maps, so that every name is just a name', () => {
    const value = toExpressionValue(JSON.parse('{"__proto__":{"a":1},"n":1.5,"list":[{"constructor":2}]}')) as Map<string, unknown>;
    expect(value.get('__proto__')).toEqual(new Map([['a', 1n]]));
    expect(value.get('list')).toEqual([new Map([['constructor', 2n]])]);
    expect(() => toExpressionValue(JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`))).toThrow(RangeError);
  });
});
