/** What the sources were told about their events, and which content of each fact was therefore accepted. */
import type { AcceptedFact } from './auditor/facts.ts';
import type { SourceEvent } from './workload.ts';

export type StandingFact = AcceptedFact & { readonly revision: number; readonly event: SourceEvent };
export interface Answers {
  /** `outcome` as ingest says it. */
  add(event: SourceEvent, outcome: string): void;
  /** The content of the highest revision of each fact; findings where the answers contradict each other (I1). */
  settle(): {
    readonly facts: readonly StandingFact[];
    readonly findings: readonly string[];
  };
}

const ACCEPTED = new Set(['recorded', 'corrected', 'unassigned', 'duplicate']);
const REFUSED = new Set(['conflict', 'superseded']);

export const collectAnswers = (): Answers => {
  /** Fact id → revision → content → outcomes. */
  const told = new Map<string, Map<number, Map<string, { readonly event: SourceEvent; readonly outcomes: Set<string> }>>>();
  const findings: string[] = [];
  return {
    add(event, outcome) {
      if (!ACCEPTED.has(outcome) && !REFUSED.has(outcome))
        findings.push(`I1: ${event.id} revision ${event.revision} was answered ${outcome}`);
      const revisions = told.get(event.id) ?? new Map();
      told.set(event.id, revisions);
      const contents = revisions.get(event.revision) ?? new Map();
      revisions.set(event.revision, contents);
      const content = JSON.stringify(event);
      const known = contents.get(content) ?? { event, outcomes: new Set<string>() };
      contents.set(content, known);
      known.outcomes.add(outcome);
    },
    settle() {
      const facts: StandingFact[] = [];
      const found = [...findings];
      for (const [id, revisions] of told) {
        for (const [revision, contents] of revisions) {
          const accepted = [...contents.values()].filter(({ outcomes }) => [...outcomes].some((outcome) => ACCEPTED.has(outcome)));
          if (accepted.length > 1) found.push(`I1: two contents of ${id} revision ${revision} were accepted`);
        }
        const highest = Math.max(...revisions.keys());
        const accepted = [...(revisions.get(highest) ?? new Map()).values()].filter(({ outcomes }) =>
          [...outcomes].some((outcome) => ACCEPTED.has(String(outcome))),
        );
        const [standing] = accepted;
        if (!standing) {
          found.push(`I1: no content of ${id} revision ${highest} was accepted`);
          continue;
        }
        facts.push(acceptedFact(standing.event));
      }
      return { facts, findings: found };
    },
  };
};

const acceptedFact = (event: SourceEvent): StandingFact => ({
  id: event.id,
  type: event.type,
  at: Date.parse(event.occurredAt),
  claims: event.claims,
  subject: event.subject,
  amountFen: event.amountFen === null ? null : BigInt(event.amountFen),
  attributes: event.attributes,
  voided: event.voided,
  revision: event.revision,
  event,
});
