/** I6: payslips partition the ledger; what a run was approved with is what its payslips say. The auditor's own reading of what is stored. */
import { inflateRawSync } from 'node:zlib';
import type { StoredItem } from './audit.ts';

interface Run {
  readonly id: string;
  readonly period: string;
  readonly status: string;
  readonly attempt: number;
  readonly totals: { readonly payslips: number; readonly netFen: number; readonly grossFen: number } | null;
  readonly payout: { readonly count: number; readonly totalFen: number } | null;
}
interface Slip {
  readonly outcome: string;
  readonly employeeId: string;
  readonly attempt: number;
  readonly input: { readonly carriedForward: unknown };
  readonly payslip: {
    readonly ledgerRange: { readonly fromSeq: number; readonly toSeq: number };
    readonly carriedForwardAfter: unknown;
    readonly lines: readonly {
      readonly code: string;
      readonly amountFen: number | null;
      readonly earnedPeriod: string | null;
      readonly references: { readonly ledgerSeqs: readonly number[] };
    }[];
    readonly totals: Readonly<Record<'grossFen' | 'insuranceFen' | 'fundFen' | 'taxFen' | 'otherDeductionsFen' | 'netFen', number>>;
  };
}
interface Entry {
  readonly seq: number;
  readonly amountFen: number;
  readonly earnedPeriod: string;
}

const FINAL = new Set(['approved', 'paid', 'publishing', 'published']);
const docOf = <T>({ item }: StoredItem): T => JSON.parse(String(item['doc'])) as T;
const slipOf = ({ item }: StoredItem): Slip => JSON.parse(inflateRawSync(Buffer.from(String(item['packed']), 'base64')).toString()) as Slip;

/** Every payslip that counts, with its month. */
export const finalSlips = (
  items: readonly StoredItem[],
): (Slip['payslip'] & { readonly employeeId: string; readonly period: string })[] => {
  const payroll = items.filter(({ table }) => table === 'payroll');
  const runs = payroll.filter(({ item }) => item.pk.startsWith('RUN#') && item.sk === 'RUN').map((one) => docOf<Run>(one));
  return runs
    .filter(({ status }) => FINAL.has(status))
    .flatMap(({ id, attempt, period }) =>
      payroll
        .filter(({ item }) => item.pk === `RUN#${id}` && item.sk.startsWith('SLIP#'))
        .map(slipOf)
        .filter((slip) => slip.attempt === attempt && slip.outcome === 'payslip')
        .map(({ employeeId, payslip }) => ({ ...payslip, employeeId, period })),
    );
};

/** `complete`: the last run was made when nothing was left to happen, so every entry must be covered. */
export const auditPayroll = (items: readonly StoredItem[], employees: readonly string[], complete: boolean): string[] => {
  const payroll = items.filter(({ table }) => table === 'payroll');
  const runs = payroll
    .filter(({ item }) => item.pk.startsWith('RUN#') && item.sk === 'RUN')
    .map((one) => docOf<Run>(one))
    .filter(({ status }) => FINAL.has(status))
    .sort((a, b) => (a.period < b.period ? -1 : 1));
  const findings: string[] = [];
  const months = new Set(runs.map(({ period }) => period));
  if (months.size !== runs.length) findings.push('I6: two final runs of one month');
  const slipsOf = new Map(
    runs.map((run) => [
      run.id,
      payroll
        .filter(({ item }) => item.pk === `RUN#${run.id}` && item.sk.startsWith('SLIP#'))
        .map(slipOf)
        .filter(({ attempt, outcome }) => attempt === run.attempt && outcome === 'payslip'),
    ]),
  );
  for (const run of runs) findings.push(...auditRun(run, slipsOf.get(run.id) ?? []));
  for (const employeeId of employees) {
    const entries = new Map(
      items
        .filter(({ table, item }) => table === 'ledger' && item.pk === `LEDGER#${employeeId}` && item.sk.startsWith('ENTRY#'))
        .map((one) => {
          const entry = docOf<Entry>(one);
          return [entry.seq, entry];
        }),
    );
    const slips = runs.flatMap((run) => (slipsOf.get(run.id) ?? []).filter((slip) => slip.employeeId === employeeId));
    findings.push(...auditCoverage(employeeId, slips, entries, complete));
  }
  return findings;
};

