/** What every outside system's door has in common: prove that a delivery is the system's own, read it, answer as the system expects. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Source } from '../../../../shared/contracts/sources.ts';
import { ProblemError } from '../../../../shared/runtime/http/problem.ts';

/** A delivery as it arrived. `uri` is the public one: what the sender signed, never what a proxy's header says. */
export interface Delivery {
  readonly method: string;
  readonly uri: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly bytes: Uint8Array;
  readonly nowMillis: number;
}
export interface Answer {
  readonly contentType: string;
  readonly body: string;
}
export interface Door {
  /** Content types the system sends; anything else is refused before the body is looked at. */
  readonly contentType: RegExp;
  /** The payload of an authentic delivery. @throws ProblemError `signature_invalid`, `timestamp_out_of_tolerance`, `malformed_json`, … */
  open(delivery: Delivery, source: Source): unknown;
  /** The events of a payload, each of which can fail alone. Also used for a mapping's examples. */
  events(payload: unknown): readonly unknown[];
  /** The body of success where the system wants a certain one; otherwise the results are answered as JSON. */
  answer?(delivery: Delivery, source: Source): Answer;
}

export const TOLERANCE_MS = 5 * 60_000;

/** Equal text, in a time that tells nothing about where it differs, nor how long the expected one is. */
export const sameSecret = (given: string, expected: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
};

/** Tries every secret, also after one fitted. */
export const anySecret = (secrets: readonly string[], fits: (secret: string) => boolean): boolean =>
  secrets.reduce((found, secret) => fits(secret) || found, false);

export const assertSigned = (signed: boolean): void => {
  if (!signed) throw new ProblemError('signature_invalid');
};

/** Whole digits of epoch milliseconds, not more than 5 minutes from now, in either direction. */
export const assertTimely = (millis: number, nowMillis: number): void => {
  if (!Number.isSafeInteger(millis)) throw new ProblemError('signature_invalid');
  if (Math.abs(nowMillis - millis) > TOLERANCE_MS) {
    throw new ProblemError('timestamp_out_of_tolerance', {
      zh: '时间戳与当前时间相差超过 5 分钟',
      en: 'the timestamp is more than 5 minutes from now',
    });
  }
};

export const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;

/** A list is a batch, anything else one event. */
export const listOf = (payload: unknown): readonly unknown[] => (Array.isArray(payload) ? payload : [payload]);
