/** Notices as text messages: how many segments a text costs, and a form of a notice that says nothing about money. Pure. */
import type { LocalText } from '../../../shared/contracts/common.ts';

/** Longest text that Chinese carriers take, in UTF-16 units as they count. */
export const MAX_SMS_LENGTH = 500;
/** One message takes this much; a longer text is cut into segments that each lose three units to their header. */
const SINGLE_LENGTH = 70;
const SEGMENT_LENGTH = 67;

/** How many messages are charged for a text: up to 70 units one, longer ones 67 units each. @throws RangeError beyond {@link MAX_SMS_LENGTH}. */
export const smsSegments = (text: string): number => {
  if (text.length > MAX_SMS_LENGTH) throw new RangeError(`a text message has at most ${MAX_SMS_LENGTH} characters, not ${text.length}`);
  if (text.length <= SINGLE_LENGTH) return text.length === 0 ? 0 : 1;
  return Math.ceil(text.length / SEGMENT_LENGTH);
};

const NEUTRAL = { 'zh-CN': '您有一条新通知,请登录查看。', en: 'You have a new notice. Please sign in to read it.' } as const;
const SIGN_IN = { 'zh-CN': '。请登录查看。', en: '. Please sign in to read it.' } as const;

/** Digits that are a day, a month or a year. Everything else with a digit could be an amount. */
const CALENDAR =
  /\d{4}-\d{2}(?:-\d{2})?|\d{4} ?年|\d{1,2} ?[月日]|(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}/gu;
const MONEY = /[\p{Nd}\p{Sc}]|[元圆块万千百]|\b(?:CNY|RMB|yuan|fen)\b/iu;

/**
 * The text message of a notice: its title and no more, because a screen in somebody's hand shows it to others. A title that could name an
 * amount is replaced by a neutral sentence; the body is never used.
 */
export const smsText = (title: LocalText, language: 'zh-CN' | 'en'): string => {
  const own = (language === 'en' ? title.en : title.zh).trim();
  if (MONEY.test(own.replaceAll(CALENDAR, ''))) return NEUTRAL[language];
  return `${own}${SIGN_IN[language]}`;
};
