/** What scoring is told of a visit: a fact while it counts, and that it is gone when it no longer does. Pure. */
import type { FactCredited } from '../../../shared/contracts/messages.ts';
import { digestOf } from '../../../shared/kernel/canonical.ts';
import { monthOf } from '../../../shared/kernel/period.ts';
import type { Visit } from './visit.ts';

/** Source of the facts that are visits; no source of ingest may have this id. */
export const VISIT_SOURCE = 'attendance';
export const visitFactId = (visitId: string): string => `${VISIT_SOURCE}:visit-${visitId}`;

/** What plans may filter visits by. Nothing of where the person was. */
export const visitAttributes = ({ customerType, purpose }: Visit): Record<string, string> => ({
  ...(customerType === null ? {} : { customerType }),
  ...(purpose === null ? {} : { purpose }),
});

export interface Told {
  readonly toldRevision: number;
  readonly toldDigest: string | null;
}
export interface Telling extends Told {
  readonly message: FactCredited | undefined;
}

/** No message when what was told last still says it all: judging again tells nothing twice. */
export const tellVisit = (visit: Visit, told: Told): Telling => {
  const { visitId, employeeId, legalEntityId, at, date, customerId, verdict } = visit;
  const content = {
    type: 'visit.validated',
    employeeId,
    legalEntityId,
    period: monthOf(date),
    occurredAt: at,
    date,
    subject: customerId === null ? {} : { customerId },
    attributes: visitAttributes(visit),
    shareMillionths: 1_000_000,
  };
  const toldDigest = verdict === 'valid' ? digestOf(content) : null;
  if (toldDigest === told.toldDigest) return { toldRevision: told.toldRevision, toldDigest, message: undefined };
  const factId = visitFactId(visitId);
  const revision = told.toldRevision + 1;
  return {
    toldRevision: revision,
    toldDigest,
    message: {
      message: 'fact.credited',
      factId,
      revision,
      employeeId,
      legalEntityId,
      period: content.period,
      fact: toldDigest === null ? null : { factId, revision, ...content },
    },
  };
};
