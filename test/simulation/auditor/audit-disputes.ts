/** Objections: every one is there, answered exactly once, by one of those who answered; everything that was done is kept; the person was told once. */
import type { StoredItem } from './audit.ts';

interface Asked {
  readonly id: string;
  readonly employeeId: string;
  readonly period: string;
  readonly answers: readonly { readonly kind: 'accept' | 'reject' | 'withdraw' }[];
}
interface Kept {
  readonly version: number;
  readonly status: string;
  readonly answer: object | null;
  readonly history: readonly { readonly what: string }[];
}
const STATUS = { accept: 'accepted', reject: 'rejected', withdraw: 'withdrawn' } as const;
const ANSWERS: ReadonlySet<string> = new Set(Object.values(STATUS));

export const auditDisputes = (asked: readonly Asked[], items: readonly StoredItem[]): string[] => {
  const findings: string[] = [];
  // Two may be drawn for one person, month and number: then the later answers are of the one that is there.
  for (const { id, employeeId, period } of asked) {
    const where = `dispute ${id} of ${employeeId} in ${period}`;
    const answers = asked
      .filter((one) => one.id === id && one.employeeId === employeeId && one.period === period)
      .flatMap((one) => one.answers);
    const stored = items.filter(({ item }) => item.pk === `DISPUTES#${employeeId}#${period}` && item.sk === `DISPUTE#${id}`);
    const [only] = stored;
    if (!only || stored.length > 1) {
      findings.push(`${where} is there ${stored.length} times`);
      continue;
    }
    const { status, version, answer, history } = JSON.parse(String(only.item['doc'])) as Kept;
    if (!answers.some(({ kind }) => STATUS[kind] === status)) findings.push(`${where} is ${status}, which nobody has answered`);
    if (answer === null) findings.push(`${where} has no answer`);
    const kept = history.map(({ what }) => what);
    if (kept[0] !== 'opened' || kept.at(-1) !== status || kept.filter((what) => ANSWERS.has(what)).length !== 1 || kept.length !== version)
      findings.push(`${where} keeps ${kept.join(', ')} at version ${version}`);
    const told = items.filter(
      ({ table, item }) => table === 'notices' && item.pk === `NOTICE#dispute:${employeeId}:${period}:${id}` && item.sk === 'NOTICE',
    );
    if (told.length !== (status === 'withdrawn' ? 0 : 1))
      findings.push(`${where} is ${status}, and the person was told ${told.length} times`);
  }
  return findings;
};
