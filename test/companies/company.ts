/** The shape of an acceptance company: who works there, its plan, its source, what happened, and what must come out. */
import type { IncomingFact } from '../../shared/contracts/facts.ts';
import type { SourceKind } from '../../shared/contracts/sources.ts';

/** A fact as the source knows it: owners by the source's ids. Amounts in fen. */
export type SourceFact = Pick<IncomingFact, 'id' | 'type'> & {
  readonly occurredAt: string;
  readonly owners: readonly { readonly owner: string; readonly share: number }[];
  readonly subject?: IncomingFact['subject'];
  readonly amountFen?: number;
  readonly attributes?: IncomingFact['attributes'];
} & Partial<Pick<IncomingFact, 'revision' | 'voided'>>;

export interface CompanyPerson {
  readonly id: string;
  readonly name: string;
  readonly positionId: string;
  /** Owner id in the company's source. */
  readonly externalId: string;
  readonly hiredOn?: string;
  readonly baseSalaryFen: number;
  readonly children?: number;
}

/** What the phone of one person sends, and where the customers are. Records as `POST /v1/check-ins` takes them. */
export interface CompanyVisits {
  readonly employeeId: string;
  readonly policies: readonly object[];
  readonly customers: readonly { readonly id: string; readonly customerType: string; readonly sites: readonly object[] }[];
  /** One upload of the offline queue after another. */
  readonly uploads: readonly (readonly object[])[];
  /** Written in the app. */
  readonly followUps: readonly object[];
}

export interface Company {
  /** Number in the list of the eleven companies. */
  readonly number: number;
  readonly legalEntityId: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly unit: { readonly id: string; readonly zh: string; readonly en: string };
  readonly manager: CompanyPerson;
  readonly people: readonly CompanyPerson[];
  /** File of `test/plans`, without the ending. */
  readonly plan: string;
  readonly source: {
    readonly id: string;
    readonly kind: Exclude<SourceKind, 'erp-batch'>;
    readonly mapping: string;
    readonly secret: string;
    readonly organizationId?: string;
  };
  readonly facts: readonly SourceFact[];
  /** What the ERP sends in batches; owners are employee ids there. */
  readonly erpFacts?: readonly SourceFact[];
  readonly visits?: CompanyVisits;
}

const pad = (value: number): string => String(value).padStart(2, '0');
/** A moment of November 2026, Shanghai. */
export const november = (day: number, hour = 10, minute = 0): string => `2026-11-${pad(day)}T${pad(hour)}:${pad(minute)}:00+08:00`;
export const whole = (owner: string): SourceFact['owners'] => [{ owner, share: 100 }];

/** `count` facts of one kind, spread over the days from 1 to `lastDay`. */
export const series = (count: number, lastDay: number, make: (index: number, at: string) => SourceFact): SourceFact[] =>
  Array.from({ length: count }, (_, index) =>
    make(index, november(1 + Math.floor((index * lastDay) / count), 9 + (index % 9), (index * 7) % 60)),
  );
