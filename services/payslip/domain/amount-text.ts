/** Text of amounts and quantities inside explanations. */

// Ready-made texts of the parts, so that no number is converted digit by digit on the hot path.
const CENTS = Array.from({ length: 100 }, (_, cents) => `.${String(cents).padStart(2, '0')}`);
const PLAIN = Array.from({ length: 1000 }, (_, part) => String(part));
const PADDED = Array.from({ length: 1000 }, (_, part) => `,${String(part).padStart(3, '0')}`);

const group = (yuan: number): string => {
  if (yuan < 1000) return PLAIN[yuan] as string;
  const thousands = Math.floor(yuan / 1000);
  return group(thousands) + (PADDED[yuan - thousands * 1000] as string);
};

/** Fen to `"1,234.50"`: the same text as the kernel's `formatYuanGrouped`, without regular expressions, for a dozen amounts a payslip line. */
export const yuanText = (amountFen: number): string => {
  const magnitude = amountFen < 0 ? -amountFen : amountFen;
  const yuan = Math.floor(magnitude / 100);
  const text = group(yuan) + (CENTS[magnitude - yuan * 100] as string);
  return amountFen < 0 ? `-${text}` : text;
};

/** `1 day`, `1.5 days`. */
export const daysEn = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

/** Half days to whole numbers of halves. `undefined` when not a multiple of 0.5 from 0 to 31. */
export const toHalfDays = (days: number): number | undefined => {
  const halves = days * 2;
  return Number.isInteger(halves) && halves >= 0 && halves <= 62 ? halves : undefined;
};

/** Hours with at most two decimals to whole hundredths. `undefined` outside 0 to 744. */
export const toHourHundredths = (hours: number): number | undefined => {
  const hundredths = Math.round(hours * 100);
  return Math.abs(hours * 100 - hundredths) < 1e-6 && hundredths >= 0 && hundredths <= 74_400 ? hundredths : undefined;
};
