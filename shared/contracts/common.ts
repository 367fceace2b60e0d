import { z } from 'zod';
import { type Fen, MAX_FEN, parseRate } from '../kernel/money.ts';
import { type Instant, instant, isLocalDate, isMonth, type LocalDate, type Month } from '../kernel/period.ts';
import { parseRatio } from '../kernel/ratio.ts';

/** Ids that people and systems choose: letters of any script, digits and `. _ - @ / +`; never `#`, which separates key parts. */
export const idSchema = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@/+=:-]*$/u, 'letters, digits and . _ @ / + = : - only, beginning with a letter or digit');
/** Ids that we define: lower-case kebab. */
export const slugSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and - only');

/** Days and months are counted on from what comes in, and compared as text: both hold with some room around the years people work in. */
const inCalendar = (text: string): boolean => text >= '1900' && text < '2200';

export const monthSchema = z
  .string()
  .refine((text) => isMonth(text) && inCalendar(text), 'a month as YYYY-MM, from 1900 to 2199')
  .transform((text) => text as Month);
export const dateSchema = z
  .string()
  .refine((text) => isLocalDate(text) && inCalendar(text), 'an existing day as YYYY-MM-DD, from 1900 to 2199')
  .transform((text) => text as LocalDate);
export const instantSchema = z
  .string()
  .max(40)
  .refine(
    (text) => attempt(() => instant(text)) && inCalendar(instant(text)),
    'a time with a zone from 1900 to 2199, such as 2026-11-23T09:00:00+08:00',
  )
  .transform((text): Instant => instant(text));

/** A whole number in a path or a query: digits only, so that one number is written in one way. */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(
    (given) => (typeof given === 'string' && /^(?:0|[1-9]\d{0,8})$/.test(given) ? Number(given) : given),
    z.int(`a whole number from ${min} to ${max}`).min(min).max(max),
  );

/** Whole fen. Negative amounts are for the fields that say so. */
export const fenSchema = z
  .int()
  .min(-MAX_FEN)
  .max(MAX_FEN)
  .transform((value) => value as Fen);
export const positiveFenSchema = z
  .int()
  .min(0)
  .max(MAX_FEN)
  .transform((value) => value as Fen);

/** Exact decimal or percentage as text (`"0.02"`, `"2%"`): never a JSON number, which would not be exact. */
export const rateTextSchema = z
  .string()
  .max(24)
  .refine((text) => attempt(() => parseRate(text)), 'an exact decimal or percentage as text, such as "2%"');
export const decimalTextSchema = z
  .string()
  .max(32)
  .refine((text) => attempt(() => parseRatio(text)), 'an exact decimal as text, such as "1.2"');

/** A name people read: one line, without control characters, which could forge a second line of a file, a page or a terminal. */
export const nameSchema = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'one line, without control characters');
/** A name people read, Chinese first. */
export const localTextSchema = z.strictObject({ zh: nameSchema(200), en: nameSchema(200) });
export type LocalText = z.infer<typeof localTextSchema>;

function attempt(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
