/** A fact as it stands: its newest revision, whose it is, and what was told of it. Pure data. */
import type { LocalText } from '../../../shared/contracts/common.ts';
import type { IncomingFact, UnassignedReason } from '../../../shared/contracts/facts.ts';
import type { Fen } from '../../../shared/kernel/money.ts';
import type { Instant, LocalDate, Month } from '../../../shared/kernel/period.ts';

/** One employee's part. The parts' amounts add up to the fact's amount to the fen, the shares to exactly 1,000,000. */
export interface Credit {
  readonly employeeId: string;
  /** The month it counts for. */
  readonly period: Month;
  readonly shareMillionths: number;
  readonly amountFen?: Fen;
}

/** Whose the fact is, or why nobody's. */
export type Standing =
  | {
      readonly status: 'credited';
      readonly date: LocalDate;
      readonly credits: readonly Credit[];
      /** Whose order it pays or delivers, and in which month that counts: there it is told too. Absent: no counted order. */
      readonly settles?: readonly Credit[];
    }
  | { readonly status: 'unassigned'; readonly reason: UnassignedReason; readonly detail: LocalText }
  /** Withdrawn by its source: nothing of it counts. */
  | { readonly status: 'voided' };

export interface FactHead {
  readonly kind: 'fact';
  /** `source:eventId`. */
  readonly factId: string;
  readonly source: string;
  readonly legalEntityId: string;
  /** Raised by one with every write: the condition of the next one. */
  readonly version: number;
  readonly fact: IncomingFact;
  /** SHA-256 of the fact's canonical JSON: tells the same content from other content. */
  readonly digest: string;
  readonly receivedAt: Instant;
  /** The revision that readers were last told, 0 when nobody was. At least the source's own, and raised whenever parts change. */
  readonly toldRevision: number;
  /** How many other contents of this revision are kept for review. */
  readonly conflicts: number;
  readonly standing: Standing;
}

/** An event that no fact could be made of: kept as it came, with the reason, and mapped again after the mapping was changed. */
export interface UnmappedEvent {
  readonly kind: 'event';
  readonly factId: string;
  readonly source: string;
  readonly legalEntityId: string;
  readonly version: number;
  readonly event: unknown;
  /** False when it was too large to keep whole: then it is only there to be seen. */
  readonly complete: boolean;
  readonly detail: LocalText;
  readonly receivedAt: Instant;
}

export type StoredHead = FactHead | UnmappedEvent;

/** Id of a fact over all sources. */
export const factIdOf = (source: string, eventId: string): string => `${source}:${eventId}`;
