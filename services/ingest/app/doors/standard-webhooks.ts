/** Standard Webhooks 1.0.0 (standardwebhooks.com): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<Base64>`, several signatures during a rotation. */
import { Webhook } from 'standardwebhooks';
import { decodeText, parseJson } from '../../../../shared/runtime/http/json-guard.ts';
import { anySecret, assertSigned, assertTimely, type Door, JSON_TYPE, listOf, sameSecret } from './door.ts';

const MAX_SIGNATURES = 10;

export const standardDoor: Door = {
  contentType: JSON_TYPE,
  open({ header, bytes, nowMillis }, source) {
    const id = header('webhook-id') ?? '';
    const timestamp = header('webhook-timestamp') ?? '';
    const given = (header('webhook-signature') ?? '').split(' ').slice(0, MAX_SIGNATURES);
    assertSigned(id !== '' && id.length <= 128 && /^\d{9,12}$/.test(timestamp));
    const at = new Date(Number(timestamp) * 1000);
    // The library's own `verify` looks at the wall clock; signing is the library's, the clock is the platform's.
    const signed = anySecret(source.secrets, (secret) => {
      const expected = new Webhook(secret).sign(id, at, Buffer.from(bytes));
      return given.reduce((found, signature) => sameSecret(signature, expected) || found, false);
    });
    assertSigned(signed);
    assertTimely(at.getTime(), nowMillis);
    const payload = parseJson(decodeText(bytes));
    // The message id is the same on every attempt: it can stand for an id that the fact itself does not have.
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? { ...payload, messageId: id } : payload;
  },
  events: listOf,
};
