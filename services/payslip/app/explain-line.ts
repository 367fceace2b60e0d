/** From a line of a payslip back to its rules, awards, ledger entries and facts: the chain, walked backwards, in batched reads. */
import type { Award, LedgerEntry } from '../../../shared/contracts/ledger.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';
import { isVisitFact, readVisitFacts } from '../../attendance/read.ts';
import { awardKey, awardSkOf, entryKey, parseAward, parseAwardId, parseEntry } from '../../bonus/read.ts';
import { readFacts, type StoredFact } from '../../ingest/read.ts';
import { isTeamFact, readTeamFacts } from '../../scoring/read.ts';
import type { PayslipLine } from '../domain/payslip.ts';
import type { StoredSlip } from '../store.ts';

export interface LineProvenance {
  readonly payslipId: string;
  readonly line: number;
  readonly lineCount: number;
  readonly detail: PayslipLine;
  readonly entries: readonly LedgerEntry[];
  readonly awards: readonly Award[];
  readonly facts: readonly StoredFact[];
  /** True when more facts are behind the line than are listed; the award's own pages have them all. */
  readonly moreFacts: boolean;
}

const MAX_FACTS = 500;

/** @param line 1-based position on the payslip. @throws ProblemError not_found beyond the last line. */
export const explainLine = async (platform: Platform, slip: StoredSlip, line: number): Promise<LineProvenance> => {
  const detail = slip.payslip.lines[line - 1];
  if (!detail) throw new ProblemError('not_found');
  const awardIds = detail.references.awardIds.flatMap((id) => {
    const parts = parseAwardId(id);
    return parts ? [parts] : [];
  });
  const entryKeys = detail.references.ledgerSeqs.map((seq) => entryKey(slip.employeeId, seq));
  const awardKeys = awardIds.map((parts) => awardKey(parts.employeeId, parts.month, awardSkOf(parts.ruleId, parts.subjectId)));
  const items = await platform.store.getMany([...entryKeys, ...awardKeys]);
  const entries = items.slice(0, entryKeys.length).flatMap((item) => (item ? [parseEntry(item)] : []));
  const awards = items.slice(entryKeys.length).flatMap((item) => (item ? [parseAward(item)] : []));

  const factIds = [...new Set([...entries.flatMap((entry) => entry.cause.factIds), ...awards.flatMap((award) => award.factIds)])].sort();
  const listed = factIds.slice(0, MAX_FACTS);
  // Visits are facts that attendance keeps, members' months those of scoring; the others are with ingest.
  const visitIds = listed.filter(isVisitFact);
  const teamIds = listed.filter(isTeamFact);
  const otherIds = listed.filter((id) => !isVisitFact(id) && !isTeamFact(id));
  const facts = [
    ...(await readFacts(platform.store, otherIds)),
    ...(await readVisitFacts(platform.store, visitIds)),
    ...(await readTeamFacts(platform.store, teamIds)),
  ];
  return {
    payslipId: slip.payslip.id,
    line,
    lineCount: slip.payslip.lines.length,
    detail,
    entries,
    awards,
    facts: facts.filter((fact): fact is StoredFact => fact !== undefined),
    moreFacts: factIds.length > listed.length,
  };
};
