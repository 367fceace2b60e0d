/** What is known of a person's visits: small immutable events, one partition a person. Everything else is judged from them. Pure data. */
import type { Device, Position } from '../../../shared/contracts/attendance.ts';
import type { Instant, LocalDate } from '../../../shared/kernel/period.ts';
import type { VisitTest } from './visit.ts';

/**
 * A fix as it came; or, after the retention time, what it had shown: the tests that rested on it, word by word.
 * Null: there was none (no consent, no reception).
 */
export type EventPosition =
  | ({ readonly state: 'held' } & Position)
  | {
      readonly state: 'erased';
      readonly tests: readonly VisitTest[];
      readonly siteId: string | null;
      readonly distanceMetres: number | null;
    }
  | null;

interface Pressed {
  readonly id: string;
  /** When it counts: the phone's time, put right by as much as the phone's clock was off. */
  readonly at: Instant;
  /** Calendar day of `at` where the legal entity is. */
  readonly date: LocalDate;
  readonly customerId: string | null;
  readonly position: EventPosition;
  readonly receivedAt: Instant;
}
/** A check-in begins a visit, and its id is the visit's. */
export interface CheckInEvent extends Pressed {
  readonly kind: 'check-in';
  /** Who said which customer it is. Null: nobody, and no site was near. */
  readonly customerBy: 'phone' | 'nearest-site' | null;
  readonly device: Device;
  readonly mockLocation: boolean;
  /** The phone's clock against ours when it uploaded; positive: the phone was behind. */
  readonly clockOffSeconds: number;
  readonly purpose: string | null;
  readonly photo: { readonly reference: string; readonly perceptualHash: string | null } | null;
}
export interface CheckOutEvent extends Pressed {
  readonly kind: 'check-out';
}
export interface FollowUpEvent {
  readonly kind: 'follow-up';
  readonly id: string;
  readonly at: Instant;
  /** By name, or by the visit it is for; at least one. */
  readonly customerId: string | null;
  readonly visitId: string | null;
  readonly content: string;
  readonly receivedAt: Instant;
}

/** What only shows when the visits of several people or days are laid side by side. Found where they meet, told to each of them. */
export const LINKED_EVIDENCE = ['device-sharing', 'same-coordinates', 'photo-reuse'] as const;
export type LinkedEvidence = (typeof LINKED_EVIDENCE)[number];
/** `at` of these is the time of their visit: they are found with it. */
interface OfVisit {
  readonly id: string;
  readonly at: Instant;
  readonly visitId: string;
}
export interface EvidenceEvent extends OfVisit {
  readonly kind: 'evidence';
  readonly evidence: LinkedEvidence;
}
export interface DecisionEvent extends OfVisit {
  readonly kind: 'decision';
  readonly decidedAt: Instant;
  readonly by: string;
  readonly decision: 'valid' | 'invalid';
  readonly reason: string;
  /** The flags that were on the table; another one later asks again. */
  readonly seenFlags: readonly string[];
}
export interface AppealEvent extends OfVisit {
  readonly kind: 'appeal';
  readonly appealedAt: Instant;
  readonly reason: string;
}

export type VisitEvent = CheckInEvent | CheckOutEvent | FollowUpEvent | EvidenceEvent | DecisionEvent | AppealEvent;
