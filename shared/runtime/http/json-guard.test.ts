import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertShallow, decodeText, hasLoneSurrogate, MAX_NESTING, parseJson } from './json-guard.ts';

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return null;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('assertShallow', () => {
  it('takes 32 levels and refuses 33, whatever they are made of', () => {
    const nested = (open: string, close: string, levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`;
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      expect(codeOf(() => assertShallow(nested(open, close, MAX_NESTING)))).toBeNull();
      expect(codeOf(() => assertShallow(nested(open, close, MAX_NESTING + 1)))).toBe('nesting_too_deep');
    }
    expect(codeOf(() => assertShallow('['.repeat(100_000)))).toBe('nesting_too_deep');
  });

  it('counts no brackets in text', () => {
    expect(codeOf(() => assertShallow(JSON.stringify({ a: '['.repeat(1000), b: '\\"[[[['.repeat(100) })))).toBeNull();
  });
});

describe('hasLoneSurrogate', () => {
  it.each([
    ['"\\ud83d"', true],
    ['"\\ude42"', true],
    ['"\\ud83d\\n\\ude42"', true],
    ['"\\ude42\\ud83d"', true],
    ['"\\uD83D\\uDE42"', false],
    ['"🙂"', false],
    ['"\\\\ud83d"', false],
    ['"\\\\\\ud83d"', true],
    ['"d83d"', false],
  ])('%s: %s', (text, expected) => expect(hasLoneSurrogate(text)).toBe(expected));

  it('agrees with the parsed text', () => {
    const part = fc.constantFrom('a', '\\', 'n', 'u', '"', '\ud83d', '\ude42', '🙂', '\n');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(hasLoneSurrogate(JSON.stringify(text))).toBe(/\p{Cs}/u.test(text));
      }),
    );
  });
});

describe('parseJson', () => {
  it('makes half a character whole, in names too, and keeps own __proto__ members', () => {
    expect(parseJson('{"a\\ud83d":["\\ud83d"]}')).toEqual({ 'a\ufffd': ['\ufffd'] });
    const hostile = parseJson('{"__proto__":{"x":1},"a":"\\ud83d"}') as Record<string, unknown>;
    expect(Object.hasOwn(hostile, '__proto__')).toBe(true);
    expect(hostile['x']).toBeUndefined();
  });

  it('refuses what is no JSON', () => {
    for (const text of ['', '{', '{"a":}', '1 2', 'NaN', "{'a':1}"])
      expect([text, codeOf(() => parseJson(text))]).toEqual([text, 'malformed_json']);
  });
});

describe('decodeText', () => {
  it('takes off a byte order mark and refuses other encodings', () => {
    expect(decodeText(Buffer.from('\ufeff{}'))).toBe('{}');
    expect(codeOf(() => decodeText(Buffer.from([0xc4, 0xe3])))).toBe('malformed_json');
    expect(codeOf(() => decodeText(Buffer.from('{}', 'utf16le').subarray(0, 3)))).toBeNull();
    expect(codeOf(() => decodeText(Buffer.from([0xff, 0xfe, 0x7b, 0x00])))).toBe('malformed_json');
  });
});
