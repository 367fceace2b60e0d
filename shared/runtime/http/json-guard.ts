import { ProblemError } from './problem.ts';

export const MAX_NESTING = 32;

/** Refuses text nested deeper than {@link MAX_NESTING} before anything recursive sees it. One pass, no allocation. */
export const assertShallow = (text: string): void => {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_NESTING) {
        throw new ProblemError('nesting_too_deep', { zh: `嵌套超过 ${MAX_NESTING} 层`, en: `nested deeper than ${MAX_NESTING} levels` });
      }
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
};

/** UTF-8, a byte order mark taken off. @throws ProblemError `malformed_json` for bytes that are no text: nothing is guessed or replaced. */
export const decodeText = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ProblemError('malformed_json', { zh: '请求体不是 UTF-8 文本', en: 'the body is not UTF-8 text' });
  }
};

/**
 * Whether JSON text may name half a character (`\ud83d` without its other half), as a sender does that cuts text in the middle of an emoji.
 * It has no UTF-8 form: it could neither be stored nor digested. Decoded UTF-8 has none but by escapes, which are rare.
 */
export const hasLoneSurrogate = (text: string): boolean => {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return false;
  const escapes = text.replace(/\\[^u]/g, ' ').replace(/\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/g, '');
  return /\\u[dD][89a-fA-F][0-9a-fA-F]{2}/.test(escapes);
};

/**
 * JSON of bounded depth, for an event of a sender who will send it again just so for hours: half a character becomes U+FFFD.
 * @throws ProblemError `malformed_json` or `nesting_too_deep`.
 */
export const parseJson = (text: string): unknown => {
  assertShallow(text);
  try {
    return hasLoneSurrogate(text) ? JSON.parse(text, wellFormed) : JSON.parse(text);
  } catch {
    throw new ProblemError('malformed_json');
  }
};

const whole = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');
const wellFormed = (_: string, value: unknown): unknown => {
  if (typeof value === 'string') return whole(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [whole(name), member]));
};
