/**
 * 纷享销客 event push (事件订阅, "回调"): a JSON envelope whose content is AES-256-CBC encrypted with the 44-character Base64 key of the
 * subscription (initialisation vector: the key's first 16 bytes, PKCS#7), signed with SHA-1 over
 * timestamp + nonce + messageId + [retryTimes] + enterpriseAccount + encryptedContent + key, in hexadecimal. The answer is encrypted and
 * signed in the same way, else the push is repeated. Format and vectors: the vendor's own demonstration code.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { z } from 'zod';
import type { Source } from '../../../../shared/contracts/sources.ts';
import { decodeText, parseJson } from '../../../../shared/runtime/http/json-guard.ts';
import { fieldErrors, ProblemError } from '../../../../shared/runtime/http/problem.ts';
import { type Answer, assertSigned, assertTimely, type Delivery, type Door, JSON_TYPE, listOf, sameSecret } from './door.ts';

const token = z.string().min(1).max(128);
const envelopeSchema = z.object({
  signature: z.string().max(128),
  timestamp: z.int().min(0),
  nonce: token,
  messageId: token,
  retryTimes: z.int().min(0).nullish(),
  enterpriseAccount: token,
  encryptedContent: z.string().min(1),
});
type Envelope = z.infer<typeof envelopeSchema>;

/** 32 bytes, as the 44 characters of the subscription's page. Some generated keys have stray bits at the end: they are ignored, as there. */
export const FXIAOKE_KEY = /^[A-Za-z0-9+/]{43}=$/;
const keyBytes = (key: string): Buffer => Buffer.from(key, 'base64');

const sha1 = (text: string): string => createHash('sha1').update(text, 'utf8').digest('hex');

export const fxiaokeSignature = (envelope: Omit<Envelope, 'signature'>, key: string): string => {
  const { timestamp, nonce, messageId, retryTimes, enterpriseAccount, encryptedContent } = envelope;
  return sha1(`${timestamp}${nonce}${messageId}${retryTimes ?? ''}${enterpriseAccount}${encryptedContent}${key}`);
};

export const fxiaokeEncrypt = (text: string, key: string): string => {
  const bytes = keyBytes(key);
  const cipher = createCipheriv('aes-256-cbc', bytes, bytes.subarray(0, 16));
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
};

const decrypt = (content: string, key: string): Uint8Array => {
  const bytes = keyBytes(key);
  const decipher = createDecipheriv('aes-256-cbc', bytes, bytes.subarray(0, 16));
  try {
    return Buffer.concat([decipher.update(content, 'base64'), decipher.final()]);
  } catch {
    // It was signed by the sender, so this tells nothing to anybody else.
    throw new ProblemError('malformed_json', { zh: '内容无法解密', en: 'the content cannot be decrypted' });
  }
};

/** The envelope, and which of the keys signed it. */
const verified = ({ bytes }: Pick<Delivery, 'bytes'>, source: Source): { readonly envelope: Envelope; readonly key: string } => {
  // The signature is inside: parsed with bounded depth, nothing of it used before it is verified.
  const parsed = envelopeSchema.safeParse(parseJson(decodeText(bytes)));
  if (!parsed.success) throw new ProblemError('invalid_request', undefined, { errors: fieldErrors(parsed.error) });
  const envelope = parsed.data;
  const key = source.secrets.filter((secret) => sameSecret(envelope.signature, fxiaokeSignature(envelope, secret)))[0];
  assertSigned(key !== undefined);
  return { envelope, key: key ?? '' };
};

export const fxiaokeDoor: Door = {
  contentType: JSON_TYPE,
  open(delivery, source) {
    const { envelope, key } = verified(delivery, source);
    assertTimely(envelope.timestamp, delivery.nowMillis);
    return parseJson(decodeText(decrypt(envelope.encryptedContent, key)));
  },
  events: listOf,
  answer(delivery, source): Answer {
    const { envelope, key } = verified(delivery, source);
    const timestamp = delivery.nowMillis;
    const encryptedResult = fxiaokeEncrypt('success', key);
    // Only for the sender to check: it needs to differ between messages, not to be a secret.
    const nonce = sha1(`${envelope.messageId}${timestamp}`).slice(0, 16);
    const signature = sha1(`${timestamp}${nonce}${encryptedResult}${key}`);
    return { contentType: 'application/json', body: JSON.stringify({ signature, timestamp, nonce, encryptedResult }) };
  },
};
