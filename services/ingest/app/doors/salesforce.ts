/**
 * Salesforce Outbound Message: SOAP with at most 100 notifications. It has no signature: the delivery must carry the organization's id and,
 * in the query of the endpoint's URL, a token that only Salesforce was given (and, at the gateway, Salesforce's client certificate: see
 * docs/guides/sources.md). It wants `<Ack>true</Ack>`, or it sends everything again for 24 hours.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { decodeText } from '../../../../shared/runtime/http/json-guard.ts';
import { ProblemError } from '../../../../shared/runtime/http/problem.ts';
import { anySecret, assertSigned, type Door, listOf, sameSecret } from './door.ts';

export const MAX_NOTIFICATIONS = 100;

const ACK =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
  '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>' +
  '</soapenv:Body></soapenv:Envelope>';

interface Notifications {
  readonly organizationId: string;
  readonly events: readonly unknown[];
}

export const salesforceDoor: Door = {
  contentType: /^(?:text|application)\/(?:soap\+)?xml\b/i,
  open({ query, bytes }, source) {
    const given = query.get('token') ?? '';
    assertSigned(anySecret(source.secrets, (secret) => sameSecret(given, secret)));
    const notifications = readNotifications(decodeText(bytes));
    const organization = source.organizationId ?? '';
    // An id has 15 characters, or 18 with a checksum of their case.
    const same = organization.length === 18 ? notifications.organizationId : notifications.organizationId.slice(0, 15);
    assertSigned(organization.length >= 15 && same === organization);
    return notifications.events;
  },
  events: (payload) => (typeof payload === 'string' ? readNotifications(payload).events : listOf(payload)),
  answer: () => ({ contentType: 'text/xml; charset=utf-8', body: ACK }),
};

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  htmlEntities: false,
  maxNestedTags: 20,
  isArray: (name) => name === 'Notification',
});

const malformed = (en: string, zh: string): ProblemError => new ProblemError('invalid_request', { zh, en });

/** @throws ProblemError `invalid_request` for anything but a well-formed outbound message. */
const readNotifications = (text: string): Notifications => {
  // No document type, so no entities to expand and nothing to fetch.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw malformed('a document type is not accepted', '不接受 DOCTYPE');
  let root: unknown;
  try {
    if (XMLValidator.validate(text) !== true) throw malformed('the body is not valid XML', '请求体不是有效的 XML');
    root = parser.parse(text);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw malformed('the body is not valid XML', '请求体不是有效的 XML');
  }
  const notifications = path(root, ['Envelope', 'Body', 'notifications']);
  const organizationId = textOfElement(path(notifications, ['OrganizationId']));
  const list = path(notifications, ['Notification']);
  if (organizationId === undefined || !Array.isArray(list)) {
    throw malformed('the body is not an outbound message', '请求体不是 Salesforce 出站消息');
  }
  if (list.length > MAX_NOTIFICATIONS) {
    throw new ProblemError('payload_too_large', { zh: '通知不能超过 100 条', en: 'at most 100 notifications' });
  }
  const common = { organizationId, actionId: textOfElement(path(notifications, ['ActionId'])) ?? '' };
  return { organizationId, events: list.map((entry) => ({ ...common, ...eventOf(entry) })) };
};

/** `{ notificationId, object: { type, …fields as text } }`; fields without a value are left out, so that `has()` tells. */
const eventOf = (entry: unknown): { readonly notificationId: string; readonly object: Readonly<Record<string, string>> } => {
  const object = path(entry, ['sObject']);
  const fields = isObject(object) ? Object.entries(object) : [];
  const type = fields.find(([name]) => name === '@type')?.[1];
  const values = fields.flatMap(([name, value]): [string, string][] => {
    const plain = name.startsWith('@') ? undefined : textOfElement(value);
    return plain === undefined || plain === '' ? [] : [[name, plain]];
  });
  const typeName = typeof type === 'string' ? type.slice(type.indexOf(':') + 1) : '';
  return { notificationId: textOfElement(path(entry, ['Id'])) ?? '', object: Object.fromEntries([...values, ['type', typeName]]) };
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const path = (value: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), value);

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** The text of an element: the five entities XML itself has, and character references; the parser expands none. */
const textOfElement = (value: unknown): string | undefined => {
  const raw = isObject(value) && Object.hasOwn(value, '#text') ? value['#text'] : value;
  if (typeof raw !== 'string') return undefined;
  return raw.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));/g,
    (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return PREDEFINED[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      // Half of a surrogate pair is no character of XML.
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole;
    },
  );
};
