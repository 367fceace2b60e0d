/** One item of the in-memory store: what may be stored, how large it is, how keys sort. */
import type { AttributeValue, Item } from '../../shared/adapters/store.ts';

const MAX_ITEM_BYTES = 400 * 1024;
export const INDEXES = ['gsi1', 'gsi2'] as const;

/** What DynamoDB answers to a request that it does not understand or allow. Never the answer to a failed condition. */
export class ValidationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ValidationException';
  }
}

export interface Stored {
  readonly item: Item;
  readonly bytes: number;
}

/** Strings as DynamoDB orders them: by UTF-8 bytes, which is by code point and not by UTF-16 unit. */
export const compareUtf8 = (a: string, b: string): number => {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x === y) continue;
    // A surrogate stands for a code point above every other unit.
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    if (xHigh !== yHigh) return xHigh ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
};

const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** A deep copy without undefined members, checked as the SDK's marshaller checks; `bytes` grows by DynamoDB's size rules. */
const copyValue = (value: AttributeValue, size: { bytes: number }, depth: number): AttributeValue => {
  if (depth > 32) throw new ValidationError('Nesting Levels have exceeded supported limits');
  switch (typeof value) {
    case 'string':
      size.bytes += utf8Bytes(value);
      return value;
    case 'boolean':
      size.bytes += 1;
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`Special numeric value ${value} is not allowed`);
      if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw new Error(`Number ${value} is greater than Number.MAX_SAFE_INTEGER. Use BigInt.`);
      size.bytes += Math.ceil(String(value).length / 2) + 1;
      return value === 0 ? 0 : value;
    case 'object': {
      size.bytes += value === null ? 1 : 3;
      if (value === null) return null;
      if (Array.isArray(value)) {
        return value.filter((member) => member !== undefined).map((member: AttributeValue) => copyValue(member, size, depth + 1));
      }
      // The marshaller's own test, which also takes a member of that name for a class.
      const maker = (value as { constructor?: { name?: unknown } }).constructor;
      if (maker && maker.name !== 'Object') throw new Error(`Unsupported type passed: ${String(value)}`);
      return copyMembers(value as { readonly [name: string]: AttributeValue | undefined }, size, depth);
    }
    default:
      throw new Error(`Unsupported type passed: ${typeof value}`);
  }
};
const copyMembers = (
  members: { readonly [name: string]: AttributeValue | undefined },
  size: { bytes: number },
  depth: number,
): { [name: string]: AttributeValue } => {
  const copy: { [name: string]: AttributeValue } = {};
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (member === undefined) continue;
    size.bytes += utf8Bytes(name) + (depth > 0 ? 1 : 0);
    const copied = copyValue(member, size, depth + 1);
    if (name === '__proto__') Object.defineProperty(copy, name, { value: copied, enumerable: true, configurable: true, writable: true });
    else copy[name] = copied;
  }
  return copy;
};

export const assertKeyText = (name: string, value: unknown, maxBytes: number): void => {
  if (typeof value !== 'string') throw new ValidationError(`One or more parameter values were invalid: type mismatch for key ${name}`);
  if (value === '') {
    throw new ValidationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
  if (value.length * 3 > maxBytes && utf8Bytes(value) > maxBytes) {
    throw new ValidationError(`One or more parameter values were invalid: size of ${name} has exceeded the maximum of ${maxBytes} bytes`);
  }
};
export const assertKey = (pk: unknown, sk: unknown): void => {
  assertKeyText('pk', pk, 2048);
  assertKeyText('sk', sk, 1024);
};

export const toStored = (item: Item): Stored => {
  const size = { bytes: 0 };
  const copy = copyMembers(item, size, 0) as unknown as Item;
  assertKey(copy.pk, copy.sk);
  for (const index of INDEXES) {
    if (copy[`${index}pk`] !== undefined) assertKeyText(`${index}pk`, copy[`${index}pk`], 2048);
    if (copy[`${index}sk`] !== undefined) assertKeyText(`${index}sk`, copy[`${index}sk`], 1024);
  }
  if (size.bytes > MAX_ITEM_BYTES) throw new ValidationError('Item size has exceeded the maximum allowed size');
  return { item: copy, bytes: size.bytes };
};
export const copyOut = (stored: Stored): Item => copyMembers(stored.item, { bytes: 0 }, 0) as unknown as Item;