const auditRun = (run: Run, slips: readonly Slip[]): string[] => {
  const findings: string[] = [];
  const sum = (name: 'netFen' | 'grossFen'): bigint => slips.reduce((all, { payslip }) => all + BigInt(payslip.totals[name]), 0n);
  const { totals, payout } = run;
  if (
    !totals ||
    totals.payslips !== slips.length ||
    BigInt(totals.netFen) !== sum('netFen') ||
    BigInt(totals.grossFen) !== sum('grossFen')
  ) {
    findings.push(
      `I6: run ${run.id} was approved with ${JSON.stringify(totals)}, its ${slips.length} payslips add up to net ${sum('netFen')}`,
    );
  }
  if (payout && BigInt(payout.totalFen) !== sum('netFen')) {
    findings.push(`I6: run ${run.id} paid out ${payout.totalFen} fen, its payslips add up to ${sum('netFen')}`);
  }
  for (const { employeeId, payslip } of slips) {
    const { grossFen, insuranceFen, fundFen, taxFen, otherDeductionsFen, netFen } = payslip.totals;
    if (BigInt(grossFen) - BigInt(insuranceFen) - BigInt(fundFen) - BigInt(taxFen) - BigInt(otherDeductionsFen) !== BigInt(netFen)) {
      findings.push(`I7: payslip of ${employeeId} in ${run.id}: ${JSON.stringify(payslip.totals)}`);
    }
  }
  return findings;
};

const auditCoverage = (employeeId: string, slips: readonly Slip[], entries: ReadonlyMap<number, Entry>, complete: boolean): string[] => {
  const findings: string[] = [];
  let covered = 0;
  let carried: unknown = [];
  for (const { payslip, input } of slips) {
    const { fromSeq, toSeq } = payslip.ledgerRange;
    if (fromSeq !== covered + 1 || toSeq < fromSeq - 1) {
      findings.push(`I6: a payslip of ${employeeId} covers ${fromSeq} to ${toSeq}, the one before ended at ${covered}`);
    }
    covered = toSeq;
    if (JSON.stringify(input.carriedForward) !== JSON.stringify(carried)) {
      findings.push(
        `I6: a payslip of ${employeeId} takes ${JSON.stringify(input.carriedForward)} over, ${JSON.stringify(carried)} was left`,
      );
    }
    carried = payslip.carriedForwardAfter;
    const seen = new Set<number>();
    for (const line of payslip.lines) {
      const { ledgerSeqs } = line.references;
      if (ledgerSeqs.length === 0) continue;
      let amount = 0n;
      for (const seq of ledgerSeqs) {
        const entry = entries.get(seq);
        if (!entry || seen.has(seq) || seq < fromSeq || seq > toSeq)
          findings.push(`I6: ${employeeId}: line ${line.code} names entry ${seq} wrongly`);
        if (entry && entry.earnedPeriod !== line.earnedPeriod)
          findings.push(`I6: ${employeeId}: entry ${seq} is on a line of ${line.earnedPeriod}`);
        seen.add(seq);
        amount += BigInt(entry?.amountFen ?? 0);
      }
      if (line.amountFen === null || BigInt(line.amountFen) !== amount) {
        findings.push(`I6: ${employeeId}: line ${line.code} pays ${line.amountFen}, its entries add up to ${amount}`);
      }
    }
    if (seen.size !== toSeq - fromSeq + 1) findings.push(`I6: ${employeeId}: ${seen.size} entries of ${fromSeq} to ${toSeq} are on lines`);
  }
  if (complete && covered !== entries.size) findings.push(`I6: payslips of ${employeeId} cover ${covered} of ${entries.size} entries`);
  return findings;
};
