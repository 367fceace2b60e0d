/** Consent to be located at check-in: recorded, dated, withdrawable at any time (PIPL art. 14 to 16, 29). Pure. */
import type { Instant } from '../../../shared/kernel/period.ts';

export interface ConsentEntry {
  readonly given: boolean;
  /** The text that was shown, by its name and version. */
  readonly textVersion: string;
  readonly at: Instant;
}
export interface Consent {
  readonly version: number;
  /** Oldest first; the last one holds. */
  readonly history: readonly ConsentEntry[];
}
const MAX_HISTORY = 200;

export const mayLocate = ({ history }: Consent): boolean => history.at(-1)?.given === true;

/** The next state; the same when it says what holds already. The first and the last of a long history stay. */
export const withConsent = (consent: Consent, entry: ConsentEntry): Consent => {
  const last = consent.history.at(-1);
  if (last?.given === entry.given && last.textVersion === entry.textVersion) return consent;
  return { version: consent.version + 1, history: [...consent.history, entry].slice(-MAX_HISTORY) };
};
