/**
 * HubSpot. Signature v3: HMAC-SHA256, Base64, over method + URI + body + timestamp with the app's client secret; at most 5 minutes old
 * (developers.hubspot.com, "Validating requests"). Two formats: subscriptions of the webhooks API (a list of events, one changed property
 * each) and the workflow action "Send a webhook" (one record with its properties).
 */
import { createHmac } from 'node:crypto';
import { decodeText, parseJson } from '../../../../shared/runtime/http/json-guard.ts';
import { anySecret, assertSigned, assertTimely, type Door, JSON_TYPE, listOf, sameSecret } from './door.ts';

/** HubSpot signs the URI with exactly these sequences decoded, whatever the wire carries. */
const DECODED: ReadonlyMap<string, string> = new Map([
  ['%3A', ':'],
  ['%2F', '/'],
  ['%3F', '?'],
  ['%40', '@'],
  ['%21', '!'],
  ['%24', '$'],
  ['%27', "'"],
  ['%28', '('],
  ['%29', ')'],
  ['%2A', '*'],
  ['%2C', ','],
  ['%3B', ';'],
]);
export const decodeHubSpotUri = (uri: string): string =>
  uri.replace(/%[0-9A-Fa-f]{2}/g, (sequence) => DECODED.get(sequence.toUpperCase()) ?? sequence);

/** The Base64 signature; the same for both sides. `uri` may be encoded or not. */
export const hubSpotSignature = (
  secret: string,
  request: { readonly method: string; readonly uri: string; readonly bytes: Uint8Array; readonly timestamp: string },
): string =>
  createHmac('sha256', secret)
    .update(`${request.method}${decodeHubSpotUri(request.uri)}`)
    .update(request.bytes)
    .update(request.timestamp)
    .digest('base64');

export const hubSpotDoor: Door = {
  contentType: JSON_TYPE,
  open({ method, uri, header, bytes, nowMillis }, source) {
    const given = header('x-hubspot-signature-v3') ?? '';
    const timestamp = header('x-hubspot-request-timestamp') ?? '';
    const signed =
      /^\d{10,16}$/.test(timestamp) &&
      anySecret(source.secrets, (secret) => sameSecret(given, hubSpotSignature(secret, { method, uri, bytes, timestamp })));
    assertSigned(signed);
    assertTimely(Number(timestamp), nowMillis);
    return parseJson(decodeText(bytes));
  },
  events: (payload) => listOf(payload).map(normalise),
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const member = (value: Record<string, unknown>, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);

/**
 * Ids as text (they outgrow exact numbers), and a record's properties as plain text: a workflow may send `"amount": "100"` or
 * `"amount": { "value": "100", "versions": […] }`, or, where its request body is customised, the properties alone. Properties without a
 * value are left out, so that `has()` tells.
 */
const normalise = (event: unknown): unknown => {
  if (!isObject(event)) return event;
  const isRecord = member(event, 'properties') !== undefined || member(event, 'subscriptionType') !== undefined;
  const normal: Record<string, unknown> = isRecord ? { ...event } : { properties: event };
  const properties = member(normal, 'properties');
  if (isObject(properties)) {
    const plain = Object.entries(properties).flatMap(([name, given]): [string, unknown][] => {
      const value = isObject(given) ? member(given, 'value') : given;
      if (value === null || value === undefined || value === '') return [];
      return [[name, typeof value === 'number' ? String(value) : value]];
    });
    normal['properties'] = Object.fromEntries(plain);
    if (member(event, 'objectId') === undefined) {
      const id = member(event, 'dealId') ?? member(event, 'vid') ?? new Map(plain).get('hs_object_id');
      if (id !== undefined) normal['objectId'] = id;
    }
  }
  for (const name of ['objectId', 'eventId', 'subscriptionId', 'portalId']) {
    const id = member(normal, name);
    if (typeof id === 'number') normal[name] = String(id);
  }
  return normal;
};
